import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { neededBy } from '../../../src/modules/scripts.ts';
import { runShell, type Ran } from '../shell.ts';
import { UUID } from './cluster.ts';

const MODULES = join(import.meta.dirname, '../../../src/modules');
const ARGS = 'maria-01 keybuzz-galera 1G maria-01=127.0.0.2 maria-02=127.0.0.3 maria-03=127.0.0.4';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'keybuzz-mariadb-'));
  mkdirSync(join(directory, 'data'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** Puts a program of that name first in the path; what it is asked is noted. */
function standIn(name: string, script = ''): void {
  writeFileSync(join(directory, name), `#!/bin/bash\necho "${name} $*" >>${directory}/asked\n${script}\n`);
  chmodSync(join(directory, name), 0o755);
}

/** What the stand-ins were asked that matches. */
function asked(pattern: RegExp): string[] {
  const path = join(directory, 'asked');
  return existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => pattern.test(line))
    : [];
}

/** systemd's answers about a unit in that state. */
function unitIs(state: string): void {
  const isActive = state === 'active' ? 0 : 3;
  standIn('systemctl', `case $* in *is-active*) exit ${isActive} ;; *ActiveState*) echo ${state} ;; esac`);
}

const note = (uuid: string, seqno: number, safe = 0) => {
  writeFileSync(
    join(directory, 'data/grastate.dat'),
    `version: 2.1\nuuid:    ${uuid}\nseqno:   ${seqno}\nsafe_to_bootstrap: ${safe}\n`,
  );
};

/** Runs a script of the module on the seed, whose data is the test's own; the others are down unless the body says else. */
function run(script: string, mode: 'check' | 'apply' | 'read', body = '', args = ARGS): Promise<Ran> {
  const text = readFileSync(join(MODULES, 'mariadb', script), 'utf8');
  const own = text.replace(/^main "\$@".*$/m, '').replace(/^main\(\) \{$/m, 'script_main() {');
  const stubs = `
    MARIADB_HOME=${directory} MARIADB_DATA=${directory}/data POSITION_FILE=${directory}/position
    server_preflight() { :; }
    mariadb_packages() { :; }
    mariadb_files() { :; }
    is_our_mariadb() { true; }
    listens() { false; }
    port_state() { printf closed; }
    ${body}`;
  const path = `${directory}:${process.env.PATH ?? ''}`;
  return runShell(`${own}\n${stubs}\nscript_main ${args}`, {
    ...{ mode, needs: neededBy(text), path, secrets: { APP_PASSWORD: 'password' } },
  });
}

describe('a member whose unit starts', () => {
  beforeEach(() => {
    standIn('mariadbd', `echo 'WSREP: Recovered position: ${UUID}:1204' >&2`);
    standIn('galera_new_cluster');
  });

  it.each(['check', 'apply'] as const)('is not recovered meanwhile: a copy may be under way (%s)', async (mode) => {
    unitIs('activating');
    note(UUID, -1);
    const ran = await run('install-server.sh', mode);
    expect(ran).toMatchObject({ exitCode: 0, changes: [], facts: { position: 'starting' } });
    expect(asked(/^mariadbd/)).toEqual([]);
  });

  it('is not recovered while a process of a start that failed is left', async () => {
    unitIs('failed');
    note(UUID, -1);
    const ran = await run('install-server.sh', 'apply', 'unit_processes() { echo 7; }');
    expect([ran.facts.position, asked(/^mariadbd/)]).toEqual(['starting', []]);
  });

  it.each(['inactive', 'failed'])('is recovered when it is %s and was not stopped in order', async (state) => {
    unitIs(state);
    note(UUID, -1);
    const ran = await run('install-server.sh', 'apply');
    expect([ran.facts.position, asked(/^mariadbd/).length]).toEqual([`${UUID}:1204`, 1]);
  });

  it.each<[string, string, Parameters<typeof note>]>([
    ['none', 'in data that is not there yet', ['00000000-0000-0000-0000-000000000000', -1, 0]],
    [`${UUID}:7`, 'where it left last', [UUID, 7, 1]],
  ])('tells no position to go by (else %s), and begins no cluster %s', async (position, _, noted) => {
    note(...noted);
    const body = `mariadb_directory() { printf ${directory}/data; }`;
    const status = async () => (await run('status-server.sh', 'read', body, '127.0.0.2')).facts['mariadb.position'];
    unitIs('activating');
    expect(await status()).toBe('starting');
    expect((await run('begin-server.sh', 'apply')).changes).toEqual([]);
    expect(asked(/^galera_new_cluster/)).toEqual([]);
    unitIs('inactive');
    expect(await status()).toBe(position);
    expect((await run('begin-server.sh', 'check')).changes).toEqual([expect.stringMatching(/^cluster .* begun/)]);
  });
});

describe('first tables that were not made to the end', () => {
  const data = (...names: string[]) => names.map((name) => existsSync(join(directory, 'data', name)));
  const begin = (mode: 'check' | 'apply' = 'apply') => run('begin-server.sh', mode, 'is_synced() { true; }');
  const emptied = expect.stringMatching(/^directory \S+ emptied/);

  beforeEach(async () => {
    unitIs('inactive');
    standIn('galera_new_cluster');
    standIn('mariadb-install-db', `mkdir ${directory}/data/mysql; touch ${directory}/data/half; kill -9 $$`);
    expect((await begin()).exitCode).toBe(1);
    expect(asked(/^galera_new_cluster/)).toEqual([]);
    standIn('mariadb-install-db', `mkdir ${directory}/data/mysql`);
  });

  it('are made anew by the next deploy, whose preview says so, and not a third time', async () => {
    const preview = await begin('check');
    expect([preview.changes, data('half'), asked(/^mariadb-install-db/).length]).toEqual([
      ...[expect.arrayContaining([emptied]), [true], 1],
    ]);
    const next = await begin();
    expect([next.exitCode, next.changes]).toEqual([0, preview.changes]);
    expect([data('mysql', 'half'), asked(/^mariadb-install-db/).length]).toEqual([[true, false], 2]);
    expect((await begin()).changes).not.toContainEqual(emptied);
    expect([data('mysql'), asked(/^mariadb-install-db/).length]).toEqual([[true], 2]);
  });

  it.each([
    ['a member has run on them', () => note(UUID, 7, 1)],
    ['Galera has noted anything there', () => note('00000000-0000-0000-0000-000000000000', -1)],
    ['a database was put there since', () => mkdirSync(join(directory, 'data/erpnext'))],
  ])('are left as they are where %s', async (_, put) => {
    put();
    expect((await begin()).changes).not.toContainEqual(emptied);
    expect([data('mysql', 'half'), asked(/^mariadb-install-db/).length]).toEqual([[true, true], 1]);
  });
});

describe('a restart for a changed configuration', () => {
  /** The seed runs with another configuration; the others run, and listen for clients as the list says. */
  function joinOf(
    status: Record<string, string>,
    listening: string[],
    mode: 'check' | 'apply' = 'apply',
  ): Promise<Ran> {
    unitIs('active');
    const rows = {
      wsrep_local_state: '4',
      wsrep_cluster_status: 'Primary',
      wsrep_cluster_size: '3',
      wsrep_ready: 'ON',
    };
    const lines = Object.entries({ ...rows, ...status }).map(([name, value]) => `${name}\t${value}`);
    standIn('mariadb', `printf '${lines.join('\\n')}\\n'`);
    const body = `
      SETTLE_SECONDS=0
      PENDING=${directory}/pending
      config_differs() { true; }
      port_state() { case "$2 $1" in 4567* | ${listening.map((host) => `'3306 ${host}'`).join(' | ')}) printf open ;; *) printf closed ;; esac; }`;
    return run('join-server.sh', mode, body);
  }
  const both = ['127.0.0.3', '127.0.0.4'];

  it('is made where every member is synced and serves', async () => {
    expect((await joinOf({}, both, 'check')).changes).toEqual(['service mariadb.service restart']);
    expect(asked(/^systemctl restart/)).toEqual([]);
    expect((await joinOf({}, both)).exitCode).toBe(0);
    expect(asked(/^systemctl restart/)).toEqual(['systemctl restart mariadb.service']);
  });

  it.each<[string, Record<string, string>, string[], RegExp]>([
    ['it gives a copy to another', { wsrep_local_state: '2' }, both, /wsrep_local_state is 2, not 4/],
    ['another takes a copy', {}, ['127.0.0.4'], /127\.0\.0\.3 takes no clients yet/],
    ['it has no majority', { wsrep_cluster_status: 'non-Primary' }, both, /has no majority/],
    ['one is in no cluster with it', { wsrep_cluster_size: '2' }, both, /has 2 members, not 3/],
  ])('is refused while %s', async (_, status, listening, reason) => {
    for (const mode of ['check', 'apply'] as const) {
      const ran = await joinOf(status, listening, mode);
      expect([ran.exitCode, ran.facts.reason, ran.changes]).toEqual([69, expect.stringMatching(reason), []]);
    }
    expect(asked(/^systemctl restart/)).toEqual([]);
  });
});
