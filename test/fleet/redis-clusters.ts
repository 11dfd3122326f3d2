import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { allHosts } from './inventory.ts';
import { hostsOf, REDIS, type Cluster } from './redis-moves.ts';

const INVENTORY = join(import.meta.dirname, '../../inventory/servers.tsv');

function addressesOf(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    allHosts()
      .filter(({ name }) => names.includes(name))
      .map(({ name, address }) => [name, address]),
  );
}

function clusterOf(servers: readonly string[], proxies: readonly string[], witness: string): Cluster {
  return { servers: addressesOf(servers), proxies: addressesOf(proxies), witness };
}

/** The module's own hosts, and three more sets of six: on each a cluster can be moved without the others noticing. */
export const CLUSTERS: readonly Cluster[] = [
  REDIS,
  clusterOf(['queue-01', 'queue-02', 'queue-03'], ['proxysql-01', 'proxysql-02'], 'monitor-01'),
  clusterOf(['maria-01', 'maria-02', 'maria-03'], ['minio-02', 'minio-03'], 'backup-01'),
  clusterOf(['k8s-worker-01', 'k8s-worker-02', 'k8s-worker-03'], ['k8s-worker-04', 'k8s-worker-05'], 'builder-01'),
];

/** Writes an inventory of these six hosts alone, in which they are the redis module's, whatever they are otherwise. */
export async function writeInventory(file: string, cluster: Cluster): Promise<void> {
  const [header = [], ...rows] = (await readFile(INVENTORY, 'utf8')).split('\n').map((row) => row.split('\t'));
  const at = (column: string) => header.indexOf(column);
  const [seed] = Object.keys(cluster.servers);
  const partOf = (host: string): [role: string, subrole: string] => {
    if (host === cluster.witness) return ['orchestrator', 'base'];
    if (host in cluster.proxies) return ['lb', 'internal-haproxy'];
    return ['redis', host === seed ? 'master' : 'replica'];
  };
  const own = rows.filter((row) => hostsOf(cluster).includes(row[at('HOSTNAME')] ?? ''));
  const cast = own.map((row) => {
    const [role, subrole] = partOf(row[at('HOSTNAME')] ?? '');
    return row.with(at('ROLE'), role).with(at('SUBROLE'), subrole);
  });
  await writeFile(file, [header, ...cast].map((row) => `${row.join('\t')}\n`).join(''));
}
