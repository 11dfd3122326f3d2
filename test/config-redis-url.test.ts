import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addressesOf, parseRedisUrl } from '../src/config-redis-url.ts';
import { ConfigError } from '../src/errors.ts';

describe('parseRedisUrl', () => {
  it('reads host, port, database and login', () => {
    const endpoint = parseRedisUrl('redis://bot:p%40ss@redis.example:6380/2');
    expect(endpoint).toMatchObject({
      kind: 'single',
      host: 'redis.example',
      port: 6380,
      db: 2,
      username: 'bot',
      tls: false,
    });
    expect(endpoint.password?.reveal()).toBe('p@ss');
  });

  it('knows what is meant when it is left out', () => {
    expect(parseRedisUrl('redis://127.0.0.1')).toEqual({
      ...{ kind: 'single', host: '127.0.0.1', port: 6379, db: 0, tls: false },
      ...{ username: undefined, password: undefined },
    });
    expect(parseRedisUrl('redis://:secret@h/').password?.reveal()).toBe('secret');
    expect(parseRedisUrl('redis://[::1]:7000')).toMatchObject({ host: '::1', port: 7000 });
  });

  it('speaks TLS for rediss', () => {
    expect(parseRedisUrl('rediss://h')).toMatchObject({ tls: true, port: 6379 });
  });

  it('reads the Sentinels and the master they name', () => {
    const endpoint = parseRedisUrl('redis+sentinel://:pw@s1:26380,s2/bot-master/1');
    expect(endpoint).toMatchObject({ kind: 'sentinel', master: 'bot-master', db: 1 });
    expect(addressesOf(endpoint)).toEqual([
      { host: 's1', port: 26380 },
      { host: 's2', port: 26379 },
    ]);
  });

  it.each([
    'http://h',
    'redis://',
    'redis://h:99999',
    'redis://h:0',
    'redis://h/x',
    'redis://h/1/2',
    'redis://a,b',
    'redis://a b',
    'redis://:%zz@h',
    'redis+sentinel://h',
    'redis+sentinel://h,/m',
    'redis+sentinel://h/m/0/1',
  ])('refuses %s', (url) => {
    expect(() => parseRedisUrl(url)).toThrow(ConfigError);
  });

  it('never repeats a password in an error', () => {
    expect(() => parseRedisUrl('redis://u:hunter2hunter2@h h')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    );
  });

  it('throws nothing but ConfigError, whatever it is given', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string().map((rest) => `redis://${rest}`),
      fc.webUrl(),
    );
    fc.assert(
      fc.property(text, (url) => {
        try {
          parseRedisUrl(url);
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
        }
      }),
    );
  });
});
