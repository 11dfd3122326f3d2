import { setMaxListeners } from 'node:events';
import { advance } from './advance.ts';
import type { Closer } from './engine.ts';
import { keysOf } from './keys.ts';
import { takeLease } from './lease.ts';
import { readEnd } from './log.ts';
import { consume } from './queues.ts';
import { answered } from './redis.ts';
import type { RedisEndpoint } from '../config.ts';
import { sealEnded } from './seals.ts';
import type { Workshop } from './workshop.ts';

/** Advances the run while it is ours; again when something was appended that we had not seen before we let go. */
async function advanceUnderLease(workshop: Workshop, runId: string, stop: AbortSignal): Promise<void> {
  const { store, worker, leaseMs } = workshop;
  for (;;) {
    const lease = await takeLease(store.redis, { prefix: store.prefix, runId, worker }, leaseMs);
    if (lease === undefined) return;
    let seen: number;
    try {
      const signal = AbortSignal.any([stop, lease.signal]);
      // As many hosts as are asked at once listen to it, and Node takes more than ten for a leak.
      setMaxListeners(0, signal);
      seen = await advance(workshop, runId, signal);
    } finally {
      await lease.drop();
    }
    const end = await readEnd(store, runId);
    if (end.isEnded) await workshop.ended?.(runId).catch((error: unknown) => workshop.warn('traces', error));
    if (end.seq === seen || end.isEnded) return;
  }
}

/** Of the workers one sweeps at a time: so much of the time between two sweeps belongs to the one that began first. */
const SWEEP_SHARE = 0.8;

/**
 * Wakes every unfinished run that nobody advances and nobody is woken for, except those that wait for people. Only what
 * nobody is woken for: with a thousand runs in the queue each sweep would else make it longer by a thousand.
 */
async function sweepRuns({ store, queues }: Workshop): Promise<void> {
  const keys = keysOf(store.prefix);
  await store.clock.sync();
  const due = await answered(store.redis.zrangebyscore(keys.open, '-inf', store.clock.nowMs()));
  if (due.length === 0) return;
  const idle = await queues.unwoken(due);
  if (idle.length === 0) return;
  const leases = await answered(store.redis.mget(idle.map((runId) => keys.lease(runId))));
  for (const [index, runId] of idle.entries()) if (leases[index] === null) await queues.wake(runId);
}

/** Frees locks whose run has ended: a worker that died between taking a lock and writing it down leaves one behind. */
async function sweepLocks(workshop: Workshop): Promise<void> {
  const { store, locks, queues } = workshop;
  for (const { lock, run, fence } of await locks.list()) {
    if (run === '' || !(await readEnd(store, run)).isEnded) continue;
    for (const waiting of await locks.release(run, [lock], [{ lock, number: fence }])) await queues.wake(waiting);
  }
}

async function sweep(workshop: Workshop, sweepMs: number): Promise<void> {
  const { store, worker } = workshop;
  const shareMs = Math.max(1, Math.floor(sweepMs * SWEEP_SHARE));
  const isOurs = await answered(store.redis.set(keysOf(store.prefix).sweep, worker, 'PX', shareMs, 'NX'));
  if (isOurs !== 'OK') return;
  await sweepRuns(workshop);
  await sweepLocks(workshop);
  await sealEnded(workshop.store);
}

export interface WorkerOptions {
  endpoint: RedisEndpoint;
  /** Runs advanced at the same time by this process. */
  concurrency: number;
  sweepMs: number;
}

/**
 * Starts advancing runs. The closer stops between two answers of hosts: work that is going on there goes on, its run is
 * taken over by another worker or by this one after its restart.
 */
export function startAdvancing(workshop: Workshop, { endpoint, concurrency, sweepMs }: WorkerOptions): Closer {
  const stop = new AbortController();
  const active = new Set<Promise<void>>();

  async function handle({ runId }: { runId: string }): Promise<void> {
    const doing = advanceUnderLease(workshop, runId, stop.signal);
    active.add(doing);
    try {
      await doing;
    } catch (error) {
      if (!stop.signal.aborted) throw error;
    } finally {
      active.delete(doing);
    }
  }

  const close = consume(endpoint, workshop.store.prefix, {
    name: 'advance',
    concurrency,
    handle,
    failed: (error) => workshop.warn('advance', error),
  });
  const timer = setInterval(() => {
    sweep(workshop, sweepMs).catch((error: unknown) => workshop.warn('sweep', error));
  }, sweepMs);
  return async () => {
    clearInterval(timer);
    stop.abort();
    await close();
    await Promise.allSettled(active);
  };
}
