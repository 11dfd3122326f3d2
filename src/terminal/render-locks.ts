import type { Wording } from '../language/index.ts';
import type { LockInfo } from '../jobs/index.ts';
import { clip, escapeControl, formatTable, formatTime, paint } from './text.ts';
import type { Style } from './text.ts';

function holderOf({ run, owner }: LockInfo, { policy, terminal }: Wording): string {
  if (run === '' && owner === '') return terminal.freeForNext;
  return run === '' ? terminal.byHand(owner) : policy.runOf(run, owner);
}

/** Every lock: who holds it, since when, why, and who waits, first come first. */
export function renderLocks(locks: readonly LockInfo[], style: Style): string[] {
  if (locks.length === 0) return [style.say.answers.noLock];
  const { terminal } = style.say;
  const header = terminal.columns.locks;
  const rows = locks.map((lock) =>
    [
      lock.lock,
      holderOf(lock, style.say),
      lock.since === '' ? '' : formatTime(lock.since, style.timeZone),
      lock.queue.length === 0 ? terminal.empty : lock.queue.join(', '),
      lock.reason,
    ].map(escapeControl),
  );
  const [head = '', ...lines] = formatTable([header, ...rows], style);
  return [paint(head, 'dim', style), ...lines];
}

/** A maintenance lock that was just taken. */
export function renderLocked({ lock, reason, queue }: LockInfo, style: Style): string[] {
  const { answers, terminal } = style.say;
  const waiting = queue.length === 0 ? [] : [terminal.waiting(queue.length, escapeControl(queue.join(', ')))];
  return [
    clip(answers.youHold(escapeControl(lock), escapeControl(reason)), style.columns),
    ...waiting,
    terminal.untilUnlock(escapeControl(lock)),
  ];
}
