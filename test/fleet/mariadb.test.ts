import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mariadb } from '../../src/modules/mariadb/index.ts';
import { isOver, readable, runIdOf } from '../helpers/deployment.ts';
import { filesWithCanary, watchArgv } from './canary.ts';
import { describeFaults } from './injected.ts';
import {
  answersOf,
  ask,
  askRoot,
  chosenOf,
  HEALTHY,
  openMariadb,
  OWN_TABLES,
  servers,
  statusOf,
  untilWhole,
} from './mariadb-cluster.ts';
import { FAULTS, FIXTURES, LAGGING } from './mariadb-faults.ts';
import { expectMoved } from './mariadb-moved.ts';
import { approved, command, moveModule, resume, type Movable } from './operator.ts';
import { until } from './process.ts';

/** Everything that a deploy must not restart. */
const UNITS = 'mariadb.service';

/** Longest time a deploy of three empty hosts may take on a busy machine, ms. */
const DEPLOY_MS = 300_000;

describe('mariadb, driven by Slack messages alone, on real hosts', () => {
  let real: Movable;

  beforeAll(async () => {
    real = await openMariadb();
  });

  afterAll(async () => {
    await real.close();
  });

  const on = async (host: string, shell: string) => (await real.fleet.exec(host, shell)).stdout;

  it('stops at the host that is broken, says which and why, and completes when it is resumed', async () => {
    const watches = servers.map((host) => watchArgv(real.fleet, host));
    await on('maria-02', 'mv /etc/apt/sources.list /etc/apt/sources.list.aside');
    const run = await command(real, 'deploy mariadb', DEPLOY_MS);
    expect(readable(run)).toMatch(/maria-02: apt-get could not install mariadb-server .*To do/s);
    expect(await on('maria-01', 'systemctl is-active mariadb')).toBe('inactive\n');
    await on('maria-02', 'mv /etc/apt/sources.list.aside /etc/apt/sources.list');
    expect(readable(await resume(real, run, DEPLOY_MS))).toMatch(HEALTHY);
    expect((await Promise.all(watches.map((watch) => watch.stop()))).flat()).toEqual([]);
  });

  it('leaves three members that take what the applications write, and give it back anywhere', async () => {
    expect(await statusOf(real, 'wsrep_cluster_size')).toEqual(['3', '3', '3']);
    await ask(real, 'maria-01', 'create table kept (id int primary key auto_increment, host varchar(20))');
    for (const host of servers) await ask(real, host, `insert into kept (host) values ('${host}')`);
    for (const host of servers) {
      const read = 'set session wsrep_sync_wait = 1; select group_concat(host order by host) from kept';
      expect(await ask(real, host, read)).toBe(servers.join(','));
    }
  });

  it('changes nothing and restarts nothing when it is deployed again, and asks nobody', async () => {
    const before = await real.starts(servers, UNITS);
    const again = await command(real, 'deploy mariadb', 60_000);
    expect(readable(again)).toContain('Nothing to change.');
    expect((await real.events(again)).filter(({ type }) => type === 'host.started')).toEqual([]);
    expect(await real.starts(servers, UNITS)).toEqual(before);
    for (const host of servers) expect(await filesWithCanary(real.fleet, host)).toEqual([]);
  });

  it('answers status and test, and leaves no rows behind', async () => {
    expect(readable(await command(real, 'status mariadb', 30_000))).toMatch(HEALTHY);
    expect(readable(await command(real, 'test mariadb', 60_000))).toMatch(HEALTHY);
    expect(await ask(real, 'maria-01', OWN_TABLES)).toBe('0');
  });

  it('restarts one member after the other for a setting that changed, and puts right who may log in', async () => {
    await on('maria-02', 'sed -i s/max_connections.*/max_connections=99/ /etc/mysql/mariadb.conf.d/90-keybuzz.cnf');
    await askRoot(real, 'maria-01', `alter user erpnext@'10.0.0.0/255.255.0.0' identified by 'another'`);
    const before = await real.starts(servers, UNITS);
    const done = await command(real, 'deploy mariadb', 120_000);
    expect(readable(done)).toMatch(HEALTHY);
    const changes = (await real.events(done)).flatMap((event) => (event.type === 'host.finished' ? event.changes : []));
    expect(changes.map(({ host, kind, target }) => `${host} ${kind} ${target}`)).toEqual([
      'maria-02 file /etc/mysql/mariadb.conf.d/90-keybuzz.cnf',
      'maria-02 service mariadb.service',
      'maria-01 account erpnext',
    ]);
    const after = await real.starts(servers, UNITS);
    expect(after.map((text, index) => text === before[index])).toEqual([true, false, true]);
  });

  describeFaults({
    ...{ module: mariadb, faults: FAULTS, fixtures: FIXTURES },
    open: () => ({ fleet: real.fleet, ask: () => real.ask(mariadb) }),
  });

  it('lets one member leave and come back by IST, while the others go on, without losing a write', async () => {
    const chosen = await chosenOf(real);
    const moved = await moveModule(real, 'failover', 'mariadb');
    await expectMoved(real, moved, chosen);
    expect(moved.told).toMatchObject({ leave: 'pass' });
    const { 'outage-seconds': outage, lost, [`outage-${chosen}`]: away } = moved.facts;
    process.stdout.write(`failover: ${outage} s without a write, ${away} s on ${chosen}, ${lost} lost\n`);
  });

  it('brings a killed member back by IST without losing a write, though the worker dies while it is down', async () => {
    const chosen = await chosenOf(real);
    const moving = moveModule(real, 'drill', 'mariadb');
    await until('a killed member', 60_000, async () => {
      return (await on(chosen, 'systemctl is-failed mariadb')).trim() === 'failed' || undefined;
    });
    await real.worker.end('SIGKILL');
    await real.start('worker');
    const moved = await moving;
    await expectMoved(real, moved, chosen);
    expect(moved.told).toMatchObject({ takeover: 'pass' });
    const { 'outage-seconds': outage, lost, [`outage-${chosen}`]: away } = moved.facts;
    process.stdout.write(`drill: ${outage} s without a write, ${away} s on ${chosen}, ${lost} lost\n`);
  });

  it.each([
    ['cluster-size', 'a member is down', 'systemctl stop mariadb', 'systemctl start mariadb'],
    [
      'synced',
      'a member is desynced, as a donor is',
      'mariadb -e "set global wsrep_desync = ON"',
      'mariadb -e "set global wsrep_desync = OFF"',
    ],
    ['caught-up', 'a member lags', LAGGING.begin, LAGGING.end],
  ])('refuses by %s when %s, and moves nothing', async (check, _, begin, end) => {
    await untilWhole(real);
    await on('maria-03', begin);
    const starts = await real.starts(['maria-01', 'maria-02'], UNITS);
    const refused = await command(real, 'drill mariadb', 60_000);
    await on('maria-03', end);
    expect(readable(refused)).toMatch(/\*Refused/);
    expect((await answersOf(real, refused))[check]).toBe('fail');
    expect(await real.starts(['maria-01', 'maria-02'], UNITS)).toEqual(starts);
  });

  it('waits while a person holds the lock of the cluster, and moves nothing', async () => {
    await untilWhole(real);
    const operator = real.slack.person('operator');
    await operator.command('#ops', '/keybuzz', 'lock mariadb maintenance of a disk');
    const asked = await approved(real, 'failover mariadb');
    const waiting = await real.when(asked, (text) => text.includes('is held by'), 60_000);
    expect(readable(waiting)).toMatch(/Lock `mariadb` is held by Olga Operator \(maintenance of a disk\)/);
    await operator.command('#ops', '/keybuzz', `cancel ${runIdOf(waiting)}`);
    expect(readable(await real.when(waiting, isOver, 60_000))).toContain('Cancelled');
    expect((await real.events(waiting)).map(({ type }) => type)).not.toContain('host.started');
    await operator.command('#ops', '/keybuzz', 'unlock mariadb');
  });

  it('begins nothing by itself after a crash of all, shows where each stands, and goes on when one was chosen', async () => {
    const rows = await ask(real, 'maria-01', 'select count(*) from kept');
    for (const host of servers) await real.fleet.killUnit(host, 'mariadb.service');
    for (const host of servers) await on(host, 'rm -r /run/systemd/system/mariadb.service.d; systemctl daemon-reload');
    const begin = (await real.ask(mariadb)).find(({ check }) => check === 'begin');
    expect(begin).toMatchObject({ answer: 'unknown' });
    const refused = await command(real, 'deploy mariadb', 120_000);
    const text = readable(refused);
    expect(text).toMatch(/none may begin the cluster: maria-01 [0-9a-f-]{36}:\d+, maria-02 [0-9a-f-]{36}:\d+/);
    const [, newest = 'nobody'] = /(maria-0\d) has the newest data/.exec(text) ?? [];
    for (const host of servers) expect(await on(host, 'systemctl is-active mariadb')).toMatch(/^(?:inactive|failed)$/m);
    await on(newest, 'sed -i "s/^safe_to_bootstrap: 0/safe_to_bootstrap: 1/" /opt/keybuzz/mariadb/data/grastate.dat');
    let run = await resume(real, refused, 120_000);
    if (readable(run).includes('keybuzz_approve')) {
      await real.slack.person('approver').click(run, 'keybuzz_approve');
      run = await real.when(run, isOver, 120_000);
    }
    expect(readable(run)).toMatch(HEALTHY);
    for (const host of servers) expect(await ask(real, host, 'select count(*) from kept')).toBe(rows);
  });

  it('removes the module after two approvals, keeps the data, and has nothing to do a second time', async () => {
    expect(readable(await command(real, 'remove mariadb', 120_000))).toContain('*Done*');
    for (const host of servers) {
      const left = await on(
        host,
        'ls /opt/keybuzz/mariadb /etc/mysql/mariadb.conf.d; systemctl is-enabled mariadb; ss -Hltn',
      );
      expect(left).toMatch(/data\.removed-\d{8}T\d{6}Z/);
      expect(left).toMatch(/^disabled$/m);
      expect(left).not.toMatch(/90-keybuzz|:3306|:4567/m);
    }
    expect(readable(await command(real, 'remove mariadb', 60_000))).toContain('Nothing to change.');
  });
});
