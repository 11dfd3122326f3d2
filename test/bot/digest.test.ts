import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { SLACK_LIMITS } from '../../src/bot/budget.ts';
import { keysOf } from '../../src/jobs/keys.ts';
import { keepSnapshot, writeMonitored } from '../../src/jobs/snapshots.ts';
import { startRedis, type PrivateRedis } from '../helpers/redis.ts';
import { openAlertBench, readable, until } from './alert-bench.ts';

const limits = { ...SLACK_LIMITS, postSpacingMs: 1, editSpacingMs: 1 };
const digest = { at: '08:00', zone: 'Europe/Paris' };

let server: PrivateRedis;
let bench: Awaited<ReturnType<typeof openAlertBench>>;
const closers: (() => Promise<void>)[] = [];
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());
afterEach(async () => {
  await bench.close();
  for (const close of closers.splice(0)) await close();
});

/** The daily turn as Redis holds it; `come` makes it due now. */
function openTurn() {
  const redis = new Redis({ host: '127.0.0.1', port: server.port, maxRetriesPerRequest: null });
  const queue = new Queue('digest', { connection: redis, prefix: `{${bench.prefix}}` });
  closers.push(async () => {
    await queue.close();
    redis.disconnect();
  });
  const delayed = async () => (await queue.getDelayed())[0];
  return {
    redis,
    come: async () => (await until(delayed, 'the turn that waits')).promote(),
    /** Resolves when the turn that came is over, done or given up. */
    over: () =>
      until(async () => {
        const { active, waiting, delayed: waits } = await queue.getJobCounts('active', 'waiting', 'delayed');
        return active === 0 && waiting === 0 && waits === 1;
      }, 'the end of the turn'),
  };
}

const digests = () => bench.slack.messages('#ops').filter((one) => readable(one).includes('Digest of the platform'));

describe('The daily digest', () => {
  it('stands once in the ops channel, though two bots run, the answer to its post was lost and its turn comes again', async () => {
    bench = await openAlertBench(server, { limits, digest });
    await bench.startOne();
    await writeMonitored(bench.logs, [{ module: 'redis', everyMs: 30_000 }]);
    const results = [{ check: 'one-master', answer: 'fail' as const, value: '2', text: 'two masters' }];
    const snapshot = { module: 'redis', at: new Date().toISOString(), results, silent: [], trouble: '' };
    await keepSnapshot(bench.logs, snapshot);
    const turn = openTurn();
    bench.slack.fault({ method: 'chat.postMessage', kind: 'reset-after-store' });
    await turn.come();
    await bench.slack.waitFor(() => digests().length > 0);
    const posted = async () => {
      const [key] = await turn.redis.keys(keysOf(bench.prefix).digestPosts('*').replace('{', '\\{'));
      const root = key === undefined ? null : await turn.redis.hget(key, 'root');
      return root === digests()[0]?.ts;
    };
    await until(posted, 'the post that was found again');
    await turn.over();
    await turn.come();
    await turn.over();
    expect(digests()).toHaveLength(1);
    expect(readable(digests()[0])).toContain('redis: 0 of 1 pass');
    expect(await turn.redis.hlen(keysOf(bench.prefix).digests)).toBe(1);
  });

  it('waits out what Slack does not take', async () => {
    bench = await openAlertBench(server, { limits, digest });
    const turn = openTurn();
    bench.slack.fault({ method: 'chat.postMessage', kind: 'error', error: 'not_in_channel' });
    await turn.come();
    await bench.slack.waitFor(() => digests().length > 0);
    expect(readable(digests()[0])).toContain('Nothing is monitored yet');
    expect(bench.log.join('')).not.toContain('"level":50');
  });

  it('is what `digest` answers at once, to the person alone', async () => {
    bench = await openAlertBench(server, { limits });
    await bench.slack.person('viewer').command('#ops', '/keybuzz', 'digest');
    await bench.slack.waitFor(() =>
      bench.slack.ephemerals('viewer').some((one) => readable(one).includes('Digest of the platform')),
    );
    expect(digests()).toEqual([]);
    expect(await bench.engine.runs({ limit: 1, openOnly: false })).toEqual([]);
  });
});
