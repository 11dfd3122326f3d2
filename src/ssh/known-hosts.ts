import { createHmac } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { ConfigError } from '../errors.ts';
import { isMissing } from './os-error.ts';
import type { SshTarget } from './target.ts';

/** A host's public key as known_hosts and sshd write it. */
export interface HostKey {
  /** `ssh-ed25519`, `ssh-rsa`, `ecdsa-sha2-nistp256` ... */
  type: string;
  keyBase64: string;
}

/** One line of known_hosts that names a key. */
export interface KnownHostEntry {
  /** Plain names, addresses, `[address]:port`, or a single hashed `|1|salt|hash`. */
  names: string[];
  key: HostKey;
  /** `@revoked`: this key must never be accepted. */
  isRevoked: boolean;
}

/** Pinned host keys, as read. */
export interface KnownHosts {
  entries: readonly KnownHostEntry[];
  /** Those that have this plain name, in lower case. */
  byName: ReadonlyMap<string, readonly KnownHostEntry[]>;
  /** Those whose name is hashed, so that each must be tried. */
  hashed: readonly KnownHostEntry[];
}

/** Keys pinned for a target; none: it was never enrolled. */
export interface PinnedKeys {
  accepted: HostKey[];
  revoked: HostKey[];
}

/** Reads a known_hosts file. A missing file pins nothing. Throws ConfigError naming file and line when it is damaged. */
export function loadKnownHosts(file: string): KnownHosts {
  try {
    return parseKnownHosts(readFileSync(file, 'utf8'), file);
  } catch (error) {
    if (isMissing(error)) return knownHostsOf([]);
    throw error;
  }
}

/**
 * Reads the file when first asked and whenever it is another one since: thousands of connections that open together would
 * else parse thousands of lines each. Throws like {@link loadKnownHosts}.
 */
export function followKnownHosts(file: string): () => KnownHosts {
  let seen = { version: '', known: knownHostsOf([]) };
  return () => {
    const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
    const version = stat === undefined ? '' : `${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`;
    if (version !== seen.version) seen = { version, known: loadKnownHosts(file) };
    return seen.known;
  };
}

const HASHED = '|1|';

/** Known hosts of these entries, ready to be looked up. */
export function knownHostsOf(entries: readonly KnownHostEntry[]): KnownHosts {
  const byName = new Map<string, KnownHostEntry[]>();
  for (const entry of entries) {
    for (const name of new Set(entry.names.map((each) => each.toLowerCase()))) {
      const same = byName.get(name);
      if (same === undefined) byName.set(name, [entry]);
      else same.push(entry);
    }
  }
  return { entries, byName, hashed: entries.filter(({ names }) => names.some((name) => name.startsWith(HASHED))) };
}

/** Parses known_hosts text: comments, `@revoked`, plain and hashed names. Certificate authorities are refused. */
export function parseKnownHosts(text: string, file = 'known_hosts'): KnownHosts {
  const entries: KnownHostEntry[] = [];
  text.split('\n').forEach((line, index) => {
    const entry = parseEntry(line.trim());
    if (entry === 'malformed') {
      throw new ConfigError(`${file} line ${index + 1} is not "<names> <key type> <base64 key>".`, {
        code: 'KEYBUZZ_KNOWN_HOSTS_INVALID',
        fix: 'Mend or remove that line; `keybuzz enroll <host>` writes a right one.',
      });
    }
    if (entry) entries.push(entry);
  });
  return knownHostsOf(entries);
}

/** One line; undefined for a comment or an empty line. */
export function parseEntry(line: string): KnownHostEntry | 'malformed' | undefined {
  if (line === '' || line.startsWith('#')) return undefined;
  const words = line.split(/\s+/);
  const marker = words[0]?.startsWith('@') ? words.shift() : undefined;
  const [names, type, keyBase64] = words;
  if (!names || !type || !keyBase64 || (marker !== undefined && marker !== '@revoked')) return 'malformed';
  if (keyTypeOf(Buffer.from(keyBase64, 'base64')) !== type) return 'malformed';
  return { names: names.split(','), key: { type, keyBase64 }, isRevoked: marker !== undefined };
}

/** The type a public key's own first field says; undefined when it is no key. RFC 4253 section 6.6. */
export function keyTypeOf(key: Buffer): string | undefined {
  if (key.length < 4) return undefined;
  const length = key.readUInt32BE(0);
  if (length === 0 || length > 64 || key.length < 4 + length) return undefined;
  return key.toString('latin1', 4, 4 + length);
}

/**
 * Keys pinned for the target. Its inventory name counts before its address: an address may have belonged to another
 * host once. With a port other than 22, `[name]:port` counts before the plain name, as OpenSSH does it.
 */
export function findPinned(known: KnownHosts, target: SshTarget): PinnedKeys {
  for (const name of namesOf(target)) {
    const plain = known.byName.get(name.toLowerCase()) ?? [];
    const hashed = known.hashed.filter((entry) => entry.names.some((pattern) => isHashOf(pattern, name)));
    const found = [...plain, ...hashed];
    if (found.length === 0) continue;
    return {
      accepted: found.filter((entry) => !entry.isRevoked).map((entry) => entry.key),
      revoked: found.filter((entry) => entry.isRevoked).map((entry) => entry.key),
    };
  }
  return { accepted: [], revoked: [] };
}

function namesOf({ host, address, port }: SshTarget): string[] {
  const plain = [host, address];
  return port === 22 ? plain : [...plain.map((name) => `[${name}]:${port}`), ...plain];
}

function isHashOf(pattern: string, name: string): boolean {
  if (!pattern.startsWith(HASHED)) return false;
  const [, , salt = '', hash] = pattern.split('|');
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name.toLowerCase()).digest('base64') === hash;
}
