import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, sentenceOf } from '../errors.ts';
import type { CredentialSpec, Module } from '../modules/contract.ts';
import { Secret } from '../secret.ts';

/** Reads a module's credentials on the worker. Values leave this floor only as Secret. */
export interface Credentials {
  /**
   * Every credential of the specs, as far as it exists. With `generate`, missing ones are made first (random bytes as
   * hex), so that the answer is complete. Throws ConfigError for a file that others may read, or that can't be parsed.
   */
  load(module: string, specs: readonly CredentialSpec[], generate: boolean): Promise<Map<string, Secret>>;
  /** How the directory and the files of these modules are, without their values; modules without credentials have none. */
  survey(modules: readonly Pick<Module, 'name' | 'credentials'>[]): Promise<CredentialsSurvey>;
}

/** Modes are the last nine bits, undefined where there is nothing. */
export interface CredentialsSurvey {
  directory: string;
  directoryMode: number | undefined;
  files: {
    module: string;
    mode: number | undefined;
    /** Names of credentials that the file lacks. */
    missing: string[];
    /** Why it can't be read; empty when it can. */
    fault: string;
  }[];
}

async function modeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mode & 0o777;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function fault(file: string, what: string, fix: string): ConfigError {
  return new ConfigError(`The credentials file ${file} ${what}.`, { code: 'KEYBUZZ_CREDENTIALS_INVALID', fix });
}

/** Parses `NAME=value` lines; blank lines and `#` comments are skipped. Names the line of a fault, never its text. */
export function parseCredentials(text: string, file: string): Map<string, Secret> {
  const found = new Map<string, Secret>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const match = /^([A-Z][A-Z0-9_]*)=([\x21-\x7e]+)\r?$/.exec(line);
    const [, name, value] = match ?? [];
    if (name === undefined || value === undefined) {
      throw fault(
        file,
        `has a fault in line ${index + 1}`,
        'Each line is NAME=value, the value in printable ASCII without spaces or quotes around it.',
      );
    }
    if (found.has(name)) {
      throw fault(file, `names ${name} twice (again in line ${index + 1})`, 'Keep the line with the value in use.');
    }
    found.set(name, new Secret(name, value));
  }
  return found;
}

/** A credentials file as it is: its text, kept when something is added, and what it says. */
interface CredentialsFile {
  text: string;
  secrets: Map<string, Secret>;
}

async function read(file: string): Promise<CredentialsFile | undefined> {
  let text: string;
  try {
    const { mode } = await stat(file);
    if ((mode & 0o077) !== 0) {
      throw fault(file, `may be read by others (mode 0${(mode & 0o777).toString(8)})`, `Run: chmod 600 ${file}`);
    }
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    const fix = 'It must be a file of the user the worker runs as, mode 0600.';
    throw fault(file, `can't be read (${code ?? 'unknown error'})`, fix);
  }
  return { text, secrets: parseCredentials(text, file) };
}

/** Puts a file in place whole or not at all. `isNew`: false when another worker made it first, and ours is dropped. */
async function write(file: string, text: string, isNew: boolean): Promise<boolean> {
  const temporary = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (!isNew) {
    await rename(temporary, file);
    return true;
  }
  try {
    await link(temporary, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** The credentials in one directory, made with mode 0700 when it is missing. */
export function openCredentials(directory: string): Credentials {
  const fileOf = (module: string) => join(directory, `${module}.env`);

  async function complete(module: string, specs: readonly CredentialSpec[]): Promise<Map<string, Secret>> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    for (;;) {
      const existing = await read(fileOf(module));
      const missing = specs.filter(({ name }) => existing?.secrets.has(name) !== true);
      if (existing !== undefined && missing.length === 0) return existing.secrets;
      const made = missing.map(({ name, bytes }) => new Secret(name, randomBytes(bytes).toString('hex')));
      const kept = existing === undefined || existing.text === '' ? '' : `${existing.text.replace(/\n*$/, '')}\n`;
      const text = kept + made.map((secret) => `${secret.name}=${secret.reveal()}\n`).join('');
      if (!(await write(fileOf(module), text, existing === undefined))) continue;
      return new Map([...(existing?.secrets ?? []), ...made.map((secret) => [secret.name, secret] as const)]);
    }
  }

  async function surveyFile({ name, all }: { name: string; all: readonly string[] }) {
    const file = fileOf(name);
    const known = await read(file).catch((error: unknown) => sentenceOf(error));
    const secrets = typeof known === 'string' ? undefined : known?.secrets;
    return {
      module: name,
      mode: await modeOf(file),
      missing: all.filter((credential) => secrets?.has(credential) !== true),
      fault: typeof known === 'string' ? known : '',
    };
  }

  return {
    async survey(modules) {
      // What a module is given of another stands in that one's file alone, as `load` has it.
      const given = modules.flatMap(({ name, credentials }) =>
        credentials.map((spec) => ({ name: spec.name, owner: spec.of ?? name })),
      );
      const namesOf = (owner: string) => given.filter((one) => one.owner === owner).map((one) => one.name);
      const holders = modules.map(({ name }) => ({ name, all: [...new Set(namesOf(name))] }));
      const files = await Promise.all(holders.filter(({ all }) => all.length > 0).map(surveyFile));
      return { directory, directoryMode: await modeOf(directory), files };
    },
    async load(module, specs, generate) {
      const loaded = new Map<string, Secret>();
      for (const owner of new Set(specs.map((spec) => spec.of ?? module))) {
        const owned = specs.filter((spec) => (spec.of ?? module) === owner);
        const all = generate ? await complete(owner, owned) : (await read(fileOf(owner)))?.secrets;
        for (const { name } of owned) {
          const secret = all?.get(name);
          if (secret !== undefined) loaded.set(name, secret);
        }
      }
      return loaded;
    },
  };
}
