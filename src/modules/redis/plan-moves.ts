import type { Inventory } from '../../inventory.ts';
import type { ScriptHash, ScriptStep, Step } from '../contract.ts';
import { findWitness, moveSteps, scriptStep, type Move } from '../steps.ts';
import { CHECKS } from './checks.ts';
import { MASTER_NAME, type Members } from './members.ts';

/** Seconds without an acknowledged write that are good; more is a warning, more than 60 s a failure. */
export const OUTAGE_SECONDS = { failover: 2, drill: 10 } as const;

/**
 * What a move of the master neither needs nor changes: a node whose disk fails or whose memory is full must still hand over,
 * and a cluster that somebody else installed may lack our settings. They are asked and shown all the same.
 */
const NOT_NEEDED = ['min-replicas', 'persistence', 'memory'];

/** The checks that must pass before a move, and again after it. */
export const MOVE_CHECKS: readonly string[] = CHECKS.map((check) => check.id).filter((id) => !NOT_NEEDED.includes(id));

const BOTH = ['REDIS_PASSWORD', 'SENTINEL_PASSWORD'];

/** The steps of `failover` and `drill`. Throws ConfigError when the inventory has no host to write markers from. */
export function planMove(move: Move, inventory: Inventory, members: Members, hashOf: ScriptHash): Step[] {
  const addresses = members.servers.map((host) => host.privateIp);
  return moveSteps({
    ...{ module: 'redis', move, hashOf, must: MOVE_CHECKS, witness: findWitness('redis', inventory).name },
    servers: members.servers.map((host) => ({
      host: host.name,
      args: [host.privateIp, MASTER_NAME, ...addresses],
    })),
    cluster: [MASTER_NAME, addresses.join(',')],
    entries: members.proxies.map((proxy) => `${proxy.name}=${proxy.privateIp}`),
    outageSeconds: OUTAGE_SECONDS[move],
    secrets: { move: BOTH, back: BOTH, markers: BOTH },
    titles: {
      markers: 'Begin to write markers through each HAProxy',
      move:
        move === 'drill' ? 'Kill the master, and wait until another is master' : 'Hand the master over to a replica',
      back: 'Start again what was stopped, as a replica',
    },
  });
}

/** The steps of `remove`: nobody is led here any more, then the servers stop together. */
export function planRemove(members: Members, hashOf: ScriptHash): ScriptStep[] {
  return [
    scriptStep(hashOf, {
      id: 'proxies',
      title: 'Take port 6379 out of each HAProxy',
      impact: 'destructive',
      order: 'one-by-one',
      script: 'redis/remove-proxy.sh',
      work: members.proxies.map((proxy) => ({ host: proxy.name, args: [proxy.privateIp] })),
      secrets: [],
      timeoutSeconds: 120,
    }),
    scriptStep(hashOf, {
      id: 'servers',
      title: 'Stop Redis and Sentinel for good, and move their data aside',
      impact: 'destructive',
      script: 'redis/remove-server.sh',
      work: members.servers.map((server) => ({ host: server.name, args: [server.privateIp, MASTER_NAME] })),
      secrets: BOTH,
      timeoutSeconds: 180,
    }),
  ];
}
