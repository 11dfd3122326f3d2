import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { proxysql } from '../../src/modules/proxysql/index.ts';
import { readable } from '../helpers/deployment.ts';
import { installGaleraByHand, onHost } from './mariadb-by-hand.ts';
import { CANARIES as MARIADB, SERVERS, statusOf } from './mariadb-cluster.ts';
import { command, moveModule, type Movable } from './operator.ts';
import { until } from './process.ts';
import { ADMIN, ask, CANARIES, openProxysql, proxies } from './proxysql-cluster.ts';

/** As who their monitor asks the members. */
const THEIRS = { user: 'watcher', password: 'theirsAlone' };

const CONFIG = `datadir="/var/lib/proxysql"
admin_variables=
{
    admin_credentials="admin:${CANARIES.ADMIN_PASSWORD}"
    mysql_ifaces="127.0.0.1:6032"
}
mysql_variables=
{
    interfaces="0.0.0.0:3306"
    monitor_username="${THEIRS.user}"
    monitor_password="${THEIRS.password}"
    monitor_galera_healthcheck_interval=1000
}
`;

/** Hostgroups, rules and a monitor of somebody who never heard of ours; only the names of admin and of erpnext are shared. */
const CONFIGURATION = [
  'insert into mysql_galera_hostgroups (writer_hostgroup, backup_writer_hostgroup, reader_hostgroup, offline_hostgroup, active, max_writers, writer_is_also_reader, max_transactions_behind) values (100, 101, 102, 103, 1, 1, 0, 30)',
  ...Object.values(SERVERS).map(
    (address) => `insert into mysql_servers (hostgroup_id, hostname, port) values (100, '${address}', 3306)`,
  ),
  `insert into mysql_users (username, password, default_hostgroup) values ('erpnext', '${MARIADB.APP_PASSWORD}', 100)`,
  ...[7, 8].map(
    (rule) =>
      `insert into mysql_query_rules (rule_id, active, match_digest, destination_hostgroup, apply) values (${rule}, 1, '^SELECT', 100, 1)`,
  ),
  ...['MYSQL SERVERS', 'MYSQL USERS', 'MYSQL QUERY RULES'].flatMap((area) => [
    `LOAD ${area} TO RUNTIME`,
    `SAVE ${area} TO DISK`,
  ]),
];

const PROXY_BY_HAND = [
  'set -e; export DEBIAN_FRONTEND=noninteractive; apt-get update -q',
  'apt-get install -qy --no-install-recommends proxysql mariadb-client',
  `systemctl stop proxysql; rm -f /var/lib/proxysql/proxysql.db; cat >/etc/proxysql.cnf <<'END'\n${CONFIG}END`,
  'systemctl start proxysql',
  `for _ in {1..100}; do ${ADMIN} -e 'select 1' >/dev/null 2>&1 && break; sleep 0.1; done`,
  `${ADMIN} <<'END'\n${CONFIGURATION.join(';\n')};\nEND`,
].join('\n');

/** No load balancer stands before the proxies here. */
const HEALTHY = /\*Done with warnings\* in .*checks: 10 pass, 1 warn/;

describe('proxysql that somebody else installed, played by proxysql-stand-in, its credentials imported', () => {
  let real: Movable;

  beforeAll(async () => {
    real = await openProxysql();
    await installGaleraByHand(real);
    const grant = `create user ${THEIRS.user}@'10.0.0.%' identified by '${THEIRS.password}'`;
    await onHost(real, 'maria-01', `mariadb -e "${grant}"`);
    await Promise.all(proxies.map((host) => onHost(real, host, PROXY_BY_HAND)));
    await whole();
  });

  afterAll(async () => {
    await real.close();
  });

  /** Also the errors of the minute in which the members were not there yet are over. */
  const whole = () =>
    until('whole proxies', 180_000, async () => {
      const results = await real.ask(proxysql);
      return results.every(({ check, answer }) => answer === 'pass' || check === 'load-balancer') || undefined;
    });

  /** The member that answers behind each proxy, as applications see it. */
  const writers = () => Promise.all(proxies.map((proxy) => ask(real, proxy, 'select @@wsrep_node_address')));

  it('gets status and test', async () => {
    expect(readable(await command(real, 'status proxysql', 60_000))).toMatch(HEALTHY);
    expect(readable(await command(real, 'test proxysql', 60_000))).toMatch(HEALTHY);
  });

  it.each(['failover', 'drill'] as const)('gets a %s, and nothing is lost', async (verb) => {
    await whole();
    const [before] = await writers();
    const moved = await moveModule(real, verb, 'proxysql');
    expect(moved.text).toMatch(/\*Done(?: with warnings)?\* in/);
    expect(moved.told).toMatchObject({ outage: 'pass', 'lost-writes': 'pass' });
    expect(moved.facts).toMatchObject({ lost: '0', 'lost-by-all': '0' });
    expect(Number(moved.facts.acknowledged)).toBeGreaterThan(100);
    expect(new Set(await writers()).size).toBe(1);
    expect(await statusOf(real, 'wsrep_cluster_size')).toEqual(['3', '3', '3']);
    process.stdout.write(`${verb} from ${before}: ${moved.facts['outage-seconds']} s without a write\n`);
  });

  it('is not taken over by a deploy, which says why and changes nothing', async () => {
    const rules = async () => onHost(real, 'proxysql-01', `${ADMIN} -e 'select * from mysql_query_rules'`);
    const before = await rules();
    const root = await real.run('operator', 'deploy proxysql');
    const refused = await real.when(root, (text) => text.includes('keybuzz_resume'), 60_000);
    expect(readable(refused)).toMatch(/\/etc\/proxysql\.cnf was written by somebody else/);
    expect(await rules()).toBe(before);
  });
});
