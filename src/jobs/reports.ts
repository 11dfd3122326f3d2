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
  /** What is reported: runs, or alerts. */
  of: ReportKind;
  sweepMs: number;
  concurrency: number;
  warn: (what: string, error: unknown) => void;
  gaveUp?: (runId: string, error: unknown) => void;
}

/** One kind of report: its queue, what is not reported yet of it (a hash: id -> newest change), and how a bot is woken. */
export interface ReportKind {
  name: 'report' | 'alert';
  unreported: string;
  wake: (id: string) => Promise<void>;
}

/** Reports of runs. */
export function runReports(prefix: string, queues: Queues): ReportKind {
  return { name: 'report', unreported: keysOf(prefix).unreported, wake: (id) => queues.report(id) };
}

/** Reports of alerts. */
export function alertReports(prefix: string, queues: Queues): ReportKind {
  return { name: 'alert', unreported: keysOf(prefix).unreportedAlerts, wake: (id) => queues.reportAlert(id) };
}

/**
 * Hands each run whose log is ahead of its report to one handler. A run leaves the set of unreported ones only when the
 * handler returned and nothing was appended meanwhile; the sweep wakes what a crash or an outage left behind, each run in
 * its own time. A refused one stays in the set when it is given up, for the next process.
 */
export function consumeReports(reporting: Reporting, handle: (runId: string) => Promise<void>): Closer {
  const { endpoint, store, of, sweepMs, warn, concurrency } = reporting;
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

  async function report({ id: runId }: { id: string }): Promise<void> {
    for (;;) {
      const seq = await answered(store.redis.hget(of.unreported, runId));
      if (seq === null || !retries.isDue(runId, seq)) return;
      await handleOnce(runId, seq);
      if ((await answered(store.redis.eval(REPORTED, 1, of.unreported, runId, seq))) === 1) return;
    }
  }

  async function sweep(): Promise<void> {
    const unreported = Object.entries(await answered(store.redis.hgetall(of.unreported)));
    for (const [runId, seq] of unreported) if (retries.isDue(runId, seq)) await of.wake(runId);
  }

  const stop = consume(endpoint, store.prefix, {
    name: of.name,
    concurrency,
    handle: report,
    failed: (error) => warn(of.name, error),
  });
  const timer = setInterval(() => {
    sweep().catch((error: unknown) => warn(`${of.name} sweep`, error));
  }, sweepMs);
  return async () => {
    clearInterval(timer);
    await stop();
  };
}
