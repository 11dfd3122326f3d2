import { describe, expect, it } from '@jest/globals';
import { hashPlan, planOf } from '../../src/commands/plan.ts';
import { approvalsOf, gateFor, mayApproveAll, personOfSlack } from '../../src/commands/policy.ts';
import { isChange, Plan, type Module } from '../../src/modules/contract.ts';
import { createBase } from '../../src/modules/base/index.ts';
import { assembleScript, MODULES } from '../../src/modules/index.ts';
import { moduleOfStep, stagesOf } from '../../src/modules/stages.ts';
import { hashOf, inventory, policy, postgresql, redis } from './fakes.ts';

const asked: Module = {
  ...redis,
  ...{ name: 'inventory', number: 1, verbs: ['status'], locks: [], requires: [], demanded: ['alive'] },
};
const base: Module = {
  ...redis,
  ...{ name: 'base', number: 2, requires: ['inventory'], isPerHost: true, locks: ['base', 'redis'] },
  hosts: ({ hosts }) => hosts,
};
const modules = [{ ...redis, requires: ['base', 'postgresql'] }, { ...postgresql, requires: ['base'] }, base, asked];
const sources = { inventory, modules, hashOf };
const all = planOf({ verb: 'deploy', module: 'all' }, sources);

describe('the plan of every module', () => {
  it('has each module after what it requires, its steps and locks its own, and names each step for it', () => {
    expect(all.plan).toMatchObject({ title: 'deploy all', verb: 'deploy', module: '' });
    expect(all.plan.locks).toEqual(['base', 'haproxy', 'postgresql', 'redis']);
    expect(stagesOf(all.plan).map(({ module, steps, locks }) => ({ module, steps, locks }))).toEqual([
      { module: 'inventory', steps: ['inventory-checks'], locks: [] },
      { module: 'base', steps: ['base-install'], locks: ['base', 'redis'] },
      {
        module: 'postgresql',
        steps: ['postgresql-requires-base', 'postgresql-install'],
        locks: ['haproxy', 'postgresql'],
      },
      {
        module: 'redis',
        steps: ['redis-requires-postgresql', 'redis-requires-base', 'redis-install'],
        locks: ['haproxy', 'redis'],
      },
    ]);
    for (const { id } of all.plan.steps) expect(id.startsWith(`${moduleOfStep(all.plan, id)}-`)).toBe(true);
    expect(all.plan.steps.every(({ id, title }) => title.startsWith(`${moduleOfStep(all.plan, id)}: `))).toBe(true);
  });

  it('asks of base only the hosts that the module touches, and demands what base says that others need', () => {
    const step = all.plan.steps.find(({ id }) => id === 'redis-requires-base');
    expect(step).toMatchObject({ of: 'base', must: ['alive'], isRequirement: true });
    expect(step).toMatchObject({ hosts: ['redis-01', 'redis-02', 'redis-03'] });
    const other = all.plan.steps.find(({ id }) => id === 'redis-requires-postgresql');
    expect(other).toMatchObject({ of: 'postgresql' });
    expect(other).not.toHaveProperty('hosts');
  });

  it('is what somebody must be allowed module by module, the ones that are only asked as status', () => {
    expect(all.wishes.map(({ verb, module }) => `${verb} ${module}`)).toEqual([
      'status inventory',
      'deploy base',
      'deploy postgresql',
      'deploy redis',
    ]);
    expect(all.wishes[3]?.targets).toEqual(['redis-01', 'redis-02', 'redis-03']);
  });

  it('needs the approvals of the strictest of its modules, by somebody who may approve each of them', () => {
    expect(gateFor(policy, all.plan)).toEqual({ approvals: 2, impact: 'disruptive', expiresAfterSeconds: 1800 });
    const wishes = approvalsOf(all.plan);
    expect(wishes.map(({ module }) => module)).toEqual(['base', 'postgresql', 'redis']);
    expect(mayApproveAll(policy, personOfSlack(policy, 'U0ADA'), wishes).isAllowed).toBe(true);
    // Olga may approve what is disruptive, but not for postgresql.
    expect(mayApproveAll(policy, personOfSlack(policy, 'U0OLGA'), wishes)).toEqual({
      isAllowed: false,
      insteadOf: ['admin'],
    });
  });

  it('is previewed as the very plan that is deployed, and nothing else is done to all', () => {
    const planned = planOf({ verb: 'plan', planned: 'deploy', module: 'all' }, sources);
    expect([planned.previewOnly, hashPlan(planned.plan)]).toEqual([true, hashPlan(all.plan)]);
    const drill = () => planOf({ verb: 'plan', planned: 'drill', module: 'all' }, sources);
    expect(drill).toThrow('`all` can only be deployed');
  });

  it('can be held by the run log for the modules that there are, whatever the hosts', () => {
    const real = { inventory, modules: MODULES, hashOf: (script: string) => assembleScript(script).hash };
    const commands = [{ verb: 'deploy', module: 'all' }, { verb: 'validate' }] as const;
    for (const command of commands) {
      const { plan } = planOf(command, real);
      expect(Plan.parse(plan)).toEqual(plan);
      expect(new Set(plan.steps.map(({ id }) => id)).size).toBe(plan.steps.length);
      expect(stagesOf(plan).flatMap(({ steps }) => steps)).toEqual(plan.steps.map(({ id }) => id));
    }
  });
});

describe('what a deploy requires', () => {
  const deploy = (override?: string) =>
    planOf({ verb: 'deploy', module: 'redis', ...(override === undefined ? {} : { override }) }, sources).plan;

  it('is asked before anything else of its plan, and before that of no other verb', () => {
    expect(deploy().steps.map(({ id }) => id)).toEqual(['requires-postgresql', 'requires-base', 'install']);
    expect(planOf({ verb: 'failover', module: 'redis' }, sources).plan.steps.map(({ id }) => id)).toEqual(['install']);
  });

  it('is asked and not demanded when somebody overrides it, whose reason stands in the plan', () => {
    const plan = deploy('the clock is being moved');
    expect(plan.override).toEqual({ reason: 'the clock is being moved' });
    expect(plan.steps.filter((step) => step.kind === 'checks').map(({ must }) => must)).toEqual([[], []]);
    expect(hashPlan(plan)).not.toBe(hashPlan(deploy()));
  });

  it('is never overridden alone, whatever the policy says of the impact', () => {
    const free = { ...policy, approvals: { ...policy.approvals, overrides: [] } };
    free.approvals.disruptive = { approvals: 0, by: ['admin'], expiresAfter: 60 };
    expect(gateFor(free, deploy()).approvals).toBe(0);
    expect(gateFor(free, deploy('now')).approvals).toBe(1);
  });

  it('names the real hosts that redis is deployed on', () => {
    const real = planOf(
      { verb: 'deploy', module: 'redis' },
      { inventory, modules: [...MODULES.filter(({ name }) => name === 'redis'), createBase([])], hashOf },
    );
    expect(real.plan.steps[0]).toMatchObject({
      hosts: ['haproxy-01', 'haproxy-02', 'redis-01', 'redis-02', 'redis-03'],
      title: 'Ask whether base is valid on its 5 hosts',
    });
  });
});

describe('the plan of validate', () => {
  const { plan, wishes } = planOf({ verb: 'validate' }, sources);

  it('asks every module and then what the worker alone knows; it changes and locks nothing', () => {
    expect(plan.steps.map(({ id }) => id)).toEqual([
      'inventory-checks',
      'base-checks',
      'postgresql-checks',
      'redis-checks',
      'evidence',
    ]);
    expect([plan.steps.some(isChange), plan.locks]).toEqual([false, []]);
  });

  it('is granted by a rule for all modules and hosts', () => {
    expect(wishes).toEqual([{ verb: 'validate', module: '', targets: inventory.hosts.map(({ name }) => name).sort() }]);
  });
});
