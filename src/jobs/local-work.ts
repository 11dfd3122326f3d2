import { sha256 } from '../canonical.ts';
import { HostError } from '../errors.ts';
import { hostsOfStep, type EnrollStep, type StealStep } from '../modules/contract.ts';
import { pinApproved, previewEnroll } from './enroll.ts';
import type { Change } from './events.ts';
import type { RunLog } from './log.ts';
import { troubleOf, type Preview } from './preview.ts';
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

/** Does a local step. Each is harmless when done twice, so a worker that takes over just does it again. */
export async function workLocally(workshop: Workshop, log: RunLog, step: LocalStep): Promise<void> {
  const at = { step: step.id, host: hostsOfStep(step)[0] ?? '' };
  const isRunning = (state: RunState) =>
    state.steps.some((one) => one.id === step.id && one.hosts.some((host) => host.status === 'running'));
  const state = await log.append((now) =>
    isRunning(now) ? undefined : { type: 'host.started', ...at, attempt: now.attempt, work: now.attempt },
  );
  const outcome = await perform(workshop, state, step).then(
    (changes) => ({ outcome: 'ok' as const, changes, reason: '', fix: '' }),
    (error: unknown) => {
      const { reason, fix } = troubleOf(step.id, at.host, error);
      const isUnknown = error instanceof HostError;
      return { outcome: isUnknown ? ('unknown' as const) : ('failed' as const), changes: [], reason, fix };
    },
  );
  const nothingPrinted = { exitCode: null, tail: [], outputBytes: 0, outputHash: sha256('') };
  await log.append((now) =>
    isRunning(now) ? { type: 'host.finished', ...at, attempt: now.attempt, ...outcome, ...nothingPrinted } : undefined,
  );
}
