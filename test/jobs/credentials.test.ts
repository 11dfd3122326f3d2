import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ConfigError } from '../../src/errors.ts';
import { openCredentials, parseCredentials } from '../../src/jobs/credentials.ts';

const SPECS = ['REDIS_PASSWORD', 'SENTINEL_PASSWORD'].map((name) => ({ name, bytes: 32, files: [] }));

describe('credentials', () => {
  let parent: string;
  let directory: string;

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'keybuzz-credentials-'));
    directory = join(parent, 'credentials');
  });

  afterEach(async () => {
    await rm(parent, { recursive: true });
  });

  it('makes what is missing once, readable by the worker alone, and gives the same afterwards', async () => {
    const first = await openCredentials(directory).load('redis', SPECS, true);
    const second = await openCredentials(directory).load('redis', SPECS, true);
    expect([...second].map(([name, secret]) => [name, secret.reveal()])).toEqual(
      [...first].map(([name, secret]) => [name, secret.reveal()]),
    );
    expect(first.get('REDIS_PASSWORD')?.reveal()).toMatch(/^[0-9a-f]{64}$/);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect((await stat(join(directory, 'redis.env'))).mode & 0o777).toBe(0o600);
    expect(await readdir(directory)).toEqual(['redis.env']);
  });

  it('lets two workers that begin together end with the same values', async () => {
    const both = await Promise.all([1, 2, 3, 4].map(() => openCredentials(directory).load('redis', SPECS, true)));
    expect(new Set(both.map((all) => all.get('REDIS_PASSWORD')?.reveal())).size).toBe(1);
  });

  it('keeps imported values and adds only what is missing', async () => {
    await openCredentials(directory).load('other', SPECS, true);
    await writeFile(join(directory, 'redis.env'), '# imported\nREDIS_PASSWORD=hunter2!\n', { mode: 0o600 });
    const all = await openCredentials(directory).load('redis', SPECS, true);
    expect(all.get('REDIS_PASSWORD')?.reveal()).toBe('hunter2!');
    expect(await readFile(join(directory, 'redis.env'), 'utf8')).toMatch(
      /^# imported\nREDIS_PASSWORD=hunter2!\nSENTINEL_PASSWORD=/,
    );
  });

  it('takes one that another module has from its file, also when it makes it', async () => {
    const specs = [...SPECS, { name: 'APP_PASSWORD', bytes: 32, files: [], of: 'other' }];
    const made = await openCredentials(directory).load('redis', specs, true);
    const other = await openCredentials(directory).load(
      'other',
      [{ name: 'APP_PASSWORD', bytes: 32, files: [] }],
      false,
    );
    expect(made.get('APP_PASSWORD')?.reveal()).toBe(other.get('APP_PASSWORD')?.reveal());
    expect((await readdir(directory)).sort()).toEqual(['other.env', 'redis.env']);
    expect(await readFile(join(directory, 'redis.env'), 'utf8')).not.toContain('APP_PASSWORD');
    expect((await openCredentials(directory).load('redis', specs, false)).size).toBe(3);
  });

  it('is surveyed whole when what modules are given of others stands in their owners’ files', async () => {
    const credentials = openCredentials(directory);
    const given = [{ name: 'REDIS_PASSWORD', bytes: 32, files: [], of: 'redis' }];
    const apps = [{ name: 'SESSION_KEY', bytes: 32, files: [] }, ...given];
    const modules = [
      { name: 'redis', credentials: SPECS },
      { name: 'apps', credentials: apps },
      { name: 'reader', credentials: given },
    ];
    await credentials.load('apps', apps, true);
    const missingOf = async () =>
      (await credentials.survey(modules)).files.map(({ module, missing }) => [module, missing]);
    expect(await missingOf()).toEqual([
      ['redis', ['SENTINEL_PASSWORD']],
      ['apps', []],
    ]);
    await credentials.load('redis', SPECS, true);
    expect(await missingOf()).toEqual([
      ['redis', []],
      ['apps', []],
    ]);
  });

  it('makes nothing when only asked to read', async () => {
    expect((await openCredentials(directory).load('redis', SPECS, false)).size).toBe(0);
    expect(await readdir(parent)).toEqual([]);
  });

  it('refuses a file that others may read, and says how to mend it', async () => {
    await openCredentials(directory).load('redis', SPECS, true);
    await chmod(join(directory, 'redis.env'), 0o644);
    await expect(openCredentials(directory).load('redis', SPECS, true)).rejects.toMatchObject({
      fix: `Run: chmod 600 ${join(directory, 'redis.env')}`,
    });
  });

  it('names the line of a fault and never its text', () => {
    expect(() => parseCredentials('A=1\nB = hunter2\n', 'redis.env')).toThrow(/line 2/);
    expect(() => parseCredentials('A=1\nB = hunter2\n', 'redis.env')).not.toThrow(/hunter2/);
  });

  it('throws nothing but ConfigError, whatever the file holds, and shows no value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          const all = parseCredentials(text, 'redis.env');
          for (const secret of all.values()) expect(inspect(secret)).toBe('[REDACTED]');
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
        }
      }),
    );
  });
});
