import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Redis } from 'ioredis';
import { openSharedClock } from '../../src/jobs/clock.ts';
import { openRedis } from '../../src/jobs/redis.ts';
import { startRedis, type PrivateRedis } from '../helpers/redis.ts';

const HOUR_MS = 3_600_000;

describe('the time that all processes go by', () => {
  let server: PrivateRedis;
  let redis: Redis;
  const now = Date.now.bind(Date);

  beforeAll(async () => {
    server = await startRedis();
    const shared = { host: '127.0.0.1', port: server.port, db: 0, tls: false };
    redis = openRedis({ kind: 'single', ...shared, username: undefined, password: undefined });
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  it.each([HOUR_MS, -HOUR_MS])("is Redis' own on a machine whose clock is off by %d ms", async (shiftMs) => {
    jest.spyOn(Date, 'now').mockImplementation(() => now() + shiftMs);
    const clock = openSharedClock(redis);
    await clock.sync();
    expect(Math.abs(clock.nowMs() - now())).toBeLessThan(HOUR_MS / 10);
  });

  it('goes on when the clock of the machine is set between two looks, and never backwards', async () => {
    const clock = openSharedClock(redis);
    await clock.sync();
    const before = clock.nowMs();
    jest.spyOn(Date, 'now').mockImplementation(() => now() - HOUR_MS);
    expect(clock.nowMs()).toBeGreaterThanOrEqual(before);
  });

  it("is this machine's until Redis was asked", () => {
    jest.spyOn(Date, 'now').mockReturnValue(4711);
    expect(openSharedClock(redis).nowMs()).toBe(4711);
  });
});
