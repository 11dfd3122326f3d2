import { describe, expect, it } from '@jest/globals';
import { ConfigError } from '../../../src/errors.ts';
import type { OfferedVerb, ScriptStep, Step } from '../../../src/modules/contract.ts';
import { stepsOf } from '../../../src/modules/steps.ts';
import { createPostgresql, postgresql } from '../../../src/modules/postgresql/index.ts';
import { SETTINGS } from '../../../src/modules/postgresql/settings.ts';
import { inventoryOf } from './cluster.ts';

const hashOf = (script: string): string => `hash of ${script}`;
const plan = (verb: OfferedVerb, inventory = inventoryOf(), module = postgresql): Step[] =>
  stepsOf(module, verb, inventory, hashOf);
const onEtcd = createPostgresql({ ...SETTINGS, store: 'etcd3' });

const MEMBERS = ['db-master-01=10.0.0.120', 'db-slave-01=10.0.0.121', 'db-slave-02=10.0.0.122'];

describe('the plan of postgresql', () => {
  it('deploys servers one by one, then what they share, then proxies, and ends when every check passes', () => {
    const [servers, cluster, proxies, checks] = plan('deploy') as [ScriptStep, ScriptStep, ScriptStep, unknown];
    expect(servers).toMatchObject({ order: 'one-by-one', impact: 'disruptive', mode: 'change', gateSeconds: 60 });
    expect(servers.work.map((work) => work.host)).toEqual(['db-master-01', 'db-slave-01', 'db-slave-02']);
    expect(servers.work[1]?.args).toEqual([
      ...['db-slave-01', 'keybuzz-pg', 'distribution', '10.0.0.0/16', 'on', 'raft'],
      ...MEMBERS,
    ]);
    expect(servers.scriptHash).toBe('hash of postgresql/deploy-server.sh');
    expect(cluster.work.map((work) => work.host)).toEqual(['db-master-01', 'db-slave-01', 'db-slave-02']);
    expect(proxies).toMatchObject({ order: 'one-by-one', secrets: ['APP_PASSWORD'] });
    expect(proxies.work[0]?.args).toEqual(['10.0.0.11', ...MEMBERS]);
    const must = postgresql.checks.map((check) => check.id);
    expect(checks).toMatchObject({ kind: 'checks', must, deadlineSeconds: 60 });
  });

  it('deploys the store before the servers where that is etcd3', () => {
    const steps = plan('deploy', inventoryOf(), onEtcd) as ScriptStep[];
    expect(steps.map(({ id }) => id)).toEqual(['store', 'servers', 'cluster', 'proxies', 'checks']);
    expect(steps[0]).toMatchObject({ order: 'together', impact: 'safe' });
    expect(steps[0]?.work[2]?.args).toEqual(['db-slave-02', 'keybuzz-pg', ...MEMBERS]);
    expect(steps[1]?.work[0]?.args[5]).toBe('etcd3');
  });

  it('migrates the leader first, lets Patroni act again whatever happens, and only then cleans up', () => {
    const steps = plan('migrate');
    expect(steps.map(({ id }) => id)).toEqual([
      ...['before', 'store', 'marker-start', 'pause', 'leader-swap', 'replica-swap', 'resume'],
      ...['after', 'clean', 'marker-stop', 'verdict'],
    ]);
    const always = steps.filter((step) => step.kind === 'script' && step.always === true);
    expect(always.map(({ id }) => id)).toEqual(['resume', 'marker-stop']);
    const swaps = steps.filter((step): step is ScriptStep => step.kind === 'script' && step.id.endsWith('-swap'));
    for (const swap of swaps) expect(swap).toMatchObject({ order: 'one-by-one', onlyChanged: true });
    expect(swaps.map(({ work }) => work[1]?.args.slice(0, 2))).toEqual([
      ['leader', 'db-slave-01'],
      ['replica', 'db-slave-01'],
    ]);
    // What is wrong while it has stopped half way must not keep it from being ended.
    const [before] = steps;
    expect(before?.kind === 'checks' && before.must).not.toContain('dcs-quorum');
  });

  it('leaves PostgreSQL hosts alone that belong to no cluster', () => {
    const hosts = postgresql.hosts(inventoryOf()).map((host) => host.name);
    expect(hosts).not.toContain('temporal-db-01');
    expect(hosts).not.toContain('api-gateway-01');
  });

  it('only reads for status and test', () => {
    expect(plan('status')).toEqual([expect.objectContaining({ kind: 'checks', must: [], deadlineSeconds: 0 })]);
    expect(plan('test')[0]).toMatchObject({ mode: 'read', impact: 'safe', order: 'together' });
  });

  it('shows for plan what deploy would do', () => {
    expect(plan('plan')).toEqual(plan('deploy'));
  });

  it.each([
    ['a server is missing', { name: 'db-slave-02', stack: undefined }, /3 hosts with stack patroni-node \(it has 2\)/],
    ['a proxy is missing', { name: 'haproxy-02', stack: undefined }, /2 hosts with role lb/],
    ['a stranger has the stack', { name: 'temporal-db-01', stack: 'patroni-node' }, /\(it has 4\)/],
  ])('refuses an inventory in which %s', (_, { name, stack }, message) => {
    const inventory = inventoryOf((host) => {
      if (host.name !== name) return host;
      return stack === undefined ? undefined : { ...host, stack };
    });
    expect(() => plan('deploy', inventory)).toThrow(ConfigError);
    expect(() => postgresql.probes(inventory)).toThrow(message);
  });

  it.each(['failover', 'drill'] as const)('asks before a %s and after it, and judges what it cost', (verb) => {
    const steps = plan(verb);
    const asked = [
      'one-leader',
      'members-agree',
      'replicas',
      'replication-lag',
      'synchronous-replica',
      'not-paused',
      'dcs-quorum',
    ];
    expect(steps[0]).toMatchObject({ kind: 'checks', must: expect.arrayContaining(asked), deadlineSeconds: 0 });
    const ids = steps.map((step) => step.id);
    expect(ids.slice(-4)).toEqual([verb === 'drill' ? 'return' : 'switch', 'after', 'marker-stop', 'verdict']);
    expect(steps.find((step) => step.id === 'after')).toMatchObject({ must: expect.arrayContaining(asked) });
  });

  it('moves only who led in the approved preview, and puts right in any case', () => {
    const scripts = (verb: OfferedVerb) => plan(verb).filter((step) => step.kind === 'script');
    const idsWith = (verb: OfferedVerb, key: 'always' | 'onlyChanged') =>
      scripts(verb).flatMap((step) => (step[key] === true ? [step.id] : []));
    expect(idsWith('failover', 'onlyChanged')).toEqual(['switch']);
    expect(idsWith('drill', 'onlyChanged')).toEqual(['kill']);
    expect(idsWith('failover', 'always')).toEqual(['marker-stop']);
    expect(idsWith('drill', 'always')).toEqual(['return', 'marker-stop']);
  });

  it('writes markers through HAProxy and PgBouncer of each proxy, and refuses a move where there is no orchestrator', () => {
    const start = plan('drill').find((step) => step.id === 'marker-start') as ScriptStep;
    expect(start.work).toEqual([
      {
        host: 'install-01',
        args: [
          '10.0.0.120,10.0.0.121,10.0.0.122',
          ...['haproxy-01-5432=10.0.0.11:5432', 'haproxy-01-6432=10.0.0.11:6432'],
          ...['haproxy-02-5432=10.0.0.12:5432', 'haproxy-02-6432=10.0.0.12:6432'],
        ],
      },
    ]);
    const without = inventoryOf((host) => (host.role === 'orchestrator' ? undefined : host));
    expect(() => plan('drill', without)).toThrow(/postgresql needs 1 host with role orchestrator/);
    expect(plan('status', without)).toHaveLength(1);
  });

  it('removes as a destructive change, the proxies first', () => {
    expect(plan('remove').map((step) => [step.id, step.impact])).toEqual([
      ['proxies', 'destructive'],
      ['servers', 'destructive'],
    ]);
  });
});
