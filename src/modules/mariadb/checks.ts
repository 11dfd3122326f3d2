import type { CheckSpec } from '../contract.ts';

/** Percent of a window in which a member held up the others' writes: near to none is right, so much is too much. */
export const PAUSED_PERCENT_WARN = 10;
export const PAUSED_PERCENT_MAX = 20;

/** Length of a queue, at both ends of a window, at which a member, or its network, is too slow. */
export const QUEUE_WARN = 2;

/** Percent of a member's own writes that others' writes got before. */
export const CONFLICT_PERCENT_WARN = 1;

/** Seconds for which gcache must remember, so that a member that was away takes no copy of everything: twice a maintenance. */
export const COVER_SECONDS = 1200;

/** Percent of the data's file system at which it is near to full, and too near. */
export const DISK_PERCENT_WARN = 85;
export const DISK_PERCENT_MAX = 95;

const STATUS_DOC = 'mariadb.com/kb, Galera Cluster Status Variables';
const SYSTEM_DOC = 'mariadb.com/kb, Galera Cluster System Variables';
const PROXY_RULE = 'ProxySQL, MySQL_Monitor.cpp: such a node takes no clients';
const JUDGED = 'judgement, see README.md of this module';

/** The module's questions, in the order in which `assessMariadb` answers them. */
export const CHECKS: readonly CheckSpec[] = [
  {
    id: 'primary',
    title: 'Members have the majority',
    criterion: 'wsrep_cluster_status is Primary on all three',
    source: `${STATUS_DOC}: wsrep_cluster_status`,
  },
  {
    id: 'cluster-size',
    title: 'All members are there',
    criterion: 'wsrep_cluster_size is 3 on all three',
    source: `${STATUS_DOC}: wsrep_cluster_size`,
  },
  {
    id: 'one-cluster',
    title: 'Members are one cluster',
    criterion: 'wsrep_cluster_state_uuid and wsrep_cluster_conf_id are the same on all three',
    source: `${STATUS_DOC}: wsrep_cluster_state_uuid, wsrep_cluster_conf_id`,
  },
  {
    id: 'synced',
    title: 'Members are synced',
    criterion: 'wsrep_local_state is 4 on all three (2: it gives a copy to another, or was desynced)',
    source: `${STATUS_DOC}: wsrep_local_state; ${PROXY_RULE}`,
  },
  {
    id: 'ready',
    title: 'Members take statements',
    criterion: 'wsrep_on, wsrep_ready and wsrep_connected are ON on all three',
    source: `${STATUS_DOC}: wsrep_ready, wsrep_connected`,
  },
  {
    id: 'in-service',
    title: 'Nobody is taken out',
    criterion: 'on all three wsrep_desync is OFF and its count 0, wsrep_reject_queries NONE, read_only OFF',
    source: `${SYSTEM_DOC}: wsrep_desync, wsrep_reject_queries; ${PROXY_RULE}`,
  },
  {
    id: 'caught-up',
    title: 'Writes arrive everywhere',
    criterion:
      'on all three a read with wsrep_sync_wait = 1, which waits for every earlier write, is answered within 8 s',
    source: `${SYSTEM_DOC}: wsrep_sync_wait`,
  },
  {
    id: 'flow-control',
    title: 'Nobody holds up the others',
    criterion: `over half a second each was paused for less than ${PAUSED_PERCENT_WARN} % (fails from ${PAUSED_PERCENT_MAX} %)`,
    source: `${STATUS_DOC}: wsrep_flow_control_paused_ns; the limits are ${JUDGED}`,
  },
  {
    id: 'queues',
    title: 'Queues are short',
    criterion: `fewer than ${QUEUE_WARN} writes wait in wsrep_local_recv_queue and send_queue, at both ends of half a second (else a warning)`,
    source: `${STATUS_DOC}: wsrep_local_recv_queue; the limit is ${JUDGED}`,
  },
  {
    id: 'settings',
    title: 'Settings that must be equal',
    criterion:
      'binlog_format ROW, innodb_autoinc_lock_mode 2 and the same cluster name on all; versions that differ are a warning',
    source: 'mariadb.com/kb, Configuring MariaDB Galera Cluster: mandatory options',
  },
  {
    id: 'ist-cover',
    title: 'A member may be away',
    criterion: `gcache remembers the writes of ${COVER_SECONDS / 60} minutes at the average rate since the start (else a warning)`,
    source: `galeracluster.com, State Transfers: gcache; the limit is ${JUDGED}`,
  },
  {
    id: 'certification',
    title: 'Writes do not get in each other’s way',
    criterion: `less than ${CONFLICT_PERCENT_WARN} % of a member's writes failed certification since its start (else a warning)`,
    source: `${STATUS_DOC}: wsrep_local_cert_failures; the limit is ${JUDGED}`,
  },
  {
    id: 'app-database',
    title: 'Applications get in',
    criterion: 'on all three the user erpnext logs in and sees the database erpnext',
    source: 'the platform: ERPNext',
  },
  {
    id: 'begin',
    title: 'The cluster runs, or may be begun',
    criterion:
      'a member has the majority; or none runs, all say where they stand, and only the one with the highest position may begin',
    source: 'mariadb.com/kb, Galera Cluster Recovery: safe_to_bootstrap, wsrep_recover',
  },
  {
    id: 'disk',
    title: 'Disk',
    criterion: `less than ${DISK_PERCENT_WARN} % of the data's file system is used (fails from ${DISK_PERCENT_MAX} %)`,
    source: `a full disk makes a member leave; the limit is ${JUDGED}`,
  },
];
