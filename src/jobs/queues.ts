import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Queue, Worker, type QueueOptions, type Telemetry, type WorkerOptions } from 'bullmq';
import type { RedisEndpoint } from '../config.ts';
import type { Closer, Interaction } from './engine.ts';
import { keysOf } from './keys.ts';
import { answered, openBlockingRedis, openRedis, requireReplicas } from './redis.ts';

/**
 * Wake-ups for workers, reports of runs and of alerts for bots, what people did in Slack, what the monitor asks, and the
 * daily digest.
 */
export const QUEUE_NAMES = ['advance', 'report', 'alert', 'interaction', 'monitor', 'digest'] as const;
type QueueName = (typeof QUEUE_NAMES)[number];

let traced: { telemetry?: Telemetry } = {};

/** Every queue and consumer that this process opens from now on is traced; OpenTelemetry has one tracer per process, too. */
export function traceQueues(telemetry: Telemetry | undefined): void {
  traced = telemetry === undefined ? {} : { telemetry };
}

/** A day: longer than Slack could ever deliver the same interaction again. */
const INTERACTION_MEMORY_SECONDS = 24 * 3600;

/** How long a dead consumer's job stays with it. Shorter than BullMQ's 30 s, since all our handlers are idempotent. */
const JOB_LOCK_MS = 10_000;
const STALLED_CHECK_MS = 5_000;
/** The same for turns of the monitor, whose next one stands in Redis only once this one is in hand: what is lost is found soon. */
const TURN_LOCK_MS = 4_000;
const TURN_STALLED_CHECK_MS = 2_000;

/**
 * How long BullMQ may take to let go when nothing is handled any more. It waits for its blocking connection to end, and
 * when Redis was away at that moment it can wait for ever. What it still holds is handed out again like that of the dead.
 */
const LET_GO_MS = 5_000;

export interface Queues {
  /** Wakes a worker for the run. Every wake-up has an id of its own: BullMQ drops an add whose id is active or failed. */
  wake(runId: string): Promise<void>;
  /**
   * Of these runs those that have no wake-up left in the queue. The queue is first in, first out: what was put in before
   * its oldest is no longer in it. Forgets all other runs, so give it every run that may be woken.
   */
  unwoken(runIds: readonly string[]): Promise<string[]>;
  /** Wakes a bot for the run; many become one, and one that comes while a report is drawn is kept for after it. */
  report(runId: string): Promise<void>;
  /** The same for an alert. */
  reportAlert(id: string): Promise<void>;
  /** Durable when it resolves; the same key is kept once. */
  record(interaction: Interaction): Promise<void>;
  close(): Promise<void>;
}

/** Producers. `attempts` 1 everywhere: what is repeated, and when, is decided by the sweeps, not by the queue. */
export function openQueues(endpoint: RedisEndpoint, prefix: string): Queues {
  const connection = openRedis(endpoint);
  const { woken } = keysOf(prefix);
  const open = (name: QueueName, removeOnComplete: { age: number } | true) =>
    new Queue(name, {
      connection,
      prefix: `{${prefix}}`,
      ...traced,
      defaultJobOptions: { attempts: 1, removeOnComplete, removeOnFail: { count: 500 } },
    } satisfies QueueOptions);
  const advance = open('advance', true);
  const reports = open('report', true);
  const alerts = open('alert', true);
  const interactions = open('interaction', { age: INTERACTION_MEMORY_SECONDS });
  for (const queue of [advance, reports, alerts, interactions]) queue.on('error', () => undefined);
  return {
    async wake(runId) {
      // Noted first: a sweep that comes in between then does not wake the run a second time.
      const timestamp = Date.now();
      await answered(connection.hset(woken, runId, timestamp));
      await answered(advance.add('advance', { runId }, { timestamp }));
    },
    async unwoken(runIds) {
      const newest = await answered(connection.hgetall(woken));
      const [oldest] = await answered(advance.getJobs(['waiting'], 0, 0, true));
      const known = new Set(runIds);
      const over = Object.keys(newest).filter((runId) => !known.has(runId));
      if (over.length > 0) await answered(connection.hdel(woken, ...over));
      if (oldest === undefined) return [...runIds];
      return runIds.filter((runId) => Number(newest[runId] ?? -Infinity) < oldest.timestamp);
    },
    async report(runId) {
      await answered(reports.add('report', { id: runId }, { deduplication: { id: runId, keepLastIfActive: true } }));
    },
    async reportAlert(id) {
      await answered(alerts.add('alert', { id }, { deduplication: { id, keepLastIfActive: true } }));
    },
    async record(interaction) {
      const jobId = createHash('sha256').update(interaction.key).digest('hex');
      await answered(
        interactions.add('interaction', interaction, {
          jobId,
          attempts: 5,
          backoff: { type: 'exponential', delay: 500 },
          removeOnFail: { age: INTERACTION_MEMORY_SECONDS },
        }),
      );
      if (endpoint.kind === 'sentinel') await requireReplicas(connection);
    },
    async close() {
      await Promise.all([advance, reports, alerts, interactions].map((queue) => queue.close()));
      connection.disconnect();
    },
  };
}

export interface Consumer<T> {
  name: QueueName;
  concurrency: number;
  handle: (data: T) => Promise<void>;
  failed: (error: Error) => void;
}

/**
 * One consumer of a queue in this process. A job whose process died is handed out again (`again`) or not at all: a wake-up
 * is worth nothing when its worker is gone, the sweep makes a new one, and what the monitor asks is asked again anyway.
 */
export function consume<T>(endpoint: RedisEndpoint, prefix: string, consumer: Consumer<T>): Closer {
  const connection = openBlockingRedis(endpoint);
  const isTurn = consumer.name === 'monitor';
  const again = consumer.name !== 'advance' && !isTurn;
  const options: WorkerOptions = {
    connection,
    prefix: `{${prefix}}`,
    concurrency: consumer.concurrency,
    lockDuration: isTurn ? TURN_LOCK_MS : JOB_LOCK_MS,
    stalledInterval: isTurn ? TURN_STALLED_CHECK_MS : STALLED_CHECK_MS,
    maxStalledCount: again ? 1_000 : 0,
    removeOnComplete: consumer.name === 'interaction' ? { age: INTERACTION_MEMORY_SECONDS } : { count: 0 },
    removeOnFail: { count: 500 },
    ...traced,
  };
  const handling = new Set<Promise<void>>();
  const handle = async (data: T): Promise<void> => {
    const doing = consumer.handle(data);
    handling.add(doing);
    await doing.finally(() => handling.delete(doing));
  };
  const worker = new Worker<T>(consumer.name, (job) => handle(job.data), options);
  worker.on('failed', (_job, error) => consumer.failed(error));
  worker.on('error', () => undefined);
  async function letGo(): Promise<void> {
    const closed = worker.close();
    await Promise.allSettled(handling);
    await Promise.race([closed, delay(LET_GO_MS, undefined, { ref: false })]);
    connection.disconnect();
  }
  let closing: Promise<void> | undefined;
  return () => (closing ??= letGo());
}
