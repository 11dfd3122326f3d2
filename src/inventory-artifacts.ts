import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { configError, type Fault } from './faults.ts';

/** A program that no package repository has: exactly this file, whoever gives it. */
export interface Pin {
  /** What it is called: `minio`. */
  name: string;
  version: string;
  /** Hex, of the whole file. */
  sha256: string;
  /** Of the file below the base address. */
  path: string;
}

/** From where hosts fetch such programs, and which they take instead of those that modules pin. */
export interface Artifacts {
  /** Without a slash at its end; empty: nothing is said, and what is missing on a host is refused there. */
  base: string;
  pins: readonly Pin[];
}

/** As it is without a file. */
export const NO_ARTIFACTS: Artifacts = { base: '', pins: [] };

/** Neither may hold what a shell, a URL or a person could take for something else. */
const PATH = /^[A-Za-z0-9][\w.+%~-]*(?:\/[A-Za-z0-9][\w.+%~-]*)*$/;

const Schema = z.strictObject({
  base: z
    .union([z.literal(''), z.url({ protocol: /^https?$/, error: 'is not an http or https address' })])
    .default('')
    .transform((base) => base.replace(/\/+$/, '')),
  pins: z
    .record(
      z.string().regex(/^[a-z0-9-]{1,40}$/, 'is not a name of a-z, 0-9 and -'),
      z.strictObject({
        version: z.string().regex(/^[\w.+~:-]{1,80}$/, 'is not a version'),
        sha256: z.string().regex(/^[0-9a-f]{64}$/, 'is not a SHA-256 of 64 digits 0-9 and a-f'),
        path: z.string().regex(PATH, 'is not a path below base, such as minio/minio'),
      }),
    )
    .default({}),
});

const fault = (where: string, what: string): Fault => ({
  where,
  what,
  fix: 'inventory/README.md says what stands there.',
});

/** Reads an artifacts.yaml text. Throws one ConfigError that lists every fault. */
export function parseArtifacts(text: string, file: string): Artifacts {
  const refuse = (faults: Fault[]) => configError(file, 'KEYBUZZ_ARTIFACTS_INVALID', faults);
  const document = parseDocument(text);
  if (document.errors.length > 0) {
    throw refuse(document.errors.map(({ message }) => fault('YAML', message.split('\n')[0]?.replace(/:$/, '') ?? '')));
  }
  const read = Schema.safeParse(document.toJS() ?? {});
  if (!read.success) throw refuse(read.error.issues.map(({ path, message }) => fault(path.join('/') || file, message)));
  const { base, pins } = read.data;
  return { base, pins: Object.entries(pins).map(([name, pin]) => ({ name, ...pin })) };
}

/** Reads the artifacts.yaml beside a servers.tsv; there need not be one. Throws ConfigError for faults, all at once. */
export function loadArtifacts(inventoryFile: string): Artifacts {
  const file = join(dirname(inventoryFile), 'artifacts.yaml');
  if (!existsSync(file)) return NO_ARTIFACTS;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const what = `can't be read: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw configError(file, 'KEYBUZZ_ARTIFACTS_UNREADABLE', [fault(file, what)]);
  }
  return parseArtifacts(text, file);
}

/**
 * What `fetch_artifact` of artifact.sh is told after the name: address, version and SHA-256. The pin of artifacts.yaml counts
 * before the module's own. Without a base the address is `-`: a host that already has the file needs none.
 */
export function artifactArgs(
  own: Pin,
  { base, pins }: Artifacts = NO_ARTIFACTS,
): [address: string, version: string, sha256: string] {
  const { version, sha256, path } = pins.find(({ name }) => name === own.name) ?? own;
  return [base === '' ? '-' : `${base}/${path}`, version, sha256];
}
