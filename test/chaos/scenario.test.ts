import { describe, expect, it } from '@jest/globals';
import { describeScenario, FAULT_KINDS, scenarioOf } from './scenario.ts';

const SEEDS = Array.from({ length: 30 }, (_, index) => index + 1);

describe('the scenario of a seed', () => {
  it('is the same whenever it is asked for, and another one for another seed', () => {
    expect(SEEDS.map((seed) => scenarioOf(seed))).toEqual(SEEDS.map((seed) => scenarioOf(seed)));
    expect(new Set(SEEDS.map((seed) => describeScenario(scenarioOf(seed)))).size).toBe(SEEDS.length);
  });

  it('meets every kind of fault and every kind of answer within thirty seeds', () => {
    const scenarios = SEEDS.map((seed) => scenarioOf(seed));
    const kinds = new Set(scenarios.flatMap(({ faults }) => faults.map(({ kind }) => kind)));
    expect(FAULT_KINDS.filter((kind) => !kinds.has(kind))).toEqual([]);
    expect(new Set(scenarios.map(({ approving }) => approving)).size).toBe(5);
  });

  it('kills no worker that holds its lease for a minute', () => {
    const blind = SEEDS.map((seed) => scenarioOf(seed)).filter(({ isBlind }) => isBlind);
    const kinds = blind.flatMap(({ faults }) => faults.map(({ kind }) => kind));
    expect(blind.length).toBeGreaterThanOrEqual(2);
    expect(kinds.filter((kind) => kind === 'kill-worker' || kind === 'stop-worker')).toEqual([]);
  });
});
