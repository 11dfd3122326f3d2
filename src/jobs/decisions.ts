import { BusyError, CommandError, RefusedError } from '../errors.ts';
import type { Phrase } from '../language/index.ts';
import type { Holder } from './locks.ts';
import type { Decision } from './engine.ts';
import type { EventBody } from './events.ts';
import { isSamePerson } from './reduce-approval.ts';
import type { RunState } from './state.ts';

function refused(code: string, message: Phrase, fix: Phrase): RefusedError {
  return new RefusedError(message, { code, fix });
}

const seeIt =
  (runId: string): Phrase =>
  (say) =>
    say.decisions.seeIt(runId);

/**
 * True when this interaction decided something of the run already: what has come since, a newer approval or another attempt,
 * nobody meant by it.
 */
function isKnown({ decided }: RunState, { interaction }: Decision): boolean {
  return decided.includes(interaction);
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
    return refused(
      'KEYBUZZ_RUN_CANCELLED',
      (say) => say.decisions.cancelled(runId, who),
      (say) => say.decisions.askAgain(state.command),
    );
  }
  if (approval === undefined) {
    return refused('KEYBUZZ_NOTHING_TO_APPROVE', (say) => say.decisions.waitsForNone(runId), seeIt(runId));
  }
  if (decision.approval !== undefined && decision.approval !== approval.id) {
    return refused(
      'KEYBUZZ_APPROVAL_VOIDED',
      (say) => say.decisions.outdated(runId),
      (say) => say.decisions.newestPrompt,
    );
  }
  const [last] = approval.given.slice(-1);
  switch (approval.decision) {
    case 'approved':
      return refused(
        'KEYBUZZ_DECIDED_ALREADY',
        (say) => say.decisions.approvedAlready(runId, last?.person.name ?? say.decisions.someone),
        seeIt(runId),
      );
    case 'denied':
      return refused(
        'KEYBUZZ_DECIDED_ALREADY',
        (say) => say.decisions.deniedAlready(runId, approval.deniedBy?.name ?? say.decisions.someone),
        seeIt(runId),
      );
    case 'voided':
      return refused(
        'KEYBUZZ_APPROVAL_VOIDED',
        (say) => say.decisions.voided(runId, approval.reason),
        (say) => say.decisions.newPrompt,
      );
    case 'expired':
    case 'pending':
      if (approval.decision === 'pending' && state.status !== 'ended' && nowMs < Date.parse(approval.expiresAt)) {
        return undefined;
      }
      return refused(
        'KEYBUZZ_APPROVAL_EXPIRED',
        (say) => say.decisions.expired(runId, approval.expiresAt),
        (say) => say.decisions.askAgain(state.command),
      );
  }
}

/** The event of an approval; undefined when this person's vote, or this interaction, is counted already. Throws RefusedError. */
export function approvalEvent(state: RunState, decision: Decision, nowMs: number): EventBody | undefined {
  if (isKnown(state, decision) || isRepeated(state, decision)) return undefined;
  const closed = whyClosed(state, decision, nowMs);
  if (closed !== undefined) throw closed;
  if (isSamePerson(decision.person, state.person)) {
    throw refused(
      'KEYBUZZ_SELF_APPROVAL',
      (say) => say.decisions.ownApproval(state.runId),
      (say) => say.decisions.askApprover,
    );
  }
  const { person, via, interaction } = decision;
  return { type: 'approval.given', approval: state.approval?.id ?? '', person, via, interaction };
}

/** The event of a denial; undefined when this person, or this interaction, denied already. Throws RefusedError. */
export function denialEvent(
  state: RunState,
  decision: Decision & { reason: string },
  nowMs: number,
): EventBody | undefined {
  if (isKnown(state, decision)) return undefined;
  if (state.approval?.decision === 'denied' && state.approval.deniedBy?.id === decision.person.id) return undefined;
  const closed = whyClosed(state, decision, nowMs);
  if (closed !== undefined) throw closed;
  const { person, reason, interaction } = decision;
  return { type: 'approval.denied', approval: state.approval?.id ?? '', person, reason, interaction };
}

/** The event of a cancel; undefined when one is on its way. Throws RefusedError when the run is over. */
export function cancelEvent(state: RunState, decision: Decision): EventBody | undefined {
  if (isKnown(state, decision) || state.cancel !== undefined) return undefined;
  if (state.status === 'ended') {
    throw refused('KEYBUZZ_RUN_ENDED', (say) => say.decisions.ended(state.runId), seeIt(state.runId));
  }
  if (state.status === 'interrupted') {
    throw refused(
      'KEYBUZZ_RUN_INTERRUPTED',
      (say) => say.decisions.interrupted(state.runId),
      (say) => say.decisions.resumeOrAbandon(state.runId),
    );
  }
  const { person, interaction } = decision;
  return { type: 'cancel.requested', person, interaction };
}

/** The event of a resume; undefined when this interaction resumed it already. Throws RefusedError unless interrupted. */
export function resumeEvent(state: RunState, decision: Decision): EventBody | undefined {
  if (isKnown(state, decision)) return undefined;
  if (state.status !== 'interrupted') {
    throw refused(
      'KEYBUZZ_NOT_INTERRUPTED',
      (say) => say.decisions.nothingToResume(state.runId, say.states.word[state.status]),
      state.status === 'ended' ? (say) => say.decisions.startAgain(state.command) : seeIt(state.runId),
    );
  }
  const { person, interaction } = decision;
  return { type: 'resume.requested', person, interaction };
}

/** The event of an abandon. Throws RefusedError unless the run is interrupted. */
export function abandonEvent(state: RunState, decision: Decision): EventBody | undefined {
  if (isKnown(state, decision) || state.abandon !== undefined) return undefined;
  if (state.status !== 'interrupted') {
    throw refused(
      'KEYBUZZ_NOT_INTERRUPTED',
      (say) => say.decisions.notInterrupted(state.runId, say.states.word[state.status]),
      (say) => (state.status === 'ended' ? say.decisions.nothingToAbandon : say.decisions.stopIt(state.runId)),
    );
  }
  const { person, interaction } = decision;
  return { type: 'abandon.requested', person, interaction };
}

/** The event of a review; undefined when it was reviewed by this person already. Throws RefusedError. */
export function reviewEvent(state: RunState, decision: Decision & { note: string }): EventBody | undefined {
  const { runId, review } = state;
  const { person, note, interaction } = decision;
  if (review !== undefined && isSamePerson(review.person, person)) return undefined;
  if (state.breakGlass === undefined) {
    throw refused(
      'KEYBUZZ_NOTHING_TO_REVIEW',
      (say) => say.decisions.brokeNoGlass(runId),
      (say) => say.decisions.seeReviews,
    );
  }
  if (review !== undefined) {
    const what: Phrase = (say) => say.decisions.reviewedAlready(runId, review.person.name);
    throw refused('KEYBUZZ_DECIDED_ALREADY', what, seeIt(runId));
  }
  if (state.status !== 'ended') {
    throw refused(
      'KEYBUZZ_RUN_OPEN',
      (say) => say.decisions.notOver(runId, say.states.word[state.status]),
      (say) => say.decisions.reviewAfterwards,
    );
  }
  if (isSamePerson(person, state.person)) {
    throw refused(
      'KEYBUZZ_SELF_APPROVAL',
      (say) => say.decisions.ownReview(runId),
      (say) => say.decisions.askReviewer,
    );
  }
  return { type: 'review.given', person, note, interaction };
}

/** Run ids come from people: anything else than our alphabet never becomes part of a key. */
export function checkRunId(runId: string): string {
  if (/^[a-z]{5}-[a-z]{5}$/.test(runId)) return runId;
  throw new CommandError((say) => say.grammar.notARunId(runId.slice(0, 40)), {
    code: 'KEYBUZZ_RUN_UNKNOWN',
    fix: (say) => say.grammar.runIdsLook,
  });
}

/** A lock that the person can neither take nor free: who holds it, since when, for what. */
export function heldBySomeoneElse({ lock, run, owner, since, reason }: Omit<Holder, 'fence'>): BusyError {
  const who: Phrase = (say) => (run === '' ? owner : say.policy.runOf(run, owner));
  return new BusyError((say) => say.decisions.lockHeld(lock, who(say), since, reason), {
    code: 'KEYBUZZ_LOCK_HELD',
    fix: run === '' ? (say) => say.decisions.askToUnlock(owner) : seeIt(run),
  });
}
