import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Secret } from '../../src/secret.ts';
import { createAnswerReader } from '../../src/ssh/ask.ts';
import { directoryNameOf, unitNameOf } from '../../src/ssh/index.ts';
import { endingOfAnswer, parseFollowAnswer } from '../../src/ssh/work-ending.ts';
import { buildKeyVariables, buildWork } from '../../src/ssh/work.ts';
import { buildSecretAssignments } from '../../src/ssh/transport.ts';
import { bash } from './bash.ts';

const key = { run: 'brave-otter', step: 'deploy-server', attempt: 2 };
const target = { host: 'redis-01', address: '10.0.0.123', port: 22, user: 'root' };

describe('the names of detached work', () => {
  it('are made of run, step and attempt', () => {
    expect(directoryNameOf(key)).toBe('brave-otter.deploy-server.2');
    expect(unitNameOf(key)).toBe('keybuzz-brave-otter.deploy-server.2.service');
  });

  it('differ for every two keys, also where hyphens could be read in two ways', () => {
    const part = fc.stringMatching(/^[ab](-?[ab]){0,4}$/);
    const keys = fc.record({ run: part, step: part, attempt: fc.integer({ min: 1, max: 12 }) });
    fc.assert(
      fc.property(keys, keys, (one, other) => {
        const isSame = JSON.stringify(one) === JSON.stringify(other);
        expect(unitNameOf(one) === unitNameOf(other)).toBe(isSame);
      }),
    );
  });

  it.each([
    { ...key, run: '../etc' },
    { ...key, run: '' },
    { ...key, step: 'a b' },
    { ...key, step: '-x' },
    { ...key, step: 'A' },
    { ...key, attempt: 0 },
    { ...key, attempt: 1.5 },
  ])('are refused for %j', (bad) => {
    expect(() => directoryNameOf(bad)).toThrow(expect.objectContaining({ code: 'KEYBUZZ_SCRIPT_DEFECT' }));
  });
});

describe('the text a unit runs', () => {
  it('is shell that bash reads, whatever the arguments', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'))), (args) => {
        expect(bash(['-n', '-s'], buildWork(key, args, true))).toEqual({ code: 0, stdout: '', stderr: '' });
      }),
      { numRuns: 50 },
    );
  });

  it('speaks of secrets only when there are some, and never holds one', () => {
    expect(buildWork(key, [], false)).not.toContain('The secrets for this script');
    expect(buildWork(key, [], true)).toContain('The secrets for this script');
  });

  it('does not run the script when its secrets are not there', () => {
    const text = buildWork(key, [], true);
    const { code, stdout } = bash(['-c', text, 'work', 'run'], '');
    expect({ code, said: stdout.split('\n')[0] }).toEqual({
      code: 69,
      said: '::fact reason The secrets for this script did not arrive on the host.',
    });
  });

  it('gets variables that mean what they say', () => {
    const { stdout } = bash(['-s'], `${buildKeyVariables(key, 'n0nce')}echo "$DIR $UNIT $NONCE"`);
    expect(stdout).toBe(
      '/var/lib/keybuzz/runs/brave-otter.deploy-server.2 keybuzz-brave-otter.deploy-server.2.service n0nce\n',
    );
  });

  it('gets secrets as they are, quotes, newlines and all', () => {
    const value = 'a\'b"c\n$(id) `id` \\ é';
    expect(bash(['-s'], `${buildSecretAssignments([new Secret('A_KEY', value)])}printf %s "$A_KEY"`).stdout).toBe(
      value,
    );
  });
});

describe('the answer of a host', () => {
  const cut = (text: string, at: number[]): Buffer[] => {
    const bytes = Buffer.from(text);
    const places = [0, ...at.map((n) => n % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
    return places.slice(1).map((end, n) => bytes.subarray(places[n], end));
  };

  it('is found behind a noisy login shell, in any pieces, with the bytes after it untouched', () => {
    const noise = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('KEYBUZZ', ''));
    fc.assert(
      fc.property(noise, fc.string({ unit: 'binary' }), fc.array(fc.nat(), { maxLength: 5 }), (before, after, at) => {
        const reader = createAnswerReader('abc', 'redis-01');
        const rest = Buffer.from(after);
        cut(`${before}KEYBUZZ abc done 1\n${after}`, at).forEach(reader.push);
        expect(reader.read()).toEqual({ words: ['done', '1'], rest });
      }),
    );
  });

  it('is none without the nonce, and does not grow with the noise', () => {
    const reader = createAnswerReader('abc', 'redis-01');
    for (let n = 0; n < 100; n++) reader.push(Buffer.alloc(100_000, 'KEYBUZZ abd done\n'));
    expect(reader.read()).toEqual({ words: undefined, rest: Buffer.alloc(0) });
    reader.push(Buffer.from('KEYBUZZ abc late\n'));
    expect(reader.read().words).toEqual(['late']);
  });

  it.each(['', 'done', 'done 1 0 1 a b c d', 'odd 1 0 1 a b c d none', 'done -1 0 1 a b c d none'])(
    'is not taken when it reads %j',
    (words) => expect(parseFollowAnswer(words.split(' '))).toBeUndefined(),
  );
});

describe('the end of detached work', () => {
  const end = (state: string, result: string, stop = 'none') => {
    const answer = parseFollowAnswer([state, '10', '0', '10', ...result.split(' '), stop]);
    if (!answer) throw new Error(`the answer ${result} was not understood`);
    return endingOfAnswer(answer, target);
  };

  const endingOf = (state: string, result: string, stop?: string) => {
    const ending = end(state, result, stop);
    if (ending === 'running') throw new Error('it still runs');
    return ending;
  };

  it.each([
    ['success exited 0 running', 'none', 'ok', 0, ''],
    ['success exited 0 stopping', 'none', 'ok', 0, ''],
    ['success exited 0 running', 'stop', 'ok', 0, ''],
    ['exit-code exited 7 running', 'none', 'failed', 7, 'KEYBUZZ_SCRIPT_FAILED'],
    ['exit-code exited 75 degraded', 'none', 'failed', 75, 'KEYBUZZ_SCRIPT_BUSY'],
    ['success killed TERM running', 'none', 'failed', null, 'KEYBUZZ_SCRIPT_KILLED'],
    ['success killed TERM running', 'stop', 'failed', null, 'KEYBUZZ_WORK_STOPPED'],
    ['success killed TERM stopping', 'none', 'unknown', null, 'KEYBUZZ_HOST_REBOOTED'],
    ['signal killed KILL running', 'none', 'failed', null, 'KEYBUZZ_SCRIPT_KILLED'],
    ['core-dump dumped SEGV running', 'none', 'failed', null, 'KEYBUZZ_SCRIPT_KILLED'],
    ['oom-kill killed KILL running', 'none', 'failed', null, 'KEYBUZZ_SCRIPT_KILLED'],
    ['timeout killed TERM running', 'none', 'failed', 124, 'KEYBUZZ_SCRIPT_TIMEOUT'],
    ['timeout exited 0 running', 'none', 'failed', 124, 'KEYBUZZ_SCRIPT_TIMEOUT'],
    ['oom-kill exited 0 running', 'none', 'failed', null, 'KEYBUZZ_SCRIPT_KILLED'],
    ['resources none none running', 'none', 'failed', null, 'KEYBUZZ_SCRIPT_KILLED'],
    ['refused none 0 none', 'none', 'failed', null, 'KEYBUZZ_WORK_NOT_STARTED'],
    ['exit-code exited none running', 'none', 'failed', null, 'KEYBUZZ_SCRIPT_KILLED'],
    ['success exited 1e999 running', 'none', 'failed', null, 'KEYBUZZ_SCRIPT_KILLED'],
  ])('is for the result %j with stop %s: %s', (result, stop, ...expected) => {
    const { outcome, exitCode, code } = endingOf('done', result, stop);
    expect([outcome, exitCode, code]).toEqual(expected);
  });

  it.each([
    ['rebooted', 'KEYBUZZ_HOST_REBOOTED'],
    ['lost', 'KEYBUZZ_WORK_LOST'],
    ['prepared', 'KEYBUZZ_WORK_NOT_STARTED'],
    ['absent', 'KEYBUZZ_WORK_NOT_STARTED'],
    ['unsafe', 'KEYBUZZ_HOST_ANSWER_MISSING'],
    ['unknown', 'KEYBUZZ_HOST_ANSWER_MISSING'],
  ])('is unknown in the state %s', (state, code) => {
    expect(endingOf(state, 'none none none none')).toMatchObject({ outcome: 'unknown', exitCode: null, code });
  });

  it('is not there while it runs', () => {
    expect(end('running', 'none none none none')).toBe('running');
  });
});
