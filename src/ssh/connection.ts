import { NodeSSH } from 'node-ssh';
import type { Client, ConnectConfig, ServerHostKeyAlgorithm } from 'ssh2';
import { HostError } from '../errors.ts';
import { watchStandstill } from '../standstill.ts';
import { loadCredential, type CredentialOptions } from './credentials.ts';
import { fingerprintOf } from './fingerprint.ts';
import { keyUnknown, timedOut, toHostError, type Attempt } from './host-errors.ts';
import { findPinned, keyTypeOf, type HostKey, type KnownHosts, type PinnedKeys } from './known-hosts.ts';
import type { SshTarget } from './target.ts';

export interface ConnectOptions extends CredentialOptions {
  /** Asked for each connection, so that a host enrolled a moment ago is known. */
  knownHosts: () => KnownHosts;
  connectTimeoutMs: number;
  keepAliveMs: number;
  keepAliveMisses: number;
}

/** Best first; what a host's pinned key can sign with is moved to the front, as OpenSSH does it. */
const KEY_ALGORITHMS: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
];

/** How a healthy host looks, too, whose answers came while this process stood still. */
const SILENCE: readonly string[] = ['KEYBUZZ_HOST_TIMEOUT', 'KEYBUZZ_HOST_UNREACHABLE'];

/**
 * Opens one authenticated connection. The host's key is compared with the pinned ones before anything of ours is sent.
 * `stop` ends an attempt early. A silent host is tried once more when it was this process that stood still.
 * Throws HostError (unknown key, mismatch, refused, timeout, unreachable) or ConfigError (our own key).
 */
export async function connect(target: SshTarget, options: ConnectOptions, stop?: AbortSignal): Promise<Client> {
  const pinned = findPinned(options.knownHosts(), target);
  if (pinned.accepted.length === 0 && pinned.revoked.length === 0) throw keyUnknown(target);
  const offer = await loadCredential(options, target.user);
  const once = (): Promise<Client> => {
    const attempt: Attempt = { refusedKey: undefined, isHandshaken: false, stop };
    const config = {
      authHandler: [offer],
      hostVerifier: (key: Buffer) => isPinned(key, pinned, attempt),
      algorithms: { serverHostKey: orderAlgorithms(pinned.accepted) },
      readyTimeout: options.connectTimeoutMs,
      keepaliveInterval: options.keepAliveMs,
      keepaliveCountMax: options.keepAliveMisses,
    };
    return open(target, config, attempt);
  };
  const stoodStill = watchStandstill();
  try {
    return await once();
  } catch (error) {
    const isSilent = error instanceof HostError && SILENCE.includes(error.code);
    if (!stoodStill() || !isSilent || stop?.aborted) throw error;
    return await once();
  } finally {
    stoodStill();
  }
}

function isPinned(key: Buffer, pinned: PinnedKeys, attempt: Attempt): boolean {
  const shown = key.toString('base64');
  const isRevoked = pinned.revoked.some(({ keyBase64 }) => keyBase64 === shown);
  if (!isRevoked && pinned.accepted.some(({ keyBase64 }) => keyBase64 === shown)) return true;
  attempt.refusedKey = { fingerprint: fingerprintOf(key), isRevoked };
  return false;
}

function orderAlgorithms(keys: readonly HostKey[]): ServerHostKeyAlgorithm[] {
  const types = new Set(keys.map(({ type }) => type));
  const fits = (algorithm: string): boolean => types.has(algorithm.startsWith('rsa-') ? 'ssh-rsa' : algorithm);
  return [...KEY_ALGORITHMS.filter(fits), ...KEY_ALGORITHMS.filter((algorithm) => !fits(algorithm))];
}

/** Learns the key a host shows. It never authenticates: the connection ends before a user name is sent. */
export async function scanHostKey(target: SshTarget, timeoutMs: number): Promise<HostKey & { fingerprint: string }> {
  const attempt: Attempt = { refusedKey: undefined, isHandshaken: false, stop: undefined };
  let shown: Buffer | undefined;
  const hostVerifier = (key: Buffer): boolean => {
    shown = Buffer.from(key);
    return false;
  };
  const algorithms = { serverHostKey: [...KEY_ALGORITHMS] };
  try {
    const client = await open(target, { hostVerifier, algorithms, readyTimeout: timeoutMs }, attempt);
    client.destroy();
  } catch (error) {
    if (shown === undefined) throw error;
  }
  const type = shown === undefined ? undefined : keyTypeOf(shown);
  if (shown === undefined || type === undefined) throw timedOut(target);
  return { type, keyBase64: shown.toString('base64'), fingerprint: fingerprintOf(shown) };
}

async function open(target: SshTarget, config: Omit<ConnectConfig, 'privateKey'>, attempt: Attempt): Promise<Client> {
  const ssh = new NodeSSH();
  const opening = ssh.connect({
    ...config,
    host: target.address,
    port: target.port,
    username: target.user,
    tryKeyboard: false,
    agentForward: false,
  });
  const client = ssh.connection;
  if (client === null) return opening.then(() => Promise.reject(new Error('node-ssh made no connection')));
  // Nagle and delayed acknowledgements together cost each exec 2 x 44 ms (measured).
  client.once('connect', () => client.setNoDelay(true));
  client.once('handshake', () => (attempt.isHandshaken = true));
  // node-ssh takes its own listener away when it is ready; without another one a later error would end the process.
  client.on('error', () => undefined);
  const giveUp = (): void => void client.destroy();
  attempt.stop?.addEventListener('abort', giveUp);
  if (attempt.stop?.aborted) giveUp();
  try {
    await opening;
    return client;
  } catch (error) {
    client.destroy();
    throw toHostError(target, attempt, error);
  } finally {
    attempt.stop?.removeEventListener('abort', giveUp);
  }
}
