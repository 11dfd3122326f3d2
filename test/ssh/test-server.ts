import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type Connection, type ServerChannel } from 'ssh2';
import { generateSshKey } from '../../sandbox/ssh-key.ts';
import type { HostKey, KnownHosts, SshTarget } from '../../src/ssh/index.ts';
import { knownHostsOf } from '../../src/ssh/known-hosts.ts';

/** What a test lets the server do with a command. */
export type OnExec = (exec: { command: string; channel: ServerChannel; connection: Connection }) => void;

export interface TestServer {
  target: SshTarget;
  /** Pins the server's key under the target's name. */
  knownHosts: KnownHosts;
  hostKey: HostKey;
  /** A key the server accepts, 0600. */
  keyFile: string;
  /** Channels open now, the most that were open at once, and connections made so far. */
  seen: { channels: number; channelsMax: number; connections: number; refusedChannels: number };
  /** Breaks every connection, as a reset from the network would. */
  cut(): void;
  close(): Promise<void>;
}

/** A key pair as OpenSSH writes it. */
export function newKey(): { privateText: string; publicKey: HostKey } {
  const pair = generateSshKey();
  const [type = '', keyBase64 = ''] = pair.public.split(' ');
  return { privateText: pair.private, publicKey: { type, keyBase64 } };
}

/** Writes a private key where only we may read it. */
export async function writeKey(directory: string, name: string, text: string): Promise<string> {
  const file = join(directory, name);
  await writeFile(file, text);
  await chmod(file, 0o600);
  return file;
}

interface ServerOptions {
  sessionsMax?: number;
  /** Called as soon as somebody connected; `count`: how many have so far. */
  onConnection?: (count: number) => void;
}

/** An SSH server in this process, with OpenSSH's habits where they matter: a session limit, key authentication alone. */
export async function startTestServer(onExec: OnExec, options: ServerOptions = {}): Promise<TestServer> {
  const directory = await mkdtemp(join(tmpdir(), 'keybuzz-ssh-'));
  const host = newKey();
  const user = newKey();
  const keyFile = await writeKey(directory, 'id', user.privateText);
  const seen = { channels: 0, channelsMax: 0, connections: 0, refusedChannels: 0 };
  const connections = new Set<Connection>();
  const server = new ssh2.Server({ hostKeys: [host.privateText] }, (connection) => {
    connections.add(connection);
    seen.connections += 1;
    options.onConnection?.(seen.connections);
    serve(connection, { onExec, seen, sessionsMax: options.sessionsMax ?? 4, userKey: user.publicKey });
    connection.on('close', () => connections.delete(connection));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const target = { host: 'test-01', address: '127.0.0.1', port, user: 'root' };
  return {
    target,
    knownHosts: knownHostsOf([{ names: [target.host], key: host.publicKey, isRevoked: false }]),
    hostKey: host.publicKey,
    keyFile,
    seen,
    cut: () => connections.forEach((connection) => socketOf(connection).destroy()),
    async close() {
      connections.forEach((connection) => socketOf(connection).destroy());
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await rm(directory, { recursive: true });
    },
  };
}

interface Service {
  onExec: OnExec;
  seen: TestServer['seen'];
  sessionsMax: number;
  userKey: HostKey;
}

function serve(connection: Connection, { onExec, seen, sessionsMax, userKey }: Service): void {
  connection.on('error', () => undefined);
  connection.on('authentication', (context) => {
    const isOurs = context.method === 'publickey' && context.key.data.toString('base64') === userKey.keyBase64;
    if (isOurs) context.accept();
    else context.reject(['publickey']);
  });
  let open = 0;
  connection.on('session', (accept, reject) => {
    if (open >= sessionsMax) {
      seen.refusedChannels += 1;
      reject();
      return;
    }
    open += 1;
    seen.channels += 1;
    seen.channelsMax = Math.max(seen.channelsMax, seen.channels);
    const session = accept();
    session.on('close', () => {
      open -= 1;
      seen.channels -= 1;
    });
    session.on('exec', (acceptExec, _rejectExec, { command }) => {
      const channel = acceptExec();
      channel.on('error', () => undefined);
      onExec({ command, channel, connection });
    });
  });
}

function socketOf(connection: Connection): { destroy(): void } {
  // ssh2's server has no way to break a connection without saying goodbye; its socket has.
  return (connection as unknown as { _sock: { destroy(): void } })._sock;
}
