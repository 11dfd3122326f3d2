import type { Redis } from 'ioredis';
import { keysOf } from './keys.ts';

/**
 * KEYS: lease. ARGV: worker, ms. Gives 1 while the lease is ours. One that lapsed and that nobody took is taken again: on
 * a machine so busy that every beat comes late, all workers would else break off in turn, and the run would never end.
 */
const EXTEND = `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;

/** KEYS: lease. ARGV: worker. */
const DROP = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

/** A lease saves work; it guards nothing. What two workers do at the same time is told apart by the log and the hosts. */
export interface Lease {
  /** Aborts when the lease was lost: somebody else goes on with the run. */
  signal: AbortSignal;
  drop(): Promise<void>;
}

/** Takes the run's lease for this worker, kept alive until dropped; undefined when somebody else has it. */
export function takeLease(
  redis: Redis,
  where: { prefix: string; runId: string; worker: string },
  leaseMs: number,
): Promise<Lease | undefined> {
  return takeLeaseOn(redis, keysOf(where.prefix).lease(where.runId), where.worker, leaseMs);
}

/** The same for anything else that one worker does at a time. */
export async function takeLeaseOn(
  redis: Redis,
  key: string,
  worker: string,
  leaseMs: number,
): Promise<Lease | undefined> {
  if ((await redis.set(key, worker, 'PX', leaseMs, 'NX')) !== 'OK') return undefined;
  const lost = new AbortController();
  const beat = setInterval(() => {
    redis.eval(EXTEND, 1, key, worker, leaseMs).then(
      (kept) => {
        if (kept !== 1) lost.abort();
      },
      () => undefined,
    );
  }, leaseMs / 3);
  return {
    signal: lost.signal,
    async drop() {
      clearInterval(beat);
      await redis.eval(DROP, 1, key, worker).catch(() => undefined);
    },
  };
}
