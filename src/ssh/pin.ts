import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BusyError, RefusedError } from '../errors.ts';
import { parseEntry, type HostKey } from './known-hosts.ts';
import { isMissing, osCodeOf } from './os-error.ts';

/** What gets pinned: a key under all the names by which the host is reached. */
export interface Pin {
  /** The inventory's name and address; `[address]:port` when sshd listens elsewhere. */
  names: string[];
  key: HostKey;
}

/** Another process that holds the file's lock is waited for so long. */
const LOCK_WAIT_MS = 5_000;
const LOCK_POLL_MS = 20;

/** A lock this old was left behind by a process that died: nobody needs longer to write a small file. */
const LOCK_STALE_MS = 30_000;

/**
 * Writes a host's key into known_hosts: whole or not at all, once however often it is called. Other lines stay as they
 * are. Throws RefusedError when one of the names has another key and `replace` is not set.
 */
export async function pinHostKey(file: string, pin: Pin, options: { replace?: boolean } = {}): Promise<void> {
  const unlock = await lock(`${file}.lock`);
  try {
    const before = await readFile(file, 'utf8').catch((error: unknown) => {
      if (isMissing(error)) return '';
      throw error;
    });
    const after = addPin(before, pin, options.replace === true);
    if (after !== before) await writeWhole(file, after);
  } finally {
    await unlock();
  }
}

/** The file's text with the pin in it; the same text when it is there already. Pure. */
export function addPin(text: string, pin: Pin, isReplacing: boolean): string {
  const wanted = new Set(pin.names);
  const missing = new Set(pin.names);
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    const entry = parseEntry(line.trim());
    if (typeof entry !== 'object' || entry.isRevoked || !entry.names.some((name) => wanted.has(name))) {
      lines.push(line);
    } else if (entry.key.type === pin.key.type && entry.key.keyBase64 === pin.key.keyBase64) {
      entry.names.forEach((name) => missing.delete(name));
      lines.push(line);
    } else if (isReplacing) {
      const others = entry.names.filter((name) => !wanted.has(name));
      if (others.length > 0) lines.push(`${others.join(',')} ${entry.key.type} ${entry.key.keyBase64}`);
    } else {
      throw refused(entry.names.filter((name) => wanted.has(name)));
    }
  }
  if (missing.size === 0 && lines.length === text.split('\n').length) return text;
  const rest = lines.join('\n').trimEnd();
  const added = missing.size === 0 ? [] : [`${[...missing].join(',')} ${pin.key.type} ${pin.key.keyBase64}`];
  return `${[...(rest === '' ? [] : [rest]), ...added].join('\n')}\n`;
}

function refused(names: string[]): RefusedError {
  return new RefusedError(`Another key is pinned for ${names.join(', ')} already.`, {
    code: 'KEYBUZZ_HOST_KEY_PINNED',
    fix: 'If the host was rebuilt, compare the fingerprint on its console and type `keybuzz enroll <host>`.',
  });
}

async function writeWhole(file: string, text: string): Promise<void> {
  const temporary = `${file}.${randomUUID()}`;
  try {
    const handle = await open(temporary, 'wx', 0o644);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  const directory = await open(dirname(file), 'r');
  await directory.sync().finally(() => directory.close());
}

/** A directory is the lock: making it either works or says that it exists, also between machines that share a disk. */
async function lock(path: string): Promise<() => Promise<void>> {
  const deadline = Date.now() + LOCK_WAIT_MS;
  for (;;) {
    try {
      await mkdir(path);
      return () => rmdir(path);
    } catch (error) {
      if (osCodeOf(error) !== 'EEXIST') throw error;
    }
    const age = await stat(path).then(
      (found) => Date.now() - found.mtimeMs,
      () => 0,
    );
    if (age > LOCK_STALE_MS) await rmdir(path).catch(() => undefined);
    else if (Date.now() > deadline) throw busy(path);
    else await delay(LOCK_POLL_MS);
  }
}

function busy(path: string): BusyError {
  return new BusyError(`Another process has been writing known_hosts for ${LOCK_WAIT_MS / 1000} seconds (${path}).`, {
    code: 'KEYBUZZ_KNOWN_HOSTS_BUSY',
    fix: 'Try again; a lock left behind by a crash is taken away by itself after half a minute.',
  });
}
