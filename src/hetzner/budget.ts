/** What Hetzner last said of how many requests the project may still make. */
export interface Budget {
  /** Requests per hour, which is how fast it fills up again. */
  limit: number;
  remaining: number;
  /** When it said so, on a clock that only goes forward, ms. */
  atMs: number;
}

/** So many are left to whoever else works in the project: a bucket that we empty fails others' deployments. */
const RESERVE = 20;

const HOUR_MS = 3_600_000;

/** Reads the headers of an answer; undefined when they are not there. */
export function readBudget(headers: Readonly<Record<string, unknown>>, atMs: number): Budget | undefined {
  const [limit, remaining] = ['ratelimit-limit', 'ratelimit-remaining'].map((name) => Number(headers[name]));
  if (limit === undefined || remaining === undefined || !(limit > 0) || !(remaining >= 0)) return undefined;
  return { limit, remaining, atMs };
}

/** Requests that are left by now, whole ones. */
export function leftOf(budget: Budget, nowMs: number): number {
  const refilled = ((nowMs - budget.atMs) / HOUR_MS) * budget.limit;
  return Math.floor(Math.min(budget.limit, budget.remaining + refilled));
}

/** How long to wait before the next request, ms: until the reserve is full again. 0: none. */
export function waitMsOf(budget: Budget | undefined, nowMs: number): number {
  if (budget === undefined) return 0;
  const reserve = Math.min(RESERVE, budget.limit / 10);
  const lacking = reserve - (budget.remaining + ((nowMs - budget.atMs) / HOUR_MS) * budget.limit);
  return lacking <= 0 ? 0 : Math.ceil((lacking / budget.limit) * HOUR_MS);
}
