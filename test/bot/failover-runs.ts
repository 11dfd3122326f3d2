import type { RunEvent } from '../../src/jobs/index.ts';
import type { CheckResult, Plan, Step } from '../../src/modules/contract.ts';
import { changeStep, planOf, requested } from '../helpers/runs.ts';
import * as runs from './runs.ts';

type Body = RunEvent['body'];

const fitness: Step = {
  ...{ kind: 'checks', id: 'before', title: 'Ask whether it is fit', impact: 'none', deadlineSeconds: 0 },
  must: ['one-master', 'replica-lag'],
};

function plan(): Plan {
  const base = planOf(
    [
      changeStep('stop', runs.HOSTS, { title: 'Stop the master', onlyChanged: true }),
      changeStep('measure', ['redis-01'], { title: 'Read what the marker saw' }),
      changeStep('start', runs.HOSTS, { title: 'Start what was stopped', always: true }),
    ],
    { title: 'failover redis', verb: 'failover' },
  );
  return { ...base, steps: [fitness, ...base.steps] };
}

const change = { host: 'redis-01', step: 'stop', kind: 'service', target: 'redis-server', detail: 'stopped' };
const previewed: Body = { ...runs.previewed, changes: [change], diffs: [] } as Body;

const started = (step: string, host: string): Body => ({ type: 'host.started', step, host, attempt: 1, work: 1 });

type Finished = Extract<Body, { type: 'host.finished' }>;
const finished = (step: string, host: string, over: Partial<Finished> = {}): Body => ({
  ...(runs.hostFinished(host, { changes: [], ...over }) as Finished),
  step,
});

const answered = (step: string, results: CheckResult[]): Body => ({
  type: 'checks.answered',
  step,
  results,
  hosts: [],
});

const HEALTHY: CheckResult[] = [
  { check: 'one-master', answer: 'pass', value: 'redis-02', text: 'three Sentinels name redis-02' },
  { check: 'replica-lag', answer: 'pass', value: '0 s', text: '' },
];

const FOUND: CheckResult[] = [
  { check: 'outage', answer: 'pass', value: '1.4 s', text: 'without an accepted write' },
  { check: 'lost-writes', answer: 'warn', value: '2', text: '2 writes that only the old master had acknowledged' },
  { check: 'two-masters', answer: 'pass', value: '0 s', text: '' },
];

/** Approved and locked, the cluster found fit. */
const BEGUN: Body[] = [
  { ...requested(plan()), origin: { via: 'slack', channel: 'C0OPS' } } as Body,
  previewed,
  runs.prompted,
  runs.approved,
  runs.locked,
  { ...previewed, locked: true } as Body,
  runs.stepStarted('before'),
];

const STOPPING: Body[] = [
  ...BEGUN,
  answered('before', HEALTHY),
  runs.stepFinished('before', 'ok'),
  runs.stepStarted('stop'),
  started('stop', 'redis-01'),
];

const stopped = finished('stop', 'redis-01', { changes: [change] });

const startedAgain: Body[] = [
  runs.stepStarted('start'),
  ...runs.HOSTS.map((host) => started('start', host)),
  finished('start', 'redis-01', { changes: [{ ...change, step: 'start', detail: 'started' }] }),
  finished('start', 'redis-02'),
  finished('start', 'redis-03'),
  runs.stepFinished('start', 'ok'),
];

/** A failover that went well. */
export const MOVED: Body[] = [
  ...STOPPING,
  stopped,
  runs.stepFinished('stop', 'ok'),
  runs.stepStarted('measure'),
  started('measure', 'redis-01'),
  finished('measure', 'redis-01', { checks: FOUND }),
  runs.stepFinished('measure', 'ok'),
  ...startedAgain,
  runs.stepStarted('checks'),
  answered('checks', HEALTHY),
  runs.stepFinished('checks', 'ok'),
  { type: 'locks.released' },
  runs.endedOk,
];

/** One whose measuring failed: what it had stopped was started again. */
export const PUT_RIGHT: Body[] = [
  ...STOPPING,
  stopped,
  runs.stepFinished('stop', 'ok'),
  runs.stepStarted('measure'),
  started('measure', 'redis-01'),
  finished('measure', 'redis-01', { outcome: 'failed', exitCode: 1, reason: 'the marker is gone', fix: '' }),
  runs.stepFinished('measure', 'failed', 'redis-01: the marker is gone'),
  ...startedAgain,
  { type: 'locks.released' },
  { type: 'run.ended', ending: 'failed', reason: 'Read what the marker saw: redis-01: the marker is gone', fix: '' },
];

/** Somebody cancels while the master is being stopped. */
export const CANCELLING: Body[] = [
  ...STOPPING,
  { type: 'cancel.requested', person: runs.ANDRE, interaction: 'trigger-7' },
];

export const CANCELLED: Body[] = [
  ...CANCELLING,
  finished('stop', 'redis-01', { outcome: 'unknown', exitCode: null, reason: 'the host does not answer', fix: '' }),
  ...startedAgain,
  { type: 'locks.released' },
  { type: 'run.ended', ending: 'cancelled', reason: 'Cancelled by André. Not done: Stop the master.', fix: '' },
];

/** The cluster was not fit for it. */
export const REFUSED: Body[] = [
  ...BEGUN,
  answered('before', [
    { check: 'one-master', answer: 'pass', value: 'redis-01', text: '' },
    { check: 'replica-lag', answer: 'fail', value: '95 s', text: 'redis-03 is behind' },
  ]),
  runs.stepFinished('before', 'failed', 'replica-lag is fail (redis-03 is behind)', 'See every answer: status redis'),
  { type: 'locks.released' },
  {
    ...{ type: 'run.ended', ending: 'refused', fix: 'See every answer: status redis' },
    reason: 'Ask whether it is fit: replica-lag is fail (redis-03 is behind)',
  },
];
