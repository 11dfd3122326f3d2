import type { Engine } from '../jobs/index.ts';

/** What Slack takes: chat.update is tier 3, 50 a minute app-wide, and chat.postMessage one a second a channel. */
export interface BudgetLimits {
  /** Edits per minute, below Slack's 50 so that clocks may differ. */
  editsPerMinute: number;
  /** Of them, kept for approvals and endings. */
  editsReserved: number;
  editSpacingMs: number;
  postSpacingMs: number;
}

export const SLACK_LIMITS: BudgetLimits = {
  editsPerMinute: 45,
  editsReserved: 10,
  editSpacingMs: 2000,
  postSpacingMs: 1000,
};

const MINUTE_MS = 60_000;

/** What the reporter asks before each call. Both questions give 0 and count the call, or how many milliseconds to wait. */
export interface Budget {
  /** `urgent` edits, those that people wait for, may use the reserve. `message` identifies channel and ts. */
  edit(message: string, urgent: boolean): Promise<number>;
  post(channel: string): Promise<number>;
  /** After a 429: nothing of this kind for so long. */
  pause(kind: 'edit' | 'post', ms: number): void;
}

export interface BudgetParts {
  nowMs: () => number;
  /** Counts over all bots: Slack's limits are the app's, not a process's. */
  engine: Pick<Engine, 'spend'>;
  limits?: BudgetLimits;
}

/** Calls of this process by key, each taking up its place for `spanMs`. */
function createWindow(nowMs: () => number) {
  const calls = new Map<string, number[]>();
  return {
    /** 0, or the milliseconds until one more of this key has room. */
    waitMs(key: string, max: number, spanMs: number): number {
      const now = nowMs();
      for (const [each, times] of calls) if ((times.at(-1) ?? 0) + MINUTE_MS <= now) calls.delete(each);
      const recent = (calls.get(key) ?? []).filter((at) => at + spanMs > now);
      return recent.length < max ? 0 : (recent[recent.length - max] ?? now) + spanMs - now;
    },
    /** Takes a place; the function gives it back. */
    take(key: string): () => void {
      const now = nowMs();
      const times = (calls.get(key) ?? []).filter((at) => at + MINUTE_MS > now);
      calls.set(key, [...times, now]);
      return () => {
        const left = [...(calls.get(key) ?? [])];
        left.splice(left.indexOf(now), 1);
        calls.set(key, left);
      };
    },
  };
}

/**
 * One app's budget towards Slack. This process's own calls are counted here, so that most questions cost nothing; what is
 * left over is asked of all bots together. Throws ExternalError when that can't be asked.
 */
export function createBudget({ nowMs, engine, limits = SLACK_LIMITS }: BudgetParts): Budget {
  const window = createWindow(nowMs);
  const pausedUntil = { edit: 0, post: 0 };

  /** Counts in all of these, or in none. */
  async function spend(
    kind: 'edit' | 'post',
    own: { key: string; max: number; spanMs: number }[],
    shared: { key: string; max: number; spanMs: number },
  ): Promise<number> {
    const waits = own.map(({ key, max, spanMs }) => window.waitMs(key, max, spanMs));
    const waitMs = Math.max(0, pausedUntil[kind] - nowMs(), ...waits);
    if (waitMs > 0) return waitMs;
    const giveBack = own.map(({ key }) => window.take(key));
    const others = await engine
      .spend(shared.key, { max: shared.max, perMs: shared.spanMs })
      .catch((error: unknown): never => {
        giveBack.forEach((give) => give());
        throw error;
      });
    if (others > 0) giveBack.forEach((give) => give());
    return others;
  }

  return {
    edit(message, urgent) {
      const max = limits.editsPerMinute - (urgent ? 0 : limits.editsReserved);
      const minute = { key: 'edits', max, spanMs: MINUTE_MS };
      return spend('edit', [minute, { key: `edit ${message}`, max: 1, spanMs: limits.editSpacingMs }], minute);
    },
    post(channel) {
      const second = { key: `post ${channel}`, max: 1, spanMs: limits.postSpacingMs };
      return spend('post', [second], second);
    },
    pause(kind, ms) {
      pausedUntil[kind] = Math.max(pausedUntil[kind], nowMs() + ms);
    },
  };
}
