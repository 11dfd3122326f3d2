import { RefusedError } from '../errors.ts';
import type { CloudChange, CloudPreview } from '../hetzner/index.ts';
import { placeOf, type CloudWork } from '../modules/cloud.ts';
import type { HetznerStep } from '../modules/contract.ts';
import type { Change } from './events.ts';
import { performFence, previewOfFence } from './fence-work.ts';
import { doLocally, type LocalTask } from './local-work.ts';
import { performPower, previewOfPower } from './power-work.ts';
import { troubleOf, type Preview } from './preview.ts';
import { isRedisSilent } from './redis.ts';
import type { HostState, RunState } from './state.ts';
import { projectOf, type Workshop } from './workshop.ts';

function workOf(step: HetznerStep, place: string): CloudWork {
  const work = step.work.find((one) => placeOf(one) === place);
  if (work === undefined) throw new Error(`Step ${step.id} has no work for ${place}`);
  return work;
}

const changeOf = (step: HetznerStep, host: string, change: CloudChange): Change => ({ host, step: step.id, ...change });

/** A worker without a project has no zone in it: its names are somebody else's affair. */
const isElsewhere = ({ hetzner }: Workshop, work: CloudWork): boolean => work.do === 'records' && hetzner === undefined;

async function previewOf(
  workshop: Workshop,
  work: CloudWork,
  note: HostState['note'],
  signal: AbortSignal,
): Promise<CloudPreview> {
  if (work.do === 'power') return previewOfPower(workshop, work, note, signal);
  if (work.do === 'fence') return previewOfFence(workshop, work, signal);
  if (isElsewhere(workshop, work)) return { changes: [], notes: [], obstacles: [] };
  return projectOf(workshop).preview(work, signal);
}

/**
 * What the work on one load balancer or zone would change; nothing is changed. Its obstacles are troubles. Throws when the
 * worker must stop, or Redis does not answer.
 */
export async function previewAtHetzner(
  workshop: Workshop,
  state: RunState,
  { step, host }: { step: HetznerStep; host: string },
  signal: AbortSignal,
): Promise<Preview> {
  try {
    const work = workOf(step, host);
    const { changes, notes, obstacles } = await previewOf(workshop, work, hostIn(state, step, host)?.note, signal);
    return {
      changes: changes.map((change) => changeOf(step, host, change)),
      diffs: notes.length === 0 ? [] : [{ host, target: host, text: notes.join('\n') }],
      troubles: obstacles.map(({ reason, fix }) => ({ host, step: step.id, reason, fix })),
      isSilent: false,
    };
  } catch (error) {
    signal.throwIfAborted();
    if (isRedisSilent(error)) throw error;
    return { changes: [], diffs: [], troubles: [troubleOf(step.id, host, error)], isSilent: true };
  }
}

/** True when people saw this very change: in what they approved, or, where nobody must approve, in the preview. */
function wasShown(state: RunState, change: Change): boolean {
  const shown = state.approval?.changes ?? state.preview?.changes ?? [];
  const isSame = (one: Change) =>
    one.kind === change.kind && one.target === change.target && one.detail === change.detail;
  return shown.some((one) => one.host === change.host && isSame(one));
}

/** Throws RefusedError when the run was robbed of its locks meanwhile: Hetzner knows no fences. */
function demandLocks(now: RunState, then: RunState): void {
  const isSame = now.fences.map(({ number }) => number).join() === then.fences.map(({ number }) => number).join();
  if (isSame && now.status !== 'ended') return;
  throw new RefusedError('the run has lost its locks.', {
    code: 'KEYBUZZ_FENCED',
    fix: 'See who holds the lock with `locks`.',
  });
}

function hostIn(state: RunState, { id }: HetznerStep, host: string): HostState | undefined {
  return state.steps.find((step) => step.id === id)?.hosts.find((one) => one.host === host);
}

/** Does one load balancer's, zone's or server's share of a step, or goes on with it. Throws when the worker must stop. */
export async function workAtHetzner(
  workshop: Workshop,
  { step, ...task }: Omit<LocalTask, 'step'> & { step: HetznerStep },
): Promise<void> {
  const { log, host, signal } = task;
  await doLocally({ ...task, step: step.id }, async (state) => {
    const isApproved = async (change: CloudChange) => {
      const now = await log.refresh();
      demandLocks(now, state);
      return wasShown(now, changeOf(step, host, change));
    };
    const clearance = { isApproved, timeoutMs: step.timeoutSeconds * 1000 };
    const work = workOf(step, host);
    const writeNote = async (note: Record<string, string>) => {
      const after = await log.append((now) => {
        const found = hostIn(now, step, host);
        if (found?.status !== 'running' || found.note !== undefined) return undefined;
        return { type: 'host.noted', step: step.id, host, attempt: found.attempt, note };
      });
      return hostIn(after, step, host)?.note;
    };
    const perform = async (): Promise<CloudChange[]> => {
      if (work.do === 'fence') return performFence(workshop, work, clearance, signal);
      if (isElsewhere(workshop, work)) return [];
      if (work.do !== 'power') return projectOf(workshop).work(work, clearance, signal);
      return performPower(workshop, work, { ...clearance, note: hostIn(state, step, host)?.note, writeNote }, signal);
    };
    const changes = await perform();
    return changes.map((change) => changeOf(step, host, change));
  });
}
