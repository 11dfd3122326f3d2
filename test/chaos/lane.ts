import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { parseRedisUrl } from '../../src/config-redis-url.ts';
import { openEngine, type Engine } from '../../src/jobs/index.ts';
import { keysOf, type Keys } from '../../src/jobs/keys.ts';
import { openBlockingRedis } from '../../src/jobs/redis.ts';
import { openDeployment, type Deployment, type DeploymentOptions, type Started } from '../helpers/deployment.ts';
import type { ChaosHosts } from './hosts.ts';
import { serviceOf } from './module.ts';
import { BLOCKED_MS, type Scenario } from './scenario.ts';

const PREFIX = 'keybuzz';

/** A deployment of its own (Slack, Redis, bot, workers) that plays one scenario after the other. */
export interface Lane {
  name: string;
  /** The lock of its runs; no other lane's, and of no earlier lane on the same hosts. */
  lock: string;
  deployment: Deployment;
  engine: Engine;
  /** For looking at keys; survives restarts of the server. */
  redis: Redis;
  keys: Keys;
  bots: Started[];
  /** Workers that live. */
  workers: Started[];
  /** Kills a bot, the first one unless told, and starts a new one in its place. */
  replaceBot(which?: number): Promise<void>;
  startWorker(): Promise<Started>;
  /** Exactly so many workers, of the kind that is wanted, and clocks as they are wanted. */
  prepare(scenario: Pick<Scenario, 'workers' | 'isBlind' | 'areClocksApart'>): Promise<void>;
  /** The worker that has the run's lease; any worker when none has it. */
  workerOf(runId: string): Promise<Started>;
  /** Ends it, and gives its exit code (null: killed). */
  endWorker(worker: Started, signal: NodeJS.Signals): Promise<number | null>;
  close(): Promise<void>;
}

/** A blind worker keeps its lease for so long, and looks after a third of it whether it still has it. */
const BLIND_LEASE_MS = '60000';

const HOUR_MS = 3_600_000;

/** How far each next process is off when clocks are apart. */
const SHIFTS_MS = [HOUR_MS, -HOUR_MS, 0];

/** Environment of the next process, by the kind of scenario that is played. */
function createKinds() {
  const kind = { isBlind: false, areClocksApart: false };
  let started = 0;
  const clock = (): Record<string, string> => {
    if (!kind.areClocksApart) return {};
    started += 1;
    return {
      NODE_OPTIONS: `--import=${join(import.meta.dirname, 'clock-shift.js')}`,
      KEYBUZZ_CHAOS_CLOCK_SHIFT_MS: `${SHIFTS_MS[started % SHIFTS_MS.length] ?? 0}`,
    };
  };
  return { kind, clock, worker: () => ({ ...clock(), ...(kind.isBlind ? { KEYBUZZ_LEASE_MS: BLIND_LEASE_MS } : {}) }) };
}

async function openLaneEngine(deployment: Deployment): Promise<{ engine: Engine; redis: Redis }> {
  const endpoint = parseRedisUrl(deployment.redis.url);
  const engine = openEngine({ endpoint, prefix: PREFIX, sweepMs: 300, warn: () => undefined });
  const redis = openBlockingRedis(endpoint);
  await redis.ping();
  return { engine, redis };
}

/** What a lane is made of, besides hosts. */
export interface LaneParts {
  name: string;
  workerFile: string;
  /** How the environment of each bot differs from the others'; as many as there are bots. */
  bots?: readonly Record<string, string>[];
  openRedis?: DeploymentOptions['openRedis'];
  /** More for all processes. */
  environment?: Record<string, string>;
}

/** Opens a lane with its bots and the program of its workers on hosts that are there; workers come with the first scenario. */
export async function openLane(hosts: ChaosHosts, parts: LaneParts): Promise<Lane> {
  const { name, bots = [{}], openRedis } = parts;
  const deployment = await openDeployment({
    ...hosts.reach,
    workerCommand: [process.execPath, parts.workerFile],
    ...(openRedis === undefined ? {} : { openRedis }),
    environment: {
      KEYBUZZ_LEASE_MS: '500',
      KEYBUZZ_SWEEP_MS: '300',
      KEYBUZZ_MONITOR: 'off',
      LOG_LEVEL: 'info',
      KEYBUZZ_CHAOS_BLOCKED_MS: `${BLOCKED_MS}`,
      ...parts.environment,
    },
  });
  const { engine, redis } = await openLaneEngine(deployment);
  const close = async () => {
    redis.disconnect();
    await engine.close();
    await deployment.close();
  };
  const kinds = createKinds();
  const lock = `chaos-${name}`;
  const lane: Lane = {
    name,
    lock,
    deployment,
    engine,
    redis,
    keys: keysOf(PREFIX),
    bots: [],
    workers: [],
    async replaceBot(which = 0) {
      await lane.bots[which]?.end('SIGKILL');
      lane.bots[which] = await deployment.start('bot', { ...kinds.clock(), ...bots[which] });
    },
    async startWorker() {
      const worker = await deployment.start('worker', kinds.worker());
      lane.workers.push(worker);
      return worker;
    },
    async prepare({ workers, isBlind, areClocksApart }) {
      const isOther = isBlind !== kinds.kind.isBlind || areClocksApart !== kinds.kind.areClocksApart;
      const others = isOther ? lane.workers : lane.workers.slice(workers);
      await Promise.all(others.map((worker) => lane.endWorker(worker, 'SIGTERM')));
      const areBotsClocksRight = areClocksApart === kinds.kind.areClocksApart;
      Object.assign(kinds.kind, { isBlind, areClocksApart });
      const missing = Array.from({ length: Math.max(0, workers - lane.workers.length) });
      await Promise.all([
        ...(areBotsClocksRight ? [] : bots.map((_, which) => lane.replaceBot(which))),
        ...missing.map(() => lane.startWorker()),
      ]);
    },
    async workerOf(runId) {
      const holder = await redis.get(lane.keys.lease(runId));
      const pid = Number(holder?.split('-')[0]);
      const worker = lane.workers.find((one) => one.pid === pid) ?? lane.workers[0];
      if (worker === undefined) throw new Error(`Lane ${name} has no worker.`);
      return worker;
    },
    async endWorker(worker, signal) {
      lane.workers = lane.workers.filter((one) => one !== worker);
      return worker.end(signal);
    },
    close,
  };
  try {
    await hosts.prepare(serviceOf(lock));
    await Promise.all(bots.map((_, which) => lane.replaceBot(which)));
    return lane;
  } catch (error) {
    await close();
    throw error;
  }
}
