import { expect, it } from '@jest/globals';
import { pino } from 'pino';
import { watchAlerts } from '../../src/bot/alert-watch.ts';
import type { Engine, Monitored, Observation } from '../../src/jobs/index.ts';
import { until } from '../fleet/process.ts';

const MINUTE_MS = 60_000;

it('a module that a worker begins to ask long after the bot began to watch is missed a minute later, not at once', async () => {
  const at = { nowMs: 0, looks: 0, monitored: [] as Monitored[], told: [] as Observation[] };
  const alerts = {
    tick: () => Promise.resolve(void (at.looks += 1)),
    monitored: () => Promise.resolve(at.monitored),
    snapshots: () => Promise.resolve([]),
    subject: () => Promise.resolve({ watches: {} }),
    tell: (_: string, { observations }: { observations: readonly Observation[] }) =>
      Promise.resolve(void at.told.push(...observations)),
  } as unknown as Engine['alerts'];
  const engine = { alerts, nowMs: () => at.nowMs };
  const close = watchAlerts({ engine, logger: pino({ level: 'silent' }), rules: undefined, everyMs: 5 });
  // The second one begins after the first one's end.
  const looked = (from: number) => until('two looks', 10_000, () => at.looks >= from + 2 || undefined, 5);

  try {
    await looked(at.looks);
    Object.assign(at, { nowMs: 60 * MINUTE_MS, monitored: [{ module: 'redis', everyMs: 1000 }] });
    await looked(at.looks);
    expect(at.told).toEqual([]);
    at.nowMs += 2 * MINUTE_MS;
    await until('the alert', 10_000, () => at.told.length > 0 || undefined, 5);
    expect(at.told[0]).toMatchObject({ key: 'redis', answer: 'fail' });
  } finally {
    await close();
  }
});
