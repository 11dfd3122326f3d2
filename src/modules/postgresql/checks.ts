import type { CheckSpec } from '../contract.ts';

/** Bytes that a replica may be behind; Patroni promotes none that is further behind (`maximum_lag_on_failover`). */
export const LAG_BYTES_MAX = 1024 * 1024;

/** Percent of the data's file system at which it is near to full, and too near. */
export const DISK_PERCENT_WARN = 85;
export const DISK_PERCENT_MAX = 95;

/** Hours since WAL was last archived. */
export const ARCHIVED_HOURS_MAX = 26;

const PATRONI_DOC = 'patroni.readthedocs.io, Patroni REST API';
const POSTGRES_DOC = 'postgresql.org/docs, The Cumulative Statistics System';
const MEASURED = 'our own measurement (README.md of this module)';
const JUDGED = 'judgement, see README.md of this module';

/** The module's questions, in the order in which `assessPostgresql` answers them. */
export const CHECKS: readonly CheckSpec[] = [
  {
    id: 'one-leader',
    title: 'One leader',
    criterion: 'exactly one of the three PostgreSQL is not in recovery (a stopped one is none)',
    source: 'postgresql.org/docs, Recovery Information Functions: pg_is_in_recovery',
  },
  {
    id: 'members-agree',
    title: 'Members agree',
    criterion:
      'GET /cluster of all three lists the same 3 members and the same leader, and that one is not in recovery',
    source: `${PATRONI_DOC}: GET /cluster`,
  },
  {
    id: 'replicas',
    title: 'Replicas stream',
    criterion: 'the leader counts 2 replicas streaming, and all three are on the same timeline',
    source: `${POSTGRES_DOC}: pg_stat_replication, and received_tli of pg_stat_wal_receiver`,
  },
  {
    id: 'replication-lag',
    title: 'Replicas keep up',
    criterion: 'each of the 2 replicas has replayed all but 1 MiB of what the leader wrote',
    source: 'Patroni, dynamic configuration: maximum_lag_on_failover',
  },
  {
    id: 'synchronous-replica',
    title: 'Commits wait for a replica',
    criterion:
      'where the setting is on, the leader waits for one and it streams; no acknowledged commit can be lost then',
    source: 'Patroni, replication modes: synchronous_mode',
  },
  {
    id: 'not-paused',
    title: 'Patroni may act',
    criterion: 'no member says pause, and no switchover is scheduled; a restart that is due is a warning',
    source: `${PATRONI_DOC}: pause and scheduled_switchover of GET /cluster, pending_restart of GET /patroni`,
  },
  {
    id: 'dcs-quorum',
    title: 'The store has its quorum',
    criterion:
      'each member sees 3 in RAFT, all connected, and the same RAFT leader; with etcd3 each etcd is healthy, knows 3 members and names the same leader; all use one store',
    source: 'PySyncObj: status of syncobj_admin; etcd.io, Monitoring: /health, and maintenance/status',
  },
  {
    id: 'dcs-supported',
    title: 'The store has a future',
    criterion: 'Patroni keeps its state in etcd; RAFT, which it has deprecated since 3.0, is a warning: see README.md',
    source: 'Patroni, release notes of 3.0.0: RAFT support is deprecated',
    upkeep: 'end of life',
  },
  {
    id: 'write-entry',
    title: 'HAProxy leads writes to the leader',
    criterion: 'select 1 through port 5432 of each HAProxy is answered by the leader',
    source: `HAProxy's checks ask GET /primary; ${MEASURED}`,
  },
  {
    id: 'read-entry',
    title: 'HAProxy leads reads to a replica',
    criterion: 'select 1 through port 5433 of each HAProxy is answered by a member that is in recovery',
    source: `HAProxy's checks ask GET /replica; ${MEASURED}`,
  },
  {
    id: 'pooler',
    title: 'PgBouncer leads to the leader',
    criterion: 'select 1 through port 6432 of each proxy is answered by the leader',
    source: `pgbouncer.org, config: pool_mode transaction; ${MEASURED}`,
  },
  {
    id: 'pgvector',
    title: 'Vectors',
    criterion: 'the extension is in the database keybuzz, and the distance of [1,2,3] and [4,6,3] is 5',
    source: 'github.com/pgvector/pgvector, README: operator <->',
  },
  {
    id: 'disk',
    title: 'Disk',
    criterion: `less than ${DISK_PERCENT_WARN} % of the data's file system is used (fails from ${DISK_PERCENT_MAX} %), the store's too`,
    source: `a full disk stops PostgreSQL and its store; the limit is ${JUDGED}`,
  },
  {
    id: 'backup',
    title: 'Backup',
    criterion: `the leader archives its WAL, the last within ${ARCHIVED_HOURS_MAX} h, and does not fail; no archive is a warning`,
    source: `${POSTGRES_DOC}: pg_stat_archiver; the limit is ${JUDGED}`,
    upkeep: 'backups',
  },
];
