import { describe, expect, it } from '@jest/globals';
import type { ScriptStep, Verb } from '../../../src/modules/contract.ts';
import { proxysql } from '../../../src/modules/proxysql/index.ts';
import { inventoryOf } from './cluster.ts';

const hashOf = (script: string): string => `hash of ${script}`;
const plan = (verb: Verb, inventory = inventoryOf()): ReturnType<typeof proxysql.plan> =>
  proxysql.plan({ verb, inventory }, hashOf);
const scriptOf = (verb: Verb, id: string) => plan(verb).find((step) => step.id === id) as ScriptStep;

const MEMBERS = ['maria-01=10.0.0.170', 'maria-02=10.0.0.171', 'maria-03=10.0.0.172'];

describe('the plan of proxysql', () => {
  it('needs mariadb, and nobody moves a member of it meanwhile', () => {
    expect(proxysql.requires).toEqual(['base', 'mariadb']);
    expect(proxysql.locks).toEqual(['mariadb', 'proxysql']);
  });

  it('makes the monitor’s user on one member, then the proxies one by one, and ends when every check passes', () => {
    expect(plan('deploy').map(({ id }) => id)).toEqual(['account', 'proxies', 'checks']);
    expect(scriptOf('deploy', 'account').work).toEqual([{ host: 'maria-01', args: ['10.0.0.0/255.255.0.0'] }]);
    expect(scriptOf('deploy', 'proxies')).toMatchObject({ order: 'one-by-one', gateSeconds: 60 });
    expect(scriptOf('deploy', 'proxies').work[1]).toEqual({
      host: 'proxysql-02',
      args: ['10.0.0.174', 'any', '1', '10.0.0.170', '10.0.0.171', '10.0.0.172'],
    });
    expect(plan('plan')).toEqual(plan('deploy'));
  });

  it('only reads for status and test', () => {
    expect(plan('status')).toEqual([expect.objectContaining({ kind: 'checks', must: [] })]);
    expect(plan('test')[0]).toMatchObject({ mode: 'read', impact: 'safe' });
    expect(proxysql.probes(inventoryOf()).map(({ host, args }) => [host, ...args])).toEqual([
      ['proxysql-01', '10.0.0.173', '10.0.0.174', '10.0.0.20'],
      ['proxysql-02', '10.0.0.174', '10.0.0.173', '10.0.0.20'],
    ]);
  });

  it.each([
    ['a proxy is missing', 'proxysql-02', /2 hosts with role db_proxy, subrole proxysql \(it has 1\)/],
    ['a member is missing', 'maria-03', /3 with role db, subrole mariadb \(it has 2\)/],
  ])('refuses an inventory in which %s', (_, name, message) => {
    expect(() =>
      plan(
        'status',
        inventoryOf((host) => (host.name === name ? undefined : host)),
      ),
    ).toThrow(message);
  });

  it('moves the writer while markers are written through both proxies, and always puts back what it took out', () => {
    expect(plan('failover').map(({ id }) => id)).toEqual([
      ...['before', 'marker-start', 'switch', 'return', 'after', 'marker-stop', 'verdict'],
    ]);
    expect(scriptOf('failover', 'marker-start').work[0]?.args).toEqual([
      ...['10.0.0.170,10.0.0.171,10.0.0.172', 'proxysql-01=10.0.0.173:3306', 'proxysql-02=10.0.0.174:3306'],
    ]);
    expect(scriptOf('failover', 'switch').work[0]).toEqual({
      host: 'maria-01',
      args: ['maria-01', '10.0.0.173,10.0.0.174', ...MEMBERS],
    });
  });

  it('also kills one proxy in a drill, and always starts it again', () => {
    expect(plan('drill').map(({ id }) => id)).toEqual([
      ...['before', 'marker-start', 'kill', 'return', 'kill-proxy', 'return-proxy', 'after', 'marker-stop', 'verdict'],
    ]);
    const always = plan('drill').flatMap((step) => (step.kind === 'script' && step.always === true ? [step.id] : []));
    expect(always).toEqual(['return', 'return-proxy', 'marker-stop']);
    expect(scriptOf('drill', 'kill-proxy').work.map(({ args }) => args)).toEqual([
      ['10.0.0.173', '10.0.0.174', '10.0.0.173'],
      ['10.0.0.174', '10.0.0.174', '10.0.0.173'],
    ]);
  });

  it('removes as a destructive change', () => {
    expect(plan('remove').map((step) => [step.id, step.impact])).toEqual([['proxies', 'destructive']]);
  });
});
