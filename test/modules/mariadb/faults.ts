import type { Fault } from '../answers.ts';
import { SERVERS } from './cluster.ts';

const everywhere = (facts: Record<string, string>): Fault[] => Object.keys(SERVERS).map((host) => [host, facts]);

/** What is wrong, what the hosts say then, and which checks notice. */
export const FAULTS: readonly [what: string, faults: Fault[], noticed: string[]][] = [
  [
    'a member cut off from the others',
    [['maria-03', { 'mariadb.wsrep_cluster_status': 'non-Primary' }]],
    ['primary: fail'],
  ],
  ['a member that is gone', everywhere({ 'mariadb.wsrep_cluster_size': '2' }), ['cluster-size: fail']],
  [
    'a member of another cluster',
    [['maria-02', { 'mariadb.wsrep_cluster_state_uuid': 'another' }]],
    ['one-cluster: fail'],
  ],
  ['a member in an older view', [['maria-02', { 'mariadb.wsrep_cluster_conf_id': '2' }]], ['one-cluster: fail']],
  ['a donor', [['maria-01', { 'mariadb.wsrep_local_state': '2' }]], ['synced: fail']],
  ['a member that takes no statements', [['maria-01', { 'mariadb.wsrep_ready': 'OFF' }]], ['ready: fail']],
  ['a member without Galera', [['maria-01', { 'mariadb.wsrep_on': 'OFF' }]], ['ready: fail']],
  [
    'a desynced member',
    [['maria-02', { 'mariadb.wsrep_desync': 'ON', 'mariadb.wsrep_desync_count': '1' }]],
    ['in-service: fail'],
  ],
  ['a member that rejects queries', [['maria-02', { 'mariadb.wsrep_reject_queries': 'ALL' }]], ['in-service: fail']],
  ['a member that only reads', [['maria-02', { 'mariadb.read_only': 'ON' }]], ['in-service: fail']],
  ['a member that does not catch up', [['maria-03', { 'mariadb.caught-up': 'no' }]], ['caught-up: fail']],
  ['a slow member', [['maria-03', { 'mariadb.paused-percent': '12' }]], ['flow-control: warn']],
  ['a member that stops the others', [['maria-03', { 'mariadb.paused-percent': '93' }]], ['flow-control: fail']],
  ['a long queue', [['maria-03', { 'mariadb.queue': '17' }]], ['queues: warn']],
  ['another binlog format', [['maria-02', { 'mariadb.binlog_format': 'MIXED' }]], ['settings: fail']],
  ['another lock mode', [['maria-02', { 'mariadb.innodb_autoinc_lock_mode': '1' }]], ['settings: fail']],
  ['another version', [['maria-02', { 'mariadb.version': '11.8.6-MariaDB' }]], ['settings: warn']],
  [
    'more writes than gcache remembers',
    [['maria-01', { 'mariadb.wsrep_received_bytes': '99000000000' }]],
    ['ist-cover: warn'],
  ],
  ['writes in conflict', [['maria-01', { 'mariadb.wsrep_local_cert_failures': '40' }]], ['certification: warn']],
  ['a missing database', [['maria-01', { 'mariadb.databases': '0' }]], ['app-database: fail']],
  ['a disk near to full', [['maria-01', { 'disk.used': '87' }]], ['disk: warn']],
  ['a full disk', [['maria-01', { 'disk.used': '97' }]], ['disk: fail']],
];
