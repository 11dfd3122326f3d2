import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';

/** Jobs of BullMQ alone, one after the other, in the same Redis as the engine. */
export interface BareQueue {
  /** Milliseconds of `count` jobs: each is added when the one before it is done, as a step waits for the step before. */
  chain(count: number): Promise<number>;
  close(): Promise<void>;
}

/** A queue and a worker whose handler does nothing; nothing of a job is kept. */
export async function openBareQueue(port: number): Promise<BareQueue> {
  const connect = () => new Redis({ host: '127.0.0.1', port, maxRetriesPerRequest: null });
  const connections = [connect(), connect()] as const;
  const queue = new Queue('bare', {
    connection: connections[0],
    defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true },
  });
  const worker = new Worker('bare', () => Promise.resolve(), {
    connection: connections[1],
    concurrency: 1,
    removeOnComplete: { count: 0 },
    maxStalledCount: 0,
  });
  await worker.waitUntilReady();
  return {
    async chain(count) {
      const startedMs = performance.now();
      for (let left = count; left > 0; left -= 1) {
        const done = new Promise((resolve) => worker.once('completed', resolve));
        await queue.add('bare', {});
        await done;
      }
      return performance.now() - startedMs;
    },
    async close() {
      await worker.close();
      await queue.close();
      for (const connection of connections) connection.disconnect();
    },
  };
}
