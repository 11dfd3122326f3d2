import type { Engine } from './engine.ts';
import { keysOf } from './keys.ts';
import type { LogStore } from './log.ts';
import { answered } from './redis.ts';

/**
 * A sliding window by Redis's own clock: gives 0 and counts, or the milliseconds until there is room. KEYS: the window.
 * ARGV: how many, in how many ms, a name that no other member has.
 */
const SPEND = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local max, per = tonumber(ARGV[1]), tonumber(ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - per)
local spent = redis.call('ZCARD', KEYS[1])
if spent < max then
  redis.call('ZADD', KEYS[1], now, ARGV[3])
  redis.call('PEXPIRE', KEYS[1], per)
  return 0
end
local oldest = redis.call('ZRANGE', KEYS[1], spent - max, spent - max, 'WITHSCORES')
return math.max(1, math.ceil(oldest[2] + per - now))`;

/** What several processes may do only once, or only so often, together. */
export function sharedLimits(store: LogStore, processName: string): Pick<Engine, 'claim' | 'spend'> {
  const { redis } = store;
  const keys = keysOf(store.prefix);
  let spent = 0;
  return {
    async claim(key, seconds) {
      return (await answered(redis.set(keys.claim(key), '1', 'EX', seconds, 'NX'))) === 'OK';
    },
    async spend(budget, { max, perMs }) {
      spent += 1;
      return (await answered(
        redis.eval(SPEND, 1, keys.budget(budget), max, perMs, `${processName} ${spent}`),
      )) as number;
    },
  };
}
