import { describe, expect, it } from '@jest/globals';
import { ConfigError } from '../../../src/errors.ts';
import type { ScriptStep, Verb } from '../../../src/modules/contract.ts';
import { mariadb } from '../../../src/modules/mariadb/index.ts';
import { inventoryOf } from './cluster.ts';

const hashOf = (script: string): string => `hash of ${script}`;
const plan = (verb: Verb, inventory = inventoryOf()): ReturnType<typeof mariadb.plan> =>
  mariadb.plan({ verb, inventory }, hashOf);
const scriptOf = (verb: Verb, id: string) => plan(verb).find((step) => step.id === id) as ScriptStep;

const MEMBERS = ['maria-01=10.0.0.170', 'maria-02=10.0.0.171', 'maria-03=10.0.0.172'];
const HOSTS = ['maria-01', 'maria-02', 'maria-03'];

describe('the plan of mariadb', () => {
  it('installs everywhere, asks who may begin, begins, lets the others join one by one, and ends when every check passes', () => {
    const steps = plan('deploy');
    expect(steps.map(({ id }) => id)).toEqual(['install', 'may-begin', 'begin', 'servers', 'cluster', 'checks']);
    expect(steps[1]).toMatchObject({ kind: 'checks', must: ['begin'], deadlineSeconds: 0 });
    expect(scriptOf('deploy', 'servers')).toMatchObject({ order: 'one-by-one', impact: 'disruptive', gateSeconds: 60 });
    for (const id of ['install', 'begin', 'servers']) {
      expect(scriptOf('deploy', id).work.map(({ host }) => host)).toEqual(HOSTS);
      expect(scriptOf('deploy', id).work[1]?.args).toEqual(['maria-02', 'keybuzz-galera', '1G', ...MEMBERS]);
    }
    expect(steps.at(-1)).toMatchObject({ must: mariadb.checks.map(({ id }) => id), deadlineSeconds: 60 });
  });

  it('only reads for status and test, and shows for plan what deploy would do', () => {
    expect(plan('status')).toEqual([expect.objectContaining({ kind: 'checks', must: [], deadlineSeconds: 0 })]);
    expect(plan('test')[0]).toMatchObject({ mode: 'read', impact: 'safe', secrets: ['APP_PASSWORD'] });
    expect(plan('plan')).toEqual(plan('deploy'));
  });

  it.each([
    ['a server is missing', 'maria-02', { subrole: 'other' }, /3 hosts with role db, subrole mariadb \(it has 2\)/],
    ['there is one more', 'temporal-db-01', { subrole: 'mariadb' }, /\(it has 4\)/],
  ])('refuses an inventory in which %s', (_, name, roles, message) => {
    const inventory = inventoryOf((host) => (host.name === name ? { ...host, ...roles } : host));
    expect(() => plan('status', inventory)).toThrow(ConfigError);
    expect(() => plan('status', inventory)).toThrow(message);
  });

  it.each(['failover', 'drill'] as const)(
    'asks before a %s and after it, and always starts again what it stopped',
    (verb) => {
      const steps = plan(verb);
      expect(steps.map(({ id }) => id)).toEqual([
        ...[
          'before',
          'marker-start',
          verb === 'drill' ? 'kill' : 'switch',
          'return',
          'after',
          'marker-stop',
          'verdict',
        ],
      ]);
      const always = steps.flatMap((step) => (step.kind === 'script' && step.always === true ? [step.id] : []));
      expect(always).toEqual(['return', 'marker-stop']);
      const [before] = steps;
      for (const check of ['primary', 'cluster-size', 'one-cluster', 'synced', 'ready']) {
        expect(before?.kind === 'checks' ? before.must : []).toContain(check);
      }
      expect(scriptOf(verb, verb === 'drill' ? 'kill' : 'switch')).toMatchObject({ onlyChanged: true });
    },
  );

  it('writes markers on each member, and refuses a move where there is no orchestrator', () => {
    expect(scriptOf('drill', 'marker-start').work).toEqual([
      {
        host: 'install-01',
        args: [
          '10.0.0.170,10.0.0.171,10.0.0.172',
          ...['maria-01=10.0.0.170:3306', 'maria-02=10.0.0.171:3306', 'maria-03=10.0.0.172:3306'],
        ],
      },
    ]);
    const without = inventoryOf((host) => (host.role === 'orchestrator' ? undefined : host));
    expect(() => plan('drill', without)).toThrow(/mariadb needs 1 host with role orchestrator/);
    expect(plan('status', without)).toHaveLength(1);
  });

  it('removes as a destructive change, one by one', () => {
    expect(plan('remove').map((step) => [step.id, step.impact, 'order' in step && step.order])).toEqual([
      ['servers', 'destructive', 'one-by-one'],
    ]);
  });
});
