import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { watchAlerts } from '../../src/bot/alert-watch.ts';
import type { Closer, Engine, Monitored, Observation, Snapshot } from '../../src/jobs/index.ts';
import { answered } from '../../src/jobs/redis.ts';
import { until } from '../fleet/process.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
/** A module that is asked so often is missed after a minute. */
const REDIS: Monitored = { module: 'redis', everyMs: SECOND_MS };

/** Everything that the bot sees. `trouble`: what a look fails with. */
let at: {
  nowMs: number;
  looks: number;
  monitored: Monitored[];
  snapshots: Snapshot[];
  watches: Record<string, { answer: string }>;
  told: Observation[];
  trouble: (() => Promise<void>) | undefined;
};
let close: Closer;

beforeEach(() => {
  at = { nowMs: 0, looks: 0, monitored: [], snapshots: [], watches: {}, told: [], trouble: undefined };
  const alerts = {
    tick: async () => {
      at.looks += 1;
      await at.trouble?.();
    },
    monitored: () => Promise.resolve(at.monitored),
    snapshots: () => Promise.resolve(at.snapshots),
    subject: () => Promise.resolve({ watches: at.watches }),
    tell: (_: string, { observations }: { observations: readonly Observation[] }) =>
      Promise.resolve(void at.told.push(...observations)),
  } as unknown as Engine['alerts'];
  const engine = { alerts, nowMs: () => at.nowMs };
  close = watchAlerts({ engine, logger: pino({ level: 'silent' }), rules: undefined, everyMs: 5 });
});

afterEach(async () => {
  await close();
});

/** The second look begins after the first one's end. */
async function looked(): Promise<void> {
  const from = at.looks;
  await until('two looks', 10_000, () => at.looks >= from + 2 || undefined, 5);
}

/** Time passes and the bot looks all the while, which it does not when the clock just jumps. */
async function pass(ms: number): Promise<void> {
  for (const endMs = at.nowMs + ms; at.nowMs < endMs;) {
    at.nowMs = Math.min(at.nowMs + 20 * SECOND_MS, endMs);
    await looked();
  }
}

/** A worker has just asked it. */
const ask = (): void => {
  const snapshot = { module: 'redis', at: new Date(at.nowMs).toISOString(), results: [], silent: [], trouble: '' };
  Object.assign(at, { monitored: [REDIS], snapshots: [snapshot] });
};

const redisIsAway = (): Promise<void> => answered(Promise.reject(new Error('Command timed out')));

it('a module that a worker begins to ask long after the bot began to watch is missed a minute later, not at once', async () => {
  await pass(10 * MINUTE_MS);
  at.monitored = [REDIS];
  await pass(MINUTE_MS);
  expect(at.told).toEqual([]);
  await pass(MINUTE_MS);
  expect(at.told[0]).toMatchObject({ key: 'redis', answer: 'fail' });
});

it("nobody is missed before a whole limit after the bot's own Redis was away, and then who still does not ask", async () => {
  ask();
  await pass(MINUTE_MS);
  at.trouble = redisIsAway;
  await looked();
  await pass(5 * MINUTE_MS);
  at.trouble = undefined;
  await looked();
  await pass(MINUTE_MS);
  expect(at.told).toEqual([]);
  await pass(SECOND_MS);
  expect(at.told[0]).toMatchObject({ key: 'redis', answer: 'fail' });
});

it("nobody is missed while the bot's own Redis is away again and again for a short time", async () => {
  ask();
  await looked();
  for (let times = 0; times < 6; times += 1) {
    at.trouble = redisIsAway;
    await pass(20 * SECOND_MS);
    at.trouble = undefined;
    await looked();
  }
  expect(at.told).toEqual([]);
});

it('nobody is missed before a whole limit after the machine stood still, and then who still does not ask', async () => {
  ask();
  await looked();
  at.nowMs += 5 * MINUTE_MS;
  await looked();
  await pass(MINUTE_MS);
  expect(at.told).toEqual([]);
  await pass(SECOND_MS);
  expect(at.told[0]).toMatchObject({ key: 'redis', answer: 'fail' });
});

it('who is missed while looks fail for another reason than Redis is told of as soon as one succeeds', async () => {
  ask();
  await looked();
  await pass(50 * SECOND_MS);
  at.trouble = () => Promise.reject(new Error('an alert can not be read'));
  await looked();
  await pass(20 * SECOND_MS);
  at.trouble = undefined;
  await until('the alert', 10_000, () => at.told.length > 0 || undefined, 5);
  expect(at.told[0]).toMatchObject({ key: 'redis', answer: 'fail' });
});

it('who was missed before is not called asked again because Redis was away, but when it is', async () => {
  ask();
  await pass(2 * MINUTE_MS);
  expect(at.told[0]).toMatchObject({ key: 'redis', answer: 'fail' });
  Object.assign(at, { told: [], watches: { redis: { answer: 'fail' } }, trouble: redisIsAway });
  await pass(5 * MINUTE_MS);
  at.trouble = undefined;
  await looked();
  expect(at.told).toEqual([]);
  ask();
  await until('its end', 10_000, () => at.told.length > 0 || undefined, 5);
  expect(at.told[0]).toMatchObject({ key: 'redis', answer: 'pass' });
});
