import { describe, expect, it } from '@jest/globals';
import { CHANGE, Rehearsal } from '../helpers/rehearsal.ts';
import { changeStep, OLGA, planOf, requested } from '../helpers/runs.ts';

const HOSTS = ['redis-01', 'redis-02'];

/** A drill in small: kill only the host the preview showed, and start whatever is stopped, come what may. */
function drill(): Rehearsal {
  const kill = changeStep('kill', HOSTS, { onlyChanged: true });
  const heal = changeStep('heal', HOSTS, { always: true });
  return new Rehearsal(requested(planOf([kill, heal])));
}

const killsFirst = [{ ...CHANGE, step: 'kill', kind: 'kill', target: 'redis-server' }];

/** Approved, locked, and the kill under way on the one host that it is meant for. */
function killing(): Rehearsal {
  const run = drill();
  run.preview(killsFirst);
  run.settle();
  run.approve();
  run.settle();
  run.lock();
  run.settle();
  run.preview(killsFirst);
  expect(run.settle()).toMatchObject({ do: 'work', step: 'kill', hosts: ['redis-01'] });
  run.start('kill', 'redis-01');
  return run;
}

function heal(run: Rehearsal, outcome: 'ok' | 'unknown'): void {
  expect(run.settle()).toMatchObject({ do: 'work', step: 'heal', hosts: HOSTS });
  for (const host of HOSTS) run.start('heal', host);
  for (const host of HOSTS) run.finish('heal', host, host === 'redis-01' ? outcome : 'ok');
}

describe('a plan with compensation', () => {
  it('works only on the hosts for which the preview showed a change', () => {
    const run = killing();
    run.finish('kill', 'redis-01', 'ok');
    heal(run, 'ok');
    expect(run.settle()).toMatchObject({ do: 'ask-checks' });
    expect(run.state.steps[0]?.hosts.map((host) => host.attempt)).toEqual([1, 0]);
  });

  it.each(['failed', 'unknown'] as const)(
    'puts everything right when its work is %s, and then ends as failed',
    (outcome) => {
      const run = killing();
      run.finish('kill', 'redis-01', outcome);
      heal(run, 'ok');
      expect(run.settle()).toEqual({ do: 'release-locks' });
      run.append({ type: 'locks.released' });
      run.settle();
      expect(run.state.ending).toMatchObject({ ending: 'failed', reason: `Do kill: redis-01: ${outcome} on purpose` });
    },
  );

  it('puts everything right before a cancel lets go of the locks', () => {
    const run = killing();
    run.append({ type: 'cancel.requested', person: OLGA, interaction: 'i' });
    expect(run.settle()).toMatchObject({ do: 'work', step: 'kill', hosts: ['redis-01'] });
    run.finish('kill', 'redis-01', 'ok');
    heal(run, 'ok');
    expect(run.settle()).toEqual({ do: 'release-locks' });
    run.append({ type: 'locks.released' });
    run.settle();
    expect(run.state.ending?.ending).toBe('cancelled');
  });

  it('is interrupted, keeping its locks, when it could not put everything right; resume tries only that again', () => {
    const run = killing();
    run.finish('kill', 'redis-01', 'failed');
    heal(run, 'unknown');
    expect(run.settle()).toMatchObject({ do: 'wait' });
    expect(run.state.status).toBe('interrupted');
    expect(run.state.fences).toHaveLength(1);
    run.append({ type: 'resume.requested', person: OLGA, interaction: 'i' });
    expect(run.settle()).toMatchObject({ do: 'work', step: 'heal', hosts: ['redis-01'] });
    run.start('heal', 'redis-01');
    run.finish('heal', 'redis-01', 'ok');
    expect(run.settle()).toEqual({ do: 'release-locks' });
    run.append({ type: 'locks.released' });
    run.settle();
    expect(run.state.ending?.ending).toBe('failed');
    expect(run.state.steps[0]?.hosts[0]?.attempt).toBe(1);
  });

  it('never begins to put right what nobody touched', () => {
    const run = drill();
    run.preview(killsFirst);
    run.settle();
    run.append({ type: 'cancel.requested', person: OLGA, interaction: 'i' });
    run.settle();
    expect(run.state.ending?.ending).toBe('cancelled');
    expect(run.state.steps[1]?.hosts.every((host) => host.attempt === 0)).toBe(true);
  });
});
