import { Redis } from 'ioredis';
import { keysOf } from '../../src/jobs/keys.ts';
import { openNoopEngine } from '../bench/engine-noop.ts';
import { until } from '../fleet/process.ts';
import { startRedis } from '../helpers/redis.ts';

export interface QueueSize {
  runs: number;
  /** Each advances one run at a time. */
  workers: number;
  answerMs: number;
  sweepMs?: number;
}

/** What came of many runs that were asked for at once. */
export interface QueueFigures {
  runs: number;
  workers: number;
  /** Runs that did not end well in time. */
  lost: number;
  /** From the request of a run to the first thing a worker wrote about it, ms. */
  waitsMs: number[];
  /** By how many places the start of a run came later than its request: 0 in the order of requests. */
  latenessMax: number;
  /** Wake-ups that lay in the queue at most. */
  wakeUpsMax: number;
  tookMs: number;
}

const DEADLINE_MS = 600_000;

/** The places by which each run started later than it was asked for. */
export function latenessOf(requested: readonly string[], started: readonly string[]): number[] {
  const place = new Map(started.map((runId, index) => [runId, index]));
  return requested.map((runId, index) => (place.get(runId) ?? started.length) - index);
}

/** Asks for all runs at once, each of one step that takes `answerMs`, and watches the workers work them off. */
export async function measureQueue(size: QueueSize): Promise<QueueFigures> {
  const { runs, workers, ...pace } = size;
  const redis = await startRedis();
  const noop = openNoopEngine(redis.url, { workers, runsEach: 1, ...pace });
  const asking = new Redis({ host: '127.0.0.1', port: redis.port });
  try {
    const startedMs = performance.now();
    const requested = await Promise.all(Array.from({ length: runs }, () => noop.start('script', 1)));
    let wakeUpsMax = 0;
    const { open } = keysOf('bench');
    await until('all runs are over', DEADLINE_MS, async () => {
      wakeUpsMax = Math.max(wakeUpsMax, await asking.llen('{bench}:advance:wait'));
      return (await asking.zcard(open)) === 0 || undefined;
    }).catch(() => undefined);
    const tookMs = performance.now() - startedMs;
    const logs = await Promise.all(requested.map((runId) => noop.engine.events(runId)));
    const all = logs.map((events, index) => ({
      runId: requested[index] ?? '',
      askedMs: Date.parse(events[0]?.at ?? ''),
      beganMs: Date.parse(events[1]?.at ?? ''),
      isOk: events.some(({ body }) => body.type === 'run.ended' && body.ending === 'ok'),
    }));
    const started = [...all].sort((a, b) => a.beganMs - b.beganMs).map(({ runId }) => runId);
    return {
      runs,
      workers,
      lost: all.filter(({ isOk }) => !isOk).length,
      waitsMs: all.map(({ askedMs, beganMs }) => beganMs - askedMs),
      latenessMax: Math.max(...latenessOf(requested, started)),
      wakeUpsMax,
      tookMs,
    };
  } finally {
    asking.disconnect();
    await noop.close();
    await redis.stop();
  }
}
