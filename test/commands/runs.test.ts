import { describe, expect, it } from '@jest/globals';
import { chooseLog } from '../../src/commands/runs.ts';
import { planOf } from '../../src/commands/plan.ts';
import { CommandError } from '../../src/errors.ts';
import type { EventBody, RunEvent } from '../../src/jobs/events.ts';
import { reduce } from '../../src/jobs/reduce.ts';
import type { RunState } from '../../src/jobs/state.ts';
import { hashOf, inventory, modules } from './fakes.ts';

const { plan } = planOf({ verb: 'deploy', module: 'redis' }, { inventory, modules, hashOf });

/** A run of `deploy redis` after these events. */
function stateAfter(...bodies: EventBody[]): RunState {
  const requested: EventBody = {
    ...{ type: 'run.requested', command: 'deploy redis', plan, planHash: '', interaction: 'i', previewOnly: false },
    gate: { approvals: 0, impact: 'disruptive', expiresAfterSeconds: 60 },
    person: { id: 'olga', name: 'Olga' },
    origin: { via: 'terminal', channel: '' },
  };
  const events = [requested, ...bodies].map((body, index): RunEvent => ({
    seq: index + 1,
    at: '2026-01-01T00:00:00.000Z',
    previous: '',
    hash: '',
    body,
  }));
  const state = reduce('lusab-babad', events);
  if (state === undefined) throw new Error('no state');
  return state;
}

const started = (host: string): EventBody => ({ type: 'host.started', step: 'install', host, attempt: 1, work: 1 });
const finished = (host: string, outcome: 'ok' | 'failed'): EventBody => ({
  ...{ type: 'host.finished', step: 'install', host, attempt: 1, outcome, exitCode: 0, changes: [], tail: [] },
  ...{ outputBytes: 0, outputHash: '', reason: '', fix: '' },
});

describe('chooseLog', () => {
  it('shows trouble first, then what runs, then what ended last', () => {
    const one = [started('redis-01'), finished('redis-01', 'ok')];
    expect(chooseLog(stateAfter(...one), '', '').host).toBe('redis-01');
    expect(chooseLog(stateAfter(...one, started('redis-02')), '', '').host).toBe('redis-02');
    const failed = stateAfter(...one, started('redis-02'), finished('redis-02', 'failed'), started('redis-03'));
    expect(chooseLog(failed, '', '')).toEqual({ step: 'install', host: 'redis-02' });
    expect(chooseLog(failed, 'install', '').host).toBe('redis-02');
  });

  it('takes a host in the place of the step', () => {
    const state = stateAfter(started('redis-01'), started('redis-02'));
    expect(chooseLog(state, 'redis-01', '')).toEqual({ step: 'install', host: 'redis-01' });
    expect(chooseLog(state, 'install', 'redis-01')).toEqual({ step: 'install', host: 'redis-01' });
  });

  it('guesses misspelt steps and hosts', () => {
    const state = stateAfter(started('redis-01'));
    const fixOf = (step: string, host: string) => {
      try {
        chooseLog(state, step, host);
      } catch (error) {
        if (error instanceof CommandError) return error.fix;
      }
      return '';
    };
    expect(fixOf('instal', '')).toContain('`install`');
    expect(fixOf('install', 'redis-1')).toContain('`redis-01`');
    expect(fixOf('install', 'redis-02')).toContain('show lusab-babad');
  });

  it('says so when nothing was started yet', () => {
    expect(() => chooseLog(stateAfter(), '', '')).toThrow(CommandError);
  });
});
