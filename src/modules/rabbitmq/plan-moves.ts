import type { Inventory } from '../../inventory.ts';
import type { ScriptHash, ScriptStep, Step } from '../contract.ts';
import { findWitness, moveSteps, scriptStep, type Move } from '../steps.ts';
import { CHECKS } from './checks.ts';
import { namedMembers, type Members } from './members.ts';

/** Seconds without a confirmed message that are good; more is a warning, more than 60 s a failure. */
const OUTAGE_SECONDS = { failover: 10, drill: 10 } as const;

/** What taking a node out neither needs nor changes; asked and shown all the same. */
const NOT_NEEDED = ['default-type', 'leader-spread', 'feature-flags', 'disk'];

/** The checks that must pass before a move, and again after it. */
const MOVE_CHECKS = CHECKS.map((check) => check.id).filter((id) => !NOT_NEEDED.includes(id));

/** The steps of `failover` and `drill`. Throws ConfigError when the inventory has no host to write markers from. */
export function planMove(move: Move, inventory: Inventory, members: Members, hashOf: ScriptHash): Step[] {
  return moveSteps({
    ...{ module: 'rabbitmq', move, hashOf, must: MOVE_CHECKS, witness: findWitness('rabbitmq', inventory).name },
    servers: members.servers.map(({ name }) => ({ host: name, args: [name, ...namedMembers(members)] })),
    alwaysReturns: true,
    cluster: [namedMembers(members).join(',')],
    entries: members.proxies.map(({ name, privateIp }) => `${name}=${privateIp}`),
    outageSeconds: OUTAGE_SECONDS[move],
    secrets: {
      move: ['MONITOR_PASSWORD'],
      back: ['MONITOR_PASSWORD'],
      markers: ['MONITOR_PASSWORD', 'APP_PASSWORD'],
    },
    titles: {
      markers: 'Begin to publish markers through each HAProxy',
      move:
        move === 'drill'
          ? 'Kill one node, and wait until others lead its queues'
          : 'Drain one node, restart it, and let it serve again',
      back: 'Start again what was stopped, and let it serve',
    },
  });
}

/** The steps of `remove`: nobody is led here any more, then the servers stop together. */
export function planRemove(members: Members, hashOf: ScriptHash): ScriptStep[] {
  return [
    scriptStep(hashOf, {
      id: 'proxies',
      title: 'Take port 5672 out of each HAProxy',
      impact: 'destructive',
      order: 'one-by-one',
      script: 'rabbitmq/remove-proxy.sh',
      work: members.proxies.map(({ name, privateIp }) => ({ host: name, args: [privateIp] })),
      secrets: [],
      timeoutSeconds: 120,
    }),
    scriptStep(hashOf, {
      id: 'servers',
      title: 'Stop RabbitMQ for good, and move its data aside',
      impact: 'destructive',
      script: 'rabbitmq/remove-server.sh',
      work: members.servers.map(({ name }) => ({ host: name, args: [name] })),
      secrets: [],
      timeoutSeconds: 300,
    }),
  ];
}
