import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SLACK_LIMITS } from '../../src/bot/budget.ts';
import { systemClock } from '../../src/bot/clock.ts';
import { tryAppend } from '../../src/jobs/append.ts';
import { Rehearsal } from '../helpers/rehearsal.ts';
import { startRedis, type PrivateRedis } from '../helpers/redis.ts';
import { changeStep, planOf, requested } from '../helpers/runs.ts';
import { openAlertBench, readable, until } from './alert-bench.ts';

describe("An alert's message", () => {
  let redis: PrivateRedis;
  let bench: Awaited<ReturnType<typeof openAlertBench>>;
  let aheadMs = 0;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());
  beforeEach(async () => {
    aheadMs = 0;
    const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + aheadMs };
    bench = await openAlertBench(redis, { clock, limits: { ...SLACK_LIMITS, postSpacingMs: 1, editSpacingMs: 1 } });
  });
  afterEach(() => bench.close());

  const shown = (text: string) =>
    until(
      () => Promise.resolve(bench.slack.messages('#ops').find((message) => readable(message).includes(text))),
      text,
    );

  it('names at its end a change that was made a moment after it had opened', async () => {
    await bench.repeatedly(3, 'redis', { 'one-master': 'fail' });
    expect(readable(await shown('redis-1'))).not.toContain('Last change here');
    const run = new Rehearsal(requested(planOf([changeStep('servers', ['redis-01'])])));
    run.clear();
    await tryAppend(bench.logs, 'lusab-babad', run.events, run.state);
    aheadMs = 2_000;
    await bench.repeatedly(3, 'redis', { 'one-master': 'pass' });
    expect(readable(await shown('Resolved'))).toContain('Last change here: deploy redis');
  });
});
