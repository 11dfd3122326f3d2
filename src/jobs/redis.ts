import { Redis } from 'ioredis';
import type { CommonRedisOptions } from 'ioredis';
import { ConfigError, ExternalError } from '../errors.ts';
import type { RedisEndpoint } from '../config.ts';

/** Longer than any command of ours takes; an unreachable Redis must turn into a sentence, not into a hanging promise. */
const COMMAND_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 5_000;
const RETRY_DELAY_MAX_MS = 1_000;

/** Patience of a connection: how often a command is tried again over a reconnect (null: for ever), and for how long. */
type Patience = { maxRetriesPerRequest: number; commandTimeout: number } | { maxRetriesPerRequest: null };

/** Connects, and reconnects for ever: every process outlives a restart of Redis. */
function connect(endpoint: RedisEndpoint, patience: Patience): Redis {
  const shared = {
    ...patience,
    db: endpoint.db,
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: (times: number) => Math.min(50 * 2 ** Math.min(times, 6), RETRY_DELAY_MAX_MS),
    ...(endpoint.username === undefined ? {} : { username: endpoint.username }),
    ...(endpoint.password === undefined ? {} : { password: endpoint.password.reveal() }),
  } satisfies CommonRedisOptions;
  const tls = endpoint.tls ? { tls: {} } : {};
  const redis =
    endpoint.kind === 'single'
      ? new Redis({ ...shared, ...tls, host: endpoint.host, port: endpoint.port })
      : new Redis({ ...shared, ...tls, sentinels: endpoint.sentinels, name: endpoint.master });
  // Each command reports its own failure; without a listener a lost connection would end the process.
  redis.on('error', () => undefined);
  return redis;
}

/** A connection for short commands: each fails after a while instead of waiting for Redis to come back. */
export function openRedis(endpoint: RedisEndpoint): Redis {
  return connect(endpoint, { maxRetriesPerRequest: 3, commandTimeout: COMMAND_TIMEOUT_MS });
}

/** A connection for BullMQ's blocking workers, which demands that requests wait for ever. */
export function openBlockingRedis(endpoint: RedisEndpoint): Redis {
  return connect(endpoint, { maxRetriesPerRequest: null });
}

const UNAVAILABLE = 'KEYBUZZ_REDIS_UNAVAILABLE';
const NOT_REPLICATED = 'KEYBUZZ_REDIS_NOT_REPLICATED';

/** Gives what Redis answered, or an ExternalError when it did not answer. */
export async function answered<T>(asking: Promise<T>): Promise<T> {
  try {
    return await asking;
  } catch (cause) {
    throw new ExternalError("The bot's Redis did not answer.", {
      code: UNAVAILABLE,
      fix: 'What you asked may or may not have been recorded: when `redis-cli ping` answers there, look at `runs` first.',
      cause,
    });
  }
}

/** True for the error of a Redis of ours that did not answer or confirm: it is the fault of nothing that was being asked or done. */
export function isRedisSilent(error: unknown): boolean {
  return error instanceof ExternalError && [UNAVAILABLE, NOT_REPLICATED].includes(error.code);
}

/** Milliseconds to wait for replicas to confirm a write, when Redis stands behind Sentinel. */
const REPLICA_WAIT_MS = 2_000;
/** Replicas tell the master every second how far they are. Who has said nothing for so long does not count: it hangs. */
const LAG_SECONDS_MAX = 5;

/** How many replicas follow the master, by its `INFO replication`: any of them may be the next master. */
export function followersIn(info: string): number {
  const replicas = [...info.matchAll(/^slave\d+:\S*\bstate=online\b\S*\blag=(\d+)/gm)];
  return replicas.filter(([, lag]) => Number(lag) <= LAG_SECONDS_MAX).length;
}

/**
 * Resolves when each replica that follows, one at least, has all that this connection has written. Throws ExternalError when
 * one does not confirm it: Sentinel promotes whichever it finds, so a failover of Redis could lose it.
 */
export async function requireReplicas(redis: Redis): Promise<void> {
  const needed = Math.max(1, followersIn(await answered(redis.info('replication'))));
  if ((await answered(redis.wait(needed, REPLICA_WAIT_MS))) >= needed) return;
  throw new ExternalError("A replica of the bot's Redis did not confirm what was written.", {
    code: NOT_REPLICATED,
    fix: 'A failover now could lose it: mend the replication, then look at `runs` before you repeat anything.',
  });
}

/** What the run log needs from Redis to be the single truth, and how to set it. */
const NEEDED_SETTINGS = [
  { name: 'appendonly', value: 'yes' },
  { name: 'appendfsync', value: 'always' },
  { name: 'maxmemory-policy', value: 'noeviction' },
];

/**
 * Refuses a Redis that could lose a run log: every wrong setting is named with its fix.
 * Source: redis.io "Persistence" (appendfsync always) and "Key eviction" (noeviction).
 */
export async function checkDurability(redis: Redis): Promise<void> {
  const faults: string[] = [];
  for (const { name, value } of NEEDED_SETTINGS) {
    const [, actual] = await answered(redis.config('GET', name));
    if (actual !== value) faults.push(`${name} is ${actual ?? 'unknown'}, must be ${value}`);
  }
  if (faults.length === 0) return;
  throw new ConfigError(`The Redis at REDIS_URL could lose run logs: ${faults.join('; ')}.`, {
    code: 'KEYBUZZ_REDIS_NOT_DURABLE',
    fix: `Set ${NEEDED_SETTINGS.map(({ name, value }) => `${name} ${value}`).join(', ')} in its redis.conf and restart it.`,
  });
}
