import { RefusedError } from '../errors.ts';
import { inWords, type Phrase, type Told } from '../language/index.ts';
import type { Gate, Person } from '../jobs/events.ts';
import { gravestImpact, type Impact, type Plan } from '../modules/contract.ts';
import { stagesOf, stepsOfStage } from '../modules/stages.ts';
import type { CommandVerb } from './command-spec.ts';
import { EVERYONE, type Override, type Policy, type Requirement } from './policy-schema.ts';

/** Somebody at a door, as the policy sees them. */
export interface Actor {
  person: Person;
  /** False: the policy has no such person. */
  isMapped: boolean;
  /** Given by name in policy.yaml, and those found through Slack user groups so far. */
  roles: readonly string[];
  via: 'slack' | 'terminal';
  /** The Slack account they act with, whose user groups count; undefined in the terminal and for foreign workspaces. */
  account: string | undefined;
  /** The Slack workspace they come from, when it is none that counts here. */
  foreignTeam?: string;
}

/** What somebody wants to do, as rules see it. */
export interface Wish {
  verb: string;
  /** Empty: belongs to no module, so that only a rule for all modules grants it. Undefined: modules don't matter. */
  module: string | undefined;
  /** Names of the hosts it would touch. */
  targets: readonly string[];
}

/** What an approval is about. */
export interface ApprovalWish {
  impact: Impact;
  module: string;
  verb: string;
}

export type Verdict = { isAllowed: true } | { isAllowed: false; insteadOf: string[] };

/** What everybody may do, so that a stranger learns whom to ask. */
const OPEN_VERBS: readonly string[] = ['help', 'whoami'] satisfies CommandVerb[];

/** What changes nothing: allowed on install-01 also to somebody without a place in the policy. */
export const READING_VERBS: readonly string[] = [
  'status',
  'validate',
  'inventory',
  'plan',
  'runs',
  'show',
  'logs',
  'locks',
  'alerts',
  'digest',
  'policy',
  'reviews',
  'audit',
] satisfies CommandVerb[];

/**
 * The person with this Slack user id, which must be of a workspace that the policy lists or, when it lists none, of the
 * bot's own: in a shared channel people of other companies click, too.
 */
export function personOfSlack(policy: Policy, userId: string, teamId = '', homeTeam = teamId): Actor {
  const teams = policy.slackTeams.length === 0 ? [homeTeam] : policy.slackTeams;
  const isKnownTeam = teams.includes(teamId);
  const foreign = isKnownTeam ? {} : { foreignTeam: teamId };
  const found = isKnownTeam ? Object.entries(policy.people).find(([, one]) => one.slack.includes(userId)) : undefined;
  if (found === undefined) {
    const person: Person = { id: `slack:${userId}`, name: userId, slack: userId };
    return { person, isMapped: false, roles: [], via: 'slack', account: isKnownTeam ? userId : undefined, ...foreign };
  }
  const [id, { name, roles }] = found;
  return { person: { id, name, slack: userId }, isMapped: true, roles, via: 'slack', account: userId };
}

/** The person with this login user on install-01. */
export function personOfLogin(policy: Policy, login: string): Actor {
  const found = Object.entries(policy.people).find(([, one]) => one.logins.includes(login));
  if (found === undefined) {
    const person: Person = { id: `login:${login}`, name: login };
    return { person, isMapped: false, roles: [], via: 'terminal', account: undefined };
  }
  const [id, { name, roles, slack }] = found;
  const [mention] = slack;
  const person: Person = { id, name, ...(mention === undefined ? {} : { slack: mention }) };
  return { person, isMapped: true, roles, via: 'terminal', account: undefined };
}

function isAmong(actor: Actor, who: readonly string[]): boolean {
  const isNamed = (name: string) => actor.isMapped && (name === EVERYONE || name === actor.person.id);
  return who.some((name) => isNamed(name) || actor.roles.includes(name));
}

/** `redis-*` fits `redis-01`. */
function fits(pattern: string, name: string): boolean {
  const literals = pattern.split('*').map((part) => part.replace(/[^a-z0-9-]/g, '\\$&'));
  return new RegExp(`^${literals.join('.*')}$`).test(name);
}

function covers(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => fits(pattern, name));
}

/** Names people can ask: `Olga Petit`, `operator`. */
export function shownNames(policy: Policy, who: readonly string[]): string[] {
  return [...new Set(who)].map((name) => policy.people[name]?.name ?? (name === EVERYONE ? 'everyone' : name));
}

/** What belongs to no module and no host concerns the whole platform: a rule for some hosts is not enough. */
function coversHosts(rule: Policy['rules'][number], { module, targets }: Wish): boolean {
  if (module === '' && targets.length === 0) return rule.hosts.includes('*');
  return targets.every((target) => covers(rule.hosts, target));
}

/** Everybody whom some rule lets do it: names of people and roles, or `everyone`. */
export function grants(policy: Policy, wish: Wish): string[] {
  const { module } = wish;
  return policy.rules
    .filter((rule) => rule.verbs.some((verb) => verb === '*' || verb === wish.verb))
    .filter((rule) => module === undefined || rule.modules.includes('*') || covers(rule.modules, module))
    .filter((rule) => coversHosts(rule, wish))
    .flatMap((rule) => rule.who);
}

/** Whether the policy lets them, and if not, who may instead. One rule must cover all of the targets. */
export function mayRun(policy: Policy, actor: Actor, wish: Wish): Verdict {
  if (OPEN_VERBS.includes(wish.verb)) return { isAllowed: true };
  if (actor.via === 'terminal' && READING_VERBS.includes(wish.verb)) return { isAllowed: true };
  const who = grants(policy, wish);
  return isAmong(actor, who) ? { isAllowed: true } : { isAllowed: false, insteadOf: shownNames(policy, who) };
}

/** Why they may do what `mayRun` allows: "rule 2 grants it to operator". Empty when it does not. */
export function grantOf(policy: Policy, actor: Actor, wish: Wish): Told {
  if (OPEN_VERBS.includes(wish.verb)) return (say) => say.policy.grants.everybody;
  for (const [index, rule] of policy.rules.entries()) {
    if (grants({ ...policy, rules: [rule] }, wish).length === 0) continue;
    const name = rule.who.find((one) => isAmong(actor, [one]));
    if (name !== undefined) {
      const role = shownNames(policy, [name]).join('');
      return (say) => say.policy.grants.rule(index + 1, role);
    }
  }
  const isReader = actor.via === 'terminal' && READING_VERBS.includes(wish.verb);
  return isReader ? (say) => say.policy.grants.reader : '';
}

function fitsOverride(override: Override, wish: ApprovalWish): boolean {
  const isForModule = override.modules.includes('*') || covers(override.modules, wish.module);
  const isForVerb = override.verbs.some((verb) => verb === '*' || verb === wish.verb);
  return override.impact === wish.impact && isForModule && isForVerb;
}

function requirementFor(policy: Policy, wish: ApprovalWish): Requirement {
  return policy.approvals.overrides.find((one) => fitsOverride(one, wish)) ?? policy.approvals[wish.impact];
}

/** Everybody whose approval counts for it: names of people and roles, or `everyone`. */
export function approversOf(policy: Policy, wish: ApprovalWish): string[] {
  return requirementFor(policy, wish).by;
}

/** Whether they may approve or deny it. That a requester never counts is the run's own rule. */
export function mayApprove(policy: Policy, actor: Actor, wish: ApprovalWish): Verdict {
  const by = approversOf(policy, wish);
  return isAmong(actor, by) ? { isAllowed: true } : { isAllowed: false, insteadOf: shownNames(policy, by) };
}

/** Like `mayApprove`, for all that one approval is about: each must be theirs to approve. */
export function mayApproveAll(policy: Policy, actor: Actor, wishes: readonly ApprovalWish[]): Verdict {
  const verdicts = wishes.map((wish) => mayApprove(policy, actor, wish));
  return verdicts.find(({ isAllowed }) => !isAllowed) ?? { isAllowed: true };
}

/** Whether they may go ahead alone in an emergency. */
export function mayBreakGlass(policy: Policy, actor: Actor): Verdict {
  const { by } = policy.breakGlass;
  return isAmong(actor, by) ? { isAllowed: true } : { isAllowed: false, insteadOf: shownNames(policy, by) };
}

/** Whether they may have somebody else's one-time codes forgotten. */
export function mayResetTotp(policy: Policy, actor: Actor): Verdict {
  const { resetBy } = policy.totp;
  return isAmong(actor, resetBy) ? { isAllowed: true } : { isAllowed: false, insteadOf: shownNames(policy, resetBy) };
}

/** What an approval of a plan is about: each module that it changes something of. */
export function approvalsOf(plan: Plan): ApprovalWish[] {
  const { verb } = plan;
  const wishes = stagesOf(plan).map((stage) => ({
    impact: gravestImpact(stepsOfStage(plan, stage)),
    module: stage.module,
    verb,
  }));
  const grave = wishes.filter(({ impact }) => impact !== 'none');
  return grave.length === 0 ? [{ impact: 'none', module: plan.module, verb }] : grave;
}

/** Taking a lock from a holder that may be alive is never decided alone, whatever the policy says of its impact. */
const NEVER_ALONE: readonly string[] = ['steal'] satisfies CommandVerb[];

/**
 * What the policy demands of a plan: it follows from the gravest step, so a module can't forget it. Of several modules the
 * strictest counts. What a deploy requires is never overridden alone.
 */
export function gateFor(policy: Policy, plan: Plan): Gate {
  const needs = approvalsOf(plan).map((wish) => requirementFor(policy, wish));
  const atLeast = NEVER_ALONE.includes(plan.verb) || plan.override !== undefined ? 1 : 0;
  return {
    approvals: Math.max(atLeast, ...needs.map(({ approvals }) => approvals)),
    impact: gravestImpact(plan.steps),
    expiresAfterSeconds: Math.min(...needs.map(({ expiresAfter }) => expiresAfter)),
  };
}

/** True when some rule lets them use the verb on something: what help shows. */
export function mayEver(policy: Policy, actor: Actor, verb: string): boolean {
  return mayRun(policy, actor, { verb, module: undefined, targets: [] }).isAllowed;
}

/** True when some requirement counts their approval. */
export function mayEverApprove(policy: Policy, actor: Actor): boolean {
  const { overrides, ...byImpact } = policy.approvals;
  return [...overrides, ...Object.values(byImpact)].some(({ by }) => isAmong(actor, by));
}

/** How somebody the policy does not know gets into it. */
export function howToBeMapped({ foreignTeam, person, via }: Actor): Phrase {
  if (foreignTeam !== undefined) return (say) => say.policy.foreignTeam(foreignTeam);
  const [, identity = ''] = person.id.split(':');
  const field = via === 'slack' ? 'slack' : 'logins';
  return (say) => say.policy.notListed(identity, field);
}

/** The refusal of `what` ("deploy redis") by the policy, naming who may do it. */
export function refusal(actor: Actor, what: Told, verdict: Extract<Verdict, { isAllowed: false }>): RefusedError {
  const whom = verdict.insteadOf.join(', ');
  const ask: Phrase = (say) => (whom === '' ? say.policy.nobodyMay : say.policy.ask(whom));
  const isKnown = actor.isMapped || actor.roles.length > 0;
  return new RefusedError((say) => say.policy.mayNot(actor.person.name, inWords(what, say)), {
    code: 'KEYBUZZ_NOT_ALLOWED',
    fix: isKnown ? ask : (say) => `${ask(say)} ${howToBeMapped(actor)(say)}`,
  });
}
