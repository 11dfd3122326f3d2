import { CommandError, DefectError, RefusedError } from '../errors.ts';
import type { StealStep } from '../modules/contract.ts';
import { BOT_ITSELF } from '../modules/step-hosts.ts';
import type { Change } from './events.ts';
import { keysOf } from './keys.ts';
import type { Holder } from './locks.ts';
import { openLog } from './log.ts';
import type { Preview } from './preview.ts';
import { answered } from './redis.ts';
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

/** The newest state of a run; undefined where nobody can read what it holds. */
async function readable({ store, warn }: Workshop, runId: string): Promise<RunState | undefined> {
  try {
    return await openLog(store, runId).refresh();
  } catch (error) {
    if (!(error instanceof CommandError || error instanceof DefectError)) throw error;
    warn(`run ${runId}`, error);
    return undefined;
  }
}

/**
 * Writes into the log of each run that believes to hold this lock, and does not, that it holds none: before it goes on it
 * must take them again. Whoever drops a lock may die before it has told the run, and who goes on finds a free lock or
 * another holder; so it is found out from what stands in the logs, not from what was just dropped. Never before the drop:
 * the run would take the lock again, with the same fence.
 */
async function tellRobbed(workshop: Workshop, lock: string): Promise<void> {
  const { store, queues } = workshop;
  const fenceIn = (state: RunState | undefined) => state?.fences.find((fence) => fence.lock === lock)?.number;
  const ids = await answered(store.redis.zrange(keysOf(store.prefix).open, 0, '-1'));
  // The logs first: a fence that stands there was taken before, so it is lost when the lock is not held with it then.
  const believing: { runId: string; number: number }[] = [];
  for (const runId of ids) {
    const number = fenceIn(await readable(workshop, runId));
    if (number !== undefined) believing.push({ runId, number });
  }
  const holder = await holderOf(workshop, lock);
  for (const { runId, number } of believing) {
    if (holder?.run === runId && holder.fence === number) continue;
    await openLog(store, runId).append((state) =>
      state.status !== 'ended' && fenceIn(state) === number ? { type: 'locks.released' } : undefined,
    );
    await queues.wake(runId);
  }
}

/**
 * Frees the lock if it is still held by whom the approval named, and tells whoever was robbed of it, by this pass or an
 * earlier one that was broken off. Throws RefusedError when somebody else holds it now.
 */
export async function stealApproved(workshop: Workshop, state: RunState, step: StealStep): Promise<Change[]> {
  await tellRobbed(workshop, step.lock);
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
  await tellRobbed(workshop, step.lock);
  for (const runId of waiting) await workshop.queues.wake(runId);
  return [change];
}
