import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runShell } from '../shell.ts';

const DRILL = join(import.meta.dirname, '../../../src/modules/apps/drill-apps.sh');

/** The functions of the drill, without its last line: `main` is called by the test. */
const FUNCTIONS = readFileSync(DRILL, 'utf8').replace(/\nmain "\$@" <\/dev\/null\n$/, '\n');

describe('the shell of apps', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'keybuzz-apps-'));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  /** What a drill tells of the answers that were heard, each `<seconds> <status>`. */
  async function outageOf(heard: Record<string, string[]>) {
    for (const [app, lines] of Object.entries(heard)) writeFileSync(join(directory, app), `${lines.join('\n')}\n`);
    const { exitCode, facts, lines } = await runShell(`${FUNCTIONS}\nSCRATCH_DIRECTORY=${directory}; tell_outage 5`);
    const check = lines.find((line) => line.kind === 'check');
    return { exitCode, seconds: facts['outage-seconds'], answer: check?.kind === 'check' ? check.answer : undefined };
  }

  it('tells the longest time without an answer 200, over all applications', async () => {
    const api = ['100.0 200', '100.2 503', '103.5 200', '103.6 200'];
    const platform = ['100.0 200', '110.0 none', '112.5 200'];
    expect(await outageOf({ api, platform: api })).toEqual({ exitCode: 0, seconds: '3.50', answer: 'pass' });
    expect(await outageOf({ api, platform })).toEqual({ exitCode: 0, seconds: '12.50', answer: 'warn' });
  });

  it('fails where the last answers were no longer 200, and where none ever was', async () => {
    expect(await outageOf({ api: ['100.0 200', '170.0 none'] })).toMatchObject({ seconds: '70.00', answer: 'fail' });
    expect(await outageOf({ api: ['100.0 none'] })).toMatchObject({ seconds: '9999', answer: 'fail' });
  });
});
