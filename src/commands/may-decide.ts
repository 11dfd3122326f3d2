import type { RunState } from '../jobs/state.ts';
import type { Directory } from './directory.ts';
import { findRoles } from './group-roles.ts';
import { approvalsOf, approversOf, mayApproveAll, personOfSlack } from './policy.ts';
import type { Policy } from './policy-schema.ts';

/** A Slack user, as an event names them. */
export interface SlackWho {
  userId: string;
  teamId: string;
  /** The workspace the bot is installed in. */
  homeTeam: string;
}

/** Whether the run waits for this person: their approval would count, they did not ask for it, nor give theirs yet. */
export async function mayDecide(
  policy: Policy,
  { userId, teamId, homeTeam }: SlackWho,
  state: RunState,
  directory: Directory | undefined,
): Promise<boolean> {
  const { approval } = state;
  if (approval?.decision !== 'pending') return false;
  const wishes = approvalsOf(state.plan);
  const among = wishes.flatMap((wish) => approversOf(policy, wish));
  const asking = { directory, how: 'recent' as const };
  const known = personOfSlack(policy, userId, teamId, homeTeam);
  const { actor } = await findRoles(policy, known, among, asking);
  const isInvolved = [state.person, ...approval.given.map(({ person }) => person)].some(
    ({ id }) => id === actor.person.id,
  );
  return !isInvolved && mayApproveAll(policy, actor, wishes).isAllowed;
}
