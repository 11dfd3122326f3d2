import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshPrefix, startRedis } from '../helpers/redis.ts';
import type { PrivateRedis } from '../helpers/redis.ts';

describe('startRedis', () => {
  let server: PrivateRedis;
  let client: Redis;

  beforeAll(async () => {
    server = await startRedis();
    client = new Redis(server.url);
    client.on('error', () => undefined);
  });

  afterAll(async () => {
    client.disconnect();
    await server.stop();
  });

  it('has the settings that the bot demands', async () => {
    expect(await client.config('GET', 'appendonly')).toEqual(['appendonly', 'yes']);
    expect(await client.config('GET', 'appendfsync')).toEqual(['appendfsync', 'always']);
    expect(await client.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
  });

  it('keeps what was written over a crash', async () => {
    const key = `${freshPrefix()}:kept`;
    await client.set(key, 'yes');
    await server.kill();
    await server.restart();
    expect(await client.get(key)).toBe('yes');
  });

  it('gives a new prefix each time', () => {
    expect(freshPrefix()).not.toBe(freshPrefix());
  });
});
