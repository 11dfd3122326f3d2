import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { reduce } from '../../src/jobs/reduce.ts';
import { deploy, type Rehearsal } from '../helpers/rehearsal.ts';
import { ANDRE, OLGA } from '../helpers/runs.ts';

interface Chance {
  outcome: 'ok' | 'failed' | 'unknown';
  person: number;
}

/** Plays one turn of whoever acts next; notes every start as host and attempt. */
function play(run: Rehearsal, { outcome, person }: Chance, started: string[]): void {
  if (person === 0) run.append({ type: 'cancel.requested', person: OLGA, interaction: 'i' });
  const next = run.settle();
  if (next.do === 'preview') run.preview();
  if (next.do === 'take-locks') run.lock();
  if (next.do === 'release-locks') run.append({ type: 'locks.released' });
  if (next.do === 'ask-checks') run.answerChecks(outcome === 'ok' ? 'pass' : 'fail');
  if (next.do === 'wait' && run.state.status === 'waiting-approval') run.approve(person < 5 ? OLGA : ANDRE);
  if (next.do === 'wait' && run.state.status === 'interrupted') {
    run.append({ type: person < 3 ? 'abandon.requested' : 'resume.requested', person: OLGA, interaction: 'i' });
  }
  if (next.do !== 'work') return;
  expect(run.state.approval?.decision).toBe('approved');
  expect(run.state.fences).toHaveLength(1);
  for (const host of next.hosts) {
    const before = run.state.steps[0]?.hosts.find((one) => one.host === host);
    if (before?.status === 'running') run.finish('servers', host, outcome);
    else {
      started.push(`${host}.${run.state.attempt}`);
      run.start('servers', host);
    }
  }
}

const chances = fc.array(fc.record({ outcome: fc.constantFrom('ok', 'failed', 'unknown'), person: fc.nat(9) }), {
  maxLength: 60,
});
const orders = fc.constantFrom('together' as const, 'one-by-one' as const, 'first-then-rest' as const);

describe('any course of events', () => {
  it('starts no host unapproved or twice in one attempt, ends soon once all goes well, and holds no lock then', () => {
    fc.assert(
      fc.property(chances, orders, (turns, order) => {
        const run = deploy(order);
        const started: string[] = [];
        for (const chance of turns) play(run, chance, started);
        for (let turn = 0; turn < 40 && run.state.status !== 'ended'; turn += 1) {
          play(run, { outcome: 'ok', person: 9 }, started);
        }
        expect(run.state.status).toBe('ended');
        expect(run.state.fences).toEqual([]);
        expect(new Set(started).size).toBe(started.length);
        expect(reduce('lusab-babad', run.events)).toEqual(run.state);
      }),
      { numRuns: 500 },
    );
  });
});
