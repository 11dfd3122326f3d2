import { describe, expect, it } from '@jest/globals';
import { moveSteps, type MoveParts } from '../../src/modules/steps.ts';

const parts = (given: Partial<MoveParts>): MoveParts => ({
  module: 'engine',
  move: 'failover',
  hashOf: (script) => `hash of ${script}`,
  must: ['whole'],
  servers: [{ host: 'node-01', args: [] }],
  witness: 'install-01',
  cluster: [],
  entries: ['haproxy-01=10.0.0.11'],
  outageSeconds: 10,
  secrets: { move: [], back: [], markers: [] },
  titles: { markers: 'Begin markers', move: 'Move', back: 'Start again' },
  ...given,
});
const always = (given: Partial<MoveParts>): string[] =>
  moveSteps(parts(given)).flatMap((step) => (step.kind === 'script' && step.always === true ? [step.id] : []));

describe('the steps of a move', () => {
  it('start again what was stopped, whatever happens: after a drill, and after a failover that stops a node', () => {
    expect(always({ move: 'drill' })).toEqual(['return', 'marker-stop']);
    expect(always({ move: 'failover', alwaysReturns: true })).toEqual(['return', 'marker-stop']);
    expect(always({ move: 'failover' })).toEqual(['marker-stop']);
  });

  it('start it again before the checks are asked until they pass', () => {
    const ids = moveSteps(parts({ alwaysReturns: true })).map(({ id }) => id);
    expect(ids).toEqual(['before', 'marker-start', 'switch', 'return', 'after', 'marker-stop', 'verdict']);
  });
});
