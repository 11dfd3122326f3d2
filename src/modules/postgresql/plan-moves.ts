import type { Inventory } from '../../inventory.ts';
import type { ScriptHash, ScriptStep, Step } from '../contract.ts';
import { findWitness, moveSteps, scriptStep, type Move } from '../steps.ts';
import { CHECKS } from './checks.ts';
import type { Members } from './members.ts';
import { ENTRY_PORTS } from './settings.ts';

/**
 * Seconds without an acknowledged write that are good; more is a warning, more than 60 s a failure. A killed leader's lock
 * lasts for ttl (30 s); election and HAProxy's check come after it.
 */
const OUTAGE_SECONDS = { failover: 10, drill: 35 } as const;

/** What a move of the leader neither needs nor changes; asked and shown all the same. */
const NOT_NEEDED = ['dcs-supported', 'pgvector', 'disk', 'backup'];

/** The checks that must pass before a move, and again after it. */
export const MOVE_CHECKS = CHECKS.map((check) => check.id).filter((id) => !NOT_NEEDED.includes(id));

export const MARKERS_TITLE = 'Begin to write markers through each HAProxy and PgBouncer';

/** `name=address` of each server, the one where the data begins first. */
export function namedMembers({ servers }: Members): string[] {
  return servers.map((server) => `${server.name}=${server.privateIp}`);
}

/** What the markers of a move are told: the cluster's addresses, and each entry that applications use. */
export function markedThrough({ servers, proxies }: Members): { cluster: string[]; entries: string[] } {
  return {
    cluster: [servers.map((server) => server.privateIp).join(',')],
    entries: proxies.flatMap(({ name, privateIp }) =>
      [ENTRY_PORTS.write, ENTRY_PORTS.pooler].map((port) => `${name}-${port}=${privateIp}:${port}`),
    ),
  };
}

/** The steps of `failover` and `drill`. Throws ConfigError when the inventory has no host to write markers from. */
export function planMove(move: Move, inventory: Inventory, members: Members, hashOf: ScriptHash): Step[] {
  const isDrill = move === 'drill';
  return moveSteps({
    ...{ module: 'postgresql', move, hashOf, must: MOVE_CHECKS, witness: findWitness('postgresql', inventory).name },
    ...markedThrough(members),
    servers: members.servers.map(({ name }) => ({ host: name, args: [name, ...namedMembers(members)] })),
    outageSeconds: OUTAGE_SECONDS[move],
    secrets: {
      move: isDrill ? [] : ['POSTGRES_PASSWORD', 'PATRONI_PASSWORD'],
      back: [],
      markers: ['APP_PASSWORD'],
    },
    titles: {
      markers: MARKERS_TITLE,
      move: isDrill ? 'Kill the leader, and wait until another leads' : 'Hand over to the replica that has every write',
      back: 'Start again what was stopped, as a replica',
    },
  });
}

/** The steps of `remove`: nobody is led here any more, then the servers stop together. */
export function planRemove(members: Members, hashOf: ScriptHash): ScriptStep[] {
  return [
    scriptStep(hashOf, {
      id: 'proxies',
      title: 'Take ports 5432, 5433 and 6432 out of each proxy',
      impact: 'destructive',
      order: 'one-by-one',
      script: 'postgresql/remove-proxy.sh',
      work: members.proxies.map((proxy) => ({ host: proxy.name, args: [proxy.privateIp] })),
      secrets: [],
      timeoutSeconds: 120,
    }),
    scriptStep(hashOf, {
      id: 'servers',
      title: 'Stop PostgreSQL, Patroni and its etcd for good, and move their data aside',
      impact: 'destructive',
      script: 'postgresql/remove-server.sh',
      work: members.servers.map(({ name }) => ({ host: name, args: [name, ...namedMembers(members)] })),
      secrets: [],
      timeoutSeconds: 420,
    }),
  ];
}
