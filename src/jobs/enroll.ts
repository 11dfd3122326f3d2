import { RefusedError } from '../errors.ts';
import type { EnrollStep } from '../modules/contract.ts';
import { fingerprintOf, findPinned, loadKnownHosts, pinHostKey, scanHostKey, type HostKey } from '../ssh/index.ts';
import type { Change } from './events.ts';
import { troubleOf, type Preview } from './preview.ts';
import type { RunState } from './state.ts';
import { targetOf, type Workshop } from './workshop.ts';

/** How long a host may take to show its key, ms. */
const SCAN_MS = 10_000;

interface Scanned {
  key: HostKey;
  /** Undefined when this very key is pinned already. */
  change: Change | undefined;
}

async function scan(workshop: Workshop, step: EnrollStep): Promise<Scanned> {
  const target = targetOf(workshop, step.host);
  const key = await scanHostKey(target, SCAN_MS);
  const { accepted } = findPinned(loadKnownHosts(workshop.knownHostsFile), target);
  if (accepted.some((pinned) => pinned.keyBase64 === key.keyBase64)) return { key, change: undefined };
  const [old] = accepted;
  const replaces = old === undefined ? '' : `, replaces ${fingerprintOf(Buffer.from(old.keyBase64, 'base64'))}`;
  const detail = `${key.type} ${key.fingerprint}${replaces}`;
  return { key, change: { host: step.host, step: step.id, kind: 'host-key', target: target.address, detail } };
}

/** The key that would be pinned, as a change whose detail is its fingerprint: that is what gets approved. */
export async function previewEnroll(workshop: Workshop, step: EnrollStep): Promise<Preview> {
  try {
    const { change } = await scan(workshop, step);
    return { changes: change === undefined ? [] : [change], diffs: [], troubles: [], isSilent: false };
  } catch (error) {
    return { changes: [], diffs: [], troubles: [troubleOf(step.id, step.host, error)], isSilent: true };
  }
}

/** Pins the key, if the host still shows the one that was approved. Throws RefusedError when it does not. Twice is harmless. */
export async function pinApproved(workshop: Workshop, state: RunState, step: EnrollStep): Promise<Change[]> {
  const { key, change } = await scan(workshop, step);
  if (change === undefined) return [];
  if (state.approval !== undefined && !state.approval.changes.some((shown) => shown.detail === change.detail)) {
    throw new RefusedError('it now shows another key than the one that was approved.', {
      code: 'KEYBUZZ_HOST_KEY_CHANGED',
      fix: 'Find out why before you enroll it again: somebody may stand between us and the host.',
    });
  }
  const { address, port } = targetOf(workshop, step.host);
  const names = port === 22 ? [step.host, address] : [`[${step.host}]:${port}`, `[${address}]:${port}`];
  await pinHostKey(workshop.knownHostsFile, { names, key }, { replace: true });
  return [change];
}
