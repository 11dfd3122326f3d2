import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { createSshPool, type SshPool } from '../../src/ssh/index.ts';
import { socketDirectory } from '../helpers/socket-directory.ts';
import { describeWithSshd, newOpenSshKey, startSshd, type Sshd } from './sshd.ts';

const request = { command: 'exit 3', stdin: '', onData: () => undefined, timeoutMs: 10_000 };

describeWithSshd('an agent with many keys', () => {
  let directory: string;
  let sshd: Sshd;
  let agent: ChildProcess;
  let agentSocket: string;
  beforeAll(async () => {
    directory = socketDirectory();
    agentSocket = join(directory, 'agent');
    sshd = await startSshd();
    agent = spawn('ssh-agent', ['-D', '-a', agentSocket], { stdio: 'ignore' });
    const deadline = Date.now() + 30_000;
    while (!existsSync(agentSocket)) {
      if (Date.now() > deadline) throw new Error('ssh-agent made no socket');
      await delay(10);
    }
  });
  afterAll(async () => {
    const exited = once(agent, 'exit');
    agent.kill('SIGTERM');
    await exited;
    await sshd.close();
    await rm(directory, { recursive: true });
  });

  const sshAdd = (...args: string[]): void => {
    const ran = spawnSync('ssh-add', args, { env: { ...process.env, SSH_AUTH_SOCK: agentSocket }, encoding: 'utf8' });
    if (ran.status !== 0) throw new Error(`ssh-add failed: ${ran.stderr}`);
  };
  const addStrangers = (count: number): void => {
    for (let n = 0; n < count; n++) sshAdd(newOpenSshKey(directory, `stranger-${randomUUID()}`).file);
  };
  const withPool = async <T>(socket: string, use: (pool: SshPool) => Promise<T>): Promise<T> => {
    const pool = createSshPool({ agentSocket: socket, knownHosts: () => sshd.knownHosts });
    try {
      return await use(pool);
    } finally {
      await pool.close();
    }
  };
  beforeEach(() => sshAdd('-D'));

  it('gets in when ours is its third: sshd lets us try three', async () => {
    addStrangers(2);
    sshAdd(sshd.keyFile);
    expect(await withPool(agentSocket, (pool) => pool.exec(sshd.target, request))).toEqual({ kind: 'exited', code: 3 });
  });

  it('is refused, not cut off, when ours is its fifth', async () => {
    addStrangers(4);
    sshAdd(sshd.keyFile);
    const running = withPool(agentSocket, (pool) => pool.exec(sshd.target, request));
    await expect(running).rejects.toMatchObject({ code: 'KEYBUZZ_HOST_AUTH_REFUSED' });
  });

  it('is named as the trouble when it does not answer', async () => {
    const running = withPool(join(directory, 'nobody'), (pool) => pool.exec(sshd.target, request));
    await expect(running).rejects.toMatchObject({ code: 'KEYBUZZ_SSH_AGENT_SILENT' });
  });
});
