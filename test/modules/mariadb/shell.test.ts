import { once } from 'node:events';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runShell } from '../shell.ts';
import { UUID } from './cluster.ts';

const needs = ['lib.sh', 'preflight.sh', 'mariadb.sh', 'mariadb-accounts.sh'];
const run = (body: string, secrets: Record<string, string> = {}, path?: string) =>
  runShell(body, { needs, mode: 'read', secrets, ...(path === undefined ? {} : { path }) });

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'keybuzz-mariadb-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe('where a stopped member stands', () => {
  const read = async () => {
    const ran = await run(
      `POSITION_FILE=${directory}/kept; read_position ${directory}; fact position "$POSITION"; fact safe "$SAFE"`,
    );
    return [ran.facts.position, ran.facts.safe];
  };
  const note = (uuid: string, seqno: number, safe: 0 | 1) =>
    writeFileSync(
      join(directory, 'grastate.dat'),
      `# GALERA saved state\nversion: 2.1\nuuid:    ${uuid}\nseqno:   ${seqno}\nsafe_to_bootstrap: ${safe}\n`,
    );

  it('is nowhere when it never was in a cluster', async () => {
    expect(await read()).toEqual(['none', '0']);
    note('00000000-0000-0000-0000-000000000000', -1, 1);
    expect(await read()).toEqual(['none', '0']);
  });

  it('is what Galera noted when it left in order', async () => {
    note(UUID, 1204, 1);
    expect(await read()).toEqual([`${UUID}:1204`, '1']);
  });

  it('is unknown after a crash, until wsrep_recover said it, and again after another start', async () => {
    note(UUID, -1, 0);
    expect(await read()).toEqual(['unknown', '0']);
    const log = join(directory, 'ib_logfile0');
    writeFileSync(log, '');
    utimesSync(log, 1000, 1000);
    writeFileSync(join(directory, 'kept'), `${UUID}:1190\n`);
    expect(await read()).toEqual([`${UUID}:1190`, '0']);
    utimesSync(join(directory, 'kept'), 900, 900);
    expect(await read()).toEqual(['unknown', '0']);
  });
});

describe('asking', () => {
  it('tells a port that is open from one where nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.2');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const ran = await run(`fact here "$(port_state 127.0.0.2 ${port})"; fact there "$(port_state 127.0.0.3 ${port})"`);
    server.close();
    await once(server, 'close');
    expect(ran.facts).toEqual({ here: 'open', there: 'closed' });
  });

  it.each([
    ['ERROR 1045 (28000): whatever it says', 1, '5', 'wrong-password'],
    ['ERROR 2002 (HY000): whatever it says', 1, '2', 'silent'],
    ['ERROR 1047 (08S01) at line 1: whatever it says', 1, '3', 'refuses'],
    ['', 0, '0', 'answers'],
  ])('goes by the number of an error (client stand-in): %j', async (text, code, status, word) => {
    writeFileSync(join(directory, 'mariadb'), `#!/bin/sh\necho '${text}' >&2\nexit ${code}\n`, { mode: 0o755 });
    const ran = await run(
      'status=0; ask_root </dev/null || status=$?; fact status "$status"; fact word "$(mariadb_word "$status")"',
      {},
      `${directory}:${process.env.PATH ?? ''}`,
    );
    expect(ran.facts).toEqual({ status, word });
  });

  it('says when there is no client', async () => {
    const ran = await run(
      'timeout() { return 127; }; status=0; ask_root </dev/null || status=$?; mariadb_word "$status"',
    );
    expect(ran.output.trim()).toBe('no-client');
  });
});

describe('a password', () => {
  it('is kept as mysql_native_password does, whatever is in it', async () => {
    const hash = async (password: string) =>
      (await run('fact hash "$(mariadb_hash APP_PASSWORD)"', { APP_PASSWORD: password })).facts.hash;
    expect(await hash('secret')).toBe('*14E65567ABDB5135D0CFD9A70B3032C179A49EE7');
    expect(await hash('%s\\x41"$')).toMatch(/^\*[0-9A-F]{40}$/);
  });

  it('stands in a file for root alone, quoted, and in no output', async () => {
    const shell = 'use_client_file erpnext APP_PASSWORD; stat -c %a "$CLIENT_FILE"; sed -n /^pass/p "$CLIENT_FILE"';
    const ran = await run(shell, { APP_PASSWORD: 'a\\b"c' });
    expect(ran.output).toBe('600\npassword="a\\\\b\\"c"\n');
  });
});
