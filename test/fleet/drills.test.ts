import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DRILL_ENGINES } from './drill-engines.ts';
import { drill, openDrills, untilReady, type Cost } from './drills.ts';
import type { Movable } from './operator.ts';

const IN_A_ROW = 10;
/** MinIO's markers are whole objects, five a second through each entry: a drill of seconds writes the fewest. */
const MARKERS_MIN = 20;
const LONG_MS = 1_800_000;

// In long runs alone. Those of redis are in redis-failover.test.ts, each with more that must hold.
const describeLong = process.env.KEYBUZZ_LONG === undefined ? describe.skip : describe;

describeLong.each(DRILL_ENGINES.filter(({ name }) => name !== 'redis'))('drills of $name on real hosts', (engine) => {
  let real: Movable;

  beforeAll(async () => {
    real = await openDrills(engine);
  });

  afterAll(async () => {
    await real.close();
  });

  it(
    `lose no acknowledged write and bring the killed node back, ${IN_A_ROW} times in a row`,
    async () => {
      const costs: Cost[] = [];
      for (let round = 0; round < IN_A_ROW; round += 1) {
        await untilReady(real, engine);
        const cost = await drill(real, engine);
        expect(cost).toMatchObject({ lost: 0, lostByAll: 0, isBack: true });
        expect(cost.acknowledged).toBeGreaterThan(MARKERS_MIN);
        costs.push(cost);
      }
      process.stdout.write(`${engine.name}: ${costs.map((cost) => cost.outageSeconds).join(' ')} s without a write\n`);
    },
    LONG_MS,
  );
});
