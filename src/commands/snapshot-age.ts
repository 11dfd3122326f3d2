import type { Monitored, Snapshot } from '../jobs/snapshots.ts';

/** After so many of its intervals an answer is old news. */
const OLD_AFTER_INTERVALS = 3;

/** True when the monitor should have asked again since, or nobody can tell. */
export function isOld({ at }: Pick<Snapshot, 'at'>, { everyMs }: Pick<Monitored, 'everyMs'>, now: string): boolean {
  return !(Date.parse(now) - Date.parse(at) <= OLD_AFTER_INTERVALS * everyMs);
}
