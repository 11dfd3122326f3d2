import { DefectError } from '../errors.ts';
import type { EventBody, RunEvent } from './events.ts';
import { isAlways } from './next.ts';
import { decidedBy, freshApproval, isSamePerson, onApproval } from './reduce-approval.ts';
import type { HostState, RunState, StepState } from './state.ts';
import { isChange, type Step } from '../modules/contract.ts';
import { hostsOfStep } from '../modules/step-hosts.ts';
import { stageOfStep, stepsOfStage } from '../modules/stages.ts';

/** A host's state before anything was asked of it. */
function freshHost(host: string): HostState {
  return {
    host,
    status: 'pending',
    attempt: 0,
    work: 0,
    startedAt: undefined,
    endedAt: undefined,
    progress: undefined,
    changes: [],
    checks: [],
    facts: {},
    note: undefined,
    tail: [],
    outputBytes: 0,
    exitCode: null,
    reason: '',
    fix: '',
  };
}

function freshStep(step: Step): StepState {
  return {
    id: step.id,
    title: step.title,
    impact: step.impact,
    status: 'pending',
    startedAt: undefined,
    endedAt: undefined,
    hosts: hostsOfStep(step).map(freshHost),
    baseline: undefined,
    checks: [],
    reason: '',
    fix: '',
  };
}

function start(runId: string, event: RunEvent): RunState {
  const { body } = event;
  if (body.type !== 'run.requested') {
    throw new DefectError(`The log of run ${runId} does not begin with run.requested.`, {
      code: 'KEYBUZZ_LOG_BROKEN',
      fix: 'The log was cut or changed: verify it against the hash in the final Slack message.',
    });
  }
  return {
    runId,
    seq: event.seq,
    head: event.hash,
    status: body.plan.steps.some(isChange) ? 'previewing' : 'running',
    command: body.command,
    plan: body.plan,
    planHash: body.planHash,
    gate: body.gate,
    person: body.person,
    origin: body.origin,
    interaction: body.interaction,
    previewOnly: body.previewOnly,
    ...(body.breakGlass === undefined ? {} : { breakGlass: body.breakGlass }),
    requestedAt: event.at,
    updatedAt: event.at,
    endedAt: undefined,
    attempt: 1,
    decided: [],
    preview: undefined,
    approval: undefined,
    fences: [],
    waitingFor: undefined,
    steps: body.plan.steps.map(freshStep),
    cancel: undefined,
    abandon: undefined,
    interruption: undefined,
    ending: undefined,
  };
}

function withStep(state: RunState, id: string, change: (step: StepState) => Partial<StepState>): Partial<RunState> {
  return { steps: state.steps.map((step) => (step.id === id ? { ...step, ...change(step) } : step)) };
}

function withHost(
  state: RunState,
  where: { step: string; host: string },
  change: (host: HostState) => Partial<HostState>,
): Partial<RunState> {
  return withStep(state, where.step, (step) => ({
    hosts: step.hosts.map((host) => (host.host === where.host ? { ...host, ...change(host) } : host)),
  }));
}

type Body<T extends EventBody['type']> = Extract<EventBody, { type: T }>;

function onHost(
  state: RunState,
  event: RunEvent,
  body: Body<'host.started' | 'host.progress' | 'host.noted' | 'host.finished'>,
) {
  const moved = withHost(state, body, (host) => {
    if (body.type === 'host.started') {
      const { host: name, note } = host;
      const { attempt, work } = body;
      return { ...freshHost(name), note, status: 'running', attempt, work, startedAt: event.at };
    }
    if (body.attempt !== host.attempt || host.status !== 'running') return {};
    if (body.type === 'host.noted') return { note: host.note ?? body.note };
    if (body.type === 'host.progress') {
      return { progress: { done: body.done, total: body.total, text: body.text } };
    }
    const { outcome: status, exitCode, changes, checks = [], facts = {}, tail, outputBytes, reason, fix } = body;
    const told = { changes, checks, facts, tail, outputBytes, reason, fix };
    return { status, exitCode, ...told, endedAt: event.at, progress: undefined };
  });
  const after = { ...state, ...moved };
  return withStep(after, body.step, (step) => ({ checks: step.hosts.flatMap((host) => host.checks) }));
}

/** A step as a resume takes it up: `decide` works on its failed and not-started hosts only. */
function reopened(step: StepState): StepState {
  return { ...step, status: 'pending', reason: '', fix: '', endedAt: undefined };
}

/** Ids of the steps that put right what a step's module may have left. */
function compensationOf({ plan }: RunState, stepId: string): string[] {
  const stage = stageOfStep(plan, stepId);
  const steps = stage === undefined ? [] : stepsOfStage(plan, stage);
  return steps.filter(isAlways).map((step) => step.id);
}

/**
 * A resume forgets the failures of steps, not the hosts' histories. A module with compensation is not gone on with: what
 * failed stays failed, and only putting right is tried again.
 */
function resumed(state: RunState): Partial<RunState> {
  if (state.status !== 'interrupted') return {};
  const always = state.plan.steps.filter(isAlways).map((step) => step.id);
  const isOver = (step: StepState) => {
    const mending = compensationOf(state, step.id);
    return step.status === 'ok' || (mending.length > 0 && step.startedAt !== undefined && !mending.includes(step.id));
  };
  return {
    status: 'previewing',
    attempt: state.attempt + 1,
    interruption: undefined,
    cancel: always.length > 0 ? state.cancel : undefined,
    steps: state.steps.map((step) => (isOver(step) ? step : reopened(step))),
  };
}

/** Counts once, of a break-glass run that is over, and never by whoever asked for it. */
function reviewed(state: RunState, event: RunEvent, body: Body<'review.given'>): Partial<RunState> {
  const counts = state.breakGlass !== undefined && state.review === undefined && state.status === 'ended';
  if (!counts || isSamePerson(body.person, state.person)) return {};
  return { review: { person: body.person, at: event.at, note: body.note } };
}

function change(state: RunState, event: RunEvent): Partial<RunState> {
  const { body } = event;
  switch (body.type) {
    case 'run.requested':
      return {};
    case 'preview.taken':
      return { preview: { ...body, at: event.at } };
    case 'approval.requested':
      return { status: 'waiting-approval', approval: freshApproval(state, body) };
    case 'approval.given':
    case 'approval.denied':
    case 'approval.expired':
    case 'approval.voided':
      return onApproval(state, event, body);
    case 'locks.waiting':
      return { status: 'waiting-locks', waitingFor: { lock: body.lock, holder: body.holder, since: body.since } };
    case 'locks.taken':
      return { status: 'running', fences: body.fences, waitingFor: undefined };
    case 'locks.released':
      return {
        fences: [],
        waitingFor: undefined,
        preview: state.preview === undefined ? undefined : { ...state.preview, locked: false },
      };
    case 'step.started':
      return {
        // What a deploy requires is asked before its preview.
        status: state.status === 'previewing' && state.preview === undefined ? 'previewing' : 'running',
        ...withStep(state, body.step, (step) => ({ status: 'running', startedAt: step.startedAt ?? event.at })),
      };
    case 'step.baseline':
      return withStep(state, body.step, () => ({ baseline: body.passing }));
    case 'step.finished':
      return withStep(state, body.step, () => ({
        status: body.outcome,
        endedAt: event.at,
        reason: body.reason,
        fix: body.fix,
      }));
    case 'host.started':
    case 'host.progress':
    case 'host.noted':
    case 'host.finished':
      return onHost(state, event, body);
    case 'checks.answered':
      return withStep(state, body.step, () => ({
        checks: body.results,
        hosts: body.hosts.map(({ host, outcome, reason }) => ({ ...freshHost(host), status: outcome, reason })),
      }));
    case 'cancel.requested':
      return { cancel: state.cancel ?? { person: body.person, at: event.at } };
    case 'abandon.requested':
      return { abandon: state.abandon ?? { person: body.person, at: event.at } };
    case 'resume.requested':
      return resumed(state);
    case 'review.given':
      return reviewed(state, event, body);
    case 'run.interrupted':
      return { status: 'interrupted', interruption: { reason: body.reason, fix: body.fix } };
    case 'run.ended':
      return {
        status: 'ended',
        endedAt: event.at,
        interruption: undefined,
        ending: { ending: body.ending, reason: body.reason, fix: body.fix },
      };
  }
}

/** The state after one more event. Pure; after the end nothing changes any more but the head, and that it was reviewed. */
export function applyEvent(runId: string, state: RunState | undefined, event: RunEvent): RunState {
  if (state === undefined) return start(runId, event);
  const isClosed = state.status === 'ended' && event.body.type !== 'review.given';
  const moved = isClosed ? {} : { ...change(state, event), ...decidedBy(state, event), updatedAt: event.at };
  return { ...state, ...moved, seq: event.seq, head: event.hash };
}

/** The state a log means; undefined for an empty log. Throws DefectError when it does not begin with run.requested. */
export function reduce(runId: string, events: readonly RunEvent[]): RunState | undefined {
  return events.reduce<RunState | undefined>((state, event) => applyEvent(runId, state, event), undefined);
}
