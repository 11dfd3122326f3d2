import type { Host } from '../inventory.ts';
import type { DesiredRecord } from './cloud.ts';
import type { HetznerStep } from './contract.ts';

const ZONE = 'keybuzz.io';

/** Short enough that a moved host is found soon. */
const TTL_SECONDS = 300;

/** How long the zone may stand still while it is worked on. */
const STILL_SECONDS = 300;

/** MinIO's nodes in DNS: each under its own name, and all of them under the entry's. */
export function recordsOf(nodes: readonly Host[]): DesiredRecord[] {
  const record = (name: string, hosts: readonly Host[]): DesiredRecord => {
    return { zone: ZONE, name, addresses: hosts.map(({ privateIp }) => privateIp).sort(), ttlSeconds: TTL_SECONDS };
  };
  const sorted = [...nodes].sort((a, b) => (a.name < b.name ? -1 : 1));
  return [...sorted.map((host) => record(host.name, [host])), record('s3', nodes)];
}

/** Writes these names where the zone is in the worker's project. MinIO can't begin without them, and module 10 watches over them. */
export function namesStep(nodes: readonly Host[]): HetznerStep {
  return {
    ...{ kind: 'hetzner', id: 'names', impact: 'safe', timeoutSeconds: STILL_SECONDS },
    title: 'Write the names of MinIO where the zone is at Hetzner',
    work: [{ do: 'records', zone: ZONE, records: recordsOf(nodes) }],
  };
}
