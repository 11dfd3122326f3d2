import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { measureFleet, type FleetFigures } from '../scale/fleet.ts';
import { measureQueue } from '../scale/queue.ts';
import type { Bench } from './bench.ts';
import { percentileOf, spreadOf, type Figure } from './stats.ts';

/** Each ten times the one before: linear is ten times as long. */
const FLEETS = { full: [52, 520, 5_200], smoke: [13, 130] };

const MEMORY_MIB_MAX = 1024;

/** Ten times the hosts may take so many times as long, and twice the cost of a host is no longer linear. */
const GROWTH_MAX = 20;

const QUEUE = { full: { runs: 1_000, workers: 20 }, smoke: { runs: 100, workers: 10 } };

function figuresOf(fleet: FleetFigures, before: FleetFigures | undefined): Figure[] {
  const name = `${fleet.hosts} hosts`;
  const median = (one: FleetFigures) => spreadOf(one.warmSeconds).median;
  const growth = before === undefined ? [] : [median(fleet) / median(before)];
  return [
    { what: `${name}: the first status, with connecting`, unit: 's', ...spreadOf([fleet.coldSeconds]) },
    { what: `${name}: status`, unit: 's', ...spreadOf(fleet.warmSeconds) },
    ...growth.map((one) => ({
      ...{ what: `${name}: status, times the fleet a tenth as large`, unit: 'x' as const },
      ...{ target: GROWTH_MAX, ...spreadOf([one]) },
    })),
    { what: `${name}: answers missing`, unit: '', target: 0, ...spreadOf([fleet.silent]) },
    {
      ...{ what: `${name}: the worker's memory at its peak`, unit: 'MiB', target: MEMORY_MIB_MAX },
      ...spreadOf([fleet.memoryPeakMib]),
    },
  ];
}

/** Fleets of growing size, asked by one worker; and more queued runs than workers. */
export const bench: Bench = {
  name: 'scale',
  hosts: 'none',
  async run({ rounds, isFull, directory, progress }) {
    const fleets: FleetFigures[] = [];
    for (const hosts of isFull ? FLEETS.full : FLEETS.smoke) {
      progress(`a fleet of ${hosts} hosts, asked ${rounds + 1} times`);
      const own = join(directory, String(hosts));
      mkdirSync(own);
      fleets.push(await measureFleet(hosts, rounds, own));
    }
    const { runs, workers } = isFull ? QUEUE.full : QUEUE.smoke;
    progress(`${runs} runs for ${workers} workers`);
    const queue = await measureQueue({ runs, workers, answerMs: 100 });
    const name = `${runs} runs, ${workers} workers`;
    return [
      ...fleets.flatMap((fleet, index) => figuresOf(fleet, fleets[index - 1])),
      { what: `${name}: until all are over`, unit: 's', ...spreadOf([queue.tookMs / 1000]) },
      { what: `${name}: lost`, unit: '', target: 0, ...spreadOf([queue.lost]) },
      { what: `${name}: from a request to its start`, unit: 'ms', ...spreadOf(queue.waitsMs) },
      { what: `${name}: 99 of 100`, unit: 'ms', ...spreadOf([percentileOf(queue.waitsMs, 0.99)]) },
      {
        what: `${name}: places that a run started late`,
        unit: '',
        target: runs / 10,
        ...spreadOf([queue.latenessMax]),
      },
    ];
  },
};
