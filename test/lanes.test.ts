import { EventEmitter, once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { longestFirst, runInLanes, summaryOf } from './fleet/lanes.ts';

const green = { exitCode: 0, failed: '' };
const quiet = { signal: new AbortController().signal, tell: () => undefined };

describe('fleet tests in lanes', () => {
  it('begins the files that take minutes first, the others by name', () => {
    expect(longestFirst(['a/redis.test.ts', 'a/base.test.ts', 'a/fleet.test.ts', 'a/postgresql.test.ts'])).toEqual([
      ...['a/postgresql.test.ts', 'a/base.test.ts', 'a/fleet.test.ts', 'a/redis.test.ts'],
    ]);
  });

  it('runs each file once, never two in one lane, and gives a free lane the next', async () => {
    const busy = new Set<number>();
    const last = new EventEmitter();
    const isLast = once(last, 'begun');
    const ran = await runInLanes(
      ['long', 'b', 'c', 'd'],
      2,
      async (file, lane) => {
        expect(busy.has(lane)).toBe(false);
        busy.add(lane);
        if (file === 'long') await isLast;
        if (file === 'd') last.emit('begun');
        busy.delete(lane);
        return green;
      },
      quiet,
    );
    expect(ran.map(({ file, lane }) => `${file} ${lane}`)).toEqual(['b 2', 'c 2', 'd 2', 'long 1']);
  });

  it('counts a file that could not be run as red, says why, and goes on', async () => {
    const told: string[] = [];
    const ran = await runInLanes(
      ['a', 'b'],
      1,
      (file) => (file === 'a' ? Promise.reject(new Error('no jest here')) : Promise.resolve(green)),
      { ...quiet, tell: (text) => told.push(text) },
    );
    expect(ran.map(({ exitCode }) => exitCode)).toEqual([1, 0]);
    expect(told).toEqual(['a: no jest here']);
  });

  it('begins nothing more when it is stopped, and names what was not run', async () => {
    const stop = new AbortController();
    const runFile = () => {
      stop.abort();
      return Promise.resolve({ exitCode: 143, failed: '' });
    };
    const ran = await runInLanes(['a', 'b', 'c'], 1, runFile, { ...quiet, signal: stop.signal });
    expect(summaryOf(ran, ['a', 'b', 'c']).replace(/\d+ s/, 'N s')).toBe(
      '  not run: b\n  not run: c\n  FAIL a (N s, lane 1)',
    );
  });

  it('repeats at the end what failed, and of a long report its first lines', () => {
    const failed = `  ● leads to another writer\n\n${'    at a line\n'.repeat(100)}`;
    const ran = [
      { file: 'red', lane: 1, seconds: 1, exitCode: 1, failed },
      { file: 'green', lane: 2, seconds: 2, exitCode: 0, failed: '' },
    ];
    const lines = summaryOf(ran, ['red', 'green']).split('\n');
    expect(lines.slice(0, 3)).toEqual([
      ...['  PASS green (2 s, lane 2)', '  FAIL red (1 s, lane 1)', '      ● leads to another writer'],
    ]);
    expect(lines).toHaveLength(32);
  });
});
