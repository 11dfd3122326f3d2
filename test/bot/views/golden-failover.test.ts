import { describe, expect, it } from '@jest/globals';
import { notesOf } from '../../../src/bot/notes.ts';
import { replyMessage } from '../../../src/bot/views/reply.ts';
import { rootMessage } from '../../../src/bot/views/root.ts';
import { reduce, type RunEvent } from '../../../src/jobs/index.ts';
import { logOf } from '../../helpers/runs.ts';
import * as failover from '../failover-runs.ts';
import { RUN } from '../runs.ts';
import { linesOf } from './plain.ts';

interface Shown {
  name: string;
  log: RunEvent['body'][];
  /** The root message between its title and its steps. */
  root: string[];
  /** The thread's last notes. */
  thread: string[][];
}

const GOLDEN: Shown[] = [
  {
    name: 'a failover',
    log: failover.MOVED,
    root: [
      ':warning: *Done with warnings* in 29 s · 2 changes on 1 host',
      ':white_check_mark: *Approved* by <@UAPPROVER> @00:00:03, slack: 1 change on 1 host.',
      '*Results*',
      ':warning: warn *lost-writes* `2` 2 writes that only the old master had acknowledged',
      ':white_check_mark: pass *outage* `1.4 s` without an accepted write',
      ':white_check_mark: pass *two-masters* `0 s`',
      '*Checks afterwards*: 2 pass',
    ],
    thread: [
      [
        ':white_check_mark: *Check the cluster* ok in 2 s · checks: 2 pass',
        ':white_check_mark: pass *one-master* `redis-02` three Sentinels name redis-02',
        ':white_check_mark: pass *replica-lag* `0 s`',
      ],
      [
        ':warning: *Done with warnings* in 29 s: <@UOPERATOR>, your `failover redis` is over.',
        '*Results*',
        ':warning: warn *lost-writes* `2` 2 writes that only the old master had acknowledged',
        ':white_check_mark: pass *outage* `1.4 s` without an accepted write',
        ':white_check_mark: pass *two-masters* `0 s`',
        '*Checks afterwards*: 2 pass',
      ],
    ],
  },
  {
    name: 'a failover that was put right',
    log: failover.PUT_RIGHT,
    root: [
      ':x: *Failed* in 26 s · 2 changes on 1 host · checks before it: 2 pass',
      ':white_check_mark: *Approved* by <@UAPPROVER> @00:00:03, slack: 1 change on 1 host.',
      'Read what the marker saw: redis-01: the marker is gone',
      'Compensation ran: Start what was stopped. Put right: redis-01: service redis-server started.',
      'Not done: Check the cluster.',
      'Nothing of the run still runs on any host.',
    ],
    thread: [
      [
        ':leftwards_arrow_with_hook: Compensation: :white_check_mark: *Start what was stopped* ok in 7 s on 3 hosts · 1 change on 1 host',
        '• redis-01: service `redis-server` started',
      ],
      [
        ':x: *Failed* in 26 s: <@UOPERATOR>, your `failover redis` is over.',
        'Read what the marker saw: redis-01: the marker is gone',
        'Compensation ran: Start what was stopped. Put right: redis-01: service redis-server started.',
        'Not done: Check the cluster.',
        'Nothing of the run still runs on any host.',
      ],
    ],
  },
  {
    name: 'one that is being cancelled',
    log: failover.CANCELLING,
    root: [
      ':hourglass_flowing_sand: *Running*, cancelling',
      ':white_check_mark: *Approved* by <@UAPPROVER> @00:00:03, slack: 1 change on 1 host.',
      ':black_square_for_stop: Cancelled by <@UAPPROVER>, @00:00:11.',
      'Finished first, never cut in half: redis-01 (Stop the master).',
      'Then compensation follows: Start what was stopped.',
      'Not begun any more: Read what the marker saw; Check the cluster.',
    ],
    thread: [
      [
        ':black_square_for_stop: <@UAPPROVER> cancels the run',
        'Finished first, never cut in half: redis-01 (Stop the master).',
        'Then compensation follows: Start what was stopped.',
        'Not begun any more: Read what the marker saw; Check the cluster.',
      ],
    ],
  },
  {
    name: 'one that was cancelled, a host silent',
    log: failover.CANCELLED,
    root: [
      ':black_square_for_stop: *Cancelled* in 22 s · 1 change on 1 host · checks before it: 2 pass',
      ':white_check_mark: *Approved* by <@UAPPROVER> @00:00:03, slack: 1 change on 1 host.',
      ':black_square_for_stop: Cancelled by <@UAPPROVER>, @00:00:11.',
      'Compensation ran: Start what was stopped. Put right: redis-01: service redis-server started.',
      'Not done: Stop the master; Read what the marker saw; Check the cluster.',
      'Nobody knows whether this still runs: redis-01 (Stop the master). Look there.',
    ],
    thread: [
      [
        ':leftwards_arrow_with_hook: Compensation: :white_check_mark: *Start what was stopped* ok in 7 s on 3 hosts · 1 change on 1 host',
        '• redis-01: service `redis-server` started',
      ],
      [
        ':black_square_for_stop: *Cancelled* in 22 s: <@UOPERATOR>, your `failover redis` is over.',
        'Compensation ran: Start what was stopped. Put right: redis-01: service redis-server started.',
        'Not done: Stop the master; Read what the marker saw; Check the cluster.',
        'Nobody knows whether this still runs: redis-01 (Stop the master). Look there.',
      ],
    ],
  },
  {
    name: 'one the cluster was not fit for',
    log: failover.REFUSED,
    root: [
      ':no_entry: *Refused* in 10 s · no changes · checks: 1 pass, 1 fail',
      ':white_check_mark: *Approved* by <@UAPPROVER> @00:00:03, slack: 1 change on 1 host.',
      'Not fit for it (Ask whether it is fit):',
      ':x: fail *replica-lag* `95 s` redis-03 is behind',
      '*To do:* See every answer: status redis',
      'Nothing was changed on any host.',
    ],
    thread: [
      [
        ':no_entry: *Refused* in 10 s: <@UOPERATOR>, your `failover redis` is over.',
        'Not fit for it (Ask whether it is fit):',
        ':x: fail *replica-lag* `95 s` redis-03 is behind',
        'Nothing was changed on any host.',
      ],
    ],
  },
];

function stateOf(log: RunEvent['body'][]) {
  const state = reduce(RUN, logOf(log));
  if (state === undefined) throw new Error('an empty log');
  return state;
}

describe('a run that puts things right, as people see it', () => {
  it.each(GOLDEN)('$name', ({ log, root, thread }) => {
    const lines = linesOf(rootMessage(stateOf(log)))
      .slice(1)
      .filter((line) => !line.startsWith('~'));
    expect(
      lines.slice(
        0,
        lines.findIndex((line) => line.includes('*Ask whether it is fit*')),
      ),
    ).toEqual(root);
    const notes = notesOf(RUN, logOf(log)).map(({ message }) => linesOf(message));
    expect(notes.slice(-thread.length)).toEqual(thread);
  });

  it('tells the results in the notification', () => {
    expect(rootMessage(stateOf(failover.MOVED)).text).toContain('outage `1.4 s`, lost-writes `2`, two-masters `0 s`');
  });

  it('calls no step compensation that came in its turn', () => {
    const notes = notesOf(RUN, logOf(failover.MOVED)).map(({ message }) => linesOf(message).join());
    expect(notes.filter((note) => note.includes('Compensation'))).toEqual([]);
  });

  it('tells no step as done that was cut short', () => {
    const lines = linesOf(rootMessage(stateOf(failover.CANCELLED)));
    expect(lines).toContainEqual(expect.stringContaining('*Stop the master* not finished'));
    expect(lines.join()).not.toContain('hourglass');
  });

  it('answers whoever cancels with what happens now', () => {
    const state = stateOf(failover.CANCELLING);
    expect(linesOf(replyMessage({ kind: 'decided', state, decision: 'cancelled' }))).toEqual([
      'Run `lusab-babad` (failover redis): is being cancelled.',
      'Finished first, never cut in half: redis-01 (Stop the master).',
      'Then compensation follows: Start what was stopped.',
      'Not begun any more: Read what the marker saw; Check the cluster.',
    ]);
  });
});
