import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import {
  end,
  findRedisServer,
  freePort,
  spawnServing,
  startPrivateRedis,
  type PrivateRedis,
} from '../../sandbox/redis.ts';
import { until } from '../fleet/process.ts';

const MASTER_NAME = 'keybuzz';
const SENTINELS = 3;
const QUORUM = 2;
/** A master that is silent for so long is down, ms: long beside a busy machine's pauses, short beside a test. */
const DOWN_AFTER_MS = 1_500;
const PATIENCE_MS = 60_000;

/**
 * Three redis-servers behind three Sentinels, on loopback: port, pid and `kill` mean the master of that moment. `kill` waits
 * until all are there, and for the next master; who is restarted follows it a while later.
 */
export interface GuardedRedis extends PrivateRedis {
  /** SIGKILL of a Sentinel; it comes back with its files. */
  restartSentinel(which: number): Promise<void>;
  /** SIGSTOP of all replicas, or of so many: they confirm nothing until the function is called. */
  freezeReplicas(count?: number): () => void;
}

interface Sentinel {
  port: number;
  file: string;
  child: ChildProcess;
}

function sentinelConfig(port: number, directory: string, masterPort: number): string {
  return [
    'bind 127.0.0.1',
    `port ${port}`,
    `dir ${directory}`,
    `sentinel monitor ${MASTER_NAME} 127.0.0.1 ${masterPort} ${QUORUM}`,
    `sentinel down-after-milliseconds ${MASTER_NAME} ${DOWN_AFTER_MS}`,
    `sentinel failover-timeout ${MASTER_NAME} 10000`,
    `sentinel parallel-syncs ${MASTER_NAME} 1`,
    '',
  ].join('\n');
}

/** A Sentinel is a redis-server whose configuration it rewrites itself. */
async function spawnSentinel(file: string): Promise<ChildProcess> {
  const child = await spawnServing(findRedisServer(), [file, '--sentinel'], '+monitor master');
  if (child === undefined) throw new Error(`the Sentinel of ${file} did not start`);
  return child;
}

async function startSentinel(directory: string, masterPort: number): Promise<Sentinel> {
  const port = await freePort();
  const file = join(directory, `sentinel-${port}.conf`);
  writeFileSync(file, sentinelConfig(port, directory, masterPort));
  return { port, file, child: await spawnSentinel(file) };
}

async function ask<T>(port: number, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis({ host: '127.0.0.1', port, lazyConnect: true, retryStrategy: () => null });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}

/** What a Sentinel says of the master: its port, its replicas that are linked, and the Sentinels it knows besides itself. */
async function told({ port }: Sentinel): Promise<{ master: number; linked: number; others: number }> {
  return ask(port, async (redis) => {
    const [, master = '0'] = (await redis.call('SENTINEL', 'get-master-addr-by-name', MASTER_NAME)) as string[];
    const replicas = (await redis.call('SENTINEL', 'replicas', MASTER_NAME)) as string[][];
    const others = (await redis.call('SENTINEL', 'sentinels', MASTER_NAME)) as string[][];
    const isLinked = (fields: string[]) => fields[fields.indexOf('master-link-status') + 1] === 'ok';
    return { master: Number(master), linked: replicas.filter(isLinked).length, others: others.length };
  });
}

/** Starts it, and resolves when every Sentinel knows the replicas and the other Sentinels. `stop` removes everything. */
export async function startGuardedRedis(): Promise<GuardedRedis> {
  const directory = mkdtempSync(join(tmpdir(), 'keybuzz-sentinel-'));
  const first = await startPrivateRedis();
  const following = ['--replicaof', '127.0.0.1', String(first.port)];
  const servers = [first, await startPrivateRedis(undefined, following), await startPrivateRedis(undefined, following)];
  const sentinels: Sentinel[] = [];
  for (let at = 0; at < SENTINELS; at += 1) sentinels.push(await startSentinel(directory, first.port));
  let master = first;
  let dead: PrivateRedis | undefined;

  /** The Sentinels agree on a master that lives, and so many replicas are linked to it. */
  async function settled(replicas: number): Promise<PrivateRedis> {
    return until('one master that all Sentinels name', PATIENCE_MS, async () => {
      const answers = await Promise.all(sentinels.map(told)).catch(() => []);
      const ports = new Set(answers.map((one) => one.master));
      const found = servers.find(({ port }) => ports.size === 1 && ports.has(port) && port !== dead?.port);
      const isWhole = answers.every(({ linked, others }) => linked >= replicas && others === SENTINELS - 1);
      return isWhole ? found : undefined;
    });
  }

  await settled(servers.length - 1);
  return {
    url: `redis+sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/${MASTER_NAME}`,
    get port() {
      return master.port;
    },
    get pid() {
      return master.pid;
    },
    async kill() {
      master = await settled(servers.length - 1);
      dead = master;
      await master.kill();
      master = await settled(1);
    },
    async restart() {
      const back = dead;
      dead = undefined;
      await back?.restart();
    },
    freezeReplicas(count = servers.length) {
      const replicas = servers.filter((server) => server !== master).slice(0, count);
      for (const { pid } of replicas) process.kill(pid, 'SIGSTOP');
      return () => {
        for (const { pid } of replicas) process.kill(pid, 'SIGCONT');
      };
    },
    async restartSentinel(which) {
      const sentinel = sentinels[which % SENTINELS];
      if (sentinel === undefined) throw new Error('There is no Sentinel.');
      await end(sentinel.child, 'SIGKILL');
      sentinel.child = await spawnSentinel(sentinel.file);
    },
    async stop() {
      await Promise.all(sentinels.map(({ child }) => end(child, 'SIGTERM')));
      await Promise.all(servers.map((server) => server.stop()));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
