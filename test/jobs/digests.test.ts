import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { parseRedisUrl } from '../../src/config-redis-url.ts';
import { dueDay, openEngine, type DigestTime, type Engine } from '../../src/jobs/index.ts';
import { keysOf } from '../../src/jobs/keys.ts';
import { keepSnapshot } from '../../src/jobs/snapshots.ts';
import { openBase } from '../../src/jobs/open-engine.ts';
import type { Answer } from '../../src/modules/contract.ts';
import { until } from '../fleet/process.ts';
import { freshPrefix, startRedis, type PrivateRedis } from '../helpers/redis.ts';

const PARIS: DigestTime = { at: '08:00', zone: 'Europe/Paris' };
const at = (iso: string) => Date.parse(iso);

describe('The day whose digest is due', () => {
  it.each([
    ['at its time', PARIS, '2026-11-28T07:00:00Z', '2026-11-28'],
    ['an hour early, by a clock that is ahead', PARIS, '2026-11-28T06:00:00Z', '2026-11-28'],
    ['long before it', PARIS, '2026-11-28T03:00:00Z', '2026-11-27'],
    ['at night, when no bot ran at its time', PARIS, '2026-11-28T23:30:00Z', '2026-11-28'],
    ['in summer time', PARIS, '2026-07-01T05:59:00Z', '2026-07-01'],
    ['just before midnight', { at: '23:30', zone: 'UTC' }, '2026-11-28T23:30:00Z', '2026-11-28'],
    ['just after midnight', { at: '00:05', zone: 'UTC' }, '2026-11-29T00:05:00Z', '2026-11-29'],
    ['on the first of a year', { at: '12:00', zone: 'UTC' }, '2027-01-01T01:00:00Z', '2026-12-31'],
  ])('%s', (_, time, now, day) => {
    expect(dueDay(at(now), time)).toBe(day);
  });
});

describe('The daily digest in Redis', () => {
  let server: PrivateRedis;
  let redis: Redis;
  let queue: Queue;
  let prefix: string;
  let engine: Engine;
  const closers: (() => Promise<void>)[] = [];
  const told: string[] = [];
  const open = () => {
    const warn = (what: string, error: unknown) => void told.push(`${what}: ${String(error)}`);
    const opened = openEngine({ endpoint: parseRedisUrl(server.url), prefix, sweepMs: 200, warn });
    closers.push(() => opened.close());
    return opened;
  };

  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    prefix = freshPrefix();
    told.length = 0;
    redis = new Redis({ host: '127.0.0.1', port: server.port, maxRetriesPerRequest: null });
    queue = new Queue('digest', { connection: redis, prefix: `{${prefix}}` });
    engine = open();
  });
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
    await queue.close();
    redis.disconnect();
  });

  const due = () =>
    until('the turn that waits', 10_000, async () => (await queue.getDelayed())[0], 20).then((job) => job.promote());

  it('is one schedule and one turn, whatever the number of bots, by the clocks of its zone', async () => {
    const days: string[] = [];
    for (const bot of [engine, open(), open()]) {
      closers.push(
        bot.digests.consume(PARIS, (day) => {
          days.push(day);
          return Promise.resolve();
        }),
      );
    }
    await due();
    await until('the day', 10_000, () => days.length > 0 || undefined, 20);
    const [next] = await until('the next turn', 10_000, async () => {
      const waiting = await queue.getDelayed();
      return waiting.length > 0 ? waiting : undefined;
    });
    expect(await queue.getJobSchedulersCount()).toBe(1);
    expect(await queue.getDelayedCount()).toBe(1);
    const clock = new Date((next?.timestamp ?? 0) + (next?.opts.delay ?? 0));
    expect(clock.toLocaleTimeString('en-GB', { timeZone: 'Europe/Paris' })).toBe('08:00:00');
    expect(days).toEqual([dueDay(Date.now(), PARIS)]);
  });

  it('comes again until its handler returned', async () => {
    let calls = 0;
    closers.push(
      engine.digests.consume(PARIS, () => {
        calls += 1;
        return calls < 3 ? Promise.reject(new Error('Slack is away')) : Promise.resolve();
      }),
    );
    await due();
    await until('the third call', 20_000, () => calls === 3 || undefined, 20);
    expect(told).toEqual(['digest: Error: Slack is away', 'digest: Error: Slack is away']);
  });

  it('is scheduled at another time, or not at all, once a bot is told so', async () => {
    const schedule = async () => (await queue.getJobSchedulers()).map(({ pattern, tz }) => `${pattern} ${tz}`);
    const becomes = (wanted: string[]) =>
      until(
        `the schedule ${wanted.join()}`,
        10_000,
        async () => String(await schedule()) === String(wanted) || undefined,
        20,
      );
    const nothing = () => Promise.resolve();
    closers.push(engine.digests.consume(PARIS, nothing));
    await becomes(['0 8 * * * Europe/Paris']);
    closers.push(open().digests.consume({ at: '07:30', zone: 'UTC' }, nothing));
    await becomes(['30 7 * * * UTC']);
    closers.push(open().digests.consume(undefined, nothing));
    await becomes([]);
    expect(await queue.getDelayedCount()).toBe(0);
  });

  it('keeps the answers of a day once, and compares with none that is younger than half a day', async () => {
    const { store, close } = openBase({
      endpoint: parseRedisUrl(server.url),
      prefix,
      sweepMs: 200,
      warn: () => undefined,
    });
    closers.push(close);
    const answers = (answer: Answer) => [{ check: 'one-master', answer, value: '', text: '' }];
    const heard = (answer: Answer) =>
      keepSnapshot(store, {
        module: 'redis',
        at: new Date().toISOString(),
        results: answers(answer),
        silent: [],
        trouble: '',
      });
    await heard('fail');
    await engine.digests.keep('2026-11-27');
    await heard('pass');
    await engine.digests.keep('2026-11-27');
    expect(await engine.digests.before()).toBeUndefined();

    const { digests } = keysOf(prefix);
    const kept = JSON.parse((await redis.hget(digests, '2026-11-27')) ?? '') as { answers: unknown };
    expect(kept.answers).toEqual({ redis: { 'one-master': 'fail' } });
    const aged = (hours: number) => ({ ...kept, at: new Date(Date.now() - hours * 3_600_000).toISOString() });
    const half = aged(13);
    await redis.hset(digests, {
      '2026-11-26': JSON.stringify(aged(37)),
      '2026-11-27': JSON.stringify(half),
      '2026-11-28': '{',
    });
    expect((await engine.digests.before())?.at).toBe(half.at);
    await redis.hset(digests, '2026-10-01', '{}');
    await engine.digests.keep('2026-11-29');
    expect((await redis.hkeys(digests)).sort()).toEqual(['2026-11-26', '2026-11-27', '2026-11-28', '2026-11-29']);
  });
});
