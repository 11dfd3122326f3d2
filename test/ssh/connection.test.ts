import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSshPool, scanHostKey, type SshPool, type SshPoolOptions } from '../../src/ssh/index.ts';
import { knownHostsOf } from '../../src/ssh/known-hosts.ts';
import { freePort } from './sshd.ts';
import { newKey, startTestServer, writeKey, type OnExec, type TestServer } from './test-server.ts';

const request = { command: 'true', stdin: '', onData: () => undefined, timeoutMs: 30_000 };

/** Answers at once with exit code 0. */
const answerAtOnce: OnExec = ({ channel }) => {
  channel.exit(0);
  channel.end();
};

/** Takes connections and never says a word. */
async function startMute() {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    accepted: once(server, 'connection'),
    connections: () => sockets.length,
    close: async () => {
      sockets.forEach((socket) => socket.destroy());
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

describe('connecting', () => {
  let server: TestServer | undefined;
  let pool: SshPool | undefined;
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'keybuzz-connect-'));
  });
  afterEach(async () => {
    await pool?.close();
    await server?.close();
    [pool, server] = [undefined, undefined];
    await rm(directory, { recursive: true });
  });

  const open = async (onExec: OnExec, options: Partial<SshPoolOptions> = {}) => {
    const started = await startTestServer(onExec);
    server = started;
    pool = createSshPool({ keyFile: started.keyFile, knownHosts: () => started.knownHosts, ...options });
    return { server: started, pool };
  };

  it('says mismatch for another key, and that no user name was sent to it', async () => {
    const { server, pool } = await open(answerAtOnce, {
      knownHosts: () => knownHostsOf([entryWith(newKey().publicKey)]),
    });
    await expect(pool.exec(server.target, request)).rejects.toMatchObject({
      code: 'KEYBUZZ_HOST_KEY_MISMATCH',
      fix: expect.stringContaining('keybuzz enroll test-01') as unknown,
    });
  });

  it('says unknown for a host that was never enrolled, without connecting to it', async () => {
    const { server, pool } = await open(answerAtOnce, { knownHosts: () => knownHostsOf([]) });
    await expect(pool.exec(server.target, request)).rejects.toMatchObject({
      code: 'KEYBUZZ_HOST_KEY_UNKNOWN',
      fix: expect.stringContaining('keybuzz enroll test-01') as unknown,
    });
    expect(server.seen.connections).toBe(0);
  });

  it('refuses a revoked key even when it is pinned as well', async () => {
    const { server } = await open(answerAtOnce);
    const entry = entryWith(server.hostKey);
    const entries = [entry, { ...entry, isRevoked: true }];
    const wary = createSshPool({ keyFile: server.keyFile, knownHosts: () => knownHostsOf(entries) });
    await expect(wary.exec(server.target, request)).rejects.toMatchObject({
      code: 'KEYBUZZ_HOST_KEY_MISMATCH',
      message: expect.stringContaining('a revoked key') as unknown,
    });
    await wary.close();
  });

  it('says refused when the host does not take our key', async () => {
    const keyFile = await writeKey(directory, 'other', newKey().privateText);
    const { server, pool } = await open(answerAtOnce, { keyFile });
    await expect(pool.exec(server.target, request)).rejects.toMatchObject({ code: 'KEYBUZZ_HOST_AUTH_REFUSED' });
    expect(pool.connections).toBe(0);
  });

  it.each([
    ['a key others may read', 0o644],
    ['a file that is no key', 0o600],
  ])('names the key file when it is %s', async (_what, mode) => {
    const keyFile = await writeKey(directory, 'bad', mode === 0o600 ? 'no key' : newKey().privateText);
    await chmod(keyFile, mode);
    const { server, pool } = await open(answerAtOnce, { keyFile });
    await expect(pool.exec(server.target, request)).rejects.toMatchObject({
      code: 'KEYBUZZ_SSH_KEY_INVALID',
      message: expect.stringContaining(keyFile) as unknown,
    });
  });

  it('says unreachable when nothing listens, to everybody who waits at once', async () => {
    const { server, pool } = await open(answerAtOnce);
    const target = { ...server.target, port: await freePort() };
    const all = await Promise.allSettled(Array.from({ length: 9 }, () => pool.exec(target, request)));
    expect(all.map((each) => each.status === 'rejected' && (each.reason as { code: string }).code)).toEqual(
      Array(9).fill('KEYBUZZ_HOST_UNREACHABLE'),
    );
    expect(pool.connections).toBe(0);
  });

  it('says timeout when something listens and never answers, and asks it once', async () => {
    const { server, pool } = await open(answerAtOnce, { connectTimeoutMs: 200 });
    const mute = await startMute();
    await expect(pool.exec({ ...server.target, port: mute.port }, request)).rejects.toMatchObject({
      code: 'KEYBUZZ_HOST_TIMEOUT',
    });
    await mute.close();
    expect(mute.connections()).toBe(1);
  });

  it('gives up an attempt to connect when it is closed', async () => {
    const { server, pool } = await open(answerAtOnce, { connectTimeoutMs: 60_000 });
    const mute = await startMute();
    const waiting = pool.exec({ ...server.target, port: mute.port }, request);
    await mute.accepted;
    await Promise.all([pool.close(), expect(waiting).rejects.toMatchObject({ code: 'KEYBUZZ_HOST_UNREACHABLE' })]);
    await mute.close();
  });

  it('learns a host key without authenticating', async () => {
    const { server } = await open(answerAtOnce);
    const scanned = await scanHostKey(server.target, 2_000);
    expect(scanned).toMatchObject(server.hostKey);
    expect(scanned.fingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
    await expect(scanHostKey({ ...server.target, port: await freePort() }, 2_000)).rejects.toMatchObject({
      code: 'KEYBUZZ_HOST_UNREACHABLE',
    });
  });
});

function entryWith(key: { type: string; keyBase64: string }) {
  return { names: ['test-01'], key, isRevoked: false };
}
