import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { findHost, loadInventory } from '../../../src/inventory.ts';
import { rulesOf } from '../../../src/modules/base/ports.ts';
import { SETTINGS } from '../../../src/modules/base/settings.ts';

const inventory = loadInventory(join(import.meta.dirname, '../../../inventory/servers.tsv'));

/** The ports of a host beside SSH, as `name port/protocol source`. */
function portsOf(name: string): string[] {
  const host = findHost(inventory, name);
  if (host === undefined) throw new Error(`no ${name}`);
  return rulesOf(host, inventory, SETTINGS)
    .filter((rule) => rule.name !== 'ssh')
    .map(({ name: of, protocol, port, from }) => {
      return `${of} ${port}/${protocol}${from === SETTINGS.privateNetwork ? '' : ` from ${from}`}`;
    });
}

/** The platform's table, row by row. */
const TABLE: [host: string, ports: string[]][] = [
  [
    'db-slave-01',
    [
      'postgresql 5432/tcp',
      'postgresql 8008/tcp',
      'postgresql 7000/tcp',
      'postgresql 6432/tcp',
      'postgresql 2379:2380/tcp',
    ],
  ],
  ['analytics-db-01', ['postgresql 5432/tcp']],
  ['redis-02', ['redis 6379/tcp', 'redis 26379/tcp']],
  ['queue-01', ['rabbitmq 5672/tcp', 'rabbitmq 15672/tcp', 'rabbitmq 25672/tcp', 'rabbitmq 4369/tcp']],
  ['minio-03', ['minio 9000/tcp', 'minio 9001/tcp']],
  ['maria-01', ['mariadb 3306/tcp', 'mariadb 4567/tcp', 'mariadb 4567/udp', 'mariadb 4568/tcp', 'mariadb 4444/tcp']],
  ['proxysql-02', ['proxysql 3306/tcp']],
  ['haproxy-01', ['5432', '5433', '6432', '6379', '5672', '8404'].map((port) => `haproxy ${port}/tcp`)],
  [
    'k8s-master-01',
    [
      ...['k3s 8472/udp', 'k3s 10250/tcp', 'k3s 6443/tcp', 'k3s 2379:2380/tcp'],
      ...['pods any/any from 10.42.0.0/16', 'pods any/any from 10.43.0.0/16'],
    ],
  ],
  [
    'k8s-worker-05',
    [
      ...['k3s 8472/udp', 'k3s 10250/tcp', 'ingress 80/tcp', 'ingress 443/tcp', 'ingress 10254/tcp'],
      ...['pods any/any from 10.42.0.0/16', 'pods any/any from 10.43.0.0/16'],
    ],
  ],
  ['api-gateway-01', ['gateway 80/tcp from any', 'gateway 443/tcp from any']],
  ['mail-mx-02', ['mail 25/tcp from any']],
  ['vault-01', []],
  ['install-01', []],
];

describe('what may come in', () => {
  it.each(TABLE)('on %s is what its role needs', (host, ports) => {
    expect(portsOf(host)).toEqual(ports);
  });

  it('is SSH on every host, from the private network and from the orchestrator outside', () => {
    for (const host of inventory.hosts) {
      const ssh = rulesOf(host, inventory, SETTINGS).filter(({ name }) => name === 'ssh');
      expect(ssh.map(({ port, from }) => [port, from])).toEqual([
        ['22', '10.0.0.0/16'],
        ['22', '203.0.113.250'],
      ]);
    }
  });

  it('is named once for each host, so that one rule is never added and removed', () => {
    for (const host of inventory.hosts) {
      const keys = rulesOf(host, inventory, SETTINGS).map(({ protocol, port, from }) => `${protocol} ${port} ${from}`);
      expect(new Set(keys).size).toBe(keys.length);
    }
  });
});
