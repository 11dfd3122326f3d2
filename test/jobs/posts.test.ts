import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { openPostMemory } from '../../src/jobs/posts.ts';
import { openRedis } from '../../src/jobs/redis.ts';
import { freshPrefix, startRedis, type PrivateRedis } from '../helpers/redis.ts';

const KEPT_SECONDS = 100;

describe('what bots remember of their posts', () => {
  let server: PrivateRedis;
  let redis: Redis;
  const prefix = freshPrefix();

  beforeAll(async () => {
    server = await startRedis();
    const shared = { db: 0, tls: false, username: undefined, password: undefined };
    redis = openRedis({ kind: 'single', host: '127.0.0.1', port: server.port, ...shared });
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  const keyOf = (id: string) => `${prefix}:${id}`;
  const open = () => openPostMemory({ redis, replicated: false, keyOf, kept: { seconds: KEPT_SECONDS } });

  it('is claimed by one of all bots that saw the same there', async () => {
    const bots = Array.from({ length: 20 }, (_, bot) => ({ memory: open(), value: `posting:${bot}` }));
    const claims = await Promise.all(bots.map(({ memory, value }) => memory.claim('a', 'root', { seen: '', value })));
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await open().load('a')).toEqual({ root: bots[claims.indexOf(true)]?.value });
  });

  it('is claimed again only by who knows what stands there now; emptied is as good as never written', async () => {
    const memory = open();
    await memory.save('b', { root: '' });
    expect(await memory.claim('b', 'root', { seen: '', value: 'posting:1' })).toBe(true);
    expect(await memory.claim('b', 'root', { seen: '', value: 'posting:2' })).toBe(false);
    expect(await memory.claim('b', 'root', { seen: 'posting:1', value: 'posting:3' })).toBe(true);
    expect(await memory.load('b')).toEqual({ root: 'posting:3' });
  });

  it('is forgotten some time after the last write', async () => {
    const memory = open();
    await memory.claim('c', 'root', { seen: '', value: 'posting:1' });
    await memory.save('d', { root: '1.2' });
    for (const id of ['c', 'd']) expect(await redis.ttl(keyOf(id))).toBeGreaterThan(KEPT_SECONDS - 10);
  });

  it('is forgotten no sooner than what it is about, which may stay open for ever', async () => {
    const about = (id: string) => `${prefix}:about:${id}`;
    const memory = openPostMemory({ redis, replicated: false, keyOf, kept: { with: about } });
    await redis.set(about('e'), 'open');
    await redis.hset(keyOf('e'), { root: '1.2' });
    await redis.expire(keyOf('e'), 5);
    await memory.save('e', { shown: 'x' });
    expect(await redis.ttl(keyOf('e'))).toBe(-1);
    await redis.expire(about('e'), KEPT_SECONDS);
    await memory.save('e', { shown: 'y' });
    expect(await redis.ttl(keyOf('e'))).toBeGreaterThan(KEPT_SECONDS - 10);
  });
});
