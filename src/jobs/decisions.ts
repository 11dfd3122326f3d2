import { BusyError, CommandError, RefusedError } from '../errors.ts';
import type { Holder } from './locks.ts';
import type { Decision } from './engine.ts';
import type { EventBody } from './events.ts';
import { isSamePerson } from './reduce-approval.ts';
import type { RunState } from './state.ts';

function refused(code: string, message: string, fix: string): RefusedError {
  return new RefusedError(message, { code, fix });
}

/** True when this person's vote on what is pending or approved is counted: the same click again is no error. */
function isRepeated({ approval }: RunState, decision: Decision): boolean {
  const isOpen = approval?.decision === 'pending' || approval?.decision === 'approved';
  return isOpen && approval.given.some((vote) => isSamePerson(vote.person, decision.person));
}

/** Why this can't be decided now; undefined: an approval is pending, and it is the one the person saw. */
function whyClosed(state: RunState, decision: Decision, nowMs: number): RefusedError | undefined {
  const { approval, runId } = state;
  if (state.cancel !== undefined) {
    const who = state.cancel.person.name;
    return refused('KEYBUZZ_RUN_CANCELLED', `Run ${runId} was cancelled by ${who}.`, `Ask again: ${state.command}`);
  }
  if (approval === undefined) {
    return refused('KEYBUZZ_NOTHING_TO_APPROVE', `Run ${runId} waits for no approval.`, `See it: show ${runId}`);
  }
  if (decision.approval !== undefined && decision.approval !== approval.id) {
    return refused(
      'KEYBUZZ_APPROVAL_VOIDED',
      `What you saw of run ${runId} is no longer what it would do.`,
      'Look at the newest prompt and decide on that.',
    );
  }
  const [last] = approval.given.slice(-1);
  switch (approval.decision) {
    case 'approved':
      return refused(
        'KEYBUZZ_DECIDED_ALREADY',
        `Run ${runId} was already approved by ${last?.person.name ?? 'someone'}.`,
        `See it: show ${runId}`,
      );
    case 'denied':
      return refused(
        'KEYBUZZ_DECIDED_ALREADY',
        `Run ${runId} was already denied by ${approval.deniedBy?.name ?? 'someone'}.`,
        `See it: show ${runId}`,
      );
    case 'voided':
      return refused(
        'KEYBUZZ_APPROVAL_VOIDED',
        `The approval of run ${runId} was voided: ${approval.reason}.`,
        'A new prompt follows.',
      );
    case 'expired':
    case 'pending':
      if (approval.decision === 'pending' && state.status !== 'ended' && nowMs < Date.parse(approval.expiresAt)) {
        return undefined;
      }
      return refused(
        'KEYBUZZ_APPROVAL_EXPIRED',
        `The approval of run ${runId} expired at ${approval.expiresAt}.`,
        `Ask again: ${state.command}`,
      );
  }
}

/** The event of an approval; undefined when this person's vote is counted already. Throws RefusedError. */
export function approvalEvent(state: RunState, decision: Decision, nowMs: number): EventBody | undefined {
  if (isRepeated(state, decision)) return undefined;
  const closed = whyClosed(state, decision, nowMs);
  if (closed !== undefined) throw closed;
  if (isSamePerson(decision.person, state.person)) {
    throw refused(
      'KEYBUZZ_SELF_APPROVAL',
      `You asked for run ${state.runId} yourself, so your approval does not count.`,
      'Ask somebody else who may approve it.',
    );
  }
  const { person, via, interaction } = decision;
  return { type: 'approval.given', approval: state.approval?.id ?? '', person, via, interaction };
}

/** The event of a denial; undefined when this person denied already. Throws RefusedError. */
export function denialEvent(
  state: RunState,
  decision: Decision & { reason: string },
  nowMs: number,
): EventBody | undefined {
  if (state.approval?.decision === 'denied' && state.approval.deniedBy?.id === decision.person.id) return undefined;
  const closed = whyClosed(state, decision, nowMs);
  if (closed !== undefined) throw closed;
  const { person, reason, interaction } = decision;
  return { type: 'approval.denied', approval: state.approval?.id ?? '', person, reason, interaction };
}

/** The event of a cancel; undefined when one is on its way. Throws RefusedError when the run is over. */
export function cancelEvent(state: RunState, { person, interaction }: Decision): EventBody | undefined {
  if (state.cancel !== undefined) return undefined;
  if (state.status === 'ended') {
    throw refused('KEYBUZZ_RUN_ENDED', `Run ${state.runId} has ended already.`, `See it: show ${state.runId}`);
  }
  if (state.status === 'interrupted') {
    throw refused(
      'KEYBUZZ_RUN_INTERRUPTED',
      `Run ${state.runId} is interrupted: something may be half done, so it can't just be cancelled.`,
      `Go on with it: resume ${state.runId}, or leave it as it is: abandon ${state.runId}`,
    );
  }
  return { type: 'cancel.requested', person, interaction };
}

/** The event of a resume; undefined when this interaction resumed it already. Throws RefusedError unless interrupted. */
export function resumeEvent(state: RunState, { person, interaction }: Decision): EventBody | undefined {
  if (state.resumes.includes(interaction)) return undefined;
  if (state.status !== 'interrupted') {
    throw refused(
      'KEYBUZZ_NOT_INTERRUPTED',
      `Run ${state.runId} is not interrupted (${state.status}), so there is nothing to resume.`,
      state.status === 'ended' ? `Start it again: ${state.command}` : `See it: show ${state.runId}`,
    );
  }
  return { type: 'resume.requested', person, interaction };
}

/** The event of an abandon. Throws RefusedError unless the run is interrupted. */
export function abandonEvent(state: RunState, { person, interaction }: Decision): EventBody | undefined {
  if (state.abandon !== undefined) return undefined;
  if (state.status !== 'interrupted') {
    throw refused(
      'KEYBUZZ_NOT_INTERRUPTED',
      `Run ${state.runId} is not interrupted (${state.status}).`,
      state.status === 'ended' ? 'There is nothing left to abandon.' : `Stop it between steps: cancel ${state.runId}`,
    );
  }
  return { type: 'abandon.requested', person, interaction };
}

/** The event of a review; undefined when it was reviewed by this person already. Throws RefusedError. */
export function reviewEvent(state: RunState, decision: Decision & { note: string }): EventBody | undefined {
  const { runId, review } = state;
  const { person, note, interaction } = decision;
  if (review !== undefined && isSamePerson(review.person, person)) return undefined;
  if (state.breakGlass === undefined) {
    throw refused('KEYBUZZ_NOTHING_TO_REVIEW', `Run ${runId} broke no glass.`, 'See those that did: reviews');
  }
  if (review !== undefined) {
    const what = `Run ${runId} was already reviewed by ${review.person.name}.`;
    throw refused('KEYBUZZ_DECIDED_ALREADY', what, `See it: show ${runId}`);
  }
  if (state.status !== 'ended') {
    throw refused('KEYBUZZ_RUN_OPEN', `Run ${runId} is not over (${state.status}).`, 'Review it when it has ended.');
  }
  if (isSamePerson(person, state.person)) {
    const what = `You asked for run ${runId} yourself, so your review does not count.`;
    throw refused('KEYBUZZ_SELF_APPROVAL', what, 'Ask somebody else who may approve such runs.');
  }
  return { type: 'review.given', person, note, interaction };
}

/** Run ids come from people: anything else than our alphabet never becomes part of a key. */
export function checkRunId(runId: string): string {
  if (/^[a-z]{5}-[a-z]{5}$/.test(runId)) return runId;
  throw new CommandError(`"${runId.slice(0, 40)}" is not a run id.`, {
    code: 'KEYBUZZ_RUN_UNKNOWN',
    fix: 'Run ids look like lusab-babad; type `runs` to see the recent ones.',
  });
}

/** A lock that the person can neither take nor free: who holds it, since when, for what. */
export function heldBySomeoneElse({ lock, run, owner, since, reason }: Omit<Holder, 'fence'>): BusyError {
  const who = run === '' ? owner : `run ${run} of ${owner}`;
  return new BusyError(`Lock ${lock} is held by ${who} since ${since}: ${reason}.`, {
    code: 'KEYBUZZ_LOCK_HELD',
    fix: run === '' ? `Ask ${owner} to unlock it, or steal it with an approval.` : `See it: show ${run}`,
  });
}
