import type { RedisEndpoint } from '../config.ts';
import type { Closer } from './engine.ts';
import { keysOf } from './keys.ts';
import type { LogStore } from './log.ts';
import { consume, type Queues } from './queues.ts';
import { answered } from './redis.ts';
import { createReportRetries } from './report-retries.ts';

/** Forgets the run only when nothing was appended since. KEYS: unreported. ARGV: run, sequence that was reported. */
const REPORTED = `
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then return redis.call('HDEL', KEYS[1], ARGV[1]) end
return 0`;

interface Reporting {
  endpoint: RedisEndpoint;
  store: LogStore;
  queues: Queues;
  sweepMs: number;
  concurrency: number;
  warn: (what: string, error: unknown) => void;
  gaveUp?: (runId: string, error: unknown) => void;
}

/**
 * Hands each run whose log is ahead of its report to one handler. A run leaves the set of unreported ones only when the
 * handler returned and nothing was appended meanwhile; the sweep wakes what a crash or an outage left behind, each run in
 * its own time. A refused one stays in the set when it is given up, for the next process.
 */
export function consumeReports(reporting: Reporting, handle: (runId: string) => Promise<void>): Closer {
  const { endpoint, store, queues, sweepMs, warn, concurrency } = reporting;
  const keys = keysOf(store.prefix);
  const retries = createReportRetries(sweepMs);

  async function handleOnce(runId: string, seq: string): Promise<void> {
    try {
      await handle(runId);
      retries.succeeded(runId);
    } catch (error) {
      if (retries.failed(runId, seq, error)) reporting.gaveUp?.(runId, error);
      throw error;
    }
  }

  async function report({ runId }: { runId: string }): Promise<void> {
    for (;;) {
      const seq = await answered(store.redis.hget(keys.unreported, runId));
      if (seq === null || !retries.isDue(runId, seq)) return;
      await handleOnce(runId, seq);
      if ((await answered(store.redis.eval(REPORTED, 1, keys.unreported, runId, seq))) === 1) return;
    }
  }

  async function sweep(): Promise<void> {
    const unreported = Object.entries(await answered(store.redis.hgetall(keys.unreported)));
    for (const [runId, seq] of unreported) if (retries.isDue(runId, seq)) await queues.report(runId);
  }

  const stop = consume(endpoint, store.prefix, {
    name: 'report',
    concurrency,
    handle: report,
    failed: (error) => warn('report', error),
  });
  const timer = setInterval(() => {
    sweep().catch((error: unknown) => warn('report sweep', error));
  }, sweepMs);
  return async () => {
    clearInterval(timer);
    await stop();
  };
}
