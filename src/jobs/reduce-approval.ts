import type { EventBody, Person, RunEvent } from './events.ts';
import type { ApprovalState, RunState } from './state.ts';

type Body<T extends EventBody['type']> = Extract<EventBody, { type: T }>;

/** True also for two names of one Slack account: the policy may have learned theirs after they asked or voted. */
export function isSamePerson(one: Person, other: Person): boolean {
  return one.id === other.id || (one.slack !== undefined && one.slack === other.slack);
}

/** Counts an approval once per person and never the requester's, whoever wrote the event. */
function givenTo(state: RunState, approval: ApprovalState, vote: { person: Person; at: string; via: string }) {
  const counted =
    !isSamePerson(vote.person, state.person) &&
    !approval.given.some((earlier) => isSamePerson(earlier.person, vote.person));
  const given = counted ? [...approval.given, vote] : approval.given;
  const decision: ApprovalState['decision'] = given.length >= approval.needed ? 'approved' : 'pending';
  return { ...approval, given, decision };
}

/** The approval that a request opens, with the changes it is asked for. */
export function freshApproval(state: RunState, body: Body<'approval.requested'>): ApprovalState {
  return {
    id: body.approval,
    previewHash: body.previewHash,
    changes: state.preview?.changes ?? [],
    needed: state.gate.approvals,
    expiresAt: body.expiresAt,
    decision: 'pending',
    given: [],
    deniedBy: undefined,
    reason: '',
  };
}

/** What a vote, an expiry or a voiding makes of the newest approval; nothing when it is another or decided already. */
export function onApproval(
  state: RunState,
  event: RunEvent,
  body: Body<'approval.given' | 'approval.denied' | 'approval.expired' | 'approval.voided'>,
): Partial<RunState> {
  const { approval } = state;
  const isPending = approval?.decision === 'pending';
  const canVoid = body.type === 'approval.voided' && approval?.decision === 'approved';
  if (approval?.id !== body.approval || !(isPending || canVoid)) return {};
  switch (body.type) {
    case 'approval.given': {
      const decided = givenTo(state, approval, { person: body.person, at: event.at, via: body.via });
      return { approval: decided, status: decided.decision === 'approved' ? 'waiting-locks' : state.status };
    }
    case 'approval.denied':
      return { approval: { ...approval, decision: 'denied', deniedBy: body.person, reason: body.reason } };
    case 'approval.expired':
      return { approval: { ...approval, decision: 'expired' } };
    case 'approval.voided':
      return { approval: { ...approval, decision: 'voided', reason: body.reason }, status: 'previewing' };
  }
}

/** The interaction of a decision, kept whatever comes of it: the approval, or the cancel, that it made may be over before it comes again. */
export function decidedBy({ decided }: RunState, { body }: RunEvent): Partial<RunState> {
  const isDecision = 'interaction' in body && body.type !== 'run.requested';
  return isDecision ? { decided: [...decided, body.interaction] } : {};
}
