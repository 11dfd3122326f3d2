import type { Stage } from '../modules/contract.ts';
import { stagesOf, stepsOfStage } from '../modules/stages.ts';
import { end, hasPlaces, hasTouched, interrupt, isPassed, type Next } from './next.ts';
import type { Change } from './events.ts';
import { fixOf, notCovered, reasonOf } from './preview.ts';
import type { RunState } from './state.ts';

/** The first stage with a step that is not over; undefined: all are. */
export function currentStage(state: RunState): Stage | undefined {
  const isOpen = (stage: Stage) =>
    stepsOfStage(state.plan, stage).some((step) => {
      const progress = state.steps.find(({ id }) => id === step.id);
      return progress !== undefined && !isPassed(state, step, progress);
    });
  return stagesOf(state.plan).find(isOpen);
}

/** True while the run has the locks of this stage, not those of one before it. */
export function holdsLocksOf({ fences, plan }: RunState, { locks }: Stage): boolean {
  if (fences.length === 0 || plan.stages === undefined) return fences.length > 0;
  return fences.length === locks.length && fences.every(({ lock }) => locks.includes(lock));
}

/** What the newest preview says of a stage. */
export function changesOfStage(state: RunState, stage: Stage): Change[] {
  return (state.preview?.changes ?? []).filter(({ step }) => stage.steps.includes(step));
}

/** "Not among the approved changes of redis: file /etc/x on redis-01". */
function surprise(state: RunState, surprises: readonly Change[]): string {
  const targets = surprises.slice(0, 3).map((one) => `${one.kind} ${one.target} on ${one.host}`);
  const names = (state.plan.stages ?? [])
    .filter(({ steps }) => surprises.some(({ step }) => steps.includes(step)))
    .map(({ module }) => module);
  const of = names.length === 0 ? '' : ` of ${names.join(', ')}`;
  return `Not among the approved changes${of}: ${targets.join(', ')}${surprises.length > 3 ? ' …' : ''}`;
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
      const reason = surprise(state, surprises);
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

/** A preview at the stage's turn: of a plan with several, what the stages before it did may have changed what it does. */
function previewNow(state: RunState, stage: Stage, locked: boolean): Next {
  return state.plan.stages === undefined ? { do: 'preview', locked } : { do: 'preview', locked, stage: stage.module };
}

/**
 * Preview, approval, the stage's locks and the second preview, in this order. The first preview is of all that is left of
 * the plan, and so is the approval. Undefined: changes of the stage may begin.
 */
export function decideClearance(state: RunState, stage: Stage, nowMs: number): Next | undefined {
  const { preview } = state;
  const isHeld = holdsLocksOf(state, stage);
  if (preview?.attempt !== state.attempt) return { do: 'preview', locked: isHeld };
  if (preview.troubles.length > 0) {
    const [reason, fix] = [reasonOf(preview.troubles), fixOf(preview.troubles)];
    return state.previewOnly ? end(state, 'failed', reason, fix) : interrupt(state, reason, fix, stage);
  }
  if (state.previewOnly) return end(state, 'ok', ...blockedBy(state));
  const isOfThisTurn = state.plan.stages === undefined || preview.stage === stage.module;
  if (changesOfStage(state, stage).length === 0 && !isHeld) {
    return isOfThisTurn || !hasTouched(state) ? undefined : previewNow(state, stage, false);
  }
  const approval = decideApproval(state, nowMs);
  if (approval !== undefined) return approval;
  if (!isHeld && stage.locks.length > 0) return { do: 'take-locks' };
  const isKnown = isOfThisTurn && (preview.locked || stage.locks.length === 0);
  return isKnown ? undefined : previewNow(state, stage, true);
}

/** What a mere preview found that would keep the real run from beginning. */
function blockedBy(state: RunState): [reason: string, fix: string] {
  const blocking = state.steps.find(({ status }) => status === 'failed' || status === 'unknown');
  if (blocking === undefined) return ['', ''];
  return [`It would be refused now. ${blocking.title}: ${blocking.reason}`, blocking.fix];
}
