import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { advance } from '../../src/jobs/advance.ts';
import { tryAppend } from '../../src/jobs/append.ts';
import { openSharedClock } from '../../src/jobs/clock.ts';
import { previewAtHetzner } from '../../src/jobs/hetzner-work.ts';
import { doLocally } from '../../src/jobs/local-work.ts';
import { openLocks, type Locks } from '../../src/jobs/locks.ts';
import { openLog, type LogStore } from '../../src/jobs/log.ts';
import { askOnce } from '../../src/jobs/monitor.ts';
import { answered, openRedis } from '../../src/jobs/redis.ts';
import { readSnapshots } from '../../src/jobs/snapshots.ts';
import type { Workshop } from '../../src/jobs/workshop.ts';
import type { HetznerStep } from '../../src/modules/contract.ts';
import { chaos } from '../chaos/module.ts';
import { freshPrefix, startRedis, type PrivateRedis } from '../helpers/redis.ts';
import { Rehearsal } from '../helpers/rehearsal.ts';
import { changeStep, planOf, requested } from '../helpers/runs.ts';

const RUN = 'lusab-babad';
const SILENT = { code: 'KEYBUZZ_REDIS_UNAVAILABLE' };
const { signal } = new AbortController();

const at = (port: number) => {
  const shared = { db: 0, tls: false, username: undefined, password: undefined };
  return openRedis({ kind: 'single', host: '127.0.0.1', port, ...shared });
};

describe('a worker', () => {
  let server: PrivateRedis;
  let redis: Redis;
  /** The connection of a question that nobody answers. */
  let away: Redis;

  beforeAll(async () => {
    server = await startRedis();
    redis = at(server.port);
    const gone = await startRedis();
    away = at(gone.port);
    await gone.stop();
  });
  afterAll(async () => {
    redis.disconnect();
    away.disconnect();
    await server.stop();
  });

  const unanswered = () => answered(away.ping()).then(() => []);

  function storeOf(): LogStore {
    const clock = openSharedClock(redis);
    return { redis, prefix: freshPrefix(), replicated: false, clock, appended: () => undefined };
  }

  /** A log that goes so far, written at once. */
  async function written(run: Rehearsal): Promise<LogStore> {
    const store = storeOf();
    await tryAppend(store, RUN, run.events, run.state);
    return store;
  }

  const deploy = () => new Rehearsal(requested(planOf([changeStep('servers', ['redis-01'])])));

  it('writes down no end of what it does itself when Redis does not answer: it is done again', async () => {
    const run = deploy();
    run.clear();
    const log = openLog(await written(run), RUN);
    await log.refresh();
    const task = { log, step: 'servers', host: 'redis-01', signal };
    await expect(doLocally(task, unanswered)).rejects.toMatchObject(SILENT);
    expect((await log.refresh()).steps[0]?.hosts[0]?.status).toBe('running');
  });

  it('has no trouble of Hetzner to show in a preview when Redis does not answer', async () => {
    const work = [{ do: 'balancer', balancer: { name: 'lb-haproxy' } }];
    const step = { kind: 'hetzner', id: 'lb', work } as unknown as HetznerStep;
    const workshop = { hetzner: { preview: unanswered } } as unknown as Workshop;
    const asking = previewAtHetzner(workshop, deploy().state, { step, host: 'lb-haproxy' }, signal);
    await expect(asking).rejects.toMatchObject(SILENT);
  });

  it('keeps nothing of a module when Redis does not answer the monitor', async () => {
    const store = storeOf();
    const workshop = { store, worker: 'w', modules: [chaos], locks: { list: unanswered } } as unknown as Workshop;
    const asking = askOnce(workshop, {} as never, { module: chaos.name, everyMs: 1 }, signal);
    await expect(asking).rejects.toMatchObject(SILENT);
    expect(await readSnapshots(store)).toEqual([]);
  });

  it('gives back locks it took for what another worker had gone past meanwhile', async () => {
    const run = deploy();
    run.nowMs = Date.now();
    run.preview();
    run.settle();
    run.approve();
    expect(run.settle()).toEqual({ do: 'take-locks' });
    const store = await written(run);
    const locks = openLocks(store.redis, store.prefix);
    const stop = new AbortController();
    const late: Locks = {
      ...locks,
      async take(...asked) {
        const theirs = openLog(store, RUN);
        await theirs.append(() => ({ type: 'locks.taken', fences: [{ lock: 'haproxy', number: 99 }] }));
        const taking = await locks.take(...asked);
        stop.abort(new Error('seen'));
        return taking;
      },
    };
    const standstill = () => Promise.resolve(undefined);
    const workshop = { store, locks: late, modules: [], standstill, warn: () => undefined } as unknown as Workshop;
    await expect(advance(workshop, RUN, stop.signal)).rejects.toThrow('seen');
    expect(await locks.list()).toEqual([]);
  });
});
