import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sha256 } from '../../src/canonical.ts';
import { runShell, type RunOptions } from './shell.ts';

const PROGRAM = '#!/bin/sh\necho one\n';
const HASH = sha256(PROGRAM);

describe('fetch_artifact', () => {
  let root: string;
  let server: Server;
  let base: string;
  let asked: string[];

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'keybuzz-artifact-'));
    asked = [];
    server = createServer((request, response) => {
      const url = request.url ?? '';
      asked.push(url);
      if (url === '/elsewhere') response.writeHead(302, { location: '/tool' }).end();
      else if (url === '/tool') response.end(PROGRAM);
      else if (url === '/other') response.end('something else\n');
      else if (url === '/cut')
        response.writeHead(200, { 'content-length': 100_000 }).write('#!', () => response.destroy());
      else if (url === '/hangs') response.writeHead(200, { 'content-length': 100_000 }).write('#!');
      else response.writeHead(404).end('no such file\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(root, { recursive: true });
  });

  const fetch = (path: string, options: RunOptions & { hash?: string; version?: string; before?: string } = {}) => {
    const { hash = HASH, version = '1.0', before = '', ...rest } = options;
    // The hosts' own patience would be too long here.
    const impatient = 'ARTIFACT_SECONDS=2; ARTIFACT_SLOW=()';
    const body = `${impatient}; ${before}\nfetch_artifact tool '${path}' '${version}' '${hash}' ${root}/bin/tool`;
    return runShell(body, { needs: ['lib.sh', 'system.sh', 'artifact.sh'], ...rest });
  };
  const there = (): string[] => (existsSync(join(root, 'bin')) ? readdirSync(join(root, 'bin')) : []);
  const place = (): string => readFileSync(join(root, 'bin/tool'), 'utf8');

  it('puts the pinned file in its place, and asks nobody for it again', async () => {
    expect((await fetch(`${base}/tool`)).changes).toEqual([`artifact ${root}/bin/tool 1.0 sha256:${HASH}`]);
    expect(place()).toBe(PROGRAM);
    expect((statSync(join(root, 'bin/tool')).mode & 0o777).toString(8)).toBe('755');
    expect(await fetch(`${base}/tool`)).toMatchObject({ changes: [], exitCode: 0 });
    expect(await fetch('-')).toMatchObject({ changes: [], exitCode: 0 });
    expect(asked).toEqual(['/tool']);
  });

  it('shows in check mode what it would take, and asks nobody', async () => {
    const ran = await fetch(`${base}/tool`, { mode: 'check' });
    expect(ran.changes).toEqual([`artifact ${root}/bin/tool 1.0 sha256:${HASH}`]);
    expect([asked, there()]).toEqual([[], []]);
  });

  it('follows a mirror that leads elsewhere', async () => {
    expect((await fetch(`${base}/elsewhere`)).exitCode).toBe(0);
    expect(place()).toBe(PROGRAM);
  });

  it('refuses another file by both hashes, and keeps what was there', async () => {
    await fetch(`${base}/tool`);
    const wanted = sha256('newer');
    const ran = await fetch(`${base}/other`, { hash: wanted });
    expect(ran.exitCode).toBe(1);
    expect(ran.facts.reason).toContain(`its SHA-256 is ${sha256('something else\n')}, not ${wanted}`);
    expect([place(), there()]).toEqual([PROGRAM, ['tool']]);
  });

  it('replaces a file that is there and not the pinned one', async () => {
    await fetch(`${base}/tool`);
    writeFileSync(join(root, 'bin/tool'), 'tampered with\n');
    expect((await fetch(`${base}/tool`)).changes).toHaveLength(1);
    expect(place()).toBe(PROGRAM);
  });

  it.each([
    ['/missing', /the answer was HTTP 404/],
    ['/cut', /could not be fetched/],
    ['/hangs', /it did not come in time/],
  ])('says why %s could not be fetched, and leaves nothing', async (path, reason) => {
    const ran = await fetch(`${base}${path}`);
    expect(ran.exitCode).toBe(1);
    expect(ran.facts.reason).toMatch(reason);
    expect(ran.facts.fix).toContain('artifacts.yaml');
    expect(there()).toEqual([]);
  });

  it('says that nobody listens, or that a name is not known', async () => {
    expect((await fetch('http://127.0.0.1:9/tool')).facts.reason).toContain('nobody listens there');
    expect((await fetch('http://mirror.invalid/tool')).facts.reason).toContain('its name is not known here');
  });

  it.each(['check', 'apply'] as const)(
    'refuses in mode %s what artifacts.yaml does not say, with what to enter',
    async (mode) => {
      const nowhere = await fetch('-', { mode });
      expect(nowhere).toMatchObject({ exitCode: 69, changes: [] });
      expect(nowhere.facts.fix).toContain('enter its address as base in artifacts.yaml');
      const unpinned = await fetch(`${base}/tool`, { mode, hash: '' });
      expect(unpinned).toMatchObject({ exitCode: 69, changes: [] });
      expect(unpinned.facts.fix).toContain('Enter version, sha256 and path of tool');
      expect((await fetch(`${base}/tool`, { mode, version: '' })).exitCode).toBe(69);
      expect((await fetch('file:///etc/passwd', { mode })).exitCode).toBe(69);
      expect(asked).toEqual([]);
    },
  );
});
