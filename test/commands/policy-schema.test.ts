import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parsePolicy } from '../../src/commands/policy-schema.ts';
import { ConfigError } from '../../src/errors.ts';
import { known, POLICY, policy } from './fakes.ts';

const PEOPLE = 'people: { olga: { name: Olga, slack: [U0OLGA] }, ada: { name: Ada } }';
const APPROVALS =
  'approvals: { disruptive: { approvals: 1, by: [olga] }, destructive: { approvals: 2, by: [everyone] } }';

function policyOf(...parts: string[]) {
  return parsePolicy(parts.join('\n'), 'policy.yaml', known);
}

function faultsOf(...parts: string[]): string[] {
  try {
    policyOf(...parts);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n').slice(1);
    throw error;
  }
  return [];
}

describe('parsePolicy', () => {
  it('reads the policy that ships', () => {
    const file = join(import.meta.dirname, '..', '..', 'inventory', 'policy.yaml');
    expect(Object.keys(parsePolicy(readFileSync(file, 'utf8'), file, known).people)).toContain('olga');
  });

  it('fills in what was left out', () => {
    const { rules, approvals, people, roles } = policyOf(
      PEOPLE,
      APPROVALS,
      'rules: [{ who: [olga], verbs: [status] }]',
    );
    expect(rules[0]).toEqual({ who: ['olga'], verbs: ['status'], modules: ['*'], hosts: ['*'] });
    expect(approvals.none.approvals + approvals.safe.approvals).toBe(0);
    expect(approvals.disruptive.expiresAfter).toBe(3600);
    expect([people.ada?.logins, roles]).toEqual([[], {}]);
  });

  it('demands 1 approval for disruptive and 2 for destructive work unless told otherwise', () => {
    const faults = faultsOf(PEOPLE, 'rules: []');
    expect(faults).toHaveLength(2);
    expect(faults[0]).toContain('approvals/disruptive/by: should say who may approve');
  });

  it('reads durations in minutes, hours and days', () => {
    expect(policy.approvals.disruptive.expiresAfter).toBe(1800);
    const days = APPROVALS.replace('by: [olga]', 'by: [olga], expiresAfter: 2d');
    expect(policyOf(PEOPLE, days, 'rules: []').approvals.disruptive.expiresAfter).toBe(172_800);
  });

  it.each([
    ['people: { olga: { name: Olga, slack: U0OLGA } }', 'people/olga/slack'],
    ['people: { olga: { name: Olga, slack: [olga] } }', 'people/olga/slack/0: should be a Slack user id'],
    ['people: { olga: { name: Olga, slak: [U0OLGA] } }', 'people/olga: Unrecognized key: "slak"'],
    ['people: { Olga: { name: Olga } }', 'people/Olga'],
    [`${PEOPLE}\nusers: {}`, 'the file: Unrecognized key: "users"'],
    [`${PEOPLE}\nrules: [{ who: [olga], verbs: [deplyo] }]`, 'rules/0/verbs/0'],
    [`${PEOPLE}\nrules: [{ who: [], verbs: [deploy] }]`, 'rules/0/who: should name at least one'],
    [`${PEOPLE}\napprovals: { disruptive: { approvals: -1 } }`, 'approvals/disruptive/approvals'],
    [
      `${PEOPLE}\napprovals: { disruptive: { approvals: 1, expiresAfter: 1 week } }`,
      'approvals/disruptive/expiresAfter',
    ],
    [`${PEOPLE}\napprovals: { risky: { approvals: 1 } }`, 'approvals: Unrecognized key: "risky"'],
    ['', 'the file'],
    ['[]', 'the file'],
    ['people: {\nrules: [', 'line 2'],
    ['people: {}\npeople: {}', 'line 2'],
  ])('refuses %j with its path', (text, expected) => {
    expect(faultsOf(text).join('\n')).toContain(expected);
  });

  it.each([
    ['rules: [{ who: [olag], verbs: [deploy] }]', 'rules/0/who/0: there is no person or role "olag". Write olga'],
    ['rules: [{ who: [olga], verbs: [deploy], modules: [reddis] }]', 'rules/0/modules/0: there is no module "reddis"'],
    ['rules: [{ who: [olga], verbs: [deploy], hosts: [redis-9] }]', 'rules/0/hosts/0: there is no host "redis-9"'],
    ['rules: []\nroles: { olga: {} }', 'roles/olga: "olga" is a person and a role'],
    ['rules: []\nroles: { everyone: {} }', 'roles/everyone: "everyone" means all people already'],
  ])('refuses %j, which would grant nothing silently', (rest, expected) => {
    expect(faultsOf(PEOPLE, APPROVALS, rest).join('\n')).toContain(expected);
  });

  it('refuses one Slack user or login for two people', () => {
    const people =
      'people: { olga: { name: O, slack: [U0A], logins: [x] }, ada: { name: A, slack: [U0A], logins: [x] } }';
    const faults = faultsOf(people, APPROVALS, 'rules: []');
    expect(faults[0]).toContain('people/ada/slack: "U0A" already belongs to olga');
    expect(faults[1]).toContain('people/ada/logins: "x" already belongs to olga');
  });

  it('refuses a number of approvals that can never come together', () => {
    const approvals =
      'approvals: { disruptive: { approvals: 2, by: [olga] }, destructive: { approvals: 2, by: [everyone] } }';
    expect(faultsOf(PEOPLE, approvals, 'rules: []')).toEqual([
      expect.stringContaining('approvals/disruptive: 2 approvals are needed and only 1 may give one'),
    ]);
  });

  it('lets nobody switch approval of destructive work off', () => {
    const approvals = 'approvals: { disruptive: { approvals: 0 }, destructive: { approvals: 0 } }';
    expect(faultsOf(PEOPLE, approvals, 'rules: []')).toEqual([
      expect.stringContaining('approvals/destructive/approvals: should be at least 1'),
    ]);
  });

  it('does not refuse a number of approvals that members of a Slack user group may bring together', () => {
    const approvals =
      'approvals: { disruptive: { approvals: 2, by: [ops] }, destructive: { approvals: 2, by: [everyone] } }';
    const roles = 'roles: { ops: { slackGroups: [S0614TZR7] } }';
    expect(faultsOf(PEOPLE, approvals, roles, 'rules: []')).toEqual([]);
  });

  it.each([
    ['approve', 'rules/0/verbs/0: "approve" is granted under approvals'],
    ['deny', 'rules/0/verbs/0: "deny" is granted under approvals'],
    ['help', 'rules/0/verbs/0: "help" is open to everybody'],
    ['whoami', 'rules/0/verbs/0: "whoami" is open to everybody'],
    ['constructor', 'rules/0/verbs/0: "constructor" is no verb; use one of:'],
  ])('refuses a rule about %s, which would do nothing', (verb, expected) => {
    expect(faultsOf(PEOPLE, APPROVALS, `rules: [{ who: [olga], verbs: [${verb}] }]`).join()).toContain(expected);
  });

  it('accepts rules about cancel, resume and abandon', () => {
    const rules = 'rules: [{ who: [olga], verbs: [cancel, resume, abandon] }]';
    expect(policyOf(PEOPLE, APPROVALS, rules).rules).toHaveLength(1);
  });

  it.each(['cancel', 'lock', 'plan', 'approve', 'deplyo'])(
    'refuses an override for %s, which would never fit',
    (verb) => {
      const override = `  overrides: [{ impact: disruptive, verbs: [${verb}], approvals: 1, by: [olga] }]`;
      const block =
        'approvals:\n  disruptive: { approvals: 1, by: [olga] }\n  destructive: { approvals: 2, by: [everyone] }';
      expect(faultsOf(PEOPLE, 'rules: []', block, override).join()).toContain('approvals/overrides/0/verbs/0: "');
    },
  );

  it.each([
    [
      'approvals: { disruptive: { approvals: 0 }, destructive: { approvals: 2, by: [everyone] } }',
      'approvals/disruptive/by',
    ],
    [
      `approvals:
  disruptive: { approvals: 1, by: [olga] }
  destructive: { approvals: 2, by: [everyone] }
  overrides: [{ impact: disruptive, verbs: [steal], approvals: 0 }]`,
      'approvals/overrides/0/by',
    ],
  ])('wants somebody to approve steal where a rule grants it', (approvals, where) => {
    expect(faultsOf(PEOPLE, approvals, 'rules: []')).toEqual([]);
    const faults = faultsOf(PEOPLE, approvals, 'rules: [{ who: [olga], verbs: [steal] }]');
    expect(faults).toEqual([expect.stringContaining(`${where}: should say who may approve \`steal\``)]);
  });

  it('wants the Slack user id of whoever has a login once user groups give roles', () => {
    const people =
      'people: { olga: { name: Olga, logins: [olga], slack: [U0OLGA] }, ada: { name: Ada, logins: [ada] } }';
    const roles = 'roles: { ops: { slackGroups: [S0614TZR7] } }';
    expect(faultsOf(people, APPROVALS, 'rules: []')).toEqual([]);
    expect(faultsOf(people, APPROVALS, roles, 'rules: []')).toEqual([expect.stringContaining('people/ada/slack: ')]);
  });

  it('accepts Slack user groups of a role', () => {
    const roles = 'roles: { ops: { slackGroups: [S0614TZR7] } }';
    expect(policyOf(PEOPLE, APPROVALS, roles, 'rules: []').roles.ops?.slackGroups).toEqual(['S0614TZR7']);
  });

  it('throws nothing but ConfigError, whatever the file holds', () => {
    const lines = POLICY.split('\n');
    const spoiled = fc
      .tuple(fc.nat(lines.length - 1), fc.string({ unit: 'binary', maxLength: 20 }))
      .map(([at, text]) => lines.with(at, text).join('\n'));
    const anything = fc.oneof(spoiled, fc.string({ unit: 'binary' }), fc.json());
    fc.assert(
      fc.property(anything, (text) => {
        try {
          parsePolicy(text, 'policy.yaml', known);
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
