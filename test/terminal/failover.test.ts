import { describe, expect, it } from '@jest/globals';
import { progressLines } from '../../src/terminal/follow.ts';
import { renderReply } from '../../src/terminal/render.ts';
import { renderRun, summaryLines } from '../../src/terminal/render-whole.ts';
import { reduce, type RunEvent, type RunState } from '../../src/jobs/index.ts';
import * as failover from '../bot/failover-runs.ts';
import { logOf } from '../helpers/runs.ts';
import { PLAIN } from './fixtures.ts';

function stateOf(log: RunEvent['body'][]): RunState {
  const state = reduce('lusab-babad', logOf(log));
  if (state === undefined) throw new Error('an empty log');
  return state;
}

const summary = (log: RunEvent['body'][]) => summaryLines(stateOf(log), PLAIN).slice(1, -1);

describe('a failover in the terminal', () => {
  it('ends with what was measured, then the checks', () => {
    expect(summary(failover.MOVED)).toEqual([
      '! Done after 29 s, with warnings',
      'Results:',
      '  ✓ pass  outage       1.4 s  without an accepted write',
      '  ! warn  lost-writes  2      2 writes that only the old master had acknowledged',
      '  ✓ pass  two-masters  0 s',
      'Checks afterwards: 2 pass',
    ]);
  });

  it('that failed says what was put right and that nothing still runs', () => {
    expect(summary(failover.PUT_RIGHT)).toEqual([
      '✗ Failed after 26 s: Read what the marker saw: redis-01: the marker is gone',
      'Compensation ran: Start what was stopped. Put right: redis-01: service redis-server started.',
      'Not done: Check the cluster.',
      'Nothing of the run still runs on any host.',
    ]);
  });

  it('that was refused names what was not fit', () => {
    expect(summary(failover.REFUSED)).toEqual([
      '✗ Refused after 10 s: not met: replica-lag · See every answer: status redis',
      'Not fit for it (Ask whether it is fit):',
      '  ✗ fail  replica-lag  95 s  redis-03 is behind',
      'Nothing was changed on any host.',
    ]);
  });

  it('that was cancelled says what was not done and where something may still run', () => {
    expect(summary(failover.CANCELLED)).toEqual([
      '✗ Cancelled after 22 s by André',
      'Compensation ran: Start what was stopped. Put right: redis-01: service redis-server started.',
      'Not done: Stop the master; Read what the marker saw; Check the cluster.',
      'Nobody knows whether this still runs: redis-01 (Stop the master). Look there.',
    ]);
  });

  it('that is being cancelled says what happens first and then, to whoever asks and whoever watches', () => {
    const state = stateOf(failover.CANCELLING);
    const outlook = [
      'Finished first, never cut in half: redis-01 (Stop the master).',
      'Then compensation follows: Start what was stopped.',
      'Not begun any more: Read what the marker saw; Check the cluster.',
    ];
    const reply = renderReply({ kind: 'decided', state, decision: 'cancelled' }, PLAIN);
    expect(reply).toEqual(['You asked to cancel run lusab-babad: failover redis.', ...outlook]);
    const before = stateOf(failover.CANCELLING.slice(0, -1));
    const told = progressLines(before, state, PLAIN);
    expect(told).toEqual(['› Cancelled by André at 2026-01-01 01:00:11 +01:00', ...outlook.map((each) => `  ${each}`)]);
    expect(renderRun(state, PLAIN)).toEqual(expect.arrayContaining(told));
  });
});

describe('locks in the terminal', () => {
  const since = '2026-01-01T00:00:00.000Z';
  const held = {
    lock: 'redis',
    run: 'lusab-babad',
    ownerId: '',
    owner: 'Olga',
    reason: 'deploy redis',
    since,
    fence: 7,
    queue: ['dapod-kivag'],
  };
  const own = { ...held, lock: 'haproxy', run: '', reason: 'new\u001b[31m card', queue: [] };
  const free = { ...held, lock: 'known-hosts', run: '', owner: '', reason: '', since: '' };

  it('tell who holds each, since when, why, and who waits', () => {
    expect(renderReply({ kind: 'locks', locks: [own, free, held] }, { ...PLAIN, columns: 120 })).toEqual([
      'LOCK         HELD BY                  SINCE                       QUEUE        REASON',
      'haproxy      Olga, by hand            2026-01-01 01:00:00 +01:00  empty        new\\x1b[31m card',
      'known-hosts  free for the next                                    dapod-kivag',
      'redis        run lusab-babad of Olga  2026-01-01 01:00:00 +01:00  dapod-kivag  deploy redis',
    ]);
  });

  it('say so when none is held', () => {
    expect(renderReply({ kind: 'locks', locks: [] }, PLAIN)).toEqual(['No lock is held.']);
  });

  it('taken and given back say what follows', () => {
    expect(renderReply({ kind: 'locked', lock: own }, PLAIN)).toEqual([
      'You hold the lock haproxy: new\\x1b[31m card',
      'Runs that need it wait until you type: keybuzz unlock haproxy',
    ]);
    expect(renderReply({ kind: 'unlocked', lock: 'redis' }, PLAIN)).toEqual([
      'The lock redis is free; the next run in its queue goes on.',
    ]);
  });
});
