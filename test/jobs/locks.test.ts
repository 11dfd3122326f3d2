import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { keysOf } from '../../src/jobs/keys.ts';
import { openLocks, type Locks } from '../../src/jobs/locks.ts';
import { openRedis } from '../../src/jobs/redis.ts';
import { freshPrefix, startRedis, type PrivateRedis } from '../helpers/redis.ts';

const why = { owner: 'Olga', reason: 'deploy redis' };

describe('locks', () => {
  let server: PrivateRedis;
  let redis: Redis;
  let prefix: string;
  let locks: Locks;

  beforeAll(async () => {
    server = await startRedis();
    redis = openRedis({
      kind: 'single',
      host: '127.0.0.1',
      port: server.port,
      db: 0,
      tls: false,
      username: undefined,
      password: undefined,
    });
  });

  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  beforeEach(() => {
    prefix = freshPrefix();
    locks = openLocks(redis, prefix);
  });

  const person = { ownerId: 'olga', owner: 'Olga', reason: 'replacing a disk', interaction: 'i1' };

  /** Frees what the run holds now. */
  async function release(run: string, names: string[]): Promise<string[]> {
    const held = (await locks.list()).filter((holder) => holder.run === run);
    return locks.release(
      run,
      names,
      held.map(({ lock, fence }) => ({ lock, number: fence })),
    );
  }

  it('are taken all or none, and name who holds the one that is missing', async () => {
    await locks.take('a', ['haproxy'], why);
    expect(await locks.take('b', ['haproxy', 'redis'], why)).toMatchObject({
      taken: false,
      lock: 'haproxy',
      holder: 'run a of Olga',
    });
    expect((await locks.list()).map(({ lock }) => lock)).toEqual(['haproxy']);
  });

  it('give the same run the same fences again', async () => {
    const first = await locks.take('a', ['haproxy', 'redis'], why);
    expect(await locks.take('a', ['haproxy', 'redis'], why)).toEqual(first);
  });

  it('go to whoever waited longest, and tell whom to wake', async () => {
    await locks.take('a', ['redis'], why);
    await locks.take('b', ['redis'], why);
    await locks.take('c', ['redis'], why);
    expect(await release('a', ['redis'])).toEqual(['b']);
    expect(await locks.take('c', ['redis'], why)).toMatchObject({ taken: false });
    expect(await locks.take('b', ['redis'], why)).toMatchObject({ taken: true });
  });

  it('never let two runs with several locks wait for each other', async () => {
    await locks.take('a', ['x', 'y'], why);
    await locks.take('b', ['x'], why);
    await locks.take('c', ['x', 'y'], why);
    await release('a', ['x', 'y']);
    expect(await locks.take('c', ['x', 'y'], why)).toMatchObject({ taken: false, lock: 'x' });
    expect(await locks.take('b', ['x'], why)).toMatchObject({ taken: true });
    await release('b', ['x']);
    expect(await locks.take('c', ['x', 'y'], why)).toMatchObject({ taken: true });
  });

  it('carry a number that rises with every taking, even when Redis forgot the last one', async () => {
    const numberOf = async (run: string) => {
      const taking = await locks.take(run, ['redis'], why);
      return taking.taken ? (taking.fences[0]?.number ?? 0) : 0;
    };
    const first = await numberOf('a');
    await release('a', ['redis']);
    const second = await numberOf('b');
    await redis.flushall();
    const third = await numberOf('c');
    expect(second).toBeGreaterThan(first);
    expect(third).toBeGreaterThanOrEqual(second);
  });

  it("carry a number that rises though Redis's clock went back", async () => {
    await locks.take('a', ['redis'], why);
    await release('a', ['redis']);
    const ahead = Date.now() + 86_400_000;
    await redis.hset(keysOf(prefix).fences, 'redis', ahead);
    const run = await locks.take('b', ['redis'], why);
    expect(run).toEqual({ taken: true, fences: [{ lock: 'redis', number: ahead + 1 }] });
    await release('b', ['redis']);
    expect((await locks.hold('redis', person))?.fence).toBe(ahead + 2);
  });

  it('are not freed by a zombie once the same run took them again', async () => {
    const first = await locks.take('a', ['redis'], why);
    await release('a', ['redis']);
    await locks.take('a', ['redis'], why);
    await locks.release(
      'a',
      ['redis'],
      first.taken ? first.fences.map((one) => ({ ...one, number: one.number - 1 })) : [],
    );
    expect(await locks.list()).toMatchObject([{ run: 'a' }]);
  });

  it('are freed only by the run that holds them', async () => {
    await locks.take('a', ['redis'], why);
    await release('b', ['redis']);
    expect(await locks.list()).toMatchObject([{ run: 'a', owner: 'Olga', reason: 'deploy redis' }]);
  });

  it('are not freed by another run that knows the right number', async () => {
    const held = await locks.take('a', ['redis'], why);
    await locks.release('b', ['redis'], held.taken ? held.fences : []);
    expect(await locks.list()).toMatchObject([{ run: 'a' }]);
  });

  it('are held for maintenance until the person frees them, and runs wait and learn what for', async () => {
    const holder = await locks.hold('redis', person);
    expect(holder).toMatchObject({ run: '', ownerId: 'olga', reason: 'replacing a disk' });
    expect(await locks.take('a', ['redis'], why)).toMatchObject({ holder: 'Olga (replacing a disk)' });
    expect(await locks.queue('redis')).toEqual(['a']);
    if (holder === undefined) throw new Error('a holder expected');
    expect(await locks.drop(holder)).toEqual(['a']);
    expect(await locks.take('a', ['redis'], why)).toMatchObject({ taken: true });
  });

  it('are not taken from a run by a person, nor dropped once somebody else holds them', async () => {
    await locks.take('a', ['redis'], why);
    const [before] = await locks.list();
    expect(await locks.hold('redis', person)).toMatchObject({ run: 'a' });
    await release('a', ['redis']);
    await locks.take('b', ['redis'], why);
    if (before === undefined) throw new Error('a holder expected');
    expect(await locks.drop(before)).toBeUndefined();
    expect(await locks.list()).toMatchObject([{ run: 'b' }]);
  });
});
