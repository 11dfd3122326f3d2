import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe } from '@jest/globals';
import type { HostKey, KnownHosts, SshTarget } from '../../src/ssh/index.ts';
import { knownHostsOf } from '../../src/ssh/known-hosts.ts';
import { writeKey } from './test-server.ts';

const SSHD = '/usr/sbin/sshd';

/**
 * `describe` where OpenSSH's sshd is (Debian: openssh-server; CI installs it), else one that skips by that name: it is not
 * installed behind a developer's back, since its package opens the machine to the network.
 */
export const describeWithSshd = existsSync(SSHD) ? describe : describe.skip;

/** A key that OpenSSH made itself: about one in a hundred of those that ssh2 makes is one that OpenSSH can't read. */
export function newOpenSshKey(directory: string, name: string): { file: string; publicKey: HostKey } {
  const file = join(directory, name);
  const made = spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`ssh-keygen failed: ${made.stderr}`);
  const [type = '', keyBase64 = ''] = readFileSync(`${file}.pub`, 'utf8').split(' ');
  return { file, publicKey: { type, keyBase64 } };
}

export interface Sshd {
  target: SshTarget;
  knownHosts: KnownHosts;
  keyFile: string;
  /** Every sshd we started and its sessions. */
  pid: number;
  close(): Promise<void>;
}

/** OpenSSH's own sshd on the loopback, with the limits our hosts have. */
export async function startSshd(): Promise<Sshd> {
  const directory = await mkdtemp(join(tmpdir(), 'keybuzz-sshd-'));
  const host = newOpenSshKey(directory, 'host');
  const user = newOpenSshKey(directory, 'id');
  const hostKeyFile = host.file;
  const keyFile = user.file;
  const authorized = await writeKey(directory, 'authorized', `${user.publicKey.type} ${user.publicKey.keyBase64}\n`);
  const port = await freePort();
  const config = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${hostKeyFile}`,
    `AuthorizedKeysFile ${authorized}`,
    `PidFile none`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'PermitRootLogin prohibit-password',
    'AllowTcpForwarding no',
    'MaxSessions 4',
    'MaxAuthTries 3',
  ];
  const configFile = join(directory, 'sshd_config');
  await writeFile(configFile, `${config.join('\n')}\n`);
  if (userInfo().uid === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const sshd = spawn(SSHD, ['-D', '-e', '-f', configFile], { stdio: 'ignore' });
  await answers(port);
  const target = { host: 'loop-01', address: '127.0.0.1', port, user: userInfo().username };
  return {
    target,
    knownHosts: knownHostsOf([{ names: ['loop-01'], key: host.publicKey, isRevoked: false }]),
    keyFile,
    pid: sshd.pid ?? 0,
    async close() {
      const exited = once(sshd, 'exit');
      sshd.kill('SIGTERM');
      await exited;
      await rm(directory, { recursive: true });
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answers(port: number): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isUp = await new Promise<boolean>((resolve) => {
      socket.once('data', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (isUp) return;
    if (Date.now() > deadline) throw new Error(`sshd does not answer on port ${port}`);
    await delay(20);
  }
}
