import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { keysOf } from '../../src/jobs/keys.ts';
import { takeLease } from '../../src/jobs/lease.ts';
import { until } from '../fleet/process.ts';
import { freshPrefix, startRedis, type PrivateRedis } from '../helpers/redis.ts';

const LEASE_MS = 300;
const DEADLINE_MS = 15_000;

describe('the lease on a run', () => {
  let server: PrivateRedis;
  let redis: Redis;
  let where: { prefix: string; runId: string; worker: string };
  let key: string;

  beforeAll(async () => {
    server = await startRedis();
    redis = new Redis(server.port);
  });

  beforeEach(() => {
    where = { prefix: freshPrefix(), runId: 'lusab-babad', worker: 'one' };
    key = keysOf(where.prefix).lease(where.runId);
  });

  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  it('is taken again when it lapsed and nobody has it', async () => {
    const lease = await takeLease(redis, where, LEASE_MS);
    await redis.del(key);
    await until('ours again', DEADLINE_MS, async () => (await redis.get(key)) === 'one' || undefined);
    expect(lease?.signal.aborted).toBe(false);
    await lease?.drop();
    expect(await redis.get(key)).toBeNull();
  });

  it('is lost when somebody else has it, and stays theirs', async () => {
    const lease = await takeLease(redis, where, LEASE_MS);
    await redis.set(key, 'two');
    await until('lost', DEADLINE_MS, () => lease?.signal.aborted === true || undefined);
    await lease?.drop();
    expect(await redis.get(key)).toBe('two');
    expect(await takeLease(redis, where, LEASE_MS)).toBeUndefined();
  });
});
