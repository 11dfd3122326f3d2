import { RefusedError } from '../errors.ts';

/** Between two tries of a report that failed: twice as long each time, up to this. An outage ends unannounced. */
const PAUSE_MS_MAX = 30_000;

/** A refusal is no outage: somebody has to change something, so it is tried ever more seldom, and then no more. */
const REFUSED_PAUSE_MS_MAX = 5 * 60_000;
const REFUSALS_MAX = 8;

interface Trouble {
  /** The newest event that was to be reported. */
  seq: string;
  tries: number;
  refusals: number;
  notBeforeMs: number;
}

/** What one process remembers of reports that failed. */
export interface ReportRetries {
  /** Whether to try the report now; `seq` is the newest event it would show. */
  isDue(runId: string, seq: string): boolean;
  succeeded(runId: string): void;
  /** True when the report is given up just now: until a new event, or for ever by this process. */
  failed(runId: string, seq: string, error: unknown): boolean;
}

/**
 * Backoff for reports. Each run has its own; a refusal (RefusedError) is given up after eight tries in a row, about
 * ten minutes with the usual sweep, and taken up again with the run's next event or by the next process.
 */
export function createReportRetries(
  firstPauseMs: number,
  nowMs: () => number = () => performance.now(),
): ReportRetries {
  const troubles = new Map<string, Trouble>();
  const isGivenUp = ({ refusals }: Trouble) => refusals >= REFUSALS_MAX;
  return {
    isDue(runId, seq) {
      const trouble = troubles.get(runId);
      if (trouble === undefined) return true;
      if (isGivenUp(trouble) && trouble.seq === seq) return false;
      return nowMs() >= trouble.notBeforeMs;
    },
    succeeded(runId) {
      troubles.delete(runId);
    },
    failed(runId, seq, error) {
      const isRefused = error instanceof RefusedError;
      const before = troubles.get(runId);
      const tries = (before?.tries ?? 0) + 1;
      const pauseMsMax = isRefused ? REFUSED_PAUSE_MS_MAX : PAUSE_MS_MAX;
      const pauseMs = Math.min(firstPauseMs * 2 ** Math.min(tries - 1, 20), pauseMsMax);
      const trouble = {
        seq,
        tries,
        refusals: isRefused ? (before?.refusals ?? 0) + 1 : 0,
        notBeforeMs: nowMs() + pauseMs,
      };
      troubles.set(runId, trouble);
      return trouble.refusals >= REFUSALS_MAX;
    },
  };
}
