import type { Engine } from '../jobs/index.ts';

/** What Slack takes: chat.update is tier 3, 50 a minute app-wide, and chat.postMessage one a second a channel. */
export interface BudgetLimits {
  /** Edits per minute, below Slack's 50 so that clocks may differ. */
  editsPerMinute: number;
  /** Of them, kept for approvals and endings at least: as many runs as a channel's minute holds may end in the next. */
  editsReserved: number;
  editSpacingMs: number;
  /** So many edits at most reach Slack within a minute, however long each of them is on its way. */
  burstEdits: number;
  /** A little more than Slack's second, on average. */
  postSpacingMs: number;
  /** So many posts to one channel at most reach Slack within `burstMs`, however long each of them is on its way. */
  burstPosts: number;
  burstMs: number;
}

export const SLACK_LIMITS: BudgetLimits = {
  editsPerMinute: 45,
  editsReserved: 20,
  editSpacingMs: 2000,
  burstEdits: 50,
  postSpacingMs: 1050,
  burstPosts: 3,
  burstMs: 3000,
};

const MINUTE_MS = 60_000;

/** Whoever was told to wait may ask again so much later than told; until then nobody less urgent goes first. */
const TURN_MS = 200;

/**
 * What the reporter asks before each call. Both questions give 0 and count the call, or how many milliseconds to wait.
 * `urgent` is what people wait for: it may use the reserve, and what is not urgent lets it go first.
 */
export interface Budget {
  /** `message` identifies channel and ts. */
  edit(message: string, urgent: boolean): Promise<number>;
  post(channel: string, urgent: boolean): Promise<number>;
  /** The answer to a call that was allowed came, or none will: it reached Slack before this moment. */
  answered(call: { kind: 'edit' } | { kind: 'post'; channel: string }): void;
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
      if (recent.length < max) return 0;
      return (recent[recent.length - Math.max(1, max)] ?? now) + spanMs - now;
    },
    /** Calls of this key in the last minute. */
    count(key: string): number {
      const now = nowMs();
      return (calls.get(key) ?? []).filter((at) => at + MINUTE_MS > now).length;
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

/** At most `max` calls of this key reach Slack within `spanMs`. */
interface Burst {
  key: string;
  max: number;
  spanMs: number;
}

/**
 * Calls that may have reached Slack within their span. One that leaves us later than another may arrive with it, so a
 * place is taken from the call until `spanMs` after its answer.
 */
function createBursts(nowMs: () => number) {
  const calls = new Map<string, { underWay: number; answeredAt: number[] }>();
  const callsOf = ({ key, spanMs }: Burst) => {
    const { underWay = 0, answeredAt = [] } = calls.get(key) ?? {};
    return { underWay, answeredAt: answeredAt.filter((at) => at + spanMs > nowMs()) };
  };
  return {
    /** 0, or the milliseconds until there may be room for one more. */
    waitMs(burst: Burst): number {
      const { underWay, answeredAt } = callsOf(burst);
      const excess = underWay + answeredAt.length - burst.max;
      if (excess < 0) return 0;
      const frees = answeredAt[excess];
      return frees === undefined ? TURN_MS : frees + burst.spanMs - nowMs();
    },
    /** Takes a place; the function gives it back, for a call that was not made. */
    take(burst: Burst): () => void {
      const { underWay, answeredAt } = callsOf(burst);
      calls.set(burst.key, { underWay: underWay + 1, answeredAt });
      return () => {
        const now = callsOf(burst);
        calls.set(burst.key, { ...now, underWay: now.underWay - 1 });
      };
    },
    answered(burst: Burst): void {
      const { underWay, answeredAt } = callsOf(burst);
      calls.set(burst.key, { underWay: Math.max(0, underWay - 1), answeredAt: [...answeredAt, nowMs()] });
    },
  };
}

/**
 * One app's budget towards Slack. This process's own calls are counted here, so that most questions cost nothing; what is
 * left over is asked of all bots together. Throws ExternalError when that can't be asked.
 */
export function createBudget({ nowMs, engine, limits = SLACK_LIMITS }: BudgetParts): Budget {
  const window = createWindow(nowMs);
  const bursts = createBursts(nowMs);
  const pausedUntil = { edit: 0, post: 0 };
  /** Until when somebody urgent may come for a place, by its key. */
  const urgentUntil = new Map<string, number>();

  interface Place {
    key: string;
    max: number;
    spanMs: number;
    burst: Burst;
  }

  const editBurst = { key: 'edits', max: limits.burstEdits, spanMs: MINUTE_MS };
  const postBurst = (channel: string) => ({ key: channel, max: limits.burstPosts, spanMs: limits.burstMs });

  /** 0, or the milliseconds until `shared` has room; who is not urgent waits for those who are. */
  function turnMs(shared: Place, urgent: boolean): number {
    const now = nowMs();
    const waitMs = Math.max(bursts.waitMs(shared.burst), window.waitMs(shared.key, shared.max, shared.spanMs));
    if (!urgent) return Math.max(waitMs, (urgentUntil.get(shared.key) ?? 0) - now);
    if (waitMs > 0) urgentUntil.set(shared.key, Math.max(urgentUntil.get(shared.key) ?? 0, now + waitMs + TURN_MS));
    return waitMs;
  }

  /** Counts in all of these, or in none. */
  async function spend(
    kind: 'edit' | 'post',
    urgent: boolean,
    shared: Place,
    own: Omit<Place, 'burst'>[],
  ): Promise<number> {
    const waits = own.map(({ key, max, spanMs }) => window.waitMs(key, max, spanMs));
    const waitMs = Math.max(0, pausedUntil[kind] - nowMs(), turnMs(shared, urgent), ...waits);
    if (waitMs > 0) return waitMs;
    const counted = [shared.key, ...own.map(({ key }) => key), ...(urgent ? [`urgent ${kind}`] : [])];
    const giveBack = counted.map((key) => window.take(key));
    giveBack.push(bursts.take(shared.burst));
    const others = await engine
      .spend(shared.key, { max: shared.max, perMs: shared.spanMs })
      .catch((error: unknown): never => {
        giveBack.forEach((give) => give());
        throw error;
      });
    if (others > 0) giveBack.forEach((give) => give());
    return others;
  }

  /** As much stays free as the last minute had of what people wait for: the next one may have as much again. */
  function progressEditsMax(): number {
    return limits.editsPerMinute - Math.max(limits.editsReserved, window.count('urgent edit'));
  }

  return {
    edit(message, urgent) {
      const max = urgent ? limits.editsPerMinute : progressEditsMax();
      const spacing = { key: `edit ${message}`, max: 1, spanMs: limits.editSpacingMs };
      return spend('edit', urgent, { key: 'edits', max, spanMs: MINUTE_MS, burst: editBurst }, [spacing]);
    },
    post(channel, urgent) {
      const burst = postBurst(channel);
      return spend('post', urgent, { key: `post ${channel}`, max: 1, spanMs: limits.postSpacingMs, burst }, []);
    },
    answered: (call) => bursts.answered(call.kind === 'edit' ? editBurst : postBurst(call.channel)),
    pause(kind, ms) {
      pausedUntil[kind] = Math.max(pausedUntil[kind], nowMs() + ms);
    },
  };
}
