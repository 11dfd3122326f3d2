import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { loadInventory, select, type Inventory } from '../../../src/inventory.ts';
import { WAVE_HOSTS_MAX, wavesOf } from '../../../src/modules/base/waves.ts';

const inventory = loadInventory(join(import.meta.dirname, '../../../inventory/servers.tsv'));

/** Any part of the fleet, in any order. */
const anyFleet = fc
  .shuffledSubarray(inventory.hosts, { minLength: 1 })
  .map((hosts): Inventory => ({ file: 'servers.tsv', hosts }));

/** How the names of members begin of which a wave may hold only one. */
const QUORUMS = [
  ...['redis-', 'queue-', 'minio-', 'maria-', 'proxysql-', 'haproxy-'],
  ...['k8s-master-', 'k8s-worker-', 'mail-mx-'],
];

describe('the waves of a deploy', () => {
  it('hold every host exactly once, and at most ten', () => {
    fc.assert(
      fc.property(anyFleet, (fleet) => {
        const waves = wavesOf(fleet);
        const names = waves.flat().map(({ name }) => name);
        expect([...names].sort()).toEqual(fleet.hosts.map(({ name }) => name).sort());
        for (const wave of waves) expect(wave.length).toBeLessThanOrEqual(WAVE_HOSTS_MAX);
        for (const wave of waves) expect(wave).not.toHaveLength(0);
      }),
    );
  });

  it('never hold two members of one quorum', () => {
    fc.assert(
      fc.property(anyFleet, (fleet) => {
        for (const wave of wavesOf(fleet)) {
          const begin = (...words: string[]) => wave.filter(({ name }) => words.some((word) => name.startsWith(word)));
          for (const quorum of QUORUMS) expect(begin(quorum).length).toBeLessThanOrEqual(1);
          expect(begin('db-').length).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('hold at most a quarter of many workers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), (count) => {
        const [worker] = select(inventory, { subrole: 'worker' });
        if (worker === undefined) throw new Error('no worker');
        const hosts = Array.from({ length: count }, (_, index) => ({ ...worker, name: `worker-${index}` }));
        const most = Math.max(...wavesOf({ file: '', hosts }).map((wave) => wave.length));
        expect(most).toBeLessThanOrEqual(Math.max(1, count / 4));
      }),
    );
  });

  it('end with the orchestrator alone, wherever it stands in the file', () => {
    fc.assert(
      fc.property(anyFleet, (fleet) => {
        const waves = wavesOf(fleet);
        if (fleet.hosts.some(({ name }) => name === 'install-01')) {
          expect(waves.at(-1)?.map(({ name }) => name)).toEqual(['install-01']);
        }
      }),
    );
  });

  it('begin with a reserve server and need seven turns for the whole fleet', () => {
    const waves = wavesOf(inventory);
    expect(waves[0]?.[0]?.name).toBe('app-01');
    expect(waves).toHaveLength(7);
  });
});
