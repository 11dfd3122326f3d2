import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { until } from '../fleet/process.ts';
import { openQueues, type Queues } from '../../src/jobs/queues.ts';
import { freshPrefix, startRedis, type PrivateRedis } from '../helpers/redis.ts';

describe('wake-ups', () => {
  const prefix = freshPrefix();
  let server: PrivateRedis;
  let redis: Redis;
  let queues: Queues;
  let queue: Queue;

  beforeAll(async () => {
    server = await startRedis();
    const shared = { db: 0, tls: false, username: undefined, password: undefined };
    queues = openQueues({ kind: 'single', host: '127.0.0.1', port: server.port, ...shared }, prefix);
    redis = new Redis({ host: '127.0.0.1', port: server.port, maxRetriesPerRequest: null });
    queue = new Queue('advance', { connection: redis, prefix: `{${prefix}}` });
  });
  afterAll(async () => {
    await queue.close();
    redis.disconnect();
    await queues.close();
    await server.stop();
  });

  it('are missed by the runs that have none in the queue: never woken, or taken by a worker that died', async () => {
    await queues.wake('first');
    const wokenMs = Date.now();
    await until('another millisecond', 1_000, () => Date.now() > wokenMs || undefined, 1);
    await queues.wake('second');
    expect(await queues.unwoken(['first', 'second', 'never'])).toEqual(['never']);
    const [oldest] = await queue.getJobs(['waiting'], 0, 0, true);
    await oldest?.remove();
    expect(await queues.unwoken(['first', 'second'])).toEqual(['first']);
    await queue.drain();
    expect(await queues.unwoken(['first', 'second'])).toEqual(['first', 'second']);
  });

  it('of runs that are over are forgotten', async () => {
    await queues.wake('over');
    expect(await queues.unwoken(['other'])).toEqual(['other']);
    expect(await queues.unwoken(['over'])).toEqual(['over']);
  });
});
