import type { Reply } from '../../commands/reply.ts';
import { english, type Wording } from '../../language/index.ts';
import type { LockInfo } from '../../jobs/index.ts';
import { code, fallback, fitLines, line, lineSections, section, time, type Message } from './text.ts';

type Of<K extends Reply['kind']> = Extract<Reply, { kind: K }>;

const QUEUE_CHARS_MAX = 600;

/** Who holds it; a run, a person who works by hand, or nobody while the next in the queue comes. */
function holder({ run, owner, reason, since }: LockInfo, { answers, policy }: Wording): string {
  if (run === '' && owner === '') return answers.free;
  const who = run === '' ? answers.byHand(line(owner, 80)) : policy.runOf(code(run), line(owner, 80));
  return answers.heldBy(who, time(since), line(reason, 300));
}

function waiting({ queue }: LockInfo, say: Wording): string {
  if (queue.length === 0) return '';
  const runs = fitLines(
    queue.map((run) => code(run, 60)),
    QUEUE_CHARS_MAX,
    'run',
    say,
  );
  return `\n        ${say.answers.waiting(queue.length, runs.join(', '))}`;
}

/** Every lock with its holder and its queue. */
export function locksMessage({ locks, standstill }: Of<'locks'>, say: Wording = english): Message {
  const still = standstill === undefined ? [] : [`:ice_cube: ${line(standstill, 900)}`];
  if (locks.length === 0) {
    const told = [...still, say.answers.noLock];
    return { text: fallback(told, say), blocks: told.map(section) };
  }
  const lines = locks.map((lock) => `:lock: ${code(lock.lock)} ${holder(lock, say)}${waiting(lock, say)}`);
  const how = say.answers.howToSteal(code('/keybuzz steal <lock> <reason>'));
  return {
    text: fallback(lines, say),
    blocks: [...still.map(section), ...lineSections(lines, 4, 'lock', say), section(how)],
  };
}

/** A maintenance lock that was just taken. */
export function lockedMessage({ lock }: Of<'locked'>, say: Wording = english): Message {
  const text = `:lock: ${say.answers.youHold(code(lock.lock), line(lock.reason, 500))}${waiting(lock, say)}`;
  const how = say.answers.untilUnlock(code(`/keybuzz unlock ${lock.lock}`));
  return { text: fallback([text, how], say), blocks: [section(`${text}\n${how}`)] };
}

/** A maintenance lock that was given back. */
export function unlockedMessage({ lock }: Of<'unlocked'>, say: Wording = english): Message {
  const text = `:unlock: ${say.answers.unlocked(code(lock))}`;
  return { text: fallback([text], say), blocks: [section(text)] };
}
