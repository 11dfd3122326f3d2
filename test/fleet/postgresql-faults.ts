import type { Fixture } from './checks-page.ts';
import type { InjectedFault } from './injected.ts';
import { CANARIES, PROXIES } from './postgresql-cluster.ts';

const PATRONI = 'patronictl -c /etc/patroni/config.yml';
const patroni = (command: string): string => `${PATRONI} ${command} </dev/null`;
const setting = (pairs: string): string => patroni(`edit-config --quiet --force ${pairs}`);
const sql = (database: string, statement: string): string =>
  `runuser -u postgres -- psql -XAtqd ${database} -v ON_ERROR_STOP=1 -c "${statement}"`;

/** The process of a replica that applies what it received. */
const REPLAYING = `"$(${sql('postgres', "select pid from pg_stat_activity where backend_type = 'startup'")})"`;

/** Written by the leader. */
const TWO_MEBIBYTES = `PGPASSWORD=${CANARIES.APP_PASSWORD} psql -qh ${PROXIES['haproxy-01']} -U keybuzz -c "create table fill as
  select repeat('x', 1000) from generate_series(1, 2000)" -c 'drop table fill' keybuzz`;

/** What a member whose Patroni does not speak for it turns. */
const MUTE_PATRONI = { 'members-agree': 'fail', 'not-paused': 'fail', 'dcs-quorum': 'fail' } as const;

/**
 * A file system of 400 KiB over the directory of the data, 90 % full, with links to what is there: PostgreSQL works where
 * it was started, and Patroni finds everything.
 */
export const DATA = '/opt/keybuzz/postgresql/data';
const FULLER_DISK = `mkdir /run/own /run/small && mount --bind ${DATA} /run/own && mount -t tmpfs -o size=400k tmpfs /run/small &&
  ln -s /run/own/* /run/small/ && dd if=/dev/zero of=/run/small/fill bs=4k count=90 status=none &&
  chown -h --reference=${DATA} /run/small /run/small/* && chmod 700 /run/small && mount --bind /run/small ${DATA}`;
const OWN_DISK = `umount ${DATA} /run/small /run/own && rmdir /run/small /run/own`;

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
    undo: `${patroni('restart keybuzz-pg "$(hostname)" --force')} && ${patroni('resume --wait')}`,
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
    // Patroni resumes a replay that is only paused.
    make: `kill -STOP ${REPLAYING} && ${TWO_MEBIBYTES}`,
    undo: `kill -CONT ${REPLAYING}`,
    turns: { 'replication-lag': 'fail' },
  },
  {
    ...{ title: 'the extension vector dropped', on: 'leader' },
    make: sql('keybuzz', 'drop extension vector'),
    undo: sql('keybuzz', 'create extension vector'),
    turns: { pgvector: 'fail' },
  },
  {
    ...{ title: "a replica's disk 90 % full", on: 'replica' },
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
    ...{ title: 'a proxy that refuses SSH', on: 'haproxy-02' },
    make: 'systemctl stop ssh "session-*.scope"',
    undo: 'systemctl start ssh',
    turns: { 'write-entry': 'unknown', 'read-entry': 'unknown', pooler: 'unknown' },
  },
];

export const FIXTURES: readonly Fixture[] = [
  {
    ...{ check: 'dcs-supported', test: 'test/modules/postgresql/assess.test.ts' },
    because: 'always warns of RAFT, never of etcd',
  },
  {
    ...{ check: 'backup', test: 'test/modules/postgresql/assess.test.ts' },
    because: 'archiving begins with a restart of all members',
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
