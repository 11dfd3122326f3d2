import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { sharedMetrics } from '../../src/jobs/index.ts';
import { keepSnapshot } from '../../src/jobs/snapshots.ts';
import { openAlertBench } from '../bot/alert-bench.ts';
import { startRedis, type PrivateRedis } from '../helpers/redis.ts';

let redis: PrivateRedis;
let bench: Awaited<ReturnType<typeof openAlertBench>>;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
afterEach(() => bench.close());

it('what is measured is read from Redis: answers and their age, open alerts, queues, budgets and runs', async () => {
  bench = await openAlertBench(redis);
  const results = [
    { check: 'one-master', answer: 'fail' as const, value: '', text: '' },
    { check: 'lag', answer: 'pass' as const, value: '', text: '' },
  ];
  const at = new Date(Date.now() - 60_000).toISOString();
  await keepSnapshot(bench.logs, { module: 'redis', at, results, silent: [], trouble: '' });
  await bench.repeatedly(3, 'redis', { 'one-master': 'fail' });
  await bench.repeatedly(3, 'redis', { 'one-master': 'fail', lag: 'fail' });
  await bench.message('redis-1', (text) => text.includes('2 checks since'));
  const metrics = await sharedMetrics(bench.engine);
  const value = (name: string, labels: Record<string, string>) =>
    metrics.find((one) => one.name === name && JSON.stringify(one.labels) === JSON.stringify(labels))?.value;
  expect(value('keybuzz_check', { module: 'redis', check: 'one-master' })).toBe(-1);
  expect(value('keybuzz_check', { module: 'redis', check: 'lag' })).toBe(1);
  expect(value('keybuzz_check_age_seconds', { module: 'redis' })).toBeGreaterThanOrEqual(59);
  expect(value('keybuzz_alert_open', { subject: 'redis', severity: 'critical' })).toBe(1);
  expect(value('keybuzz_queue_jobs', { queue: 'advance', state: 'waiting' })).toBe(0);
  expect(value('keybuzz_slack_budget_spent', { budget: 'edits' })).toBeGreaterThanOrEqual(1);
});
