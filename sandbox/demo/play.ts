import { LANGUAGES, wordingOf } from '../../src/language/index.ts';
import type { Message, SlackSandbox } from '../slack/index.ts';
import type { Screen } from './screen.ts';

const CHANNEL = '#ops';
const APPROVE = 'keybuzz_approve';

/** More than any step here takes on a slow machine. */
const PATIENCE_MS = 60_000;

/** True when a message has such a button. */
export function hasButton(message: Message, actionId: string): boolean {
  return JSON.stringify(message.blocks ?? []).includes(`"${actionId}"`);
}

/** The bot's messages about runs, one per run, oldest first. */
export function runMessages(slack: SlackSandbox): Message[] {
  return slack.messages(CHANNEL).filter((message) => message.metadata?.event_type === 'keybuzz_run');
}

/** A log's head in a report, in each language; the event's number is a group. */
const LOG_HEADS = LANGUAGES.map((language) => wordingOf(language).run.logHead('.*?', 0).replace('0', '(\\d+)'));
const LOG_HEAD = new RegExp(LOG_HEADS.join('|'));

/** The number of a run's last event; undefined while it goes on: a report that is over carries its log's head. */
function lastEvent(message: Message): string | undefined {
  const [, ...numbers] = LOG_HEAD.exec(JSON.stringify(message.blocks ?? [])) ?? [];
  return numbers.find(Boolean);
}

/** True for the report of a run that is over. */
export function isOver(message: Message): boolean {
  return lastEvent(message) !== undefined;
}

/** True for the message of a thread that tells the event of this number. */
function tells(message: Message, event: string): boolean {
  return (message.metadata?.event_payload as { key?: string } | undefined)?.key === `note-${event}`;
}

/** Types a command and waits for its run's message to be as asked. */
async function ask(slack: SlackSandbox, text: string, isAsked: (message: Message) => boolean): Promise<Message> {
  const before = runMessages(slack).length;
  await slack.person('operator').command(CHANNEL, '/keybuzz', text);
  const find = () => runMessages(slack).slice(before).find(isAsked);
  return slack.waitFor(find, PATIENCE_MS, `the report of ${text}`);
}

function newest(slack: SlackSandbox, ts: string): Message | undefined {
  return runMessages(slack).find((message) => message.ts === ts);
}

async function status(slack: SlackSandbox, screen: Screen, title: string): Promise<void> {
  screen.heading(title);
  screen.say('operator types in #ops: /keybuzz status redis');
  screen.show(await ask(slack, 'status redis', isOver));
}

async function approveOwn(slack: SlackSandbox, screen: Screen, prompt: Message): Promise<void> {
  screen.heading('Whoever asked may not approve: operator clicks Approve');
  const before = slack.ephemerals('operator').length;
  await slack.person('operator').click(prompt, APPROVE);
  const find = () => slack.ephemerals('operator')[before];
  screen.show(await slack.waitFor(find, PATIENCE_MS, 'the refusal'));
}

async function approve(slack: SlackSandbox, screen: Screen, prompt: Message): Promise<void> {
  screen.heading('Another person may: approver clicks Approve, and the thread fills');
  const stop = slack.on('message', (message) => {
    if (message.thread_ts === prompt.ts) screen.show(message);
  });
  try {
    await slack.person('approver').click(prompt, APPROVE);
    const find = () => {
      const root = newest(slack, prompt.ts);
      const last = root === undefined ? undefined : lastEvent(root);
      const thread = slack.thread(CHANNEL, prompt.ts);
      return last !== undefined && thread.some((message) => tells(message, last)) ? root : undefined;
    };
    const done = await slack.waitFor(find, PATIENCE_MS, 'the end of the deploy');
    screen.heading('The same message at the end: edited in place, never posted again');
    screen.show(done);
  } finally {
    stop();
  }
}

/** Plays a status, a deploy with its approval, and a status. Rejects when something does not come as it should. */
export async function play(slack: SlackSandbox, screen: Screen): Promise<void> {
  await status(slack, screen, 'Before: nothing is deployed, and the checks say so');
  screen.heading('A deploy is previewed on every host, then waits for approval');
  screen.say('operator types in #ops: /keybuzz deploy redis');
  const prompt = await ask(slack, 'deploy redis', (message) => hasButton(message, APPROVE));
  screen.show(prompt);
  await approveOwn(slack, screen, prompt);
  await approve(slack, screen, prompt);
  await status(slack, screen, 'After: every check passes');
}
