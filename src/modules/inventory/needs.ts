import { select, type Host, type Inventory, type Selector } from '../../inventory.ts';

/** The hosts that one module can't do without. */
export interface Need {
  /** Who needs them, for people. */
  of: string;
  hosts: Selector;
  count: number;
}

/** From the platform's document; each module's own plan refuses with more detail. */
export const NEEDS: readonly Need[] = [
  { of: 'the bot', hosts: { role: 'orchestrator' }, count: 1 },
  { of: 'the internal HAProxy', hosts: { role: 'lb', subrole: 'internal-haproxy' }, count: 2 },
  { of: 'PostgreSQL', hosts: { stack: 'patroni-node' }, count: 3 },
  { of: 'Redis', hosts: { role: 'redis' }, count: 3 },
  { of: "Redis' first master", hosts: { role: 'redis', subrole: 'master' }, count: 1 },
  { of: 'RabbitMQ', hosts: { role: 'queue', subrole: 'rabbitmq' }, count: 3 },
  { of: 'MinIO', hosts: { role: 'storage', subrole: 'minio' }, count: 3 },
  { of: 'MariaDB', hosts: { role: 'db', subrole: 'mariadb' }, count: 3 },
  { of: 'ProxySQL', hosts: { role: 'db_proxy', subrole: 'proxysql' }, count: 2 },
  { of: "K3s' masters", hosts: { role: 'k3s', subrole: 'master' }, count: 3 },
  { of: "K3s' workers", hosts: { role: 'k3s', subrole: 'worker' }, count: 5 },
];

/** The hosts that work with this one in some module: each must reach the others. */
export function peersOf(host: Host, inventory: Inventory): Host[] {
  const groups = NEEDS.map(({ hosts }) => select(inventory, hosts)).filter((group) => group.includes(host));
  return [...new Set(groups.flat())].filter((one) => one !== host);
}

/** "Redis has 2 hosts, not 3" for every need that the inventory does not meet. */
export function unmetNeeds(inventory: Inventory): string[] {
  return NEEDS.flatMap(({ of, hosts, count }) => {
    const found = select(inventory, hosts).length;
    return found === count ? [] : [`${of}: ${found} instead of ${count}`];
  });
}
