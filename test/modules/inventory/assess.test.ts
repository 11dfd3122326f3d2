import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadInventory, type Host, type Inventory } from '../../../src/inventory.ts';
import type { HostAnswer } from '../../../src/modules/contract.ts';
import { inventory as module } from '../../../src/modules/inventory/index.ts';
import { redis } from '../../../src/modules/redis/index.ts';

const whole = loadInventory(join(import.meta.dirname, '../../../inventory/servers.tsv'));

const answersOf = (inventory: Inventory): HostAnswer[] =>
  inventory.hosts.map(({ name, privateIp }) => ({
    ...{ host: name, outcome: 'ok', checks: [], reason: '' },
    facts: { name, address: 'yes', 'route.source': privateIp, peers: '2', 'peers.silent': '' },
  }));

/** What does not pass, as `check: answer text`. */
function notPassing(inventory: Inventory, answers = answersOf(inventory)): string[] {
  return module
    .assess(inventory, answers)
    .flatMap(({ check, answer, text }) => (answer === 'pass' ? [] : [`${check}: ${answer} ${text}`]));
}

/** The fleet with one host changed, or without it. */
function withHost(name: string, change: Partial<Host> | undefined): Inventory {
  const hosts = whole.hosts.flatMap((host) => (host.name !== name ? [host] : change ? [{ ...host, ...change }] : []));
  return { ...whole, hosts };
}

/** The fleet's answers with one host's facts changed. */
function withFacts(name: string, facts: Record<string, string>): HostAnswer[] {
  return answersOf(whole).map((one) => (one.host === name ? { ...one, facts: { ...one.facts, ...facts } } : one));
}

describe('the checks of the inventory', () => {
  it('pass for the platform', () => {
    expect(notPassing(whole)).toEqual([]);
  });

  it('warn of another number of servers, and name the module that lacks hosts', () => {
    expect(notPassing(withHost('redis-03', undefined))).toEqual([
      'servers: warn 51 servers; the platform has 52',
      'roles: fail Redis: 2 instead of 3',
    ]);
  });

  it('count what each module itself selects: 3 of 5 PostgreSQL, 2 of 3 load balancers', () => {
    expect(redis.hosts(whole).filter(({ role }) => role === 'lb')).toHaveLength(2);
    expect(notPassing(withHost('api-gateway-01', undefined)).join()).not.toContain('roles');
    expect(notPassing(withHost('db-slave-02', { stack: 'postgres-standalone' }))).toEqual([
      'roles: fail PostgreSQL: 2 instead of 3',
    ]);
  });

  it.each([
    ['a name', { name: 'redis-01' }],
    ['an address', { privateIp: '10.0.0.123' }],
    ["a load balancer's address", { privateIp: '10.0.0.10' }],
    ['an FQDN', { fqdn: 'redis-01.keybuzz.io' }],
  ])('fail when %s is used twice', (_, change) => {
    const [found] = notPassing(withHost('vault-01', change));
    expect(found).toBe(`unique: fail used twice: ${Object.values(change)[0] ?? ''}`);
  });

  it.each([
    ['another name', { name: 'old-redis' }, 'identity'],
    ['without its address', { address: 'no' }, 'identity'],
    ['that sends by the public way', { 'route.source': '203.0.113.123' }, 'private-route'],
    ['without a route', { 'route.source': '' }, 'private-route'],
    ['that does not reach one it works with', { 'peers.silent': '10.0.0.124' }, 'peers'],
  ])('fail for a host %s', (_, facts, check) => {
    const found = notPassing(whole, withFacts('redis-01', facts));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^${check}: fail .*1 of 52: redis-01`));
  });

  it('name those that are not reached', () => {
    const found = notPassing(whole, withFacts('redis-01', { 'peers.silent': '10.0.0.124,10.0.0.125' }));
    expect(found[0]).toContain('does not reach redis-02 (1 of 52: redis-01); does not reach redis-03');
  });

  it('ask each host for those of its modules, and nobody else', () => {
    const argsOf = (name: string) =>
      module
        .probes(whole)
        .find(({ host }) => host === name)
        ?.args.slice(2);
    expect(argsOf('redis-01')).toEqual(['10.0.0.124', '10.0.0.125']);
    expect(argsOf('haproxy-01')).toEqual(['10.0.0.12']);
    expect(argsOf('k8s-master-01')).toEqual(['10.0.0.101', '10.0.0.102']);
    expect(argsOf('vault-01')).toEqual([]);
  });

  it('say why a host can not be reached', () => {
    const answers = answersOf(whole).map((one) =>
      one.host === 'queue-01' ? { ...one, outcome: 'unknown' as const, facts: {}, reason: 'shows another key' } : one,
    );
    expect(notPassing(whole, answers)).toEqual(
      ['reachable', 'identity', 'private-route', 'peers'].map(
        (check) => `${check}: unknown no answer (1 of 52: queue-01); queue-01 shows another key`,
      ),
    );
  });
});
