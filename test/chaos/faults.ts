import { setTimeout as delay } from 'node:timers/promises';
import type { ChaosHosts, CutMoment } from './hosts.ts';
import type { Lane } from './lane.ts';
import { BLOCKED_MS, type Fault, type FaultKind } from './scenario.ts';

/** A fault that happened: when (epoch ms), and whether it found something to disturb. */
export interface Happened {
  kind: FaultKind;
  atMs: number;
  hit: boolean;
}

export interface Scene {
  hosts: ChaosHosts;
  lane: Lane;
  runId: string;
  /** Aborted when the run is over. */
  over: AbortSignal;
}

/** The worker stands still while it believes that the run is its own, and goes on when another has it. */
async function freeze({ lane, runId }: Scene, { forMs }: Fault): Promise<void> {
  const { pid } = await lane.workerOf(runId);
  process.kill(pid, 'SIGSTOP');
  try {
    await delay(forMs);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

async function block({ lane, runId }: Scene): Promise<void> {
  const { pid } = await lane.workerOf(runId);
  process.kill(pid, 'SIGUSR2');
  await delay(BLOCKED_MS);
}

async function endWorker({ lane, runId }: Scene, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  const victim = await lane.workerOf(runId);
  const code = await lane.endWorker(victim, signal);
  if (signal === 'SIGTERM' && code !== 0) throw new Error(`A worker ended with ${code ?? 'a signal'} after SIGTERM.`);
  await lane.startWorker();
}

async function redisAway({ lane }: Scene, { forMs }: Fault): Promise<void> {
  process.kill(lane.deployment.redis.pid, 'SIGSTOP');
  try {
    await delay(forMs);
  } finally {
    process.kill(lane.deployment.redis.pid, 'SIGCONT');
  }
}

/** What happens to processes takes turns: who is killed must have a successor before that one can be. */
const TO_PROCESSES: readonly FaultKind[] = [
  'kill-worker',
  'stop-worker',
  'freeze-worker',
  'block-worker',
  'kill-bot',
  'kill-redis',
  'redis-away',
  'slack-away',
];

/** Lets faults that meddle with the same things happen one after the other. */
export function createTurns(): <T>(kind: FaultKind, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return (kind, work) => {
    const whose = TO_PROCESSES.includes(kind) ? 'process' : kind;
    const result = (last.get(whose) ?? Promise.resolve()).then(work, work);
    last.set(whose, result);
    return result;
  };
}

/** Does it, and writes down from when to when the host may not have answered. */
async function trouble<T>({ hosts }: Scene, host: string, work: () => Promise<T>): Promise<T> {
  const one = { host, fromMs: Date.now(), toMs: Number.POSITIVE_INFINITY };
  hosts.troubles.push(one);
  try {
    return await work();
  } finally {
    one.toMs = Date.now();
  }
}

/** Does it. Resolves when it is over: what was cut is whole again, what was killed has a successor. */
export async function disturb(scene: Scene, fault: Fault): Promise<Happened> {
  const { hosts, lane, runId, over } = scene;
  const { kind, host, forMs } = fault;
  const happened: Happened = { kind, atMs: Date.now(), hit: true };
  const pids = lane.workers.map(({ pid }) => pid);
  switch (kind) {
    case 'kill-worker':
      await endWorker(scene, 'SIGKILL');
      break;
    case 'stop-worker':
      await endWorker(scene, 'SIGTERM');
      break;
    case 'freeze-worker':
      await freeze(scene, fault);
      break;
    case 'block-worker':
      await block(scene);
      break;
    case 'take-lease':
      happened.hit = (await lane.redis.del(lane.keys.lease(runId))) === 1;
      break;
    case 'cut':
      happened.hit = await trouble(scene, host, () => hosts.cut(host, pids));
      break;
    case 'cut-upload':
    case 'cut-start':
    case 'cut-output':
    case 'cut-result': {
      const moment = kind.slice('cut-'.length) as CutMoment;
      happened.hit = await trouble(scene, host, () => hosts.cutAt(moment, { host, pids, signal: over }));
      happened.atMs = Date.now();
      break;
    }
    case 'silence':
      await trouble(scene, host, () => hosts.silence(host, forMs));
      break;
    case 'refuse':
      await trouble(scene, host, () => hosts.refuse(host, forMs));
      break;
    case 'reboot':
      await trouble(scene, host, () => hosts.reboot(host));
      break;
    case 'kill-bot':
      await lane.replaceBot();
      break;
    case 'kill-redis':
      await lane.deployment.redis.kill();
      await delay(forMs);
      await lane.deployment.redis.restart();
      break;
    case 'redis-away':
      await redisAway(scene, fault);
      break;
    case 'slack-away': {
      const heal = lane.deployment.slack.outage();
      await delay(forMs);
      heal();
      break;
    }
  }
  return happened;
}
