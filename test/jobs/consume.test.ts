import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Worker } from 'bullmq';
import { parseRedisUrl } from '../../src/config-redis-url.ts';
import { consume, openQueues } from '../../src/jobs/queues.ts';
import { startRedis, type PrivateRedis } from '../helpers/redis.ts';

describe('a consumer that is closed', () => {
  let redis: PrivateRedis;
  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await redis.stop();
  });

  const open = (handle: () => Promise<void>) =>
    consume(parseRedisUrl(redis.url), 'test', {
      ...{ name: 'advance', concurrency: 1, handle },
      failed: () => undefined,
    });

  it('waits for what it handles', async () => {
    const queues = openQueues(parseRedisUrl(redis.url), 'test');
    const seen: string[] = [];
    let begin: () => void = () => undefined;
    let finish: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const close = open(async () => {
      begin();
      await finished;
      seen.push('handled');
    });
    await queues.wake('some-run');
    await begun;
    const closed = close().then(() => seen.push('closed'));
    finish();
    await closed;
    expect(seen).toEqual(['handled', 'closed']);
    await queues.close();
  });

  it('ends though BullMQ never lets go, as it was seen to do when Redis had just come back', async () => {
    const workers: Worker[] = [];
    const letGo = jest.spyOn(Worker.prototype, 'close').mockImplementation(function (this: Worker) {
      workers.push(this);
      return new Promise(() => undefined);
    });
    await open(() => Promise.resolve())();
    expect(workers).toHaveLength(1);
    letGo.mockRestore();
    await workers[0]?.close(true);
  }, 15_000);
});
