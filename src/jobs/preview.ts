import { hashOf } from '../canonical.ts';
import { KeybuzzError, sentenceOf } from '../errors.ts';
import type { Change, Diff, Trouble } from './events.ts';

/** What one step would do on one host. */
export interface Preview {
  changes: Change[];
  diffs: Diff[];
  troubles: Trouble[];
  /** Nobody could ask the host: its trouble is likely the cause of what the others see. */
  isSilent: boolean;
}

/** All troubles, those of silent hosts first: the first one is what people read. */
export function sortTroubles(previews: readonly Pick<Preview, 'troubles' | 'isSilent'>[]): Trouble[] {
  const of = (isSilent: boolean) =>
    previews.filter((preview) => preview.isSilent === isSilent).flatMap((preview) => preview.troubles);
  return [...of(true), ...of(false)];
}

/** Changes in the one order that two previews of the same thing share: host, step, kind, target, detail. */
export function sortChanges(changes: readonly Change[]): Change[] {
  const key = (change: Change) => [change.host, change.step, change.kind, change.target, change.detail].join('\u0000');
  return [...changes].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

/** The hash an approval is bound to: over the changes alone, since diffs are only for people. */
export function hashPreview(changes: readonly Change[]): string {
  return hashOf(sortChanges(changes));
}

/** What could not be known before something earlier is installed, marked so by the script. */
function isPredicted(change: Change): boolean {
  return change.detail.includes('predicted');
}

/**
 * The changes that were not approved: not among `approved`, where a change that was shown as predicted covers whatever
 * it turned out to be on the same host, step, kind and target. So does one of a target that another approved step changes
 * as well: what the later of the two makes of it could not be known before the earlier one was done.
 */
export function notCovered(changes: readonly Change[], approved: readonly Change[]): Change[] {
  return changes.filter((change) => {
    const ofTarget = approved.filter(
      ({ host, kind, target }) => host === change.host && kind === change.kind && target === change.target,
    );
    const isShared = ofTarget.some(({ step }) => step !== change.step);
    return !ofTarget.some(
      (shown) => shown.step === change.step && (isShared || shown.detail === change.detail || isPredicted(shown)),
    );
  });
}

/** An error on the way to a host, as a trouble of its preview. */
export function troubleOf(step: string, host: string, error: unknown): Trouble {
  if (!(error instanceof KeybuzzError)) return { host, step, reason: sentenceOf(error), fix: '' };
  return { host, step, reason: error.message, fix: error.fix };
}

/** So many hosts are told of in one sentence; the thread has them all. */
const TOLD_HOSTS = 3;

type Told = Pick<Trouble, 'host' | 'reason' | 'fix'>;

/** "redis-02: port 6379 is held by nginx. redis-03: … (and 2 more hosts)": what went wrong, host by host. */
export function reasonOf(troubles: readonly Told[]): string {
  const sentences = troubles.slice(0, TOLD_HOSTS).map(({ host, reason }) => `${host}: ${reason}`);
  const left = troubles.length - TOLD_HOSTS;
  if (left > 0) sentences.push(`(and ${left} more ${left === 1 ? 'host' : 'hosts'})`);
  return sentences.join(' ');
}

/** What to do about it: once when it is the same everywhere, else host by host. */
export function fixOf(troubles: readonly Told[]): string {
  const fixes = troubles.slice(0, TOLD_HOSTS).filter(({ fix }) => fix !== '');
  const [first] = fixes;
  if (first === undefined || fixes.every(({ fix }) => fix === first.fix)) return first?.fix ?? '';
  return fixes.map(({ host, fix }) => `${host}: ${fix}`).join(' ');
}
