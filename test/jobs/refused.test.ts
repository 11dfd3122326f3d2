import { expect, it } from '@jest/globals';
import { Rehearsal } from '../helpers/rehearsal.ts';
import { changeStep, planOf, requested } from '../helpers/runs.ts';

it('ends as refused when the first checks fail under the locks, also once the locks are let go', () => {
  const plan = planOf([changeStep('switch', ['redis-01'])]);
  plan.steps.reverse();
  const run = new Rehearsal(requested(plan));
  run.preview([{ host: 'redis-01', step: 'switch', kind: 'primary', target: 'redis', detail: 'handed over' }]);
  run.settle();
  run.approve();
  run.settle();
  run.lock();
  run.preview([{ host: 'redis-01', step: 'switch', kind: 'primary', target: 'redis', detail: 'handed over' }]);
  run.settle();
  run.answerChecks('fail');
  expect(run.settle()).toEqual({ do: 'release-locks' });
  run.append({ type: 'locks.released' });
  run.settle();
  expect(run.state.ending).toMatchObject({ ending: 'refused' });
});
