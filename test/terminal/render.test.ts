import { describe, expect, it } from '@jest/globals';
import { CommandError } from '../../src/errors.ts';
import { progressLines } from '../../src/terminal/follow.ts';
import { renderError, renderReply } from '../../src/terminal/render.ts';
import { renderRun } from '../../src/terminal/render-whole.ts';
import { ENDED_OK, hostState, PLAIN, runState, stepState, WAITING } from './fixtures.ts';

const CHANGE = { host: 'redis-01', step: 'install', kind: 'package', target: 'redis-server', detail: '7.0.15' };

describe('renderRun', () => {
  it('shows a run that waits with its changes, its end of patience and what to type', () => {
    expect(renderRun(runState(WAITING), PLAIN)).toEqual([
      'deploy redis · run dapod-kivag · waiting-approval',
      'asked by Ada (terminal) at 2026-03-01 14:00:00 +01:00',
      'Preview: 1 change on 1 host.',
      '  redis-01  package  redis-server  7.0.15',
      'Waits for 1 approval (none yet) until 2026-03-01 15:00:02 +01:00.',
      '  keybuzz approve dapod-kivag',
      '  keybuzz deny dapod-kivag "<reason>"',
      '  Not by Ada, who asked.',
      'log: 7 events, head abcdef012345',
    ]);
  });

  it('shows a failed host with reason, fix and the last lines it printed, made harmless', () => {
    const failed = hostState('redis-01', {
      status: 'failed',
      startedAt: '2026-03-01T13:00:00.000Z',
      endedAt: '2026-03-01T13:00:03.000Z',
      exitCode: 69,
      changes: [CHANGE],
      tail: ['disk full\u001B[2J'],
      reason: 'no space left on /var',
      fix: 'Free space and resume.',
    });
    const steps = [stepState('install', { status: 'failed', hosts: [failed, hostState('redis-02')] })];
    const interruption = { reason: 'Install Redis: redis-01', fix: 'Free space.' };
    expect(renderRun(runState({ status: 'interrupted', steps, interruption }), PLAIN).slice(2)).toEqual([
      '✗ Install Redis  (disruptive)',
      '  ✗ redis-01  failed  1 change, 3.0 s, exit 69, no space left on /var · Free space and resume.',
      '      disk full\\x1b[2J',
      '  · redis-02  pending',
      '? Interrupted: Install Redis: redis-01 · Free space.',
      '  keybuzz show dapod-kivag, then keybuzz resume dapod-kivag or keybuzz abandon dapod-kivag',
      'log: 7 events, head abcdef012345',
    ]);
  });

  it('shows the answers of checks, and of the hosts only those that said nothing', () => {
    const checks = [
      { check: 'one-master', answer: 'pass' as const, value: 'redis-01', text: 'one master' },
      { check: 'quorum', answer: 'unknown' as const, value: '', text: 'redis-03 did not answer' },
    ];
    const hosts = [
      hostState('redis-01', { status: 'ok' }),
      hostState('redis-03', { status: 'unknown', reason: 'timed out' }),
    ];
    const step = stepState('ask', { title: 'Ask', impact: 'none', status: 'ok', checks, hosts });
    expect(renderRun(runState({ ...ENDED_OK, steps: [step] }), PLAIN).slice(2)).toEqual([
      '✓ Ask',
      '  ? redis-03  unknown  timed out',
      '  ✓ pass     one-master  redis-01  one master',
      '  ? unknown  quorum                redis-03 did not answer',
      '? Done after 34 s, not everything is known',
      'log: 7 events, head abcdef012345',
    ]);
  });

  it('tells a reason that several checks share once', () => {
    const answer = 'unknown' as const;
    const checks = ['one-master', 'quorum', 'tilt'].map((check) => ({ check, answer, value: '-', text: 'all silent' }));
    const lag = { check: 'lag', answer: 'fail' as const, value: '9 s', text: 'redis-02 is behind' };
    const step = stepState('ask', {
      title: 'Ask',
      impact: 'none',
      status: 'ok',
      checks: [...checks.slice(0, 1), lag, ...checks.slice(1)],
    });
    expect(renderRun(runState({ ...ENDED_OK, steps: [step] }), PLAIN).slice(3, 7)).toEqual([
      '  ? unknown  one-master  -    all silent',
      '  ? unknown  quorum      -    as above',
      '  ? unknown  tilt        -    as above',
      '  ✗ fail     lag         9 s  redis-02 is behind',
    ]);
  });

  it('cuts every line to the width of the screen', () => {
    const lines = renderRun(runState(WAITING), { ...PLAIN, columns: 40 });
    expect(lines.filter((line) => line.length > 40 && !line.startsWith('  ') && !line.startsWith('Waits'))).toEqual([]);
  });
});

describe('progressLines', () => {
  const running = stepState('install', {
    status: 'running',
    hosts: [hostState('redis-01', { status: 'running', attempt: 1 }), hostState('redis-02')],
  });
  const before = runState({ status: 'running', steps: [running] });

  it('says nothing when nothing happened', () => {
    expect(progressLines(before, before, PLAIN)).toEqual([]);
  });

  it('tells a start, a progress and an end once each', () => {
    const first = running.hosts[0] ?? hostState('redis-01');
    const at = (host: Partial<typeof first>) =>
      runState({ status: 'running', steps: [{ ...running, hosts: [{ ...first, ...host }, hostState('redis-02')] }] });
    const halfway = at({ progress: { done: 1, total: 3, text: 'unpacking' } });
    expect(progressLines(runState(), before, PLAIN)).toEqual(['› Install Redis on 2 hosts', '  › redis-01  running']);
    expect(progressLines(before, halfway, PLAIN)).toEqual(['  › redis-01  running  1/3 unpacking']);
    expect(progressLines(halfway, at({ status: 'ok', changes: [CHANGE] }), PLAIN)).toEqual([
      '  ✓ redis-01  ok  1 change',
    ]);
  });
});

describe('renderReply', () => {
  it('lists help with the summaries in one column', () => {
    const lines = [
      { usage: 'status <module>', summary: 'asks its checks' },
      { usage: 'runs', summary: 'lists runs' },
    ];
    expect(renderReply({ kind: 'help', title: 'Commands', lines, notes: ['Ask Ada.'] }, PLAIN)).toEqual([
      'Commands',
      '  keybuzz status <module>  asks its checks',
      '  keybuzz runs             lists runs',
      'Ask Ada.',
    ]);
  });

  it('tells an unknown person that they may only read', () => {
    const person = { id: 'login:bob', name: 'bob' };
    expect(renderReply({ kind: 'whoami', person, mapped: false, roles: [], may: [] }, PLAIN)).toEqual([
      'bob',
      'The policy does not know login:bob: you may only read.',
      'You may:',
    ]);
  });

  it('gives kept output line by line, made harmless', () => {
    const reply = { kind: 'logs' as const, state: runState(), step: 'install', host: 'redis-01', text: 'a\n\u001Bb\n' };
    expect(renderReply(reply, PLAIN)).toEqual(['dapod-kivag · install · redis-01', 'a', '\\x1bb']);
  });

  it('lists runs with how they ended', () => {
    expect(renderReply({ kind: 'runs', runs: [runState(ENDED_OK)] }, PLAIN)).toEqual([
      'RUN          STATUS  COMMAND       ASKED BY  AT',
      'dapod-kivag  ok      deploy redis  Ada       2026-03-01 14:00:00 +01:00',
    ]);
  });

  it('says an error and its fix, and that a stranger is a defect', () => {
    const error = new CommandError('No such verb.', { code: 'KEYBUZZ_VERB', fix: 'Did you mean `status`?' });
    expect(renderError(error, PLAIN)).toEqual(['✗ No such verb. Did you mean `status`?']);
    expect(renderError(new Error('boom'), PLAIN)[0]).toMatch(/^✗ Unexpected error: boom\. This is a defect/);
  });
});
