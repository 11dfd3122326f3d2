import { describe, expect, it } from '@jest/globals';
import { aftermath } from '../../src/commands/aftermath.ts';
import { groupChecks, measured, newestChecks, worstAnswer } from '../../src/commands/outcome.ts';
import type { RunState } from '../../src/jobs/state.ts';
import { reduce } from '../../src/jobs/reduce.ts';
import type { CheckResult } from '../../src/modules/contract.ts';
import { PUT_RIGHT } from '../bot/failover-runs.ts';
import { logOf } from '../helpers/runs.ts';
import { hostState, runState, stepState } from '../terminal/fixtures.ts';

const check = (id: string, answer: CheckResult['answer'], text = ''): CheckResult => ({
  ...{ check: id, answer, value: '', text },
});
const begun = { startedAt: '2026-03-01T13:00:00.000Z', status: 'ok' as const };
const asked = (...checks: CheckResult[]) => stepState('after', { ...begun, impact: 'none', checks });

describe('what a run found', () => {
  it('names the host only where several tell the same', () => {
    const hosts = ['haproxy-01', 'haproxy-02'].map((name, at) =>
      hostState(name, {
        checks: [check('writes', 'pass', 'OK'), ...(at === 0 ? [check('outage', 'pass', '2 s')] : [])],
      }),
    );
    const found = measured([stepState('probe', { hosts, checks: hosts.flatMap((host) => host.checks) })]);
    expect(found.map(({ text }) => text)).toEqual(['haproxy-01: OK', '2 s', 'haproxy-02: OK']);
  });

  it('is outdated once something was disturbed after the checks, and not by what ends the measuring', () => {
    const end = stepState('marker-stop', { ...begun, impact: 'safe' });
    const move = stepState('switch', { ...begun, impact: 'disruptive' });
    expect(newestChecks([asked(check('one-master', 'pass')), end]).isOutdated).toBe(false);
    expect(newestChecks([asked(check('one-master', 'pass')), move, end]).isOutdated).toBe(true);
    expect(newestChecks([end]).results).toEqual([]);
  });

  it('is as good as the gravest answer among results and newest checks', () => {
    const told = stepState('stop', { hosts: [hostState('a', { checks: [check('lost-writes', 'fail')] })] });
    const before = asked(check('one-master', 'unknown'));
    expect(worstAnswer([before, asked(check('one-master', 'pass'))])).toBe('pass');
    expect(worstAnswer([before, told, asked(check('one-master', 'warn'))])).toBe('fail');
    expect(worstAnswer([])).toBe('pass');
  });
});

describe('answers that say the same', () => {
  it('stand together with one reason, where the first of them stood; different answers and those without a reason do not', () => {
    const results = [
      check('one-master', 'unknown', 'redis-01 is silent'),
      check('memory', 'warn', 'redis-01 is silent'),
      check('tilt', 'unknown', 'redis-01 is silent'),
      check('lag', 'pass'),
      check('links', 'pass'),
    ];
    const groups = groupChecks(results).map(({ answer, checks }) => [answer, ...checks.map((one) => one.check)]);
    expect(groups).toEqual([
      ['unknown', 'one-master', 'tilt'],
      ['warn', 'memory'],
      ['pass', 'lag'],
      ['pass', 'links'],
    ]);
  });
});

describe('the aftermath', () => {
  const stateOf = (length: number): RunState => {
    const state = reduce('lusab-babad', logOf(PUT_RIGHT.slice(0, length)));
    if (state === undefined) throw new Error('an empty log');
    return state;
  };

  it('is told only when a run stopped or ended short', () => {
    const states = PUT_RIGHT.map((_event, at) => stateOf(at + 1));
    expect(states.slice(0, -1).flatMap((state) => aftermath(state))).toEqual([]);
    expect(states.slice(-1).flatMap((state) => aftermath(state))).toHaveLength(3);
  });

  it('says where compensation did not succeed, and does not say that nothing runs', () => {
    const started = stateOf(PUT_RIGHT.length - 1);
    const steps = started.steps.map((step) =>
      step.id === 'start'
        ? {
            ...{ ...step, status: 'failed' as const },
            hosts: [hostState('redis-01', { status: 'failed', reason: 'masked' })],
          }
        : step,
    );
    const sentences = aftermath({ ...started, status: 'interrupted', steps });
    expect(sentences).toEqual([
      'Compensation did not succeed: Start what was stopped. redis-01: masked. What the run changed there may still be so.',
    ]);
  });

  it('says of an abandoned run what it did not put right', () => {
    const ended = { ending: { ending: 'abandoned' as const, reason: '', fix: '' }, status: 'ended' as const };
    const stopped = stateOf(PUT_RIGHT.findIndex((body) => body.type === 'step.started' && body.step === 'start'));
    expect(aftermath({ ...stopped, ...ended })).toContain(
      'Not put right by the run: Start what was stopped. Look at its hosts.',
    );
  });

  it('is empty for reads', () => {
    expect(aftermath(runState({ status: 'interrupted' }))).toEqual([]);
  });
});
