import { HostError } from '../errors.ts';
import { runOnChannel, type ExecEnd, type ExecRequest } from './channel.ts';
import type { ConnectOptions } from './connection.ts';
import { createLink, type Link } from './link.ts';
import type { SshTarget } from './target.ts';

/** Our hosts' sshd says `MaxSessions 4`; one is left for a person who shares nothing with us but the limit. */
const CHANNELS_MAX = 3;

/** Long polls never take the last channel, so that a stop or a check does not wait for them. */
const POLLS_MAX = 2;

/** Ends after which a process of ours may still hold a session of the connection. */
const LEAVES_SESSION = new Set<ExecEnd['kind']>(['timeout', 'aborted', 'refused']);

export interface SshPoolOptions extends Pick<ConnectOptions, 'keyFile' | 'agentSocket' | 'knownHosts'> {
  /** From the first packet to being authenticated. Default 10 s. */
  connectTimeoutMs?: number;
  /** Between two questions whether the host is still there. Default 5 s. */
  keepAliveMs?: number;
  /** Unanswered ones after which the connection counts as lost. Default 3. */
  keepAliveMisses?: number;
  /** A connection unused for so long is closed. Default 60 s. */
  idleCloseMs?: number;
  /** Channels at once on one connection. Default 3. */
  channelsMax?: number;
}

/** One connection per host, opened when first needed, shared by everybody in the process. */
export interface SshPool {
  /**
   * Runs one command; queues while all channels are in use. Throws HostError or ConfigError when no connection could be
   * had: then nothing was sent.
   */
  exec(target: SshTarget, request: ExecRequest & { isPoll?: boolean }): Promise<ExecEnd>;
  /** Connections open or being opened. */
  readonly connections: number;
  /** Closes a target's connection, if there is one; the next exec opens another. For after a host was rebuilt. */
  drop(target: SshTarget): void;
  /** The next exec opens another connection; the target's present one ends when what runs on it is done. */
  renew(target: SshTarget): void;
  /** Ends all connections; what runs on them ends as `cut`. Nothing can be run afterwards. */
  close(): Promise<void>;
}

function settingsOf(options: SshPoolOptions) {
  return {
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    keepAliveMs: options.keepAliveMs ?? 5_000,
    keepAliveMisses: options.keepAliveMisses ?? 3,
    idleCloseMs: options.idleCloseMs ?? 60_000,
    channelsMax: options.channelsMax ?? CHANNELS_MAX,
    pollsMax: Math.max(1, Math.min(POLLS_MAX, (options.channelsMax ?? CHANNELS_MAX) - 1)),
    keyFile: options.keyFile,
    agentSocket: options.agentSocket,
    knownHosts: options.knownHosts,
  };
}

export function createSshPool(options: SshPoolOptions): SshPool {
  const settings = settingsOf(options);
  const links = new Map<string, Link>();
  // Also those that take nothing new and only wait for what still runs on them.
  const open = new Set<Link>();
  let isClosed = false;

  const linkTo = (target: SshTarget): Link => {
    if (isClosed) throw poolClosed();
    const name = nameOf(target);
    const current = links.get(name);
    if (current && !current.isClosed) return current;
    const link = createLink(target, settings);
    links.set(name, link);
    open.add(link);
    void link.closed.then(() => {
      open.delete(link);
      if (links.get(name) === link) links.delete(name);
    });
    return link;
  };
  const exec: SshPool['exec'] = async (target, request) => {
    let isRefusedBefore = false;
    for (;;) {
      const link = linkTo(target);
      const lease = await link.lease({ isPoll: request.isPoll === true, signal: request.signal });
      try {
        const client = await link.client;
        // It may have broken while we stood in line: nothing was sent yet, so a new one is as good.
        if (link.isClosed) continue;
        const end = await runOnChannel(client, request);
        // sshd keeps a session until its process ends, also when nobody listens: what we left behind eats from MaxSessions.
        if (LEAVES_SESSION.has(end.kind)) link.retire();
        if (end.kind === 'refused' && !isRefusedBefore) {
          isRefusedBefore = true;
          continue;
        }
        return end;
      } finally {
        lease();
      }
    }
  };
  return {
    exec,
    get connections() {
      return open.size;
    },
    drop(target) {
      links.get(nameOf(target))?.close();
    },
    renew(target) {
      links.get(nameOf(target))?.retire();
    },
    async close() {
      isClosed = true;
      const all = [...open];
      all.forEach((link) => link.close());
      await Promise.all(all.map((link) => link.closed));
    },
  };
}

function nameOf({ user, address, port, host }: SshTarget): string {
  return `${user}@${address}:${port} ${host}`;
}

function poolClosed(): HostError {
  return new HostError('The worker is stopping and opens no more connections.', {
    code: 'KEYBUZZ_SSH_STOPPING',
    fix: 'Try again when the worker runs again.',
  });
}
