import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runShell, type Ran } from '../shell.ts';

/** The new timer. */
const SET = /^systemd-run .*--on-active=120 .*: held$/;

describe('arming the way back of sshd and firewall', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'keybuzz-access-'));
    for (const name of ['systemctl', 'systemd-run']) standIn(name, `noted "${name} $*"`);
    standIn(
      'noted',
      `flock -n -E 75 ${directory}/state/lock true
       case $? in 0) word=free ;; 75) word=held ;; *) word=none ;; esac
       echo "$*: $word" >>${directory}/log`,
    );
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  /** Puts a program of that name first in the path. */
  function standIn(name: string, script: string): void {
    writeFileSync(join(directory, name), `#!/bin/bash\n${script}\n`);
    chmodSync(join(directory, name), 0o755);
  }

  /** Arms it; the log says of each thing that was done whether the lock was held then. */
  async function arm(isArmed: boolean): Promise<{ ran: Ran; log: string[] }> {
    const body = `
      ACCESS=${directory}/state/access ACCESS_LOCK=${directory}/state/lock
      is_armed() { noted armed; ${isArmed}; }
      keep_access() { noted keep; }
      arm_rollback 120
      noted end`;
    const path = `${directory}:${process.env.PATH ?? ''}`;
    const ran = await runShell(body, { needs: ['lib.sh', 'base-access.sh'], path });
    return { ran, log: readFileSync(join(directory, 'log'), 'utf8').split('\n').slice(0, -1) };
  }

  it('lets nobody take anything back between what is kept and the new timer, and everybody afterwards', async () => {
    const { ran, log } = await arm(false);
    expect(ran.exitCode).toBe(0);
    expect(log).toEqual([
      ...['armed: held', 'keep: held', expect.stringMatching(/^systemctl stop \S+\.timer: held$/)],
      ...[expect.stringMatching(/^systemctl stop \S+\.service: held$/), expect.stringMatching(SET), 'end: free'],
    ]);
  });

  it('keeps what was kept first when it is armed again', async () => {
    const { log } = await arm(true);
    expect(log.filter((line) => line.startsWith('keep'))).toEqual([]);
    expect(log).toContainEqual(expect.stringMatching(SET));
  });
});
