import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  gateFor,
  mayApprove,
  mayEver,
  mayEverApprove,
  mayRun,
  personOfLogin,
  personOfSlack,
  refusal,
  type Actor,
} from '../../src/commands/policy.ts';
import { COMMAND_VERBS } from '../../src/commands/command-spec.ts';
import { RefusedError } from '../../src/errors.ts';
import { IMPACTS, type Impact, type Step } from '../../src/modules/contract.ts';
import { parsePolicy } from '../../src/commands/policy-schema.ts';
import { known, policy, POLICY } from './fakes.ts';

const olga = personOfSlack(policy, 'U0OLGA');
const ada = personOfSlack(policy, 'U0ADA');
const rita = personOfSlack(policy, 'U0RITA');
const rob = personOfSlack(policy, 'U0ROB');
const stranger = personOfSlack(policy, 'U0NOBODY');
const root = personOfLogin(policy, 'root');

const may = (actor: Actor, verb: string, module: string | undefined, ...targets: string[]) =>
  mayRun(policy, actor, { verb, module, targets }).isAllowed;

describe('people', () => {
  it('are known by Slack user id and by login', () => {
    expect(olga).toMatchObject({ person: { id: 'olga', name: 'Olga Petit', slack: 'U0OLGA' }, isMapped: true });
    expect(personOfLogin(policy, 'olga').person).toEqual(olga.person);
  });

  it('whom the policy does not name are named after their door', () => {
    expect(stranger).toMatchObject({ person: { id: 'slack:U0NOBODY' }, isMapped: false, roles: [] });
    expect(root).toMatchObject({ person: { id: 'login:root', name: 'root' }, isMapped: false });
  });

  it('are never taken for each other across doors', () => {
    expect(personOfSlack(policy, 'olga').isMapped).toBe(false);
    expect(personOfLogin(policy, 'U0OLGA').isMapped).toBe(false);
  });

  it('of a workspace the policy does not list are strangers', () => {
    const strict = { ...policy, slackTeams: ['T0HOME'] };
    expect(personOfSlack(strict, 'U0OLGA', 'T0HOME').isMapped).toBe(true);
    expect(personOfSlack(strict, 'U0OLGA', 'T0AWAY').isMapped).toBe(false);
    expect(personOfSlack(strict, 'U0OLGA').isMapped).toBe(false);
  });
});

describe('mayRun', () => {
  it('denies what no rule grants', () => {
    expect(may(rita, 'deploy', 'redis', 'redis-01')).toBe(false);
    expect(may(olga, 'remove', 'redis', 'redis-01')).toBe(false);
  });

  it('grants by role, verb and module', () => {
    expect(may(olga, 'deploy', 'redis', 'redis-01')).toBe(true);
    expect(may(olga, 'deploy', 'postgresql', 'db-master-01')).toBe(false);
    expect(may(ada, 'deploy', 'postgresql', 'db-master-01')).toBe(true);
  });

  it('wants one rule to cover every host', () => {
    expect(may(rob, 'deploy', 'redis', 'redis-01', 'redis-02')).toBe(true);
    expect(may(rob, 'deploy', 'redis', 'redis-01', 'haproxy-01')).toBe(false);
  });

  it('grants what belongs to no module only by a rule for all modules', () => {
    expect(may(ada, 'enroll', '', 'redis-01')).toBe(true);
    expect(may(rob, 'enroll', '', 'redis-01')).toBe(false);
  });

  it('grants what concerns the whole platform only by a rule for all hosts', () => {
    const limited = parsePolicy(
      POLICY.replace('rules:', "rules:\n  - { who: [rob], verbs: ['*'], hosts: ['redis-*'] }"),
      'policy.yaml',
      known,
    );
    const rob = personOfSlack(limited, 'U0ROB');
    const mayRob = (verb: string, ...targets: string[]) =>
      mayRun(limited, rob, { verb, module: '', targets }).isAllowed;
    expect(mayRob('enroll', 'redis-01')).toBe(true);
    for (const verb of ['freeze', 'unfreeze', 'silence', 'lock', 'steal']) expect(mayRob(verb)).toBe(false);
  });

  it('lets a stranger in Slack ask for help and who they are, and nothing else', () => {
    const allowed = COMMAND_VERBS.filter((verb) => may(stranger, verb, undefined));
    expect(allowed).toEqual(['help', 'whoami']);
  });

  it('lets a stranger in the terminal read, and nothing else', () => {
    const allowed = COMMAND_VERBS.filter((verb) => may(root, verb, undefined));
    expect([...allowed].sort()).toEqual(
      [
        'alerts',
        'audit',
        'digest',
        'help',
        'inventory',
        'locks',
        'logs',
        'plan',
        'policy',
        'reviews',
        'runs',
        'show',
        'status',
        'validate',
        'whoami',
      ].sort(),
    );
  });

  it('means by everyone all people of the policy, and no stranger', () => {
    const rule = { who: ['everyone'], verbs: ['deploy' as const], modules: ['*'], hosts: ['*'] };
    const by = { approvals: 1, by: ['everyone'], expiresAfter: 3600 };
    const open = { ...policy, rules: [rule], approvals: { ...policy.approvals, destructive: by } };
    const wish = { verb: 'deploy', module: 'redis', targets: ['redis-01'] };
    const approval = { impact: 'destructive' as const, module: 'redis', verb: 'remove' };
    const verdicts = [rob, stranger, root].map((actor) => [
      mayRun(open, actor, wish).isAllowed,
      mayApprove(open, actor, approval).isAllowed,
    ]);
    expect(verdicts).toEqual([
      [true, true],
      [false, false],
      [false, false],
    ]);
  });

  it('says who may instead', () => {
    const verdict = mayRun(policy, rita, { verb: 'deploy', module: 'redis', targets: ['redis-01'] });
    expect(verdict).toEqual({ isAllowed: false, insteadOf: ['operator', 'admin', 'Rob Noir'] });
  });

  it('lets nobody whom the policy does not name change anything, whatever their name is', () => {
    const id = fc.oneof(fc.string(), fc.constantFrom('everyone', 'admin', 'olga', '__proto__', 'constructor'));
    fc.assert(
      fc.property(id, fc.constantFrom('deploy', 'enroll', 'test', 'remove', 'drill', 'lock', 'steal'), (name, verb) => {
        for (const actor of [personOfSlack(policy, name), personOfLogin(policy, name)]) {
          if (!actor.isMapped) expect(may(actor, verb, 'redis')).toBe(false);
        }
      }),
    );
  });
});

describe('mayApprove', () => {
  const wish = (impact: Impact, module = 'redis') => ({ impact, module, verb: 'deploy' });

  it('goes by the impact', () => {
    expect(mayApprove(policy, olga, wish('disruptive')).isAllowed).toBe(true);
    expect(mayApprove(policy, olga, wish('destructive')).isAllowed).toBe(false);
    expect(mayApprove(policy, ada, wish('destructive')).isAllowed).toBe(true);
  });

  it('goes by the first override that fits instead', () => {
    expect(mayApprove(policy, olga, wish('disruptive', 'postgresql'))).toEqual({
      isAllowed: false,
      insteadOf: ['admin'],
    });
  });

  it('counts no stranger', () => {
    for (const impact of IMPACTS) {
      expect(mayApprove(policy, root, wish(impact)).isAllowed).toBe(false);
      expect(mayApprove(policy, stranger, wish(impact)).isAllowed).toBe(false);
    }
  });
});

describe('gateFor', () => {
  const step = (id: string, impact: Impact): Step => ({
    ...{ kind: 'checks', id, title: id, impact, must: [], deadlineSeconds: 0 },
  });
  const planOf = (module: string, ...impacts: Impact[]) => ({
    ...{ title: '', verb: 'deploy', module, locks: [] },
    steps: impacts.map((impact, index) => step(`s${index}`, impact)),
  });

  it('follows from the gravest step, wherever it stands', () => {
    expect(gateFor(policy, planOf('redis', 'none', 'destructive', 'safe'))).toEqual({
      ...{ approvals: 2, impact: 'destructive', expiresAfterSeconds: 3600 },
    });
    expect(gateFor(policy, planOf('redis', 'safe', 'disruptive'))).toEqual({
      ...{ approvals: 1, impact: 'disruptive', expiresAfterSeconds: 1800 },
    });
  });

  it('asks for none where nothing can break', () => {
    expect(gateFor(policy, planOf('redis', 'none', 'safe')).approvals).toBe(0);
    expect(gateFor(policy, planOf('redis')).approvals).toBe(0);
  });

  it('never lets anybody steal a lock alone, whatever its impact needs', () => {
    const approvals = { ...policy.approvals, disruptive: { ...policy.approvals.disruptive, approvals: 0 } };
    const lax = { ...policy, approvals };
    expect(gateFor(lax, planOf('redis', 'disruptive')).approvals).toBe(0);
    expect(gateFor(lax, { ...planOf('redis', 'disruptive'), verb: 'steal' }).approvals).toBe(1);
  });

  it('heeds overrides by module', () => {
    expect(gateFor(policy, planOf('postgresql', 'disruptive')).approvals).toBe(2);
  });
});

describe('what help shows', () => {
  it('is what some rule grants on anything at all', () => {
    expect(mayEver(policy, rob, 'deploy')).toBe(true);
    expect(mayEver(policy, rita, 'deploy')).toBe(false);
    expect([olga, ada, rita].map((actor) => mayEverApprove(policy, actor))).toEqual([true, true, false]);
  });
});

describe('refusal', () => {
  it('names person, wish and whom to ask', () => {
    const error = refusal(rita, 'deploy redis', { isAllowed: false, insteadOf: ['Olga Petit', 'admin'] });
    expect(error).toBeInstanceOf(RefusedError);
    expect(`${error.message} ${error.fix}`).toBe('Rita Brun may not deploy redis. Ask: Olga Petit, admin.');
  });

  it('tells a stranger how to get in', () => {
    expect(refusal(stranger, 'x', { isAllowed: false, insteadOf: [] }).fix).toContain('`U0NOBODY` added to `slack`');
    expect(refusal(root, 'x', { isAllowed: false, insteadOf: [] }).fix).toContain('`root` added to `logins`');
  });
});
