import type { InjectedFault } from './injected.ts';
import { SERVERS } from './mariadb-cluster.ts';
import { ADMIN, CANARIES, PROXIES } from './proxysql-cluster.ts';

/** Statements for a proxy's admin, one after the other. */
const admin = (...statements: string[]): string => statements.map((one) => `${ADMIN} -e "${one}"`).join(' && ');

const root = (statement: string): string => `mariadb -e "${statement}"`;

const SERVERS_AREA = ['load mysql servers to runtime', 'save mysql servers to disk'];
const RULES_AREA = ['load mysql query rules to runtime', 'save mysql query rules to disk'];
const USERS_AREA = ['load mysql users to runtime', 'save mysql users to disk'];

const credentials = (value: string): string =>
  admin(
    `update global_variables set variable_value = '${value}' where variable_name = 'admin-admin_credentials'`,
    'load admin variables to runtime',
  );
const OURS = `admin:${CANARIES.ADMIN_PASSWORD}`;

/** Somebody who takes connections there and hangs up. */
const listener = (address: string, port: number): string => {
  const program = `$s = IO::Socket::INET->new(LocalAddr => "${address}", LocalPort => ${port}, Listen => 9) or die; close $c while $c = $s->accept`;
  const start = `systemd-run -q --expand-environment=no --unit=listener perl -MIO::Socket::INET -e '${program}'`;
  return `${start} && until ss -Hltn "src ${address}:${port}" | grep -q .; do sleep 0.05; done`;
};

const BALANCER = '10.0.0.20';

/** The monitor's errors count for a minute: the next fault need not wait for that. */
const FORGET = admin('delete from monitor.mysql_server_galera_log where error is not null');

const on = 'proxysql-02';

/** Each fault as root makes it by hand on a proxy, or on a member behind it. */
export const FAULTS: readonly InjectedFault[] = [
  {
    ...{ title: 'a proxy stopped', on },
    make: 'systemctl stop proxysql',
    undo: 'systemctl start proxysql',
    turns: {
      ...{ admin: 'fail', 'galera-hostgroups': 'fail', backends: 'fail', 'one-writer': 'fail', agree: 'fail' },
      ...{ saved: 'fail', 'no-stale-reads': 'fail', entry: 'fail', monitor: 'fail' },
    },
  },
  {
    ...{ title: 'credentials that ProxySQL comes with beside ours', on, turns: { admin: 'fail' } },
    make: credentials(`${OURS};admin:admin`),
    undo: credentials(OURS),
  },
  {
    ...{ title: 'port 6032 open to others', on, turns: { 'admin-closed': 'fail' } },
    make: listener(PROXIES[on], 6032),
    undo: 'systemctl stop listener',
  },
  {
    ...{ title: 'two writers allowed', on, turns: { 'galera-hostgroups': 'fail' } },
    make: admin('update mysql_galera_hostgroups set max_writers = 2', ...SERVERS_AREA),
    undo: admin('update mysql_galera_hostgroups set max_writers = 1', ...SERVERS_AREA),
  },
  {
    ...{ title: 'a member desynced, as a donor is', on: 'maria-03', turns: { backends: 'fail' } },
    make: root('set global wsrep_desync = ON'),
    undo: root('set global wsrep_desync = OFF'),
  },
  {
    ...{ title: 'a proxy that can’t reach a member', on, turns: { backends: 'fail', agree: 'fail', monitor: 'warn' } },
    make: `ip route add blackhole ${SERVERS['maria-03']}`,
    undo: `ip route del blackhole ${SERVERS['maria-03']} && ${FORGET}`,
  },
  {
    ...{ title: 'a proxy that does not list the other’s writer', on },
    make: admin(`delete from mysql_servers where hostname = '${SERVERS['maria-01']}'`, ...SERVERS_AREA),
    undo: admin(
      `insert into mysql_servers (hostgroup_id, hostname, port) values (10, '${SERVERS['maria-01']}', 3306)`,
      ...SERVERS_AREA,
    ),
    turns: { backends: 'fail', 'one-writer': 'fail', agree: 'fail', entry: 'unknown' },
  },
  {
    ...{ title: 'a user that only one proxy knows', on, turns: { agree: 'fail' } },
    make: admin("insert into mysql_users (username, password, default_hostgroup) values ('x', 'x', 10)", ...USERS_AREA),
    undo: admin("delete from mysql_users where username = 'x'", ...USERS_AREA),
  },
  {
    ...{ title: 'a rule changed in memory alone', on, turns: { saved: 'fail' } },
    make: admin("update mysql_query_rules set match_digest = 'x'"),
    undo: admin("update mysql_query_rules set match_digest = '.'"),
  },
  {
    ...{ title: 'a rule that leads to the readers', on, turns: { agree: 'fail', 'no-stale-reads': 'fail' } },
    make: admin('update mysql_query_rules set destination_hostgroup = 30', ...RULES_AREA),
    undo: admin('update mysql_query_rules set destination_hostgroup = 10', ...RULES_AREA),
  },
  {
    ...{ title: 'the applications’ user locked', on: 'maria-01', turns: { entry: 'fail' } },
    make: root("alter user erpnext@'10.0.0.0/255.255.0.0' account lock"),
    undo: root("alter user erpnext@'10.0.0.0/255.255.0.0' account unlock"),
  },
  {
    ...{ title: 'somebody else at the load balancer’s address', on: 'install-01', turns: { 'load-balancer': 'fail' } },
    make: `ip address add ${BALANCER}/32 dev enp7s0 && ${listener(BALANCER, 3306)}`,
    undo: `systemctl stop listener && ip address del ${BALANCER}/32 dev enp7s0`,
  },
];
