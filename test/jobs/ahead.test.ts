import { describe, expect, it } from '@jest/globals';
import { createAhead, readsBehind } from '../../src/jobs/ahead.ts';
import type { EventBody } from '../../src/jobs/events.ts';
import { isRead, type Read } from '../../src/jobs/reads.ts';
import type { RunState } from '../../src/jobs/state.ts';
import type { ChecksStep, Plan } from '../../src/modules/contract.ts';
import { CHANGE, HOSTS, Rehearsal, START_MS } from '../helpers/rehearsal.ts';
import { changeStep, planOf, requested } from '../helpers/runs.ts';

const REQUIREMENT: ChecksStep = {
  ...{ kind: 'checks', id: 'requires-base', title: 'Ask whether base is valid', impact: 'none', must: ['disk'] },
  ...{ deadlineSeconds: 0, of: 'base', isRequirement: true },
};

/** A deploy of redis that requires base, as far as its first question. */
function begun(plan: Partial<Plan> = {}, requirement: Partial<ChecksStep> = {}): { run: Rehearsal; next: Read } {
  const { steps, ...rest } = planOf([changeStep('servers', HOSTS)]);
  const run = new Rehearsal(requested({ ...rest, steps: [{ ...REQUIREMENT, ...requirement }, ...steps], ...plan }));
  const next = run.settle();
  if (!isRead(next)) throw new Error(next.do);
  return { run, next };
}

const nameOf = (next: Read): string => (next.do === 'preview' ? next.do : next.step);
const behind = (state: RunState, next: Read): string[] =>
  readsBehind(state, next, START_MS).map((one) => nameOf(one.next));

describe('what may be asked before its turn', () => {
  it('is, of a deploy, the preview and whether all is well, beside what it requires', () => {
    const { run, next } = begun();
    expect(nameOf(next)).toBe('requires-base');
    expect(behind(run.state, next)).toEqual(['preview', 'checks']);
  });

  it('is the preview alone when only that is wanted', () => {
    const { run, next } = begun();
    expect(behind({ ...run.state, previewOnly: true }, next)).toEqual(['preview']);
  });

  it('is nothing of a move, of several modules, and beside a question that waits for an answer', () => {
    const move = begun({ verb: 'failover' });
    expect(behind(move.run.state, move.next)).toEqual([]);
    const patient = begun({}, { deadlineSeconds: 60 });
    expect(behind(patient.run.state, patient.next)).toEqual([]);
    const steps = ['requires-base', 'servers', 'checks'];
    const stage = { module: 'redis', title: 'Redis', requires: ['base'], demanded: [], steps, locks: ['redis'] };
    const staged = begun({ stages: [stage] });
    expect(behind(staged.run.state, staged.next)).toEqual([]);
  });

  it('is never the preview under the locks, nor anything beside it', () => {
    const { run } = begun();
    run.append({ type: 'step.finished', step: 'requires-base', outcome: 'ok', reason: '', fix: '' });
    run.preview();
    run.settle();
    run.approve();
    run.settle();
    run.lock();
    const next = run.settle();
    expect(next).toEqual({ do: 'preview', locked: true });
    expect(behind(run.state, next as Read)).toEqual([]);
  });

  it('is not what has to compare with answers from before', () => {
    const { steps } = planOf([changeStep('servers', HOSTS)]);
    const compared = steps.map((step) => (step.kind === 'checks' ? { ...step, asBefore: 'requires-base' } : step));
    const { run, next } = begun({ steps: [REQUIREMENT, ...compared] });
    expect(behind(run.state, next)).toEqual(['preview']);
  });
});

describe('reads that are asked in the same breath', () => {
  const answerOf = (next: Read): EventBody[] => [
    { type: 'step.finished', step: nameOf(next), outcome: 'ok', reason: '', fix: '' },
  ];

  function open() {
    const asked: { name: string; signal: AbortSignal }[] = [];
    const clock = { elapsedMs: 0 };
    const ahead = createAhead({
      ask: (_state, next, signal) => {
        asked.push({ name: nameOf(next), signal });
        return Promise.resolve(answerOf(next));
      },
      signal: new AbortController().signal,
      nowMs: () => START_MS,
      elapsedMs: () => clock.elapsedMs,
    });
    return { ahead, asked, clock, names: () => asked.map(({ name }) => name) };
  }

  it('are each asked once when their turns come', async () => {
    const { ahead, names } = open();
    const { run, next } = begun();
    const reads = [next, ...readsBehind(run.state, next, START_MS).map((one) => one.next)];
    for (const one of reads) expect(await ahead.read(run.state, one)).toEqual(answerOf(one));
    expect(names()).toEqual(['requires-base', 'preview', 'checks']);
  });

  it('are broken off when something else comes next', async () => {
    const { ahead, asked, names } = open();
    const { run, next } = begun();
    await ahead.read(run.state, next);
    run.append({ type: 'step.finished', step: 'requires-base', outcome: 'ok', reason: '', fix: '' });
    run.preview([CHANGE]);
    await ahead.read(run.state, { do: 'preview', locked: true });
    expect(names()).toEqual(['requires-base', 'preview', 'checks', 'preview']);
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, true, true, false]);
    ahead.drop();
    expect(asked.every(({ signal }) => signal.aborted)).toBe(true);
  });

  it('are asked anew when their turn comes late', async () => {
    const { ahead, clock, names } = open();
    const { run, next } = begun();
    await ahead.read(run.state, next);
    clock.elapsedMs = 10_000;
    run.append({ type: 'step.finished', step: 'requires-base', outcome: 'ok', reason: '', fix: '' });
    await ahead.read(run.state, { do: 'preview', locked: false });
    expect(names()).toEqual(['requires-base', 'preview', 'checks', 'preview', 'checks']);
  });
});
