import { accessSync, constants, statSync, type Stats } from 'node:fs';
import type { z } from 'zod';
import { VARIABLE_FIXES } from './config-variables.ts';
import type { Fault } from './faults.ts';

/** Environment variables, as a process is given them. */
export type Environment = Record<string, string | undefined>;

/** The environment, and the faults found while it is read. */
export interface Reading {
  env: Record<string, string>;
  faults: Fault[];
}

/** An empty variable counts as left out, as a service manager's environment file writes it. */
export function startReading(env: Environment): Reading {
  const given = Object.entries(env).filter((entry): entry is [string, string] => (entry[1] ?? '') !== '');
  return { env: Object.fromEntries(given), faults: [] };
}

/** Notes a fault of a variable. */
export function addFault(reading: Reading, variable: string, what: string, fix = VARIABLE_FIXES[variable] ?? ''): void {
  reading.faults.push({ where: variable, what, fix });
}

/** The variables of a schema, or undefined when any of them has a fault. */
export function readVariables<T extends z.ZodType>(reading: Reading, schema: T): z.infer<T> | undefined {
  const parsed = schema.safeParse(reading.env);
  if (parsed.success) return parsed.data;
  const seen = new Set<string>();
  for (const { path, message } of parsed.error.issues) {
    const variable = String(path[0]);
    // The first thing wrong with a value often makes the rest.
    if (seen.has(variable)) continue;
    seen.add(variable);
    addFault(reading, variable, variable in reading.env ? message : 'is missing');
  }
  return undefined;
}

/** The file's data, or undefined when there is none or it can't be seen. */
export function statOf(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    // A parent that is no folder, or one we may not enter.
    return undefined;
  }
}

/** True for a file that this process may read. */
export function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return statOf(file)?.isFile() ?? false;
  } catch {
    return false;
  }
}

/** True when group and others have no access. */
export function isPrivate(stat: Stats): boolean {
  return (stat.mode & 0o077) === 0;
}

/** The worker's SSH key: a file that nobody else may read, or an agent's socket; undefined when there is neither. */
export function readKey(reading: Reading, file: string | undefined, socket: string | undefined) {
  if (file === undefined) {
    if (socket !== undefined && statOf(socket)?.isSocket() === true) return { kind: 'agent' as const, socket };
    if (socket === undefined) addFault(reading, 'KEYBUZZ_SSH_KEY', 'is missing, and SSH_AUTH_SOCK too');
    else addFault(reading, 'SSH_AUTH_SOCK', `${socket} is no socket`);
    return undefined;
  }
  const stat = statOf(file);
  if (!isReadable(file) || stat === undefined) {
    addFault(reading, 'KEYBUZZ_SSH_KEY', `${file} can't be read`);
  } else if (!isPrivate(stat)) {
    addFault(reading, 'KEYBUZZ_SSH_KEY', `${file} may be read by others`, `Run: chmod 600 ${file}`);
  }
  return { kind: 'file' as const, file };
}
