import type { Reply } from '../../commands/reply.ts';
import type { LockInfo } from '../../jobs/index.ts';
import { code, count, fallback, fitLines, line, lineSections, section, time, type Message } from './text.ts';

type Of<K extends Reply['kind']> = Extract<Reply, { kind: K }>;

const QUEUE_CHARS_MAX = 600;

/** Who holds it; a run, a person who works by hand, or nobody while the next in the queue comes. */
function holder({ run, owner, reason, since }: LockInfo): string {
  if (run === '' && owner === '') return 'free for the next in the queue';
  const who = run === '' ? `${line(owner, 80)}, by hand,` : `run ${code(run)} of ${line(owner, 80)}`;
  return `held by ${who} since ${time(since)}: ${line(reason, 300)}`;
}

function waiting({ queue }: LockInfo): string {
  if (queue.length === 0) return '';
  const runs = fitLines(
    queue.map((run) => code(run, 60)),
    QUEUE_CHARS_MAX,
    'run',
  );
  return `\n        ${count(queue.length, 'run')} waiting, first come first: ${runs.join(', ')}`;
}

/** Every lock with its holder and its queue. */
export function locksMessage({ locks, standstill }: Of<'locks'>): Message {
  const still = standstill === undefined ? [] : [`:ice_cube: ${line(standstill, 900)}`];
  if (locks.length === 0) {
    const told = [...still, 'No lock is held.'];
    return { text: fallback(told), blocks: told.map(section) };
  }
  const lines = locks.map((lock) => `:lock: ${code(lock.lock)} ${holder(lock)}${waiting(lock)}`);
  const how =
    'A run gives its locks back when it ends; ' +
    `${code('/keybuzz steal <lock> <reason>')} takes one away, after approval.`;
  return { text: fallback(lines), blocks: [...still.map(section), ...lineSections(lines, 4, 'lock'), section(how)] };
}

/** A maintenance lock that was just taken. */
export function lockedMessage({ lock }: Of<'locked'>): Message {
  const text = `:lock: You hold the lock ${code(lock.lock)}: ${line(lock.reason, 500)}${waiting(lock)}`;
  const how = `Runs that need it wait until you type ${code(`/keybuzz unlock ${lock.lock}`)}.`;
  return { text: fallback([text, how]), blocks: [section(`${text}\n${how}`)] };
}

/** A maintenance lock that was given back. */
export function unlockedMessage({ lock }: Of<'unlocked'>): Message {
  const text = `:unlock: The lock ${code(lock)} is free; the next run in its queue goes on.`;
  return { text: fallback([text]), blocks: [section(text)] };
}
