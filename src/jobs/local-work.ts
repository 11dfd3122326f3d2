import { sha256 } from '../canonical.ts';
import { HostError } from '../errors.ts';
import { HetznerError, isLost } from '../hetzner/index.ts';
import type { EnrollStep, StealStep } from '../modules/contract.ts';
import { pinApproved, previewEnroll } from './enroll.ts';
import type { Change } from './events.ts';
import type { RunLog } from './log.ts';
import { troubleOf, type Preview } from './preview.ts';
import { isRedisSilent } from './redis.ts';
import type { RunState } from './state.ts';
import { previewSteal, stealApproved } from './steal.ts';
import type { Workshop } from './workshop.ts';

/** A step that the worker does itself, without a script on a host. */
export type LocalStep = EnrollStep | StealStep;

/** What a local step would change. */
export function previewLocal(workshop: Workshop, step: LocalStep): Promise<Preview> {
  return step.kind === 'enroll' ? previewEnroll(workshop, step) : previewSteal(workshop, step);
}

function perform(workshop: Workshop, state: RunState, step: LocalStep): Promise<Change[]> {
  return step.kind === 'enroll' ? pinApproved(workshop, state, step) : stealApproved(workshop, state, step);
}

/** True when nobody knows whether it was done. */
function isUnknown(error: unknown): boolean {
  return error instanceof HostError || (error instanceof HetznerError && isLost(error));
}

/** One host's share of a step, or what stands in its place, that this worker does itself. */
export interface LocalTask {
  log: RunLog;
  step: string;
  host: string;
  signal: AbortSignal;
}

/**
 * Does it and writes down how it ended. Harmless when done twice, so a worker that takes over just does it again. Throws when
 * the worker must stop, or Redis does not answer.
 */
export async function doLocally(
  { log, step, host, signal }: LocalTask,
  perform: (state: RunState) => Promise<Change[]>,
): Promise<void> {
  const at = { step, host };
  const find = (state: RunState) => state.steps.find((one) => one.id === step)?.hosts.find((one) => one.host === host);
  const state = await log.append((now) => {
    const found = find(now);
    if (found === undefined || found.status === 'running' || found.attempt >= now.attempt) return undefined;
    return { type: 'host.started', ...at, attempt: now.attempt, work: now.attempt };
  });
  const begun = find(state);
  if (begun?.status !== 'running') return;
  const outcome = await perform(state).then(
    (changes) => ({ outcome: 'ok' as const, changes, reason: '', fix: '' }),
    (error: unknown) => {
      signal.throwIfAborted();
      if (isRedisSilent(error)) throw error;
      const { reason, fix } = troubleOf(step, host, error);
      return { outcome: isUnknown(error) ? ('unknown' as const) : ('failed' as const), changes: [], reason, fix };
    },
  );
  const nothingPrinted = { exitCode: null, tail: [], outputBytes: 0, outputHash: sha256('') };
  await log.append((now) => {
    const found = find(now);
    if (found?.status !== 'running' || found.attempt !== begun.attempt) return undefined;
    return { type: 'host.finished', ...at, attempt: begun.attempt, ...outcome, ...nothingPrinted };
  });
}

/** Does a step that concerns the worker's own files or the bot's Redis. */
export async function workLocally(
  workshop: Workshop,
  task: Omit<LocalTask, 'step'> & { step: LocalStep },
): Promise<void> {
  const { step } = task;
  await doLocally({ ...task, step: step.id }, (state) => perform(workshop, state, step));
}
