import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseRedisUrl } from '../../src/config-redis-url.ts';
import { openEngine, type Engine } from '../../src/jobs/index.ts';
import { startGuardedRedis, type GuardedRedis } from '../helpers/sentinel.ts';
import { freshPrefix } from '../helpers/redis.ts';

const NOT_REPLICATED = { code: 'KEYBUZZ_REDIS_NOT_REPLICATED' };
const CLICK = { userId: 'U0OPERATOR', teamId: 'T0', channel: 'C0OPS', text: 'runs' };
const TOLD = { observations: [], isWhole: true };

describe('behind Sentinel, while no replica confirms anything,', () => {
  let guarded: GuardedRedis;
  let engine: Engine;

  beforeAll(async () => {
    guarded = await startGuardedRedis();
    const endpoint = parseRedisUrl(guarded.url);
    engine = openEngine({ endpoint, prefix: freshPrefix(), sweepMs: 1_000, warn: () => undefined });
    await engine.ping();
  });

  afterAll(async () => {
    await engine.close();
    await guarded.stop();
  });

  it('nothing counts as kept that a failover of Redis could lose: clicks, alerts, posts, what people decide', async () => {
    const person = { id: 'olga', name: 'Olga Operator' };
    const writes: ((key: string) => Promise<unknown>)[] = [
      (key) => engine.recordInteraction({ ...CLICK, key }),
      () => engine.alerts.tell('am-disk', TOLD),
      () => engine.posts.save('lusab-babad', { root: 'posting:1' }),
      () => engine.alerts.posts.save('am-disk-1', { root: 'posting:1' }),
      (reason) => engine.lock('redis', { person, reason }).then(() => engine.unlock('redis', person)),
    ];
    for (const write of writes) await write('before');
    const thaw = guarded.freezeReplicas();
    const outcomes = await Promise.allSettled(writes.map((write) => write('while')));
    thaw();
    expect(outcomes).toEqual(
      writes.map(() => ({ status: 'rejected', reason: expect.objectContaining(NOT_REPLICATED) })),
    );
  });
});
