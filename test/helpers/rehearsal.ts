import { currentStage } from '../../src/jobs/decide-clearance.ts';
import { decide, type Next } from '../../src/jobs/decide.ts';
import type { EventBody, RunEvent } from '../../src/jobs/events.ts';
import { nextEvent } from '../../src/jobs/log.ts';
import { hashPreview } from '../../src/jobs/preview.ts';
import { applyEvent, reduce } from '../../src/jobs/reduce.ts';
import type { RunState } from '../../src/jobs/state.ts';
import { ANDRE, changeStep, logOf, planOf, requested } from './runs.ts';

export const START_MS = Date.UTC(2026, 0, 1);
export const HOSTS = ['redis-01', 'redis-02', 'redis-03'];
export const CHANGE = { host: 'redis-01', step: 'servers', kind: 'file', target: '/etc/x', detail: 'sha256:1' };

/** More than any plan of the tests has to write down in a row. */
const ROUNDS_MAX = 100;

/** A run that is carried on with made-up answers, the way a worker would. */
export class Rehearsal {
  events: RunEvent[];
  state: RunState;
  nowMs = START_MS;

  constructor(first: EventBody) {
    this.events = logOf([first], START_MS);
    const state = reduce('lusab-babad', this.events);
    if (state === undefined) throw new Error('no state');
    this.state = state;
  }

  append(body: EventBody): void {
    const event = nextEvent(this.state, body, this.nowMs);
    this.events.push(event);
    this.state = applyEvent('lusab-babad', this.state, event);
  }

  next(): Next {
    return decide(this.state, this.nowMs);
  }

  preview(changes = [CHANGE], troubles: { host: string; step: string; reason: string; fix: string }[] = []): void {
    const { attempt } = this.state;
    const next = this.next();
    const locked = next.do === 'preview' && next.locked;
    const turn = this.state.plan.stages === undefined ? undefined : currentStage(this.state)?.module;
    const stage = turn === undefined ? {} : { stage: turn };
    const hash = hashPreview(changes);
    this.append({ type: 'preview.taken', attempt, locked, ...stage, hash, changes, diffs: [], troubles });
  }

  /** Carries on while the state alone says how, then gives what is to be done outside. */
  settle(): Next {
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const next = this.next();
      if (next.do !== 'append') return next;
      this.append(next.body);
    }
    throw new Error(`The state alone still says how to carry on after ${ROUNDS_MAX} events.`);
  }

  approve(person = ANDRE): void {
    const approval = this.state.approval?.id ?? '';
    this.append({ type: 'approval.given', approval, person, via: 'slack', interaction: `i-${person.id}` });
  }

  lock(): void {
    const locks = currentStage(this.state)?.locks ?? [];
    this.append({ type: 'locks.taken', fences: locks.map((lock) => ({ lock, number: 7 })) });
  }

  start(step: string, host: string): void {
    const { attempt } = this.state;
    this.append({ type: 'host.started', step, host, attempt, work: attempt });
  }

  finish(step: string, host: string, outcome: 'ok' | 'failed' | 'unknown'): void {
    const state = this.state.steps.find((one) => one.id === step)?.hosts.find((one) => one.host === host);
    this.append({
      type: 'host.finished',
      step,
      host,
      attempt: state?.attempt ?? 0,
      outcome,
      exitCode: outcome === 'ok' ? 0 : null,
      changes: [],
      tail: [],
      outputBytes: 0,
      outputHash: '',
      reason: outcome === 'ok' ? '' : `${outcome} on purpose`,
      fix: outcome === 'ok' ? '' : 'mend it',
    });
  }

  answerChecks(answer: 'pass' | 'fail'): void {
    const next = this.next();
    if (next.do !== 'ask-checks') throw new Error(`expected ask-checks, not ${next.do}`);
    const results = [{ check: 'one-master', answer, value: '', text: '' }];
    this.append({ type: 'checks.answered', step: next.step, results, hosts: [] });
    this.append({
      type: 'step.finished',
      step: next.step,
      outcome: answer === 'pass' ? 'ok' : 'failed',
      reason: '',
      fix: '',
    });
  }

  /** Up to the first host's work, approved and locked. */
  clear(): Next {
    this.preview();
    this.settle();
    this.approve();
    this.settle();
    this.lock();
    this.settle();
    this.preview();
    return this.settle();
  }
}

/** A deploy on three hosts whose plan has just been requested. */
export const deploy = (order: 'together' | 'one-by-one' | 'first-then-rest' = 'one-by-one') =>
  new Rehearsal(requested(planOf([changeStep('servers', HOSTS, { order })])));
