import { RefusedError } from '../errors.ts';
import { inWords, type Told } from '../language/index.ts';
import type { Directory, Doubt, Freshness, Membership } from './directory.ts';
import { approversOf, refusal, type Actor, type ApprovalWish, type Verdict } from './policy.ts';
import { EVERYONE, type Policy } from './policy-schema.ts';

/** Whom to ask about user groups, and how new the answers must be. */
export interface Asking {
  /** Undefined in the terminal. */
  directory: Directory | undefined;
  how: Freshness;
}

/** An actor with the roles that Slack says they have, and what could not be learned. */
export interface Found {
  actor: Actor;
  doubts: Doubt[];
}

const FROM_TERMINAL: Doubt = {
  reason: (say) => say.groups.fromTerminal,
  fix: (say) => say.groups.fromTerminalFix,
};

function groupsOf(policy: Policy, role: string): readonly string[] {
  return policy.roles[role]?.slackGroups ?? [];
}

/** Ids of all Slack user groups that the policy names. */
export function slackGroupsOf(policy: Policy): string[] {
  return [...new Set(Object.values(policy.roles).flatMap(({ slackGroups }) => slackGroups))];
}

/** One group is enough; a doubt counts only when no other group settles it. */
function settle(answers: readonly Membership[]): Membership {
  const isMember = answers.find(({ kind }) => kind === 'member');
  return isMember ?? answers.find(({ kind }) => kind === 'unknown') ?? { kind: 'stranger' };
}

/** Who they are when the policy does not name them. The name is their own choice, so the id stands beside it. */
async function introduce(actor: Actor, userId: string, { directory, how }: Asking): Promise<Found> {
  if (actor.isMapped || directory === undefined) return { actor, doubts: [] };
  const account = await directory.account(userId, how);
  if (account.kind === 'person') {
    return { actor: { ...actor, person: { ...actor.person, name: `${account.name} (${userId})` } }, doubts: [] };
  }
  const fix: Told = (say) => say.groups.ownAccount;
  const doubt = account.kind === 'unknown' ? account : { reason: account.reason, fix };
  return { actor: { ...actor, roles: [] }, doubts: [doubt] };
}

/** Asks which of these roles they have through Slack user groups. Roles that no group gives cost no question. */
export async function findRoles(
  policy: Policy,
  actor: Actor,
  among: readonly string[],
  asking: Asking,
): Promise<Found> {
  const roles = [...new Set(among)].filter((role) => !actor.roles.includes(role) && groupsOf(policy, role).length > 0);
  if (roles.length === 0) return { actor, doubts: [] };
  const { account: userId } = actor;
  const { directory, how } = asking;
  if (userId === undefined || directory === undefined) {
    return { actor, doubts: actor.via === 'terminal' && actor.isMapped ? [FROM_TERMINAL] : [] };
  }
  const answers = await Promise.all(
    roles.map(async (role) => {
      const groups = groupsOf(policy, role);
      return settle(await Promise.all(groups.map((group) => directory.membership(group, userId, how))));
    }),
  );
  const found = roles.filter((_, index) => answers[index]?.kind === 'member');
  const doubts = answers.filter((answer) => answer.kind === 'unknown');
  if (found.length === 0) return { actor, doubts };
  const known = await introduce({ ...actor, roles: [...actor.roles, ...found] }, userId, asking);
  return { actor: known.actor, doubts: [...known.doubts, ...doubts] };
}

/** A question to the policy: what it says of an actor, and whom it names. */
export interface Question {
  judge: (actor: Actor) => Verdict;
  /** Names of people and roles that it lets do it. */
  who: readonly string[];
}

/**
 * The actor, with the roles that allow it. Slack is asked only when no role they have by name allows it. Throws
 * RefusedError: not allowed, or not known because Slack did not say who is in a group.
 */
export async function allowed(
  policy: Policy,
  actor: Actor,
  { what, question, asking }: { what: Told; question: Question; asking: Asking },
): Promise<Actor> {
  if (question.judge(actor).isAllowed) return actor;
  const found = await findRoles(policy, actor, question.who, asking);
  const verdict = question.judge(found.actor);
  if (verdict.isAllowed) return found.actor;
  const refused = refusal(found.actor, what, verdict);
  const [doubt] = found.doubts;
  if (doubt === undefined) throw refused;
  throw new RefusedError(
    (say) => say.policy.mayNotNow(actor.person.name, inWords(what, say), inWords(doubt.reason, say)),
    {
      code: 'KEYBUZZ_GROUP_UNKNOWN',
      fix: (say) => `${inWords(doubt.fix, say)}. ${refused.told(say).fix}`,
    },
  );
}

/** Everybody who has one of these names, by the ids that approvals carry; undefined when Slack does not say. */
async function idsOf(policy: Policy, by: readonly string[], directory: Directory | undefined) {
  const people = Object.entries(policy.people);
  const named = people.filter(
    ([id, person]) => by.includes(EVERYONE) || by.includes(id) || person.roles.some((role) => by.includes(role)),
  );
  const ids = new Set(named.map(([id]) => id));
  for (const group of new Set(by.flatMap((role) => groupsOf(policy, role)))) {
    const members = await directory?.members(group);
    if (members?.kind !== 'members') return undefined;
    for (const userId of members.userIds) {
      ids.add(people.find(([, { slack }]) => slack.includes(userId))?.[0] ?? `slack:${userId}`);
    }
  }
  return ids;
}

/**
 * How many people beside the requester may approve it, members of user groups each counted once, also when a group and
 * the policy both name them. Undefined when that is not known. Guests and bots in a group are counted: they are told
 * apart when they click.
 */
export async function approversBeside(
  policy: Policy,
  wish: ApprovalWish,
  requester: Actor,
  directory: Directory | undefined,
): Promise<number | undefined> {
  const ids = await idsOf(policy, approversOf(policy, wish), directory);
  ids?.delete(requester.person.id);
  return ids?.size;
}
