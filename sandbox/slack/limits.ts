import { asText } from './blocks.ts';
import type { Tier } from './method.ts';
import type { Json } from './model.ts';

/** `off` for tests about something else, `slack` for Slack's own limits. */
export type LimitMode = 'off' | 'slack';

/** Calls per minute of each tier (slack.dev: "rate limits"; per method, app and workspace). */
const PER_MINUTE: Record<Exclude<Tier, 'post'>, number> = { 1: 1, 2: 20, 3: 50, 4: 100, wide: 600 };
/** chat.postMessage: one a second per channel, bursts are tolerated; how large is not written down, so a small one. */
const POST_BURST = 3;
const MINUTE_MS = 60_000;
/** Slack calls tier 1 "1+": a client that opens two sockets at start is not refused. */
const TIER_1_BURST = 4;

/** The counting of requests. */
export interface Limits {
  mode: LimitMode;
  /** Counts a request; gives the seconds to wait when it is one too many, else 0. */
  take: (method: string, tier: Tier, params: Json) => number;
}

/** Counts by Slack's tiers: a sliding minute per method, and a bucket per channel for new messages. */
export function createLimits(nowMs: () => number, mode: LimitMode): Limits {
  const calls = new Map<string, number[]>();
  const window = (key: string, max: number, spanMs: number): number => {
    const now = nowMs();
    const recent = (calls.get(key) ?? []).filter((atMs) => now - atMs < spanMs);
    const oldest = recent[recent.length - max];
    calls.set(key, oldest === undefined ? [...recent, now] : recent);
    return oldest === undefined ? 0 : Math.max(1, Math.ceil((oldest + spanMs - now) / 1000));
  };
  const limits: Limits = {
    mode,
    take: (method, tier, params) => {
      if (limits.mode === 'off') return 0;
      if (tier === 'post') return window(`${method} ${asText(params.channel)}`, POST_BURST, POST_BURST * 1000);
      return window(method, tier === 1 ? TIER_1_BURST : PER_MINUTE[tier], MINUTE_MS);
    },
  };
  return limits;
}
