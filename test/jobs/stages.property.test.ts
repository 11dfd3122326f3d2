import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { reduce } from '../../src/jobs/reduce.ts';
import type { Change } from '../../src/jobs/events.ts';
import { stageOfStep, stagesOf } from '../../src/modules/stages.ts';
import { Rehearsal } from '../helpers/rehearsal.ts';
import { ANDRE, OLGA, requested } from '../helpers/runs.ts';
import { PLAN } from '../helpers/staged.ts';

interface Chance {
  outcome: 'ok' | 'failed' | 'unknown';
  person: number;
  /** Which of the hosts that are left would change, as bits: a preview may show anything. */
  changing: number;
}

const SCRIPTS = PLAN.steps.filter((step) => step.kind === 'script');

/** What a preview shows of the steps that are not over. */
function shown(run: Rehearsal, changing: number): Change[] {
  return SCRIPTS.flatMap(({ id, work }) => work.map(({ host }) => ({ id, host })))
    .filter((_, index) => (changing >> index) % 2 === 1)
    .filter(({ id }) => run.state.steps.some((step) => step.id === id && step.status !== 'ok'))
    .map(({ id, host }) => ({ host, step: id, kind: 'file', target: '/etc/x', detail: 'sha256:1' }));
}

/** Every step of the modules before this step's is over. */
function isTurn(run: Rehearsal, step: string): boolean {
  const stages = stagesOf(run.state.plan);
  const at = stages.findIndex(({ steps }) => steps.includes(step));
  const before = stages.slice(0, at).flatMap(({ steps }) => steps);
  return run.state.steps.every(({ id, status }) => !before.includes(id) || status === 'ok');
}

/** Plays one turn of whoever acts next; notes every start as step, host and attempt. */
function play(run: Rehearsal, { outcome, person, changing }: Chance, started: string[]): void {
  if (person === 0) run.append({ type: 'cancel.requested', person: OLGA, interaction: 'i' });
  const next = run.settle();
  if (next.do === 'preview') run.preview(shown(run, changing));
  if (next.do === 'take-locks') run.lock();
  if (next.do === 'release-locks') run.append({ type: 'locks.released' });
  if (next.do === 'ask-checks') run.answerChecks(outcome === 'ok' ? 'pass' : 'fail');
  if (next.do === 'wait' && run.state.status === 'waiting-approval') run.approve(person < 3 ? OLGA : ANDRE);
  if (next.do === 'wait' && run.state.status === 'interrupted') {
    run.append({ type: person < 3 ? 'abandon.requested' : 'resume.requested', person: OLGA, interaction: 'i' });
  }
  if (next.do !== 'work') return;
  expect(run.state.approval?.decision).toBe('approved');
  expect(run.state.fences.map(({ lock }) => lock)).toEqual(stageOfStep(PLAN, next.step)?.locks);
  expect(isTurn(run, next.step)).toBe(true);
  for (const host of next.hosts) {
    const before = run.state.steps.find(({ id }) => id === next.step)?.hosts.find((one) => one.host === host);
    if (before?.status === 'running') run.finish(next.step, host, outcome);
    else {
      started.push(`${next.step}.${host}.${run.state.attempt}`);
      run.start(next.step, host);
    }
  }
}

const chance = fc.record({
  outcome: fc.constantFrom('ok' as const, 'ok' as const, 'ok' as const, 'failed' as const, 'unknown' as const),
  person: fc.nat(20),
  changing: fc.nat(31),
});

describe('any course of events over several modules', () => {
  it('works on a module at its turn alone, approved and under its own locks, once an attempt; it ends without any', () => {
    fc.assert(
      fc.property(fc.array(chance, { maxLength: 120 }), (chances) => {
        const run = new Rehearsal(requested(PLAN));
        const started: string[] = [];
        for (const one of chances) play(run, one, started);
        for (let turn = 0; turn < 120 && run.state.status !== 'ended'; turn += 1) {
          play(run, { outcome: 'ok', person: 20, changing: 0 }, started);
        }
        expect(new Set(started).size).toBe(started.length);
        expect(run.state.status).toBe('ended');
        expect([run.state.fences, run.state.waitingFor]).toEqual([[], undefined]);
        expect(reduce('lusab-babad', run.events)).toEqual(run.state);
      }),
    );
  });
});
