import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ConfigError } from '../src/errors.ts';
import { findHost, hostNamed, loadInventory, LOAD_BALANCERS, select } from '../src/inventory.ts';

const FILE = join(import.meta.dirname, '..', 'inventory', 'servers.tsv');
const inventory = loadInventory(FILE);
const names = (hosts: readonly { name: string }[]) => hosts.map(({ name }) => name).sort();

describe('the inventory that ships', () => {
  it('has the 52 servers of the platform', () => {
    expect(inventory.hosts).toHaveLength(52);
    expect(inventory.file).toBe(FILE);
  });

  it('shows nobody a routable address', () => {
    for (const { publicIp } of inventory.hosts) expect(publicIp).toMatch(/^(203\.0\.113|198\.51\.100)\./);
  });

  it('holds no load balancer', () => {
    const addresses = inventory.hosts.map(({ privateIp }) => privateIp);
    for (const { address } of LOAD_BALANCERS) expect(addresses).not.toContain(address);
  });

  it('has FQDNs that do not follow from the host names', () => {
    const derived = inventory.hosts.filter(({ name, fqdn }) => fqdn === `${name}.keybuzz.io`);
    expect(derived.length).toBeLessThan(inventory.hosts.length / 2);
  });
});

describe('select', () => {
  it('tells the five PostgreSQL hosts from the three of Patroni', () => {
    expect(select(inventory, { role: 'db', subrole: 'postgres' })).toHaveLength(5);
    expect(names(select(inventory, { stack: 'patroni-node' }))).toEqual(['db-master-01', 'db-slave-01', 'db-slave-02']);
  });

  it('tells the three hosts with role lb from the two HAProxy', () => {
    expect(names(select(inventory, { role: 'lb' }))).toEqual(['api-gateway-01', 'haproxy-01', 'haproxy-02']);
    expect(names(select(inventory, { stack: 'haproxy' }))).toEqual(['haproxy-01', 'haproxy-02']);
  });

  it('gives all three redis by role, whose subrole is only where they began', () => {
    expect(names(select(inventory, { role: 'redis' }))).toEqual(['redis-01', 'redis-02', 'redis-03']);
    expect(names(select(inventory, { role: 'redis', subrole: 'master' }))).toEqual(['redis-01']);
  });

  it.each([
    [{ role: 'k3s', subrole: 'master' }, 3],
    [{ role: 'k3s', subrole: 'worker' }, 5],
    [{ role: 'queue' }, 3],
    [{ subrole: 'minio' }, 3],
    [{ subrole: 'mariadb' }, 3],
    [{ role: 'db_proxy' }, 2],
    [{ role: 'orchestrator' }, 1],
    [{ subrole: 'reserve' }, 4],
  ])('finds the hosts of %j', (selector, count) => {
    expect(select(inventory, selector)).toHaveLength(count);
  });

  it('wants every given field to be equal', () => {
    expect(select(inventory, { role: 'redis', stack: 'haproxy' })).toEqual([]);
    expect(select(inventory, {})).toHaveLength(52);
  });
});

describe('findHost', () => {
  it('knows a host by name, FQDN and private address, in any case', () => {
    expect(findHost(inventory, 'Redis-01')?.privateIp).toBe('10.0.0.123');
    expect(findHost(inventory, 'MX1.keybuzz.email')?.name).toBe('mail-mx-01');
    expect(findHost(inventory, '10.0.0.250')?.name).toBe('install-01');
  });

  it('finds nothing for a stranger', () => {
    expect(findHost(inventory, 'redis-09')).toBeUndefined();
    expect(findHost(inventory, '')).toBeUndefined();
  });
});

describe('hostNamed', () => {
  it('knows every host by exactly its name', () => {
    for (const host of inventory.hosts) expect(hostNamed(inventory, host.name)).toBe(host);
    expect(hostNamed(inventory, 'redis-01.keybuzz.io')).toBeUndefined();
    expect(hostNamed(inventory, 'REDIS-01')).toBeUndefined();
  });

  it('tells two inventories apart', () => {
    const other = { file: 'other.tsv', hosts: inventory.hosts.slice(1) };
    const [first] = inventory.hosts;
    expect(hostNamed(inventory, first?.name ?? '')).toBe(first);
    expect(hostNamed(other, first?.name ?? '')).toBeUndefined();
  });
});

describe('loadInventory', () => {
  it('says which variable to set when the file is not there', () => {
    expect(() => loadInventory('/nowhere/servers.tsv')).toThrow(ConfigError);
    expect(() => loadInventory('/nowhere/servers.tsv')).toThrow(/\/nowhere\/servers\.tsv/);
  });
});
