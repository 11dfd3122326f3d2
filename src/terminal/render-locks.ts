import type { LockInfo } from '../jobs/index.ts';
import { clip, escapeControl, formatTable, formatTime, paint, plural } from './text.ts';
import type { Style } from './text.ts';

function holderOf({ run, owner }: LockInfo): string {
  if (run === '' && owner === '') return 'free for the next';
  return run === '' ? `${owner}, by hand` : `run ${run} of ${owner}`;
}

/** Every lock: who holds it, since when, why, and who waits, first come first. */
export function renderLocks(locks: readonly LockInfo[], style: Style): string[] {
  if (locks.length === 0) return ['No lock is held.'];
  const header = ['LOCK', 'HELD BY', 'SINCE', 'QUEUE', 'REASON'];
  const rows = locks.map((lock) =>
    [
      lock.lock,
      holderOf(lock),
      lock.since === '' ? '' : formatTime(lock.since, style.timeZone),
      lock.queue.length === 0 ? 'empty' : lock.queue.join(', '),
      lock.reason,
    ].map(escapeControl),
  );
  const [head = '', ...lines] = formatTable([header, ...rows], style);
  return [paint(head, 'dim', style), ...lines];
}

/** A maintenance lock that was just taken. */
export function renderLocked({ lock, reason, queue }: LockInfo, style: Style): string[] {
  const waiting =
    queue.length === 0 ? [] : [`${plural(queue.length, 'run')} waiting: ${escapeControl(queue.join(', '))}`];
  return [
    clip(`You hold the lock ${escapeControl(lock)}: ${escapeControl(reason)}`, style.columns),
    ...waiting,
    `Runs that need it wait until you type: keybuzz unlock ${escapeControl(lock)}`,
  ];
}
