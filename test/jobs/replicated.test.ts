import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { parseRedisUrl } from '../../src/config-redis-url.ts';
import { openEngine, type Engine } from '../../src/jobs/index.ts';
import { followersIn } from '../../src/jobs/redis.ts';
import { until } from '../fleet/process.ts';
import { startGuardedRedis, type GuardedRedis } from '../helpers/sentinel.ts';
import { freshPrefix } from '../helpers/redis.ts';

const NOT_REPLICATED = { code: 'KEYBUZZ_REDIS_NOT_REPLICATED' };
const CLICK = { userId: 'U0OPERATOR', teamId: 'T0', channel: 'C0OPS', text: 'runs' };
const TOLD = { observations: [], isWhole: true };

describe('behind Sentinel', () => {
  let guarded: GuardedRedis;
  let engine: Engine;
  let thaw: () => void = () => undefined;

  beforeAll(async () => {
    guarded = await startGuardedRedis();
    const endpoint = parseRedisUrl(guarded.url);
    engine = openEngine({ endpoint, prefix: freshPrefix(), sweepMs: 1_000, warn: () => undefined });
    await engine.ping();
  });

  // Who is stopped can't be ended.
  afterEach(() => thaw());

  afterAll(async () => {
    await engine.close();
    await guarded.stop();
  });

  it('nothing counts as kept while no replica confirms it: clicks, alerts, posts, what people decide', async () => {
    const person = { id: 'olga', name: 'Olga Operator' };
    const writes: ((key: string) => Promise<unknown>)[] = [
      (key) => engine.recordInteraction({ ...CLICK, key }),
      () => engine.alerts.tell('am-disk', TOLD),
      () => engine.posts.save('lusab-babad', { root: 'posting:1' }),
      () => engine.alerts.posts.save('am-disk-1', { root: 'posting:1' }),
      (reason) =>
        engine
          .lock('redis', { person, reason, interaction: `lock ${reason}` })
          .then(() => engine.unlock('redis', person, `unlock ${reason}`)),
    ];
    for (const write of writes) await write('before');
    thaw = guarded.freezeReplicas();
    const outcomes = await Promise.allSettled(writes.map((write) => write('while')));
    expect(outcomes).toEqual(
      writes.map(() => ({ status: 'rejected', reason: expect.objectContaining(NOT_REPLICATED) })),
    );
  });

  it('nothing counts as kept while one of two has not confirmed it, as Sentinel may promote that one; one that hangs does not count', async () => {
    const save = () => engine.posts.save('lusab-babad', { root: 'posting:2' });
    await until(
      'both follow again',
      30_000,
      async () =>
        await save().then(
          () => true,
          () => undefined,
        ),
    );
    thaw = guarded.freezeReplicas(1);
    await expect(save()).rejects.toMatchObject(NOT_REPLICATED);
    await until(
      'it does not count',
      30_000,
      async () =>
        await save().then(
          () => true,
          () => undefined,
        ),
    );
  });
});

describe('those who follow a master', () => {
  const info = (...replicas: string[]) =>
    ['# Replication', 'role:master', ...replicas, 'master_repl_offset:9'].join('\r\n');
  const replica = (at: number, state: string, lag: number) =>
    `slave${at}:ip=10.0.0.${at},port=6379,state=${state},offset=9,lag=${lag},type=replica`;

  it.each([
    ['none', info(), 0],
    ['two', info(replica(0, 'online', 0), replica(1, 'online', 1)), 2],
    ['one that is given its first copy', info(replica(0, 'send_bulk', 0), replica(1, 'online', 1)), 1],
    ['one that hangs', info(replica(0, 'online', 6), replica(1, 'online', 5)), 1],
  ])('are counted by what it says of them: %s', (_, told, count) => {
    expect(followersIn(told)).toBe(count);
  });
});
