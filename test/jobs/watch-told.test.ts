import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parseRedisUrl } from '../../src/config-redis-url.ts';
import { POLICY_SUBJECT } from '../../src/jobs/alert-state.ts';
import { openEngine, type Closer, type Engine } from '../../src/jobs/index.ts';
import { watchTold } from '../../src/jobs/watch-told.ts';
import { until } from '../fleet/process.ts';
import { freshPrefix, startRedis, type PrivateRedis } from '../helpers/redis.ts';

const FAULT = 'line 2, people: should be a map.';
const GONE = 'nobody of that machine tells of it';
/** More than it takes to be forgotten. */
const MANY_LOOKS = 150;

describe('What each machine tells of its own', () => {
  let redis: PrivateRedis;
  let engine: Engine;
  const closers: Closer[] = [];

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());
  beforeEach(() => {
    const options = { endpoint: parseRedisUrl(redis.url), prefix: freshPrefix(), sweepMs: 200 };
    engine = openEngine({ ...options, warn: (_what, error) => expect(error).toBeUndefined() });
    closers.push(() => engine.close());
  });
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  function watch(machine: string, look: () => string): Closer {
    const { alerts } = engine;
    const parts = { alerts, subject: POLICY_SUBJECT, name: `policy.yaml on ${machine}`, severity: 'critical' as const };
    const warn = (_what: string, error: unknown) => expect(error).toBeUndefined();
    const close = watchTold({ ...parts, look, everyMs: 5, warn, gone: GONE });
    closers.push(close);
    return close;
  }

  const alert = async () => (await engine.alerts.subject(POLICY_SUBJECT)).alert;

  it('stays in the alert while that machine tells it, and leaves it when nobody there does any more', async () => {
    let looks = 0;
    const closeFaulty = watch('a', () => FAULT);
    watch('b', () => {
      looks += 1;
      return '';
    });
    await until('the alert', 10_000, alert);
    const from = looks;
    await until('many looks', 30_000, () => Promise.resolve(looks > from + MANY_LOOKS || undefined));
    expect((await alert())?.id).toBe('policy-1');
    await closeFaulty();
    await until('its end', 30_000, async () => (await alert()) === undefined || undefined);
    const { checks } = await engine.alerts.alert('policy-1');
    expect(checks['policy.yaml on a']).toMatchObject({ text: GONE, resolvedAt: expect.any(String) });
    const events = (await engine.alerts.events(100)).map(({ type }) => type);
    expect(events).toEqual(['opened', 'left', 'resolved']);
  });
});
