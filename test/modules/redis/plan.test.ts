import { describe, expect, it } from '@jest/globals';
import { ConfigError } from '../../../src/errors.ts';
import type { ScriptStep, Verb } from '../../../src/modules/contract.ts';
import { redis } from '../../../src/modules/redis/index.ts';
import { inventoryOf } from './cluster.ts';

const hashOf = (script: string): string => `hash of ${script}`;
const plan = (verb: Verb, inventory = inventoryOf()): ReturnType<typeof redis.plan> =>
  redis.plan({ verb, inventory }, hashOf);

describe('the plan of redis', () => {
  it('deploys servers one by one, the seed first, then proxies, and ends when every check passes', () => {
    const [servers, proxies, checks] = plan('deploy') as [ScriptStep, ScriptStep, unknown];
    expect(servers).toMatchObject({ order: 'one-by-one', impact: 'disruptive', mode: 'change', gateSeconds: 60 });
    expect(servers.work.map((work) => work.host)).toEqual(['redis-01', 'redis-02', 'redis-03']);
    expect(servers.work[1]?.args).toEqual([
      '10.0.0.124',
      '10.0.0.123',
      'kb-redis-master',
      '10.0.0.123',
      '10.0.0.124',
      '10.0.0.125',
    ]);
    expect(servers.scriptHash).toBe('hash of redis/deploy-server.sh');
    expect(proxies).toMatchObject({ order: 'one-by-one', secrets: ['REDIS_PASSWORD', 'SENTINEL_PASSWORD'] });
    expect(proxies.work[0]?.args).toEqual([
      '10.0.0.11',
      'kb-redis-master',
      'redis-01=10.0.0.123',
      'redis-02=10.0.0.124',
      'redis-03=10.0.0.125',
    ]);
    expect(checks).toMatchObject({ kind: 'checks', must: redis.checks.map((check) => check.id), deadlineSeconds: 60 });
  });

  it('takes the seed from SUBROLE and not from the order of the file', () => {
    const inventory = inventoryOf((host) =>
      host.role === 'redis' ? { ...host, subrole: host.name === 'redis-03' ? 'master' : 'replica' } : host,
    );
    const [servers] = plan('deploy', inventory) as [ScriptStep];
    expect(servers.work.map((work) => work.host)).toEqual(['redis-03', 'redis-01', 'redis-02']);
    expect(servers.work[0]?.args.slice(0, 2)).toEqual(['10.0.0.125', '10.0.0.125']);
  });

  it('only reads for status and test, and leaves the api gateway alone', () => {
    expect(plan('status')).toEqual([expect.objectContaining({ kind: 'checks', must: [], deadlineSeconds: 0 })]);
    expect(plan('test')[0]).toMatchObject({ mode: 'read', impact: 'safe', order: 'together' });
    expect(redis.hosts(inventoryOf()).map((host) => host.name)).not.toContain('api-gateway-01');
  });

  it('shows for plan what deploy would do', () => {
    expect(plan('plan')).toEqual(plan('deploy'));
  });

  it.each([
    ['a server is missing', { name: 'redis-03', subrole: undefined }, /3 hosts with role redis \(it has 2\)/],
    ['a proxy is missing', { name: 'haproxy-02', subrole: undefined }, /2 hosts with role lb/],
    ['nobody is the seed', { name: 'redis-01', subrole: 'replica' }, /subrole master \(it has 0\)/],
    ['two are the seed', { name: 'redis-02', subrole: 'master' }, /subrole master \(it has 2\)/],
  ])('refuses an inventory in which %s', (_, { name, subrole }, message) => {
    const inventory = inventoryOf((host) => {
      if (host.name !== name) return host;
      return subrole === undefined ? undefined : { ...host, subrole };
    });
    expect(() => plan('deploy', inventory)).toThrow(ConfigError);
    expect(() => redis.probes(inventory)).toThrow(message);
  });

  it.each(['failover', 'drill'] as const)('asks before a %s and after it, and judges what it cost', (verb) => {
    const steps = plan(verb);
    const ids = steps.map((step) => step.id);
    const asked = ['one-master', 'sentinels-agree', 'ckquorum', 'tilt', 'settled', 'replica-links', 'replication-lag'];
    expect(steps[0]).toMatchObject({ kind: 'checks', must: expect.arrayContaining(asked), deadlineSeconds: 0 });
    expect(ids.slice(-4)).toEqual([verb === 'drill' ? 'return' : 'switch', 'after', 'marker-stop', 'verdict']);
    expect(steps.find((step) => step.id === 'after')).toMatchObject({ must: expect.arrayContaining(asked) });
  });

  it('moves only who was master in the approved preview, and puts right in any case', () => {
    const scripts = (verb: Verb) => plan(verb).filter((step) => step.kind === 'script');
    const idsWith = (verb: Verb, key: 'always' | 'onlyChanged') =>
      scripts(verb).flatMap((step) => (step[key] === true ? [step.id] : []));
    expect(idsWith('failover', 'onlyChanged')).toEqual(['switch']);
    expect(idsWith('drill', 'onlyChanged')).toEqual(['kill']);
    expect(idsWith('failover', 'always')).toEqual(['marker-stop']);
    expect(idsWith('drill', 'always')).toEqual(['return', 'marker-stop']);
    const back = scripts('drill').find((step) => step.id === 'return');
    expect(back?.work.map(({ host }) => host)).toEqual(['redis-01', 'redis-02', 'redis-03']);
  });

  it('writes markers from the orchestrator through both HAProxy, and refuses a move where there is none', () => {
    const start = plan('drill').find((step) => step.id === 'marker-start') as ScriptStep;
    expect(start.work).toEqual([
      {
        host: 'install-01',
        args: ['kb-redis-master', '10.0.0.123,10.0.0.124,10.0.0.125', 'haproxy-01=10.0.0.11', 'haproxy-02=10.0.0.12'],
      },
    ]);
    const without = inventoryOf((host) => (host.role === 'orchestrator' ? undefined : host));
    expect(() => plan('drill', without)).toThrow(/1 host with role orchestrator/);
    expect(plan('status', without)).toHaveLength(1);
  });

  it('removes as a destructive change, the proxies first', () => {
    expect(plan('remove').map((step) => [step.id, step.impact])).toEqual([
      ['proxies', 'destructive'],
      ['servers', 'destructive'],
    ]);
  });
});
