import type { ChecksStep, ScriptHash, ScriptStep } from '../contract.ts';
import { CHECKS } from './checks.ts';
import { findWitness, MASTER_NAME, type Members } from './members.ts';
import type { Inventory } from '../../inventory.ts';

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

type Move = keyof typeof OUTAGE_SECONDS;

/** What the plans' script steps have in common, unless a step says otherwise. */
function scriptStep(
  hashOf: ScriptHash,
  step: Pick<ScriptStep, 'id' | 'title' | 'script' | 'work' | 'timeoutSeconds'> & Partial<ScriptStep>,
): ScriptStep {
  return {
    kind: 'script',
    mode: 'change',
    impact: 'disruptive',
    order: 'together',
    secrets: BOTH,
    gateSeconds: 0,
    scriptHash: hashOf(step.script),
    ...step,
  };
}

function checksStep(id: string, title: string, deadlineSeconds: number): ChecksStep {
  return { kind: 'checks', id, title, impact: 'none', must: [...MOVE_CHECKS], deadlineSeconds };
}

/** On every server; only the one that is master in the approved preview is worked on. */
function moveStep(move: Move, members: Members, hashOf: ScriptHash): ScriptStep {
  const isDrill = move === 'drill';
  return scriptStep(hashOf, {
    id: isDrill ? 'kill' : 'switch',
    title: isDrill ? 'Kill the master, and wait until another is master' : 'Hand the master over to a replica',
    script: `redis/${move}-server.sh`,
    work: workOfServers(members),
    timeoutSeconds: 120,
    onlyChanged: true,
  });
}

function workOfServers({ servers }: Members): ScriptStep['work'] {
  const addresses = servers.map((host) => host.privateIp);
  return servers.map((host) => ({ host: host.name, args: [host.privateIp, MASTER_NAME, ...addresses] }));
}

/** Also when the move failed: whatever was stopped runs again. */
function returnStep(members: Members, hashOf: ScriptHash): ScriptStep {
  return scriptStep(hashOf, {
    id: 'return',
    title: 'Start again what was stopped, as a replica',
    script: 'redis/return-server.sh',
    work: workOfServers(members),
    timeoutSeconds: 180,
    always: true,
  });
}

/** The steps of `failover` and `drill`. Throws ConfigError when the inventory has no host to write markers from. */
export function planMove(move: Move, inventory: Inventory, members: Members, hashOf: ScriptHash): ScriptOrChecks[] {
  const { name: host } = findWitness(inventory);
  const addresses = members.servers.map((server) => server.privateIp).join(',');
  const entries = members.proxies.map((proxy) => `${proxy.name}=${proxy.privateIp}`);
  const target = String(OUTAGE_SECONDS[move]);
  return [
    checksStep('before', 'Ask whether the cluster can bear it', 0),
    scriptStep(hashOf, {
      id: 'marker-start',
      title: 'Begin to write markers through each HAProxy',
      impact: 'safe',
      script: 'redis/marker-start.sh',
      work: [{ host, args: [MASTER_NAME, addresses, ...entries] }],
      timeoutSeconds: 60,
    }),
    moveStep(move, members, hashOf),
    ...(move === 'drill' ? [returnStep(members, hashOf)] : []),
    checksStep('after', 'Ask every member, until it is whole again', 120),
    scriptStep(hashOf, {
      id: 'marker-stop',
      title: 'End the markers, and tell what it cost',
      impact: 'safe',
      script: 'redis/marker-stop.sh',
      work: [{ host, args: [MASTER_NAME, addresses, target, ...entries] }],
      timeoutSeconds: 120,
      always: true,
    }),
    scriptStep(hashOf, {
      id: 'verdict',
      title: 'Judge what it cost',
      impact: 'none',
      mode: 'read',
      script: 'redis/marker-verdict.sh',
      work: [{ host, args: [] }],
      secrets: [],
      timeoutSeconds: 20,
    }),
  ];
}

type ScriptOrChecks = ScriptStep | ChecksStep;

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
      timeoutSeconds: 180,
    }),
  ];
}
