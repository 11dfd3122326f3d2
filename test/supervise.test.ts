import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { supervise } from '../src/supervise.ts';

const PROGRAM = fileURLToPath(new URL('./fixtures/child.js', import.meta.url));

/** Two children and what was logged; without `signalled` nobody asks them to stop. */
async function run(left: string, right: string, signalled: boolean) {
  const lines: { msg: string; name?: string; code?: number }[] = [];
  const stop = new AbortController();
  const write = (line: string) => {
    const entry = JSON.parse(line) as { msg: string };
    lines.push(entry);
    if (signalled && entry.msg === 'ready') stop.abort();
  };
  const specs = [left, right].map((how) => ({ name: how, program: PROGRAM, args: [how], environment: { ONLY: how } }));
  const code = await supervise(specs, pino({}, { write }), stop.signal);
  return { code, lines };
}

describe('supervise', () => {
  it('gives each child its own environment and nothing else', async () => {
    // The fixture ends with 9 when it finds anything but ONLY.
    expect((await run('stays', 'stays', true)).code).not.toBe(9);
  });

  it('says ready once all are, and stops all on the signal', async () => {
    const { code, lines } = await run('stays', 'stays', true);
    expect(code).toBe(0);
    expect(lines.map((line) => line.msg)).toEqual(['ready', 'stopped']);
  });

  it('stops the other when one dies, and gives its exit code', async () => {
    const { code, lines } = await run('stays', 'dies', false);
    expect(code).toBe(78);
    expect(lines).toContainEqual(expect.objectContaining({ name: 'dies', code: 78 }));
  });

  it('does not take an end nobody asked for as success', async () => {
    expect((await run('leaves', 'stays', false)).code).toBe(1);
  });

  it('fails when one does not stop well', async () => {
    expect((await run('stops-badly', 'stays', true)).code).toBe(1);
  });
});
