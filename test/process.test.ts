import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';

const PROCESS = pathToFileURL(join(import.meta.dirname, '../src/process.ts')).href;

/** A process that takes a while to close what it has open. */
const PROGRAM = `
import { createServer } from 'node:net';
import { openLog, runProcess } from ${JSON.stringify(PROCESS)};
const log = openLog({ role: 'test', level: 'info', redact: (text) => text });
const server = createServer().listen(0, '127.0.0.1');
const close = () => new Promise((resolve) => setTimeout(() => server.close(resolve), 300));
process.exit(await runProcess({ log, open: () => Promise.resolve(close) }));
`;

describe('runProcess', () => {
  const running: ReturnType<typeof start>[] = [];

  function start() {
    const args = ['--import', 'tsx', '--input-type=module', '--eval', PROGRAM];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    return { child, exited: once(child, 'exit') };
  }

  async function ready() {
    const one = start();
    running.push(one);
    await once(one.child.stdout, 'data');
    return one;
  }

  afterEach(async () => {
    for (const { child, exited } of running.splice(0)) {
      child.kill('SIGKILL');
      await exited;
    }
  });

  it('gives 0 once all is closed after SIGTERM', async () => {
    const { child, exited } = await ready();
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });

  it('ends in order though nobody reads its log any more', async () => {
    const { child, exited } = await ready();
    child.stdout.destroy();
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  }, 10_000);
});
