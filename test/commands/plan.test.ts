import { describe, expect, it } from '@jest/globals';
import { hashPlan, planOf } from '../../src/commands/plan.ts';
import { CommandError } from '../../src/errors.ts';
import { isChange, Plan, type Module, type ScriptStep } from '../../src/modules/contract.ts';
import { postgresql as realPostgresql } from '../../src/modules/postgresql/index.ts';
import { hashOf, inventory, modules, redis } from './fakes.ts';

/** Set up on every host, with locks of clusters that most hosts are none of. */
const base: Module = {
  ...redis,
  ...{ name: 'base', number: 2, isPerHost: true, locks: ['base', 'haproxy', 'postgresql', 'redis'] },
  hosts: (of) => of.hosts,
};

const sources = { inventory, modules, hashOf };
const deploy = planOf({ verb: 'deploy', module: 'redis' }, sources);

describe('planOf', () => {
  it('gives the steps of the module, the locks sorted and once, and every host it touches', () => {
    expect(deploy.plan).toMatchObject({
      title: 'deploy redis',
      verb: 'deploy',
      module: 'redis',
      locks: ['haproxy', 'redis'],
    });
    expect(deploy.plan.steps[0]).toMatchObject({ scriptHash: 'hash of redis/deploy.sh' });
    expect(deploy.wishes).toEqual([{ verb: 'deploy', module: 'redis', targets: ['redis-01', 'redis-02', 'redis-03'] }]);
    expect(deploy.previewOnly).toBe(false);
  });

  it('gives plans that the run log can hold', () => {
    const verbs = ['status', 'deploy', 'failover', 'drill', 'test', 'remove'] as const;
    const plans = verbs.map((verb) => planOf({ verb, module: 'redis' }, sources).plan);
    plans.push(planOf({ verb: 'steal', lock: 'redis', reason: 'why' }, sources).plan);
    for (const plan of plans) expect(Plan.parse(plan)).toEqual(plan);
  });

  it('previews the very plan that deploy would carry out', () => {
    const planned = planOf({ verb: 'plan', planned: 'deploy', module: 'redis' }, sources);
    expect(planned.previewOnly).toBe(true);
    expect(hashPlan(planned.plan)).toBe(hashPlan(deploy.plan));
    const failover = planOf({ verb: 'plan', planned: 'failover', module: 'redis' }, sources);
    expect(failover.plan).toEqual(planOf({ verb: 'failover', module: 'redis' }, sources).plan);
  });

  it('refuses to prune where nothing can be', () => {
    const pruned = () => planOf({ verb: 'deploy', module: 'redis', prune: true }, sources);
    expect(pruned).toThrow('`deploy redis` has nothing that `--prune` could take away.');
  });

  it('makes of status a question that changes nothing and locks nothing, whatever the module', () => {
    const { plan, previewOnly } = planOf({ verb: 'status', module: 'redis' }, sources);
    expect(plan.steps.some(isChange)).toBe(false);
    expect(plan.steps).toEqual([
      {
        kind: 'checks',
        id: 'checks',
        title: expect.any(String),
        impact: 'none',
        must: [],
        deadlineSeconds: 0,
      },
    ]);
    expect([plan.locks, previewOnly]).toEqual([[], false]);
  });

  it('makes of enroll one disruptive step that belongs to no module', () => {
    const { plan, wishes } = planOf({ verb: 'enroll', host: 'redis-01' }, sources);
    expect(plan.steps).toEqual([expect.objectContaining({ kind: 'enroll', host: 'redis-01', impact: 'disruptive' })]);
    expect([plan.module, plan.locks]).toEqual(['', ['known-hosts']]);
    expect(wishes).toEqual([{ verb: 'enroll', module: '', targets: ['redis-01'] }]);
  });

  it('makes of reboot what notes the checks of the modules there, reboots, and asks until they are as before', () => {
    const { plan, wishes } = planOf({ verb: 'reboot', host: 'redis-01' }, { ...sources, modules: [base, ...modules] });
    expect(plan.steps.map(({ id, impact }) => `${id} ${impact}`)).toEqual([
      ...['before-base none', 'before-redis none', 'power disruptive', 'after-base none', 'after-redis none'],
    ]);
    expect(plan.steps[0]).toMatchObject({ of: 'base', hosts: ['redis-01'], must: [] });
    expect(plan.steps[4]).toMatchObject({ of: 'redis', asBefore: 'before-redis', deadlineSeconds: 300 });
    expect(plan.steps[4]).not.toHaveProperty('hosts');
    expect(plan.steps[2]).toMatchObject({
      work: [{ do: 'power', host: 'redis-01', address: '10.0.0.123', command: 'reboot' }],
    });
    expect([plan.module, plan.locks]).toEqual(['', ['base', 'haproxy', 'redis']]);
    expect(wishes).toEqual([{ verb: 'reboot', module: '', targets: ['redis-01'] }]);
    expect(Plan.parse(plan)).toEqual(plan);
  });

  it('makes of reset something destructive, and neither of the host that the bot runs on', () => {
    const { plan } = planOf({ verb: 'reset', host: 'redis-01' }, sources);
    expect(plan.steps.find(({ id }) => id === 'power')).toMatchObject({ impact: 'destructive' });
    const own = () => planOf({ verb: 'reboot', host: 'install-01' }, sources);
    expect(own).toThrow('The bot does not reboot install-01: it runs there itself.');
  });

  it('makes of poweron something disruptive', () => {
    const { plan, wishes } = planOf({ verb: 'poweron', host: 'redis-01' }, sources);
    const work = [expect.objectContaining({ command: 'poweron' })];
    expect(plan.steps.find(({ id }) => id === 'power')).toMatchObject({ impact: 'disruptive', work });
    expect(wishes).toEqual([{ verb: 'poweron', module: '', targets: ['redis-01'] }]);
  });

  describe('of failover --emergency', () => {
    const real = { ...sources, modules: [base, realPostgresql, redis] };
    const emergency = (module: string, host: string) =>
      planOf({ verb: 'failover', module, emergency: host }, module === 'redis' ? sources : real);

    it('turns the lost host off before anything is promoted, and proves the entries after it', () => {
      const { plan, wishes, previewOnly } = emergency('postgresql', 'db-slave-01');
      expect(plan.steps.map(({ id, impact }) => `${id} ${impact}`)).toEqual([
        ...['fence destructive', 'promote destructive', 'proxies safe'],
      ]);
      expect(plan.steps[0]).toMatchObject({
        work: [{ do: 'fence', host: 'db-slave-01', address: '10.0.0.121', ports: [5432, 8008] }],
      });
      const [, promote] = plan.steps as [unknown, ScriptStep];
      expect(promote.work.map(({ host, args }) => [host, ...args.slice(0, 2)])).toEqual([
        ['db-master-01', 'db-master-01', 'db-slave-01'],
        ['db-slave-02', 'db-slave-02', 'db-slave-01'],
      ]);
      expect(plan).toMatchObject({ title: 'failover postgresql --emergency db-slave-01', module: 'postgresql' });
      expect([plan.locks, previewOnly]).toEqual([['base', 'haproxy', 'postgresql'], false]);
      expect(wishes).toMatchObject([{ verb: 'failover', module: 'postgresql' }]);
      expect(wishes[0]?.targets).toEqual(expect.arrayContaining(['db-slave-01', 'haproxy-01']));
      expect(Plan.parse(plan)).toEqual(plan);
    });

    it('is offered for the hosts of a module that has it, and for no other', () => {
      expect(() => emergency('redis', 'redis-01')).toThrow('has no `failover --emergency`');
      for (const host of ['haproxy-01', 'redis-01', 'no-such-host']) {
        expect(() => emergency('postgresql', host)).toThrow(CommandError);
      }
    });
  });

  it('makes of steal one disruptive step without locks of its own, on the hosts of the lock', () => {
    const { plan, wishes } = planOf({ verb: 'steal', lock: 'redis', reason: 'it burnt' }, sources);
    expect(plan).toMatchObject({ title: 'steal redis', verb: 'steal', module: 'redis', locks: [] });
    expect(plan.steps).toEqual([expect.objectContaining({ kind: 'steal', lock: 'redis', impact: 'disruptive' })]);
    expect(wishes).toEqual([{ verb: 'steal', module: 'redis', targets: ['redis-01', 'redis-02', 'redis-03'] }]);
  });

  it('gives a lock of several modules, and one of none, to no module', () => {
    const steal = (lock: string) => planOf({ verb: 'steal', lock, reason: '' }, sources);
    expect(steal('haproxy')).toMatchObject({ plan: { module: '' } });
    expect(steal('haproxy').wishes[0]?.targets).toContain('db-master-01');
    expect(steal('known-hosts')).toMatchObject({ plan: { module: '' }, wishes: [{ targets: [] }] });
  });

  it('refuses a verb that the module does not offer, and says which it does', () => {
    expect(() => planOf({ verb: 'failover', module: 'postgresql' }, sources)).toThrow(
      expect.objectContaining({ constructor: CommandError, fix: 'It offers: status, plan, deploy.' }),
    );
  });
});

describe('hashPlan', () => {
  it('changes when a script changes, and not with the order of keys', () => {
    const other = planOf({ verb: 'deploy', module: 'redis' }, { ...sources, hashOf: (script) => `new ${script}` });
    expect(hashPlan(other.plan)).not.toBe(hashPlan(deploy.plan));
    const { title, verb, module, steps, locks } = deploy.plan;
    expect(hashPlan({ locks, steps, module, verb, title })).toBe(hashPlan(deploy.plan));
  });
});
