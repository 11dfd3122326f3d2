import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { proxysql } from '../../src/modules/proxysql/index.ts';
import { isOver, readable } from '../helpers/deployment.ts';
import { filesWithCanary } from './canary.ts';
import { describeFaults } from './injected.ts';
import { servers, statusOf } from './mariadb-cluster.ts';
import { command, moveModule, type Movable, type Moved } from './operator.ts';
import { until } from './process.ts';
import { ask as askThrough, CANARIES, client, openProxysql, proxies, type Proxy } from './proxysql-cluster.ts';
import { FAULTS } from './proxysql-faults.ts';

const UNITS = 'proxysql.service';

/** No load balancer stands before the proxies here: that check only ever warns. */
const HEALTHY = /\*Done with warnings\* in .*checks: 10 pass, 1 warn/;

const OWN_TABLES = "select count(*) from information_schema.tables where table_schema = 'erpnext'";

describe('proxysql on real hosts, with proxysql-stand-in before a real Galera cluster', () => {
  let real: Movable;

  beforeAll(async () => {
    real = await openProxysql();
    expect(readable(await command(real, 'deploy mariadb', 300_000))).toContain('*Done*');
  });

  afterAll(async () => {
    await real.close();
  });

  const on = async (host: string, shell: string) => (await real.fleet.exec(host, shell)).stdout;

  const ask = (proxy: Proxy, statement: string) => askThrough(real, proxy, statement);

  const admin = (proxy: Proxy, statement: string) =>
    client(real, proxy, `-h 127.0.0.1 -P 6032 -u admin -p${CANARIES.ADMIN_PASSWORD}`, statement);

  /** The checks that neither pass nor are let be: errors of the last minute, and who is not there at all. */
  const notPassing = async () => {
    const results = await real.ask(proxysql);
    return results
      .filter(({ check, answer }) => answer !== 'pass' && check !== 'load-balancer' && check !== 'monitor')
      .map(({ check }) => check);
  };

  const whole = () => until('whole proxies', 120_000, async () => (await notPassing()).length === 0 || undefined);

  it('leads both proxies to one writer, as applications see it, and keeps admin to itself', async () => {
    expect(readable(await command(real, 'deploy proxysql', 300_000))).toMatch(HEALTHY);
    const writers = await Promise.all(proxies.map((proxy) => ask(proxy, 'select @@wsrep_node_address')));
    expect(new Set(writers).size).toBe(1);
    await expect(client(real, 'proxysql-01', '-h 127.0.0.1 -P 6032 -u admin -padmin', 'select 1')).rejects.toThrow(
      /1045/,
    );
    expect(await on('proxysql-01', 'ss -Hltn sport = :6032')).toMatch(/127\.0\.0\.1:6032/);
  });

  it('changes nothing and restarts nothing when it is deployed again, and left credentials in the listed files alone', async () => {
    const before = await real.starts(proxies, UNITS);
    expect(readable(await command(real, 'deploy proxysql', 60_000))).toContain('Nothing to change.');
    expect(await real.starts(proxies, UNITS)).toEqual(before);
    const listed = proxysql.credentials.flatMap(({ files }) => files);
    for (const host of proxies) {
      const found = (await filesWithCanary(real.fleet, host)).map((line) => line.split(' '));
      expect(found.filter(([, path]) => !listed.includes(path ?? ''))).toEqual([]);
      expect(found.filter(([mode]) => (parseInt(mode ?? '7777', 8) & 0o137) !== 0)).toEqual([]);
      expect(found).not.toEqual([]);
    }
    for (const host of servers) expect(await filesWithCanary(real.fleet, host)).toEqual([]);
  });

  it('answers test, and leaves no rows behind', async () => {
    expect(readable(await command(real, 'test proxysql', 60_000))).toMatch(HEALTHY);
    expect(await ask('proxysql-01', OWN_TABLES)).toBe('0');
  });

  describeFaults({
    ...{ module: proxysql, faults: FAULTS, fixtures: [] },
    note: 'Against `proxysql-stand-in` (test/fleet/stand-ins) in the place of ProxySQL, before real Galera members.',
    open: () => ({ fleet: real.fleet, ask: () => real.ask(proxysql) }),
  });

  it('puts right what drifted with LOAD and SAVE alone', async () => {
    const before = await real.starts(proxies, UNITS);
    await admin('proxysql-01', 'update mysql_query_rules set destination_hostgroup = 30');
    await admin('proxysql-01', 'load mysql query rules to runtime');
    await admin(
      'proxysql-02',
      "update global_variables set variable_value = '9000' where variable_name = 'mysql-monitor_galera_healthcheck_interval'",
    );
    const done = await command(real, 'deploy proxysql', 60_000);
    expect(readable(done)).toMatch(HEALTHY);
    const changes = (await real.events(done)).flatMap((event) => (event.type === 'host.finished' ? event.changes : []));
    expect(changes.map(({ host, kind, target }) => `${host} ${kind} ${target}`)).toEqual([
      'proxysql-01 setting proxysql:mysql-query-rules',
      'proxysql-02 setting proxysql:mysql-variables',
    ]);
    expect(await real.starts(proxies, UNITS)).toEqual(before);
  });

  async function expectMoved(moved: Moved): Promise<void> {
    expect(moved.text).toMatch(/\*Done(?: with warnings)?\* in/);
    expect(moved.told).toMatchObject({ outage: 'pass', 'lost-writes': 'pass' });
    expect(moved.facts).toMatchObject({ lost: '0', 'lost-by-all': '0' });
    expect(Number(moved.facts.acknowledged)).toBeGreaterThan(100);
    expect(await statusOf(real, 'wsrep_cluster_size')).toEqual(['3', '3', '3']);
    expect(await statusOf(real, 'wsrep_local_state')).toEqual(['4', '4', '4']);
    for (const host of [...servers, ...proxies]) expect(await on(host, 'ls -A /run/systemd/system')).toBe('');
    expect(await ask('proxysql-01', OWN_TABLES)).toBe('0');
  }

  it('leads to another writer in order, without losing a write', async () => {
    await whole();
    const moved = await moveModule(real, 'failover', 'proxysql');
    await expectMoved(moved);
    expect(moved.told).toMatchObject({ switch: 'pass' });
    process.stdout.write(`failover: ${moved.facts['outage-seconds']} s without a write, ${moved.facts.lost} lost\n`);
  });

  it('goes on without the killed writer, and then without a killed proxy, without losing a write', async () => {
    await whole();
    const moved = await moveModule(real, 'drill', 'proxysql');
    await expectMoved(moved);
    expect(moved.told).toMatchObject({ others: 'pass', takeover: 'pass', rejoin: 'pass', 'other-serves': 'pass' });
    process.stdout.write(`drill: ${moved.facts['outage-seconds']} s without a write, ${moved.facts.lost} lost\n`);
  });

  it('refuses while a member is down, and moves nothing', async () => {
    await whole();
    await on('maria-03', 'systemctl stop mariadb');
    await until('backends fails', 60_000, async () => (await notPassing()).includes('backends') || undefined);
    const refused = await command(real, 'drill proxysql', 60_000);
    expect(readable(refused)).toMatch(/\*Refused/);
    expect((await real.events(refused)).map(({ type }) => type)).not.toContain('host.started');
    await on('maria-03', 'systemctl start mariadb');
    await whole();
  });

  it('refuses while the other proxy is down, before anybody is asked', async () => {
    await on('proxysql-02', 'systemctl stop proxysql');
    const root = await real.run('operator', 'drill proxysql');
    const refused = await real.when(root, (text) => isOver(text) || text.includes('keybuzz_resume'), 60_000);
    expect(readable(refused)).toMatch(/Nobody answers behind the ProxySQL at 10\.0\.0\.174/);
    expect((await real.events(refused)).map(({ type }) => type)).not.toContain('approval.requested');
    await on('proxysql-02', 'systemctl start proxysql');
    await whole();
  });

  it('removes the proxies after two approvals, with every password on them', async () => {
    expect(readable(await command(real, 'remove proxysql', 120_000))).toContain('*Done*');
    for (const host of proxies) {
      expect(await on(host, 'systemctl is-enabled proxysql; ss -Hltn')).not.toMatch(/^enabled|:3306|:6032/m);
      expect(await filesWithCanary(real.fleet, host)).toEqual([]);
    }
    expect(readable(await command(real, 'remove proxysql', 60_000))).toContain('Nothing to change.');
  });
});
