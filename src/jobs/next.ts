import { isChange, type Stage, type Step } from '../modules/contract.ts';
import type { Ending, EventBody } from './events.ts';
import type { HostState, RunState, StepState } from './state.ts';

/** What a worker does next with a run. */
export type Next =
  /** Nothing to do before a person or the clock does something; `untilMs` is when the clock does (epoch). */
  | { do: 'wait'; untilMs: number | undefined }
  /** Write down what follows from the state alone. */
  | { do: 'append'; body: EventBody }
  /** Ask what would change; with `stage` only the steps of this module are asked, at its turn. */
  | { do: 'preview'; locked: boolean; stage?: string }
  | { do: 'take-locks' }
  | { do: 'release-locks' }
  | { do: 'baseline'; step: string }
  /** Start, or go on with, the step's work on these hosts; with `gate` the baseline must pass again first. */
  | { do: 'work'; step: string; hosts: string[]; gate: boolean }
  | { do: 'ask-checks'; step: string }
  | { do: 'gather-evidence'; step: string };

export const WAIT: Next = { do: 'wait', untilMs: undefined };

/** True while it holds a lock or a place in a queue: either keeps others off the cluster. */
export function hasPlaces(state: RunState): boolean {
  return state.fences.length > 0 || state.waitingFor !== undefined;
}

/** Ends the run, letting go of its locks and places in queues first. */
export function end(state: RunState, ending: Ending, reason: string, fix = ''): Next {
  if (hasPlaces(state)) return { do: 'release-locks' };
  return { do: 'append', body: { type: 'run.ended', ending, reason, fix } };
}

/** True once any host was asked to change something, in this stage or in any. */
export function hasTouched(state: RunState, stage?: Stage): boolean {
  return state.plan.steps.some(
    (step, index) =>
      isChange(step) &&
      (stage === undefined || stage.steps.includes(step.id)) &&
      state.steps[index]?.hosts.some((host) => host.attempt > 0),
  );
}

/**
 * Something on a host may be half done: people must look. Without changes behind it, of the stage where there are several,
 * the locks are let go.
 */
export function interrupt(state: RunState, reason: string, fix: string, stage?: Stage): Next {
  if (hasPlaces(state) && !hasTouched(state, stage)) return { do: 'release-locks' };
  return { do: 'append', body: { type: 'run.interrupted', reason, fix } };
}

/** True for what ended otherwise than well. */
export function isBad({ status }: Pick<StepState | HostState, 'status'>): boolean {
  return status === 'failed' || status === 'unknown';
}

/** True for a step that puts right what the run may have left. */
export function isAlways(step: Step | undefined): boolean {
  return (step?.kind === 'script' || step?.kind === 'hetzner') && step.always === true;
}

/** True for what is asked before anything of its stage is shown or done. */
export function isRequirement(step: Step | undefined): boolean {
  return step?.kind === 'checks' && step.isRequirement === true;
}

/** True for a step that nothing is left to do of; a mere preview tells what is not met, and goes on. */
export function isPassed(state: RunState, step: Step, progress: StepState): boolean {
  return progress.status === 'ok' || (isBad(progress) && isOnlyTold(state, step));
}

/** True for what a mere preview tells and goes on from. */
export function isOnlyTold(state: RunState, step: Step): boolean {
  return state.previewOnly && isRequirement(step);
}
