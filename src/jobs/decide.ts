import { isChange, type Step } from '../modules/contract.ts';
import type { Ending, EventBody } from './events.ts';
import { fixOf, notCovered, reasonOf } from './preview.ts';
import type { HostState, RunState, StepState } from './state.ts';

/** What a worker does next with a run. */
export type Next =
  /** Nothing to do before a person or the clock does something; `untilMs` is when the clock does (epoch). */
  | { do: 'wait'; untilMs: number | undefined }
  /** Write down what follows from the state alone. */
  | { do: 'append'; body: EventBody }
  | { do: 'preview'; locked: boolean }
  | { do: 'take-locks' }
  | { do: 'release-locks' }
  | { do: 'baseline'; step: string }
  /** Start, or go on with, the step's work on these hosts; with `gate` the baseline must pass again first. */
  | { do: 'work'; step: string; hosts: string[]; gate: boolean }
  | { do: 'ask-checks'; step: string };

const WAIT: Next = { do: 'wait', untilMs: undefined };

/** True while it holds a lock or a place in a queue: either keeps others off the cluster. */
function hasPlaces(state: RunState): boolean {
  return state.fences.length > 0 || state.waitingFor !== undefined;
}

/** Ends the run, letting go of its locks and places in queues first. */
function end(state: RunState, ending: Ending, reason: string, fix = ''): Next {
  if (hasPlaces(state)) return { do: 'release-locks' };
  return { do: 'append', body: { type: 'run.ended', ending, reason, fix } };
}

/** True once any host was asked to change something. */
function hasTouched(state: RunState): boolean {
  return state.plan.steps.some(
    (step, index) => isChange(step) && state.steps[index]?.hosts.some((host) => host.attempt > 0),
  );
}

/** Something on a host may be half done: people must look. Without changes behind it the locks are let go. */
function interrupt(state: RunState, reason: string, fix: string): Next {
  if (hasPlaces(state) && !hasTouched(state)) return { do: 'release-locks' };
  return { do: 'append', body: { type: 'run.interrupted', reason, fix } };
}

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

/** Approval and the change of what was approved. Undefined: the way is free. */
function decideApproval(state: RunState, nowMs: number): Next | undefined {
  const { approval, preview, gate } = state;
  if (preview === undefined || gate.approvals === 0) return undefined;
  switch (approval?.decision) {
    case 'pending': {
      const untilMs = Date.parse(approval.expiresAt);
      if (nowMs < untilMs) return { do: 'wait', untilMs };
      return { do: 'append', body: { type: 'approval.expired', approval: approval.id } };
    }
    case 'denied':
      return end(state, 'denied', `Denied by ${approval.deniedBy?.name ?? 'someone'}: ${approval.reason}`);
    case 'expired':
      return end(state, 'expired', 'Nobody decided in time.', `Ask again: ${state.command}`);
    case 'approved': {
      const isUnused = state.fences.length === 0 && !hasTouched(state);
      if (isUnused && nowMs >= Date.parse(approval.expiresAt)) {
        const late = 'It expired before the run could begin';
        return { do: 'append', body: { type: 'approval.voided', approval: approval.id, reason: late } };
      }
      const surprises = notCovered(preview.changes, approval.changes);
      if (surprises.length === 0) return undefined;
      const targets = surprises.slice(0, 3).map((one) => `${one.kind} ${one.target} on ${one.host}`);
      const reason = `Not among the approved changes: ${targets.join(', ')}${surprises.length > 3 ? ' …' : ''}`;
      return { do: 'append', body: { type: 'approval.voided', approval: approval.id, reason } };
    }
    case 'voided':
    case undefined: {
      if (hasPlaces(state)) return { do: 'release-locks' };
      const expiresAt = new Date(nowMs + gate.expiresAfterSeconds * 1000).toISOString();
      const id = `${state.runId}-${state.seq}`;
      return {
        do: 'append',
        body: { type: 'approval.requested', approval: id, previewHash: preview.hash, expiresAt },
      };
    }
  }
}

/** Preview, approval, locks and the second preview, in this order. Undefined: changes may begin. */
function decideClearance(state: RunState, nowMs: number): Next | undefined {
  const { preview } = state;
  const isHeld = state.fences.length > 0;
  if (preview?.attempt !== state.attempt) return { do: 'preview', locked: isHeld };
  if (preview.troubles.length > 0) {
    const [reason, fix] = [reasonOf(preview.troubles), fixOf(preview.troubles)];
    return state.previewOnly ? end(state, 'failed', reason, fix) : interrupt(state, reason, fix);
  }
  if (state.previewOnly) return end(state, 'ok', '');
  if (preview.changes.length === 0 && !isHeld) return undefined;
  const approval = decideApproval(state, nowMs);
  if (approval !== undefined) return approval;
  if (!isHeld && state.plan.locks.length > 0) return { do: 'take-locks' };
  return preview.locked || state.plan.locks.length === 0 ? undefined : { do: 'preview', locked: true };
}

/** A host that has this attempt's work still before it. */
function isDue(host: HostState, attempt: number): boolean {
  return (
    host.status === 'pending' || (host.attempt < attempt && (host.status === 'failed' || host.status === 'unknown'))
  );
}

const nameOf = ({ host }: HostState) => host;

/** Which hosts of a script step to work on now; empty: the step is over. */
function nextHosts(state: RunState, step: Step, progress: StepState): { hosts: string[]; gate: boolean } {
  const { attempt } = state;
  const running = progress.hosts.filter((host) => host.status === 'running').map(nameOf);
  const shown = step.kind === 'script' && step.onlyChanged === true ? (state.preview?.changes ?? []) : undefined;
  const isMeant = ({ host }: HostState) =>
    shown === undefined || shown.some((change) => change.step === step.id && change.host === host);
  const isSpoiled = progress.hosts.some(
    (host) => host.attempt === attempt && (host.status === 'failed' || host.status === 'unknown'),
  );
  const due = isSpoiled ? [] : progress.hosts.filter((host) => isMeant(host) && isDue(host, attempt)).map(nameOf);
  const isFirst = progress.hosts.every((host) => host.status !== 'ok');
  const order = step.kind === 'script' ? step.order : 'together';
  const isOneAtATime = order === 'one-by-one' || (order === 'first-then-rest' && isFirst);
  if (isOneAtATime && running.length > 0) return { hosts: running, gate: false };
  const gate = !isFirst && running.length === 0 && step.kind === 'script' && step.gateSeconds > 0;
  return { hosts: [...running, ...(isOneAtATime ? due.slice(0, 1) : due)], gate: gate && due.length > 0 };
}

function finishStep(progress: StepState): Next {
  const worst =
    progress.hosts.find((host) => host.status === 'unknown') ?? progress.hosts.find((host) => host.status === 'failed');
  const bad = progress.hosts.filter((host) => isBad(host));
  const told = worst === undefined ? [] : [worst, ...bad.filter((host) => host !== worst)];
  return {
    do: 'append',
    body: {
      type: 'step.finished',
      step: progress.id,
      outcome: worst?.status === 'unknown' ? 'unknown' : worst === undefined ? 'ok' : 'failed',
      reason: reasonOf(told),
      fix: fixOf(told),
    },
  };
}

function isBad({ status }: Pick<StepState | HostState, 'status'>): boolean {
  return status === 'failed' || status === 'unknown';
}

function isAlways(step: Step | undefined): boolean {
  return step?.kind === 'script' && step.always === true;
}

/** The next of what puts right what the run may have left; undefined: nothing is left to put right, or it was tried. */
function decideCompensation(state: RunState): Next | undefined {
  if (!hasTouched(state)) return undefined;
  for (const [index, step] of state.plan.steps.entries()) {
    const progress = state.steps[index];
    if (progress === undefined || !isAlways(step)) continue;
    if (progress.status === 'pending' || progress.status === 'running') return decideStep(state, step, progress);
  }
  return undefined;
}

/**
 * What follows from a step that did not end well. Undefined: none did. A run that put everything right again ends; one
 * that could not, or has no way to, is interrupted.
 */
function decideFailure(state: RunState): Next | undefined {
  const bad = state.plan.steps.filter((_, index) => isBad(state.steps[index] ?? { status: 'ok' }));
  const [first] = bad.filter((step) => !isAlways(step)).concat(bad);
  if (first === undefined) return undefined;
  const compensation = decideCompensation(state);
  if (compensation !== undefined) return compensation;
  const { reason = '', fix = '' } = state.steps.find((step) => step.id === first.id) ?? {};
  const sentence = `${first.title}: ${reason}`;
  const hasChanges = state.plan.steps.some(isChange);
  if (!hasTouched(state)) {
    // Asked under the locks, before the first change; they are let go of before it ends, so they are no sign.
    if (first.kind === 'checks' && (state.preview?.changes.length ?? 0) > 0)
      return end(state, 'refused', sentence, fix);
    if (!hasChanges || state.fences.length === 0) return end(state, 'failed', sentence, fix);
    return interrupt(state, sentence, fix);
  }
  const isPutRight = state.plan.steps.some(isAlways) && !bad.some(isAlways);
  return isPutRight ? end(state, 'failed', sentence, fix) : interrupt(state, sentence, fix);
}

function decideStep(state: RunState, step: Step, progress: StepState): Next {
  if (progress.status === 'pending') {
    return { do: 'append', body: { type: 'step.started', step: step.id, attempt: state.attempt } };
  }
  if (step.kind === 'checks') return { do: 'ask-checks', step: step.id };
  if (step.kind === 'script' && step.gateSeconds > 0 && progress.baseline === undefined) {
    return { do: 'baseline', step: step.id };
  }
  const { hosts, gate } = nextHosts(state, step, progress);
  if (hosts.length === 0) return finishStep(progress);
  if (state.cancel !== undefined && !isAlways(step)) {
    const running = progress.hosts.filter((host) => host.status === 'running').map(nameOf);
    return { do: 'work', step: step.id, hosts: running, gate: false };
  }
  return { do: 'work', step: step.id, hosts, gate };
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
  if (state.steps.every((step) => step.status === 'ok')) return end(state, 'ok', '');
  const hasChanges = state.plan.steps.some(isChange);
  if (hasChanges) {
    const clearance = decideClearance(state, nowMs);
    if (clearance !== undefined) return clearance;
  }
  const isNoop = hasChanges && state.fences.length === 0 && state.preview?.changes.length === 0;
  for (const [index, step] of state.plan.steps.entries()) {
    const progress = state.steps[index];
    if (progress === undefined || progress.status === 'ok') continue;
    if (isNoop && isChange(step)) continue;
    return decideStep(state, step, progress);
  }
  return end(state, 'ok', isNoop ? 'Nothing to change.' : '');
}
