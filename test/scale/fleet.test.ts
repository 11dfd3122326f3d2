import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { measureFleet, type FleetFigures } from './fleet.ts';

/** `npm run bench -- scale` measures fleets of 52, 520 and 5,200 hosts; this is the same in small. */
const [SMALL, LARGE] = [26, 260];

describe('a fleet ten times as large', () => {
  let directory: string;
  const figures: FleetFigures[] = [];
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'kb-scale-'));
    for (const hosts of [SMALL, LARGE]) {
      mkdirSync(join(directory, String(hosts)));
      figures.push(await measureFleet(hosts, 2, join(directory, String(hosts))));
    }
  }, 180_000);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('answers to its last host', () => {
    expect(figures.map(({ hosts, silent }) => ({ hosts, silent }))).toEqual([
      { hosts: SMALL, silent: 0 },
      { hosts: LARGE, silent: 0 },
    ]);
  });

  it('takes a worker at most 200 KiB more for each host', () => {
    const [small, large] = figures;
    const moreMib = (large?.memoryPeakMib ?? Infinity) - (small?.memoryPeakMib ?? 0);
    expect((moreMib * 1024) / (LARGE - SMALL)).toBeLessThan(200);
  });
});
