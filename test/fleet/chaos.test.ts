import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ChaosHosts } from '../chaos/hosts.ts';
import { openRealHosts } from '../chaos/real-hosts.ts';
import { describeScenario, scenarioOf } from '../chaos/scenario.ts';
import { playAll, readWanted, type Outcome } from '../chaos/suite.ts';

const WANTED = readWanted({ last: 20, lanes: 4 });
const { seeds, scale } = WANTED;

const ALL_OF_IT_MS = Math.max(1_200_000, seeds.length * 60_000);

describe(`${seeds.length} runs on real hosts, each disturbed by the plan of its seed`, () => {
  let hosts: ChaosHosts;
  let outcome: Outcome;

  beforeAll(async () => {
    hosts = await openRealHosts();
    const shared = () => Promise.resolve({ ...hosts, close: () => Promise.resolve() });
    outcome = await playAll(WANTED, shared, 'npm run test:fleet -- test/fleet/chaos.test.ts');
  }, ALL_OF_IT_MS);

  afterAll(async () => {
    await hosts.close();
  });

  it.each(seeds.map((seed) => ({ seed, what: describeScenario(scenarioOf(seed, scale)) })))('$what', ({ seed }) => {
    expect(outcome.faults.get(seed)).toEqual([]);
  });
});
