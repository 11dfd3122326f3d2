import type { Fixture } from './checks-page.ts';
import type { InjectedFault } from './injected.ts';
import { CANARIES, PROXIES } from './postgresql-cluster.ts';

const PATRONI = 'patronictl -c /etc/patroni/config.yml';
const patroni = (command: string): string => `${PATRONI} ${command} </dev/null`;
const setting = (pairs: string): string => patroni(`edit-config --quiet --force ${pairs}`);
const sql = (database: string, statement: string): string =>
  `runuser -u postgres -- psql -qd ${database} -v ON_ERROR_STOP=1 -c "${statement}"`;

/** Written by the leader. */
const TWO_MEBIBYTES = `PGPASSWORD=${CANARIES.APP_PASSWORD} psql -qh ${PROXIES['haproxy-01']} -U keybuzz -c "create table fill as
  select repeat('x', 1000) from generate_series(1, 2000)" -c 'drop table fill' keybuzz`;

/** A setting that counts from a restart on, of all members. */
const restartedWith = (pairs: string): string => `${setting(pairs)} && pending() { ${patroni('list -f json')} |
  grep -o 'Pending restart": "[*]"' | wc -l; } && until [ "$(pending)" = 3 ]; do sleep 0.5; done && ${patroni('restart keybuzz-pg --force')}`;

/** What a member whose Patroni does not speak for it turns. */
const MUTE_PATRONI = { 'members-agree': 'fail', 'not-paused': 'fail', 'dcs-quorum': 'fail' } as const;

/** A file system of 512 MiB over the data, 88 % full, while PostgreSQL is down. */
const FULLER_DISK = `systemctl stop patroni && mkdir /run/small && mount -t tmpfs -o size=512m,mode=755 tmpfs /run/small &&
  cp -a /opt/keybuzz/postgresql/. /run/small/ && used=$(df -m --output=used /run/small | tail -n 1) &&
  dd if=/dev/zero of=/run/small/fill bs=1M count=$((452 - used)) status=none &&
  mount --move /run/small /opt/keybuzz/postgresql && systemctl start patroni`;
const OWN_DISK =
  'systemctl stop patroni && umount /opt/keybuzz/postgresql && rmdir /run/small && systemctl start patroni';

/**
 * Each fault of a PostgreSQL cluster as root makes it by hand on a host. `leader` leads, `replica` is one that no commit
 * waits for. What needs nothing but Patroni, whatever its store.
 */
export const FAULTS: readonly InjectedFault[] = [
  {
    ...{ title: 'a replica stopped', on: 'replica' },
    make: 'systemctl stop patroni',
    undo: 'systemctl start patroni',
    turns: { ...MUTE_PATRONI, replicas: 'fail', 'replication-lag': 'fail' },
  },
  {
    ...{ title: "a replica's Patroni hangs, its PostgreSQL does not", on: 'replica' },
    make: 'systemctl kill --kill-whom=main --signal=STOP patroni',
    undo: 'systemctl kill --kill-whom=main --signal=CONT patroni',
    turns: MUTE_PATRONI,
  },
  {
    ...{ title: 'Patroni paused', on: 'leader' },
    make: patroni('pause --wait'),
    undo: patroni('resume --wait'),
    turns: { 'not-paused': 'fail' },
  },
  {
    ...{ title: "the leader's PostgreSQL stopped while Patroni is paused", on: 'leader' },
    make: `${patroni('pause --wait')} && runuser -u postgres -- /usr/lib/postgresql/17/bin/pg_ctl -D /opt/keybuzz/postgresql/data -m fast -s stop`,
    undo: patroni('resume'),
    turns: {
      ...{ 'one-leader': 'fail', 'members-agree': 'fail', replicas: 'fail', 'replication-lag': 'fail' },
      ...{ 'synchronous-replica': 'fail', 'not-paused': 'fail', 'write-entry': 'fail', pooler: 'fail' },
      ...{ pgvector: 'fail', backup: 'fail' },
    },
  },
  {
    ...{ title: 'a setting that needs a restart', on: 'leader' },
    make: setting('-p max_connections=210'),
    undo: setting('-p max_connections=200'),
    turns: { 'not-paused': 'warn' },
  },
  {
    ...{ title: 'commits that wait for nobody', on: 'leader' },
    make: setting('-s synchronous_mode=false'),
    undo: setting('-s synchronous_mode=true'),
    turns: { 'synchronous-replica': 'fail' },
  },
  {
    ...{ title: 'a replica that applies nothing, 2 MiB behind', on: 'replica' },
    make: `${sql('postgres', 'select pg_wal_replay_pause()')} && ${TWO_MEBIBYTES}`,
    undo: sql('postgres', 'select pg_wal_replay_resume()'),
    turns: { 'replication-lag': 'fail' },
  },
  {
    ...{ title: 'the extension vector dropped', on: 'leader' },
    make: sql('keybuzz', 'drop extension vector'),
    undo: sql('keybuzz', 'create extension vector'),
    turns: { pgvector: 'fail' },
  },
  {
    ...{ title: 'WAL that can not be archived', on: 'leader' },
    make: `${restartedWith('-p archive_mode=on -p archive_command=/bin/false')} && ${sql('postgres', 'select pg_switch_wal()')}`,
    undo: restartedWith('-p archive_mode=null -p archive_command=null'),
    turns: { backup: 'fail' },
  },
  {
    ...{ title: "a replica's disk 88 % full", on: 'replica' },
    make: FULLER_DISK,
    undo: OWN_DISK,
    turns: { disk: 'warn' },
  },
  {
    ...{ title: 'a HAProxy stopped', on: 'haproxy-01' },
    make: 'systemctl stop haproxy',
    undo: 'systemctl start haproxy',
    turns: { 'write-entry': 'fail', 'read-entry': 'fail', pooler: 'fail' },
  },
  {
    ...{ title: 'a PgBouncer stopped', on: 'haproxy-01' },
    make: 'systemctl stop pgbouncer',
    undo: 'systemctl start pgbouncer',
    turns: { pooler: 'fail' },
  },
  {
    ...{ title: "a proxy's cable cut", on: 'haproxy-02' },
    make: { cable: 'cut' },
    undo: { cable: 'plugged' },
    turns: { 'write-entry': 'unknown', 'read-entry': 'unknown', pooler: 'unknown' },
  },
];

export const FIXTURES: readonly Fixture[] = [
  {
    ...{ check: 'dcs-supported', test: 'test/modules/postgresql/assess.test.ts' },
    because: 'always warns of RAFT, never of etcd',
  },
];

/** With etcd3 as the store: what is different then. The other faults turn what they turn with RAFT. */
export const ETCD_FAULTS: readonly InjectedFault[] = [
  {
    ...{ title: 'an etcd stopped', on: 'replica' },
    make: 'systemctl stop etcd',
    undo: 'systemctl start etcd',
    turns: { 'dcs-quorum': 'fail' },
  },
  {
    ...{ title: 'a replica stopped, its etcd not', on: 'replica' },
    make: 'systemctl stop patroni',
    undo: 'systemctl start patroni',
    turns: { 'members-agree': 'fail', 'not-paused': 'fail', replicas: 'fail', 'replication-lag': 'fail' },
  },
];

export const ETCD_FIXTURES: readonly Fixture[] = [];
