import type { Fixture } from './checks-page.ts';
import type { InjectedFault } from './injected.ts';
import { CANARIES, SERVERS } from './mariadb-cluster.ts';

const sql = (statement: string): string => `mariadb -e "${statement}"`;

/** As the applications do, on another member. */
const ELSEWHERE = `env MYSQL_PWD=${CANARIES.APP_PASSWORD} mariadb --ssl-verify-server-cert=0 -u erpnext -h ${SERVERS['maria-01']} erpnext`;

/** Waits until the rows of a statement match; the test's own limit ends it. */
const until = (statement: string, row: string): string =>
  `until mariadb -N -B -e "${statement}" | grep -qP '${row}'; do sleep 0.05; done`;

const untilIs = (name: string, value: string): string => until(`show global status like '${name}'`, `\\t${value}$`);

const SYNCED = untilIs('wsrep_local_state', '4');

const RESTARTED = `systemctl restart mariadb && ${SYNCED}`;

/** A session that does this and stays open, in a unit of its own. */
const held = (statement: string, database = ''): string =>
  `systemd-run -q --unit=hold sh -c '(echo "${statement};"; exec sleep 600) | mariadb ${database}'`;

/** Nothing that others write to this table is applied, so nothing at all is. */
const LOCKED = `${held('lock tables kept read', 'erpnext')} && ${until('show open tables from erpnext where in_use > 0', '\\tkept\\t')}`;

const writes = (rows: number): string => `yes "insert into kept (host) values (1);" | head -n ${rows} | ${ELSEWHERE}`;

/** A member that does not apply what others wrote, though they don't have to wait for it yet. */
export const LAGGING = { begin: `${LOCKED} && ${writes(3)}`, end: 'systemctl stop hold' };

/** The others by routes that lead nowhere; the worker still gets in. */
const alone = (deed: 'add' | 'del'): string =>
  [SERVERS['maria-01'], SERVERS['maria-02']].map((address) => `ip route ${deed} blackhole ${address}`).join(' && ');

/** 64 MB in eight rows. */
const MUCH = `create table erpnext.much (text longtext); ${"insert into erpnext.much values (repeat('x', 8388608)); ".repeat(8)}drop table erpnext.much`;

const on = 'maria-03';

/** Each fault of a MariaDB as root makes it by hand on a member. */
export const FAULTS: readonly InjectedFault[] = [
  {
    ...{ title: 'a member stopped', on },
    make: 'systemctl stop mariadb',
    undo: `systemctl start mariadb && ${SYNCED}`,
    turns: {
      ...{ primary: 'fail', 'cluster-size': 'fail', 'one-cluster': 'fail', synced: 'fail', ready: 'fail' },
      ...{ 'in-service': 'fail', 'caught-up': 'fail', 'flow-control': 'fail', queues: 'fail', settings: 'fail' },
      ...{ 'ist-cover': 'fail', certification: 'fail', 'app-database': 'fail' },
    },
  },
  {
    ...{ title: 'a member without the others, which have the majority', on },
    make: `${alone('add')} && ${untilIs('wsrep_cluster_status', 'non-Primary')}`,
    undo: `${alone('del')} && ${SYNCED}`,
    turns: {
      ...{ primary: 'fail', 'cluster-size': 'fail', 'one-cluster': 'fail', synced: 'fail', ready: 'fail' },
      'caught-up': 'fail',
    },
  },
  {
    ...{ title: 'a member desynced, as a donor is', on, turns: { synced: 'fail', 'in-service': 'fail' } },
    make: sql('set global wsrep_desync = ON'),
    undo: sql('set global wsrep_desync = OFF'),
  },
  {
    ...{ title: 'a member that only reads', on, turns: { 'in-service': 'fail' } },
    make: sql('set global read_only = 1'),
    undo: sql('set global read_only = 0'),
  },
  {
    ...{ title: 'another name of the cluster', on, turns: { settings: 'fail' } },
    make: sql("set global wsrep_cluster_name = 'theirs'"),
    undo: sql("set global wsrep_cluster_name = 'keybuzz-galera'"),
  },
  {
    ...{ title: 'a table locked on a member while others write, so that it holds them up', on },
    make: `${LOCKED} && systemd-run -q --unit=flood sh -c '${writes(400)}' && ${untilIs('wsrep_flow_control_active', 'true')}`,
    undo: `systemctl stop hold flood; ${untilIs('wsrep_local_recv_queue', '0')}`,
    turns: { 'caught-up': 'fail', 'flow-control': 'fail', queues: 'warn' },
  },
  {
    ...{ title: 'all tables of a member locked, as for a backup, so that nobody waits for it', on },
    make: `${held('flush tables with read lock')} && ${untilIs('wsrep_local_state', '2')} && ${writes(100)}`,
    undo: `systemctl stop hold; ${SYNCED}`,
    turns: { synced: 'fail', 'in-service': 'fail', 'caught-up': 'fail', queues: 'warn' },
  },
  {
    // Counters begin anew with a start; FLUSH STATUS lets them be.
    ...{ title: 'more written since a start than gcache remembers for twenty minutes', on },
    make: `${RESTARTED} && ${sql(MUCH)}`,
    undo: RESTARTED,
    turns: { 'ist-cover': 'warn' },
  },
  {
    ...{ title: 'a write that another member was faster with', on, turns: { certification: 'warn' } },
    make: [
      sql('create table erpnext.one (id int primary key, n int); insert into erpnext.one values (1, 0)'),
      LOCKED,
      `${ELSEWHERE} -e "insert into kept (host) values (1); update one set n = 1"`,
      untilIs('wsrep_local_recv_queue', '[1-9]'),
      `{ ${sql('update erpnext.one set n = 2')} & }`,
      until('show processlist', 'Waiting for certification'),
      'systemctl stop hold && wait',
      sql('drop table erpnext.one'),
    ].join(' && '),
    undo: RESTARTED,
  },
  {
    ...{ title: 'the rights of the applications taken away', on, turns: { 'app-database': 'fail' } },
    make: sql("revoke all privileges on erpnext.* from erpnext@'10.0.0.0/255.255.0.0'"),
    undo: sql("grant all privileges on erpnext.* to erpnext@'10.0.0.0/255.255.0.0'"),
  },
  {
    // MariaDB itself goes on with the files that it has open.
    ...{ title: 'a full file system in the place of the data', on, turns: { disk: 'fail' } },
    make: 'mount -t tmpfs -o size=400k tmpfs /opt/keybuzz/mariadb/data && dd if=/dev/zero of=/opt/keybuzz/mariadb/data/x bs=4k count=99 status=none',
    undo: 'umount /opt/keybuzz/mariadb/data',
  },
];

export const FIXTURES: readonly Fixture[] = [
  { check: 'begin', test: 'test/fleet/mariadb.test.ts', because: 'a crash of all, from which no undo leads back' },
];
