import type { Redis } from 'ioredis';
import { answered } from './redis.ts';

/**
 * The one time that all processes go by, whatever their machines' clocks say: that of the bot's Redis. Between two looks at
 * it this process's monotonic clock goes on from there, so a clock that is set meanwhile changes nothing.
 */
export interface SharedClock {
  /** Milliseconds since the epoch; this machine's idea of it until the first look. */
  nowMs(): number;
  /** Looks at it again when the last look is too long ago. Throws ExternalError when Redis does not answer. */
  sync(): Promise<void>;
}

/** Clocks of two machines drift apart by less than a millisecond in this time, ms. */
const LOOK_AGAIN_MS = 1_000;

/** `redis` is used for one short command a second at most. */
export function openSharedClock(redis: Redis): SharedClock {
  let looked: { redisMs: number; atMs: number } | undefined;
  return {
    nowMs: () => (looked === undefined ? Date.now() : Math.round(looked.redisMs + performance.now() - looked.atMs)),
    async sync() {
      if (looked !== undefined && performance.now() - looked.atMs < LOOK_AGAIN_MS) return;
      const [seconds, microseconds] = await answered(redis.time());
      looked = { redisMs: Number(seconds) * 1000 + Number(microseconds) / 1000, atMs: performance.now() };
    },
  };
}
