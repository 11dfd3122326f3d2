import { RefusedError } from '../errors.ts';
import type { StealStep } from '../modules/contract.ts';
import { BOT_ITSELF } from '../modules/step-hosts.ts';
import type { Change } from './events.ts';
import type { Holder } from './locks.ts';
import { openLog } from './log.ts';
import type { Preview } from './preview.ts';
import type { RunState } from './state.ts';
import type { Workshop } from './workshop.ts';

/** Names the holder so exactly that another one is another change: what was approved is taking the lock from this one. */
function changeOf(step: StealStep, holder: Holder): Change {
  const who = holder.run === '' ? holder.owner : `run ${holder.run} of ${holder.owner}`;
  const detail = `taken from ${who}, who holds it since ${holder.since} for: ${holder.reason} (fence ${holder.fence})`;
  return { host: BOT_ITSELF, step: step.id, kind: 'lock', target: step.lock, detail };
}

async function holderOf(workshop: Workshop, lock: string): Promise<Holder | undefined> {
  return (await workshop.locks.list()).find((holder) => holder.lock === lock);
}

/** Who would lose the lock; no change when nobody holds it. */
export async function previewSteal(workshop: Workshop, step: StealStep): Promise<Preview> {
  const holder = await holderOf(workshop, step.lock);
  const changes = holder === undefined ? [] : [changeOf(step, holder)];
  return { changes, diffs: [], troubles: [], isSilent: false };
}

/** Writes into the log of the run that lost the lock that it holds none: before it goes on it must take them again. */
async function tellRobbed({ store, queues }: Workshop, holder: Holder): Promise<void> {
  if (holder.run === '') return;
  await openLog(store, holder.run).append((state) =>
    state.fences.some(({ number }) => number === holder.fence) ? { type: 'locks.released' } : undefined,
  );
  await queues.wake(holder.run);
}

/** Frees the lock if it is still held by whom the approval named. Throws RefusedError when somebody else holds it now. */
export async function stealApproved(workshop: Workshop, state: RunState, step: StealStep): Promise<Change[]> {
  const holder = await holderOf(workshop, step.lock);
  if (holder === undefined) return [];
  const change = changeOf(step, holder);
  const isApproved = state.approval?.changes.some((shown) => shown.detail === change.detail) ?? true;
  const waiting = isApproved ? await workshop.locks.drop(holder) : undefined;
  if (waiting === undefined) {
    throw new RefusedError(`lock ${step.lock} is held by somebody else than was approved.`, {
      code: 'KEYBUZZ_LOCK_MOVED',
      fix: 'Look at the locks again, and steal it from who holds it now if that is still needed.',
    });
  }
  await tellRobbed(workshop, holder);
  for (const runId of waiting) await workshop.queues.wake(runId);
  return [change];
}
