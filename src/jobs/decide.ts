import { isChange, type Stage } from '../modules/contract.ts';
import { stageOfStep, stepsOfStage } from '../modules/stages.ts';
import { changesOfStage, currentStage, decideClearance, holdsLocksOf } from './decide-clearance.ts';
import { decideStep } from './decide-step.ts';
import {
  end,
  hasTouched,
  interrupt,
  isAlways,
  isBad,
  isOnlyTold,
  isPassed,
  isRequirement,
  WAIT,
  type Next,
} from './next.ts';
import type { RunState, StepState } from './state.ts';

function isWorking(state: RunState): boolean {
  return state.steps.some((step) => step.hosts.some((host) => step.status === 'running' && host.status === 'running'));
}

function decideCancel(state: RunState, who: { name: string }): Next {
  const compensation = decideCompensation(state);
  if (compensation !== undefined) return compensation;
  const isDone = ({ status, hosts }: StepState) =>
    status === 'ok' || (hosts.length > 0 && hosts.every((host) => host.status === 'ok'));
  const left = state.steps.filter((step, index) => !isDone(step) && !isAlways(state.plan.steps[index]));
  const names = left.map((step) => step.title);
  const rest = names.length === 0 ? '' : ` Not done: ${names.join(', ')}.`;
  return end(state, 'cancelled', `Cancelled by ${who.name}.${rest}`);
}

/** The next of what puts right what the run may have left; undefined: nothing is left to put right, or it was tried. */
function decideCompensation(state: RunState): Next | undefined {
  for (const [index, step] of state.plan.steps.entries()) {
    const progress = state.steps[index];
    if (progress === undefined || !isAlways(step) || !hasTouched(state, stageOfStep(state.plan, step.id))) continue;
    if (progress.status === 'pending' || progress.status === 'running') return decideStep(state, step, progress);
  }
  return undefined;
}

/**
 * What follows from a step that did not end well. Undefined: none did. A run that put everything right again ends; one
 * that could not, or has no way to, is interrupted.
 */
function decideFailure(state: RunState): Next | undefined {
  const bad = state.plan.steps.filter(
    (step, index) => isBad(state.steps[index] ?? { status: 'ok' }) && !isOnlyTold(state, step),
  );
  const [first] = bad.filter((step) => !isAlways(step)).concat(bad);
  if (first === undefined) return undefined;
  const compensation = decideCompensation(state);
  if (compensation !== undefined) return compensation;
  const { reason = '', fix = '', status } = state.steps.find((step) => step.id === first.id) ?? {};
  const sentence = `${first.title}: ${reason}`;
  const hasChanges = state.plan.steps.some(isChange);
  if (!hasTouched(state)) {
    // Asked under the locks, before the first change; they are let go of before it ends, so they are no sign.
    const isAsked = first.kind === 'checks' && (state.preview?.changes.length ?? 0) > 0;
    // That nobody knows whether it is met is no reason to refuse for good: it is asked again by a resume.
    const isSilent = isRequirement(first) && status === 'unknown';
    if (isSilent) return interrupt(state, sentence, fix);
    if (isAsked || isRequirement(first)) return end(state, 'refused', sentence, fix);
    if (!hasChanges || state.fences.length === 0) return end(state, 'failed', sentence, fix);
    return interrupt(state, sentence, fix);
  }
  const stage = stageOfStep(state.plan, first.id);
  const isPutRight = stage !== undefined && stepsOfStage(state.plan, stage).some(isAlways) && !bad.some(isAlways);
  return isPutRight ? end(state, 'failed', sentence, fix) : interrupt(state, sentence, fix);
}

/** The next thing to do in a stage; undefined: what is left of it changes nothing. */
function decideStage(state: RunState, stage: Stage, nowMs: number): Next | undefined {
  const open = stepsOfStage(state.plan, stage).flatMap((step) => {
    const progress = state.steps.find(({ id }) => id === step.id);
    return progress === undefined || isPassed(state, step, progress) ? [] : [{ step, progress }];
  });
  const [due] = open;
  if (due !== undefined && isRequirement(due.step)) return decideStep(state, due.step, due.progress);
  const hasChanges = stepsOfStage(state.plan, stage).some(isChange);
  const clearance = hasChanges ? decideClearance(state, stage, nowMs) : undefined;
  if (clearance !== undefined) return clearance;
  const isNoop = hasChanges && !holdsLocksOf(state, stage) && changesOfStage(state, stage).length === 0;
  for (const { step, progress } of open) {
    if (!isNoop || !isChange(step)) return decideStep(state, step, progress);
    // A resume must not come back to it when a later stage is half done.
    const passed = {
      type: 'step.finished',
      step: step.id,
      outcome: 'ok',
      reason: 'Nothing to change.',
      fix: '',
    } as const;
    if (state.plan.stages !== undefined) return { do: 'append', body: passed };
  }
  return undefined;
}

/**
 * What to do next with a run, from its state and the time alone. Whoever calls does it, appends what happened and asks
 * again; two workers that do the same thing at the same time are told apart by the log and by the hosts.
 */
export function decide(state: RunState, nowMs: number): Next {
  if (state.status === 'ended') return WAIT;
  if (state.abandon !== undefined && (state.status === 'interrupted' || !isWorking(state))) {
    return end(state, 'abandoned', `Abandoned by ${state.abandon.person.name}.`);
  }
  if (state.cancel !== undefined && !isWorking(state)) return decideCancel(state, state.cancel.person);
  if (state.status === 'interrupted') return WAIT;
  const failure = decideFailure(state);
  if (failure !== undefined) return failure;
  const stage = currentStage(state);
  if (stage !== undefined) {
    // Those of a stage that is over: others may have them before this one's turn.
    if (state.plan.stages !== undefined && state.fences.length > 0 && !holdsLocksOf(state, stage))
      return { do: 'release-locks' };
    const next = decideStage(state, stage, nowMs);
    if (next !== undefined) return next;
  }
  const isSkipped = state.plan.stages !== undefined || state.steps.some(({ status }) => status !== 'ok');
  const isUntouched = isSkipped && state.plan.steps.some(isChange) && !hasTouched(state);
  return end(state, 'ok', isUntouched ? 'Nothing to change.' : '');
}

export type { Next };
