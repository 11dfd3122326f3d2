import { describe, expect, it } from '@jest/globals';
import { ConfigError } from '../../../src/errors.ts';
import type { ScriptStep, Verb } from '../../../src/modules/contract.ts';
import { rabbitmq } from '../../../src/modules/rabbitmq/index.ts';
import { inventoryOf } from './cluster.ts';

const hashOf = (script: string): string => `hash of ${script}`;
const plan = (verb: Verb, inventory = inventoryOf()): ReturnType<typeof rabbitmq.plan> =>
  rabbitmq.plan({ verb, inventory }, hashOf);

const MEMBERS = ['queue-01=10.0.0.126', 'queue-02=10.0.0.127', 'queue-03=10.0.0.128'];

describe('the plan of rabbitmq', () => {
  it('begins with one node and the users, lets the others join one by one, and ends when every check passes', () => {
    const steps = plan('deploy');
    const ids = ['seed', 'begin', 'servers', 'complete', 'proxies', 'checks'];
    expect(steps.map(({ id }) => id)).toEqual(ids);
    const [seed, begin, servers, complete, proxies, checks] = steps as ScriptStep[];
    expect(seed?.work).toEqual([{ host: 'queue-01', args: ['queue-01', 'keybuzz-queue', ...MEMBERS] }]);
    expect(servers).toMatchObject({ order: 'one-by-one', impact: 'disruptive', mode: 'change', gateSeconds: 60 });
    expect(servers?.work.map(({ host }) => host)).toEqual(['queue-02', 'queue-03']);
    expect(begin?.work).toEqual([{ host: 'queue-01', args: ['begin'] }]);
    expect(complete?.work).toEqual([{ host: 'queue-01', args: ['complete'] }]);
    expect(proxies).toMatchObject({ order: 'one-by-one', secrets: ['MONITOR_PASSWORD'] });
    expect(checks).toMatchObject({ kind: 'checks', must: rabbitmq.checks.map(({ id }) => id), deadlineSeconds: 60 });
  });

  it('gives the Erlang cookie to the servers alone', () => {
    const withCookie = (['deploy', 'failover', 'drill', 'test', 'remove'] as const).flatMap((verb) =>
      plan(verb).flatMap((step) =>
        step.kind === 'script' && step.secrets.includes('ERLANG_COOKIE') ? [step.script] : [],
      ),
    );
    expect(new Set(withCookie)).toEqual(new Set(['rabbitmq/deploy-server.sh']));
  });

  it('only reads for status and test', () => {
    expect(plan('status')).toEqual([expect.objectContaining({ kind: 'checks', must: [], deadlineSeconds: 0 })]);
    expect(plan('test')[0]).toMatchObject({ mode: 'read', impact: 'safe', order: 'together' });
  });

  it('shows for plan what deploy would do', () => {
    expect(plan('plan')).toEqual(plan('deploy'));
  });

  it.each([
    ['a server is missing', 'queue-03', undefined, /3 hosts with role queue, subrole rabbitmq \(it has 2\)/],
    ['a proxy is missing', 'haproxy-02', undefined, /2 hosts with role lb/],
    ['a stranger has the role', 'api-gateway-01', { role: 'queue', subrole: 'rabbitmq' }, /\(it has 4\)/],
  ])('refuses an inventory in which %s', (_, name, roles, message) => {
    const inventory = inventoryOf((host) => {
      if (host.name !== name) return host;
      return roles === undefined ? undefined : { ...host, ...roles };
    });
    expect(() => plan('deploy', inventory)).toThrow(ConfigError);
    expect(() => rabbitmq.probes(inventory)).toThrow(message);
  });

  it.each(['failover', 'drill'] as const)(
    'asks before a %s and after it, and starts again whatever happens',
    (verb) => {
      const steps = plan(verb);
      const asked = ['nodes-agree', 'partitions', 'in-service', 'alarms', 'quorum-critical', 'queue-members', 'entry'];
      expect(steps[0]).toMatchObject({ kind: 'checks', must: expect.arrayContaining(asked), deadlineSeconds: 0 });
      const ids = steps.map(({ id }) => id);
      const move = verb === 'drill' ? 'kill' : 'switch';
      expect(ids).toEqual(['before', 'marker-start', move, 'return', 'after', 'marker-stop', 'verdict']);
      const scripts = steps.filter((step) => step.kind === 'script');
      expect(scripts.flatMap(({ id, always }) => (always === true ? [id] : []))).toEqual(['return', 'marker-stop']);
      expect(scripts.flatMap(({ id, onlyChanged }) => (onlyChanged === true ? [id] : []))).toEqual([move]);
    },
  );

  it('publishes markers through each HAProxy, and refuses a move where there is no orchestrator', () => {
    const start = plan('drill').find(({ id }) => id === 'marker-start') as ScriptStep;
    const args = [MEMBERS.join(','), 'haproxy-01=10.0.0.11', 'haproxy-02=10.0.0.12'];
    expect(start.work).toEqual([{ host: 'install-01', args }]);
    const without = inventoryOf((host) => (host.role === 'orchestrator' ? undefined : host));
    expect(() => plan('drill', without)).toThrow(/rabbitmq needs 1 host with role orchestrator/);
    expect(plan('status', without)).toHaveLength(1);
  });

  it('removes as a destructive change, the proxies first', () => {
    expect(plan('remove').map((step) => [step.id, step.impact])).toEqual([
      ['proxies', 'destructive'],
      ['servers', 'destructive'],
    ]);
  });
});
