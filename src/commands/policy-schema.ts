import { z } from 'zod';
import { configError, type Fault } from '../faults.ts';
import { IMPACTS, type Impact } from '../modules/contract.ts';
import { AlertPolicy } from './policy-alerts.ts';
import { BreakGlassPolicy, FreezePolicy, TotpPolicy } from './policy-freeze.ts';
import { readPolicyText } from './policy-lines.ts';
import { duration, slackGroup } from './policy-shapes.ts';
import { overrideVerbs, ruleVerbs } from './policy-verbs.ts';
import { nearest } from './suggest.ts';

/** Everyone in `people`, as a role. */
export const EVERYONE = 'everyone';

const KEY_SHAPE = /^[a-z][a-z0-9-]{0,39}$/;
const key = z.string().regex(KEY_SHAPE, 'should be a-z, 0-9 and -, beginning with a letter');
const names = z.array(z.string()).min(1, 'should name at least one');
const slackUser = z.string().regex(/^[UW][A-Z0-9]{2,20}$/, 'should be a Slack user id such as U024BE7LH');
const slackTeam = z.string().regex(/^[TE][A-Z0-9]{2,20}$/, 'should be a Slack workspace id such as T0KEYBUZZ');

/** Names or patterns in which `*` stands for anything. */
const patterns = z.array(z.string().regex(/^[a-z0-9*][a-z0-9*-]*$/, 'should be a name; * stands for anything')).min(1);

/** A person: the doors they come through and the roles they have. */
export const PolicyPerson = z.strictObject({
  name: z.string().min(1, 'should be the name to show'),
  slack: z.array(slackUser).default([]),
  logins: z.array(z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'should be a login user')).default([]),
  roles: z.array(z.string()).default([]),
});
export type PolicyPerson = z.infer<typeof PolicyPerson>;

const PolicyRole = z.strictObject({
  summary: z.string().default(''),
  /** Slack user groups whose members have the role. */
  slackGroups: z.array(slackGroup).default([]),
});

/** Who may do what, to which modules and hosts. Without a rule nobody may. */
export const Rule = z.strictObject({
  who: names,
  verbs: ruleVerbs,
  modules: patterns.default(['*']),
  hosts: patterns.default(['*']),
});
export type Rule = z.infer<typeof Rule>;

const APPROVALS_MAX = 5;
const approvals = z.number().int().min(0).max(APPROVALS_MAX);

/** What one impact needs before it begins. */
export const Requirement = z.strictObject({
  approvals,
  by: z.array(z.string()).default([]),
  expiresAfter: duration.default(3600),
});
export type Requirement = z.infer<typeof Requirement>;

/** Another requirement for some modules and verbs; the first that fits counts. */
export const Override = z.strictObject({
  impact: z.enum(IMPACTS),
  modules: patterns.default(['*']),
  verbs: overrideVerbs.default(['*']),
  approvals,
  by: z.array(z.string()).default([]),
  expiresAfter: duration.default(3600),
});
export type Override = z.infer<typeof Override>;

/** How many approvals an impact needs when the policy does not say. */
export const APPROVALS_DEFAULT: Record<Impact, number> = { none: 0, safe: 0, disruptive: 1, destructive: 2 };

const requirement = (impact: Impact) =>
  Requirement.prefault({ approvals: APPROVALS_DEFAULT[impact] }) satisfies z.ZodType<Requirement>;

/** policy.yaml, read. */
export const Policy = z.strictObject({
  /** Slack workspaces whose people count; empty: the one the app is installed in. */
  slackTeams: z.array(slackTeam).default([]),
  roles: z.record(key, PolicyRole).default({}),
  people: z.record(key, PolicyPerson),
  rules: z.array(Rule),
  approvals: z
    .strictObject({
      none: requirement('none'),
      safe: requirement('safe'),
      disruptive: requirement('disruptive'),
      destructive: requirement('destructive'),
      overrides: z.array(Override).default([]),
    })
    .prefault({}),
  alerts: AlertPolicy.prefault({}),
  freeze: FreezePolicy.prefault({}),
  breakGlass: BreakGlassPolicy.prefault({}),
  totp: TotpPolicy.prefault({}),
});
export type Policy = z.infer<typeof Policy>;

/** The names that the policy may use: a misspelt one would grant or demand nothing, silently. */
export interface KnownNames {
  modules: readonly string[];
  hosts: readonly string[];
}

function hint(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near === undefined ? `Use one of: ${candidates.join(', ')}.` : `Write ${near} if you meant that.`;
}

function unknownNames(where: string, words: readonly string[], known: readonly string[], what: string): Fault[] {
  return words
    .map((word, index) => ({ word, index }))
    .filter(({ word }) => !word.includes('*') && !known.includes(word))
    .map(({ word, index }) => ({
      where: `${where}/${index}`,
      what: `there is no ${what} "${word}"`,
      fix: hint(word, known),
    }));
}

/** The same Slack user or login in two people would make one of them act as the other. */
function sharedIdentities(policy: Policy, field: 'slack' | 'logins'): Fault[] {
  const owners = new Map<string, string>();
  const faults: Fault[] = [];
  for (const [id, person] of Object.entries(policy.people)) {
    for (const identity of person[field]) {
      const owner = owners.get(identity);
      if (owner !== undefined) {
        const what = `"${identity}" already belongs to ${owner === id ? 'the same person' : owner}`;
        faults.push({ where: `people/${id}/${field}`, what, fix: 'Leave it with one of them.' });
      }
      owners.set(identity, id);
    }
  }
  return faults;
}

/** Everything `who` and `by` may name. */
function whoOf(policy: Policy): string[] {
  return [...Object.keys(policy.people), ...Object.keys(policy.roles), EVERYONE];
}

/** Distinct people whose approval counts; undefined when Slack user groups do, too: how many those are only Slack knows. */
function countApprovers(policy: Policy, by: readonly string[]): number | undefined {
  const hasGroup = by.some((name) => (policy.roles[name]?.slackGroups.length ?? 0) > 0);
  if (hasGroup) return undefined;
  const isApprover = ([id, person]: [string, PolicyPerson]) =>
    by.includes(EVERYONE) || by.includes(id) || person.roles.some((role) => by.includes(role));
  return Object.entries(policy.people).filter(isApprover).length;
}

function requirementFaults(policy: Policy, where: string, impact: Impact, needs: Requirement): Fault[] {
  const faults = unknownNames(`${where}/by`, needs.by, whoOf(policy), 'person or role');
  const able = countApprovers(policy, needs.by);
  if (needs.approvals === 0 && impact === 'destructive') {
    const what = 'should be at least 1: nobody alone may lose data';
    faults.push({ where: `${where}/approvals`, what, fix: 'Write 1 or more.' });
  } else if (needs.approvals > 0 && needs.by.length === 0) {
    faults.push({ where: `${where}/by`, what: 'should say who may approve', fix: 'List people or roles.' });
  } else if (faults.length === 0 && able !== undefined && able < needs.approvals) {
    const what = `${needs.approvals} approvals are needed and only ${able} may give one`;
    faults.push({ where, what, fix: 'Add approvers or ask for fewer.' });
  }
  return faults;
}

/** Who may steal must find somebody to approve it: it needs an approval even where its impact needs none. */
function stealFaults({ rules, approvals: { disruptive, overrides } }: Policy): Fault[] {
  const isMeant = (verbs: readonly string[]) => verbs.includes('steal') || verbs.includes('*');
  if (!rules.some(({ verbs }) => isMeant(verbs))) return [];
  const places = overrides
    .map(({ impact, verbs, by }, index) => ({ isMeant: impact === 'disruptive' && isMeant(verbs), by, index }))
    .filter((place) => place.isMeant)
    .map(({ by, index }) => ({ by, where: `approvals/overrides/${index}/by` }));
  const what = 'should say who may approve `steal`: a rule grants it, and it always needs an approval';
  return [{ by: disruptive.by, where: 'approvals/disruptive/by' }, ...places]
    .filter(({ by }) => by.length === 0)
    .map(({ where }) => ({ where, what, fix: 'List people or roles.' }));
}

/** With user groups a second Slack account of a person would be a second person to the policy. */
function doubleFaults(policy: Policy): Fault[] {
  if (Object.values(policy.roles).every(({ slackGroups }) => slackGroups.length === 0)) return [];
  return Object.entries(policy.people)
    .filter(([, { logins, slack }]) => logins.length > 0 && slack.length === 0)
    .map(([id]) => ({
      where: `people/${id}/slack`,
      what: 'should name their Slack user id: as a member of a Slack user group they could approve what they ask for here',
      fix: 'Write it, as in slack: [U024BE7LH].',
    }));
}

/** Faults that only show when the parts are seen together. */
function crossFaults(policy: Policy, known: KnownNames): Fault[] {
  const people = Object.keys(policy.people);
  const roles = Object.keys(policy.roles);
  const who = whoOf(policy);
  const faults: Fault[] = [...sharedIdentities(policy, 'slack'), ...sharedIdentities(policy, 'logins')];
  faults.push(...doubleFaults(policy));
  for (const name of roles.filter((role) => people.includes(role))) {
    faults.push({ where: `roles/${name}`, what: `"${name}" is a person and a role`, fix: 'Rename one of them.' });
  }
  if (people.includes(EVERYONE) || roles.includes(EVERYONE)) {
    const where = `${people.includes(EVERYONE) ? 'people' : 'roles'}/${EVERYONE}`;
    faults.push({ where, what: `"${EVERYONE}" means all people already`, fix: 'Choose another name.' });
  }
  for (const [id, person] of Object.entries(policy.people)) {
    faults.push(...unknownNames(`people/${id}/roles`, person.roles, roles, 'role'));
  }
  for (const [index, rule] of policy.rules.entries()) {
    faults.push(...unknownNames(`rules/${index}/who`, rule.who, who, 'person or role'));
    faults.push(...unknownNames(`rules/${index}/modules`, rule.modules, known.modules, 'module'));
    faults.push(...unknownNames(`rules/${index}/hosts`, rule.hosts, known.hosts, 'host'));
  }
  faults.push(...unknownNames('breakGlass/by', policy.breakGlass.by, who, 'person or role'));
  faults.push(...unknownNames('totp/resetBy', policy.totp.resetBy, who, 'person or role'));
  for (const impact of IMPACTS) {
    faults.push(...requirementFaults(policy, `approvals/${impact}`, impact, policy.approvals[impact]));
  }
  for (const [index, override] of policy.approvals.overrides.entries()) {
    const where = `approvals/overrides/${index}`;
    faults.push(...unknownNames(`${where}/modules`, override.modules, known.modules, 'module'));
    faults.push(...requirementFaults(policy, where, override.impact, override));
  }
  if (faults.length === 0) faults.push(...stealFaults(policy));
  return faults;
}

/** The policy in a policy.yaml text. Throws one ConfigError with every fault, its line and its path: `line 12, people/olga/slack/0`. */
export function parsePolicy(text: string, file: string, known: KnownNames): Policy {
  const { value, withLine } = readPolicyText(text, file);
  const parsed = Policy.safeParse(value);
  const faults: Fault[] = parsed.success
    ? crossFaults(parsed.data, known)
    : parsed.error.issues.map(({ path, message }) => ({
        where: path.length === 0 ? 'the file' : path.map(String).join('/'),
        what: message.replace(/\.$/, ''),
        fix: 'See inventory/README.md for the shape of the policy.',
      }));
  if (!parsed.success || faults.length > 0) throw configError(file, 'KEYBUZZ_POLICY_INVALID', faults.map(withLine));
  return parsed.data;
}
