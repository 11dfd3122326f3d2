import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseRedisUrl } from '../../src/config-redis-url.ts';
import { openEngine, type Engine } from '../../src/jobs/index.ts';
import { freshPrefix, startRedis, type PrivateRedis } from '../helpers/redis.ts';

let redis: PrivateRedis;
let bots: Engine[];

beforeAll(async () => {
  redis = await startRedis();
  const shared = { endpoint: parseRedisUrl(redis.url), prefix: freshPrefix(), sweepMs: 1000, warn: () => undefined };
  bots = [openEngine(shared), openEngine(shared)];
});

afterAll(async () => {
  await Promise.all(bots.map((bot) => bot.close()));
  await redis.stop();
});

/** Each bot does it as often, all at the same time. */
function everyBot<T>(times: number, ask: (bot: Engine) => Promise<T>): Promise<T[]> {
  return Promise.all(bots.flatMap((bot) => Array.from({ length: times }, () => ask(bot))));
}

describe('what several bots may do only so often together', () => {
  it('is claimed by one of them', async () => {
    const claimed = await everyBot(5, (bot) => bot.claim('request-1', 600));
    expect(claimed.filter(Boolean)).toHaveLength(1);
    expect(await bots[0]?.claim('request-2', 600)).toBe(true);
  });

  it('is spent once for each place, and the others are told how long to wait', async () => {
    const waits = await everyBot(40, (bot) => bot.spend('edits', { max: 45, perMs: 60_000 }));
    expect(waits.filter((waitMs) => waitMs === 0)).toHaveLength(45);
    for (const waitMs of waits) expect(waitMs).toBeLessThanOrEqual(60_000);
  });

  it('leaves the reserve to those who may spend more, and the budgets apart', async () => {
    const limit = (max: number) => ({ max, perMs: 60_000 });
    await everyBot(5, (bot) => bot.spend('some', limit(10)));
    expect(await bots[0]?.spend('some', limit(10))).toBeGreaterThan(0);
    expect(await bots[1]?.spend('some', limit(11))).toBe(0);
    expect(await bots[1]?.spend('others', limit(10))).toBe(0);
  });

  it('has room again when the time that was told has passed', async () => {
    const limit = { max: 1, perMs: 200 };
    expect(await bots[0]?.spend('seconds', limit)).toBe(0);
    // Ends only when it has room: jest's deadline is the test's.
    while ((await bots[1]?.spend('seconds', limit)) !== 0) await bots[1]?.ping();
  });
});
