import { dirname } from 'node:path';
import { addFault, isPrivate, isReadable, readKey, readVariables, statOf, type Reading } from './config-reading.ts';
import { WorkerVariables } from './config-variables.ts';
import type { Secret } from './secret.ts';

/** What only the worker knows. */
export interface WorkerPart {
  ssh: {
    port: number;
    key: { kind: 'file'; file: string } | { kind: 'agent'; socket: string };
    knownHostsFile: string;
  };
  /** Holds `<module>.env` files; may not exist yet. */
  credentialsDirectory: string;
  /** A host that can't be reached for so long makes its work `unknown`. */
  unreachableMs: number;
  /** How often the monitor asks, and which modules; undefined: all. */
  monitor: { everyMs: number; only: readonly string[] | undefined };
  hcloud: { token: Secret | undefined; endpoint: string };
}

/** Reads the worker's variables; undefined when something is wrong, which the reading then holds. */
export function readWorker(reading: Reading): WorkerPart | undefined {
  const found = readVariables(reading, WorkerVariables);
  if (found === undefined) return undefined;
  const { KEYBUZZ_KNOWN_HOSTS: knownHostsFile, KEYBUZZ_CREDENTIALS: credentialsDirectory } = found;
  const key = readKey(reading, found.KEYBUZZ_SSH_KEY, found.SSH_AUTH_SOCK);
  const isMissing = statOf(knownHostsFile) === undefined;
  if (isMissing ? statOf(dirname(knownHostsFile))?.isDirectory() !== true : !isReadable(knownHostsFile)) {
    addFault(reading, 'KEYBUZZ_KNOWN_HOSTS', `${knownHostsFile} can't be ${isMissing ? 'made' : 'read'}`);
  }
  const stat = statOf(credentialsDirectory);
  if (stat !== undefined && !stat.isDirectory()) {
    addFault(reading, 'KEYBUZZ_CREDENTIALS', `${credentialsDirectory} is no folder`);
  } else if (stat !== undefined && !isPrivate(stat)) {
    const fix = `Run: chmod 700 ${credentialsDirectory}`;
    addFault(reading, 'KEYBUZZ_CREDENTIALS', `${credentialsDirectory} is open to others`, fix);
  }
  if (key === undefined) return undefined;
  const ssh = { port: found.KEYBUZZ_SSH_PORT, key, knownHostsFile };
  const hcloud = { token: found.HCLOUD_TOKEN, endpoint: found.HCLOUD_ENDPOINT };
  const monitor = { everyMs: found.KEYBUZZ_MONITOR_MS, only: found.KEYBUZZ_MONITOR };
  return { ssh, credentialsDirectory, unreachableMs: found.KEYBUZZ_UNREACHABLE_MS, monitor, hcloud };
}
