import { describe, expect, it } from '@jest/globals';
import { notesOf } from '../../../src/bot/notes.ts';
import { reduce } from '../../../src/jobs/index.ts';
import { checkMatrix } from '../../../src/bot/views/checks.ts';
import { rootMessage } from '../../../src/bot/views/root.ts';
import { logOf } from '../../helpers/runs.ts';
import { BROKEN, RUN } from '../runs.ts';
import { CASES } from './golden-cases.ts';
import { linesOf } from './plain.ts';

const GOLDEN: Record<string, string[]> = {
  'taking the preview': [
    '*deploy redis* · run `lusab-babad`',
    ':mag: *Taking the preview*: nothing changes yet',
    '~ Asked by <@UOPERATOR> · @00:00:00 · impact: disruptive',
    ':white_circle: *Install Redis* not started · :white_circle: redis-01 :white_circle: redis-02 :white_circle: redis-03',
    ':white_circle: *Check the cluster* not started',
    '[Cancel]',
  ],
  'waiting for approval': [
    '*deploy redis* · run `lusab-babad`',
    ':raised_hand: *Waiting for approval*',
    '~ Asked by <@UOPERATOR> · @00:00:00 · impact: disruptive',
    ':raised_hand: *Needs 1 more approval*, not by <@UOPERATOR> who asked. Impact: *disruptive*.',
    'Decide until @01:00:00.',
    'It would make *6 changes on 3 hosts*; the diffs are in the thread:',
    '• Install Redis: 6 changes on 3 hosts (package 3, file 3)',
    ':white_circle: *Install Redis* not started · :white_circle: redis-01 :white_circle: redis-02 :white_circle: redis-03',
    ':white_circle: *Check the cluster* not started',
    '[Approve] [Deny …] [Cancel]',
  ],
  running: [
    '*deploy redis* · run `lusab-babad`',
    ':hourglass_flowing_sand: *Running*',
    '~ Asked by <@UOPERATOR> · @00:00:00 · impact: disruptive',
    ':white_check_mark: *Approved* by <@UAPPROVER> @00:00:03, slack: 6 changes on 3 hosts.',
    ':hourglass_flowing_sand: *Install Redis* running · :hourglass_flowing_sand: redis-01 :hourglass_flowing_sand: redis-02 :white_circle: redis-03',
    '        redis-01: 3/9 Installing packages',
    ':white_circle: *Check the cluster* not started',
    '[Cancel]',
  ],
  interrupted: [
    '*deploy redis* · run `lusab-babad`',
    ':warning: *Interrupted*: people must decide',
    '~ Asked by <@UOPERATOR> · @00:00:00 · impact: disruptive',
    ':white_check_mark: *Approved* by <@UAPPROVER> @00:00:03, slack: 6 changes on 3 hosts.',
    'Install Redis: redis-02: port 6379 is held by nginx (pid 812)',
    '*To do:* Stop nginx on redis-02, then resume.',
    'Nothing of the run still runs on any host.',
    ':x: *Install Redis* failed · :white_check_mark: redis-01 :x: redis-02 :white_check_mark: redis-03 · 4 changes',
    '        redis-02: failed. port 6379 is held by nginx (pid 812)',
    ':white_circle: *Check the cluster* not started',
    '[Resume] [Abandon] [Show log]',
  ],
  'ended well': [
    '*deploy redis* · run `lusab-babad`',
    ':warning: *Done with warnings* in 18 s · 6 changes on 3 hosts · checks: 1 pass, 1 warn',
    '~ Asked by <@UOPERATOR> · @00:00:00 · impact: disruptive',
    ':white_check_mark: *Approved* by <@UAPPROVER> @00:00:03, slack: 6 changes on 3 hosts.',
    ':white_check_mark: *Install Redis* ok · :white_check_mark: redis-01 :white_check_mark: redis-02 :white_check_mark: redis-03 · 6 changes',
    ':white_check_mark: *Check the cluster* ok · :white_check_mark: redis-01 :white_check_mark: redis-02 :white_check_mark: redis-03 · checks: 1 pass, 1 warn',
    '~ Log head # after event 19',
    '[Show log]',
  ],
  denied: [
    '*deploy redis* · run `lusab-babad`',
    ':no_entry: *Denied* in 4 s · no changes',
    '~ Asked by <@UOPERATOR> · @00:00:00 · impact: disruptive',
    ':no_entry: *Denied* by <@UAPPROVER>, @00:00:04: wait for the backup',
    ':white_circle: *Install Redis* not done · :white_circle: redis-01 :white_circle: redis-02 :white_circle: redis-03',
    ':white_circle: *Check the cluster* not done',
    '~ Log head # after event 5',
  ],
  'waiting for a lock': [
    '*deploy redis* · run `lusab-babad`',
    ':lock: *Waiting for locks*',
    '~ Asked by <@UOPERATOR> · @00:00:00 · impact: disruptive',
    ':white_check_mark: *Approved* by <@UAPPROVER> @00:00:03, slack: 6 changes on 3 hosts.',
    ':lock: Lock `redis` is held by run dapod-kivag of Olga since @00:00:01.',
    ':white_circle: *Install Redis* not started · :white_circle: redis-01 :white_circle: redis-02 :white_circle: redis-03',
    ':white_circle: *Check the cluster* not started',
    '[Cancel]',
  ],
  'nothing to change': [
    '*deploy redis* · run `lusab-babad`',
    ':white_check_mark: *Done* in 2 s · no changes',
    '~ Asked by <@UOPERATOR> · @00:00:00 · impact: disruptive',
    'Nothing to change.',
    ':white_circle: *Install Redis* not needed · :white_circle: redis-01 :white_circle: redis-02 :white_circle: redis-03',
    ':white_circle: *Check the cluster* not needed',
    '~ Log head # after event 3',
  ],
  'a preview alone': [
    '*deploy redis* · run `lusab-babad` · preview only',
    ':white_check_mark: *Done* in 2 s · would make 6 changes on 3 hosts',
    '~ Asked by <@UOPERATOR> · @00:00:00 · impact: disruptive',
    '• Install Redis: 6 changes on 3 hosts (package 3, file 3)',
    '~ Log head # after event 3',
  ],
  'a status': [
    '*status redis* · run `lusab-babad`',
    ':warning: *Done with warnings* in 4 s · checks: 1 pass, 1 warn',
    '~ Asked by <@UOPERATOR> · @00:00:00 · impact: none',
    ':white_check_mark: *Check the cluster* ok · :white_check_mark: redis-01 :white_check_mark: redis-02 :white_check_mark: redis-03 · checks: 1 pass, 1 warn',
    ':warning: warn *replica-lag* `12 s` redis-03 is behind',
    ':white_check_mark: pass *one-master* `redis-01` three Sentinels name redis-01',
    '~ Log head # after event 5',
  ],
};

const THREAD: string[][] = [
  [
    ':mag: *Preview*: 6 changes on 3 hosts',
    '• redis-01: package `redis-server` 8.0.2',
    '• redis-01: file `/etc/redis/redis.conf` sha256:abc',
    '• redis-02: package `redis-server` 8.0.2',
    '• redis-02: file `/etc/redis/redis.conf` sha256:abc',
    '• redis-03: package `redis-server` 8.0.2',
    '• redis-03: file `/etc/redis/redis.conf` sha256:abc',
    'redis-01 `/etc/redis/redis.conf`',
    '```',
    '--- a',
    '+++ b',
    '+maxmemory 1gb',
    '+# &lt;!channel&gt; &amp; co',
    '```',
    '~ Preview # · plan #',
  ],
  [':white_check_mark: Approved by <@UAPPROVER> (slack)'],
  [
    ':x: *Install Redis* failed in 7 s',
    ':x: *redis-02* failed (exit 75): port 6379 is held by nginx (pid 812)',
    '*To do:* Stop nginx on redis-02, then resume.',
    '```',
    'Starting redis-server',
    'bind: Address already in use &lt;!channel&gt;',
    '```',
  ],
  [
    ':warning: *Interrupted*: people must decide. <@UOPERATOR>: Install Redis: redis-02: port 6379 is held by nginx (pid 812)',
    '*To do:* Stop nginx on redis-02, then resume.',
    'Then press Resume or Abandon above, or type `/keybuzz resume lusab-babad`.',
    'Nothing of the run still runs on any host.',
  ],
];

describe('a run as people see it', () => {
  it.each(CASES)('%s', (name, log) => {
    const state = reduce(RUN, logOf(log));
    if (state === undefined) throw new Error('an empty log');
    expect(linesOf(rootMessage(state))).toEqual(GOLDEN[name]);
  });

  it('a failure in its thread', () => {
    const notes = notesOf(RUN, logOf(BROKEN)).map((note) => linesOf(note.message));
    expect(notes).toEqual(THREAD);
  });

  it('a reason that several checks share, once', () => {
    const silent = ['one-master', 'quorum', 'tilt'].map((check) => {
      return { check, answer: 'unknown' as const, value: check === 'tilt' ? '' : '0/3', text: 'redis-01 says nothing' };
    });
    const slow = ['a', 'b'].map((check) => ({ check, answer: 'warn' as const, value: '9 s', text: 'slow' }));
    const lag = { check: 'lag', answer: 'fail' as const, value: '9 s', text: 'redis-02 is behind' };
    expect(linesOf({ text: '', blocks: checkMatrix([...silent, ...slow, lag], 1) })).toEqual([
      ':x: fail *lag* `9 s` redis-02 is behind',
      ':grey_question: unknown *one-master*, *quorum*, *tilt*',
      '        redis-01 says nothing',
      ':warning: warn *a* `9 s`, *b* `9 s`',
      '        slow',
    ]);
  });
});
