import { beforeAll, describe, expect, it } from '@jest/globals';
import { openLoopbackHosts } from './loopback-hosts.ts';
import { describeScenario, FAULT_KINDS, scenarioOf } from './scenario.ts';
import { playAll, readWanted, type Outcome } from './suite.ts';

const WANTED = readWanted({ last: 30, lanes: 8 });
const { seeds, scale } = WANTED;

/** A machine that is five times slower, and a seed or two that get stuck. */
const ALL_OF_IT_MS = Math.max(900_000, seeds.length * 60_000);

describe(`${seeds.length} runs on hosts in this process, each disturbed by the plan of its seed`, () => {
  let outcome: Outcome;

  beforeAll(async () => {
    outcome = await playAll(WANTED, openLoopbackHosts, 'npm test -- test/chaos');
  }, ALL_OF_IT_MS);

  it.each(seeds.map((seed) => ({ seed, what: describeScenario(scenarioOf(seed, scale)) })))('$what', ({ seed }) => {
    expect(outcome.faults.get(seed)).toEqual([]);
  });

  if (seeds.length >= 30) {
    it('met every kind of fault', () => {
      const all = outcome.played.flatMap(({ happened }) => happened.filter(({ hit }) => hit));
      expect(FAULT_KINDS.filter((kind) => !all.some((one) => one.kind === kind))).toEqual([]);
    });
  }
});
