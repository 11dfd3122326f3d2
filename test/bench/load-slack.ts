import { startSlackSandbox } from '../../sandbox/slack/index.ts';
import { keepBooks } from './load-books.ts';
import type { SlackAnswer, SlackOrder } from './load-processes.ts';

// The workspace in a process of its own, so that neither it nor the bot waits for the other. Started by load-processes.ts.

/** Milliseconds with a fraction: acks are faster than a clock of whole milliseconds can tell. */
const nowMs = (): number => performance.timeOrigin + performance.now();

const people = ['operator', 'approver', 'approver2', 'viewer'];
const slack = await startSlackSandbox();
const books = keepBooks(slack, nowMs);

/** Types commands at an even pace, whatever comes back; gives the milliseconds from each envelope to its ack. */
async function drive({ perSecond, seconds, texts }: Extract<SlackOrder, { do: 'drive' }>): Promise<SlackAnswer> {
  const count = perSecond * seconds;
  const startedMs = performance.now();
  const latenciesMs: number[] = [];
  const unheard: string[] = [];
  const typed: Promise<void>[] = [];
  const type = async (index: number) => {
    const person = slack.person(people[index % people.length] ?? 'operator');
    const sentMs = performance.now();
    try {
      await person.command('#ops', '/keybuzz', texts[index % texts.length] ?? 'help');
      latenciesMs.push(performance.now() - sentMs);
    } catch (error) {
      unheard.push(String(error));
    }
  };
  await new Promise<void>((resolve) => {
    const tick = setInterval(() => {
      const due = Math.min(count, Math.floor(((performance.now() - startedMs) * perSecond) / 1000));
      while (typed.length < due) typed.push(type(typed.length));
      if (typed.length < count) return;
      clearInterval(tick);
      resolve();
    }, 2);
  });
  await Promise.all(typed);
  return { latenciesMs, unheard, tookMs: performance.now() - startedMs };
}

process.on('message', (order: SlackOrder) => {
  const answer = async (): Promise<SlackAnswer> => {
    if (order.do === 'drive') return drive(order);
    if (order.do === 'limits') slack.setLimits('slack');
    if (order.do === 'connections') return { connections: slack.connections() };
    return order.do === 'books' ? books() : {};
  };
  void answer().then((given) => process.send?.(given));
});
process.once('disconnect', () => process.exit(0));
const { apiUrl, botToken, appToken } = slack;
process.send?.({ apiUrl, botToken, appToken });
