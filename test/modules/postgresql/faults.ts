import type { Fault } from '../answers.ts';
import { clusterJson, healthy, patroniJson } from './cluster.ts';

const servers = ['db-master-01', 'db-slave-01', 'db-slave-02'];

/** Nothing that a PostgreSQL says of itself. */
export const SILENT_POSTGRESQL = Object.fromEntries(
  Object.keys(healthy()[0]?.facts ?? {})
    .filter((key) => key.startsWith('postgresql.'))
    .map((key) => [key, '']),
);

const everywhere = (facts: Record<string, string>): Fault[] => servers.map((host): Fault => [host, facts]);

/** Each fault, and all the checks that must notice it: no other may. */
export const FAULTS: [title: string, faults: Fault[], noticed: string[]][] = [
  [
    'two leaders',
    [['db-slave-02', { 'postgresql.recovery': 'f' }]],
    [
      'one-leader: fail',
      'replicas: fail',
      'replication-lag: fail',
      'synchronous-replica: fail',
      'write-entry: fail',
      'pooler: fail',
      'pgvector: fail',
      'backup: fail',
    ],
  ],
  [
    'no leader',
    [
      ['db-master-01', { 'postgresql.recovery': 't', 'postgresql.replicas': '' }],
      ...everywhere({ 'patroni.cluster': clusterJson({}, 'nobody') }),
    ],
    [
      'one-leader: fail',
      'members-agree: fail',
      'replicas: fail',
      'replication-lag: fail',
      'synchronous-replica: fail',
      'write-entry: fail',
      'pooler: fail',
      'pgvector: fail',
      'backup: fail',
    ],
  ],
  [
    'a member that names another leader',
    [['db-slave-02', { 'patroni.cluster': clusterJson({}, 'db-slave-01') }]],
    ['members-agree: fail'],
  ],
  [
    'members that agree on one that does not lead',
    everywhere({ 'patroni.cluster': clusterJson({}, 'db-slave-01') }),
    ['members-agree: fail'],
  ],
  [
    'a member that was forgotten',
    [['db-slave-02', { 'patroni.cluster': JSON.stringify({ members: [{ name: 'db-master-01', role: 'leader' }] }) }]],
    ['members-agree: fail'],
  ],
  [
    'a replica that does not stream',
    [['db-master-01', { 'postgresql.replicas': 'name=db-slave-01,state=streaming,sync=sync,lag=0' }]],
    ['replicas: fail', 'replication-lag: fail'],
  ],
  [
    'a replica that catches up',
    [
      [
        'db-master-01',
        {
          'postgresql.replicas':
            'name=db-slave-01,state=streaming,sync=sync,lag=0 name=db-slave-02,state=catchup,sync=async,lag=2000000',
        },
      ],
    ],
    ['replicas: fail', 'replication-lag: fail'],
  ],
  [
    'a replica that is too far behind',
    [
      [
        'db-master-01',
        {
          'postgresql.replicas':
            'name=db-slave-01,state=streaming,sync=sync,lag=0 name=db-slave-02,state=streaming,sync=async,lag=1048576',
        },
      ],
    ],
    ['replication-lag: fail'],
  ],
  [
    'a replica of which nobody knows how far it is',
    [
      [
        'db-master-01',
        {
          'postgresql.replicas':
            'name=db-slave-01,state=streaming,sync=sync,lag=0 name=db-slave-02,state=streaming,sync=async,lag=',
        },
      ],
    ],
    ['replication-lag: unknown'],
  ],
  ['a replica on another timeline', [['db-slave-02', { 'postgresql.timeline': '2' }]], ['replicas: fail']],
  [
    'commits that wait for nobody',
    [['db-master-01', { 'postgresql.synchronous': 'f' }]],
    ['synchronous-replica: fail'],
  ],
  [
    'commits that wait for one that is not there',
    [
      [
        'db-master-01',
        {
          'postgresql.replicas':
            'name=db-slave-01,state=streaming,sync=async,lag=0 name=db-slave-02,state=streaming,sync=async,lag=0',
        },
      ],
    ],
    ['synchronous-replica: fail'],
  ],
  ['a pause', everywhere({ 'patroni.cluster': clusterJson({ pause: true }) }), ['not-paused: fail']],
  [
    'a switchover to come',
    everywhere({ 'patroni.cluster': clusterJson({ scheduled_switchover: { at: '2026-12-01T03:00:00+00:00' } }) }),
    ['not-paused: fail'],
  ],
  [
    'a restart that is due',
    [['db-slave-01', { 'patroni.patroni': patroniJson('db-slave-01', { pending_restart: true }) }]],
    ['not-paused: warn'],
  ],
  ['a RAFT that lost a partner', [['db-slave-01', { 'raft.connected': '2' }]], ['dcs-quorum: fail']],
  [
    'a RAFT with too few members',
    [['db-slave-01', { 'raft.members': '2', 'raft.connected': '2' }]],
    ['dcs-quorum: fail'],
  ],
  ['a RAFT without a leader', everywhere({ 'raft.leader': 'None' }), ['dcs-quorum: fail']],
  ['a RAFT with two leaders', [['db-slave-01', { 'raft.leader': '10.0.0.121:7000' }]], ['dcs-quorum: fail']],
  ['a RAFT that hangs', [['db-slave-01', { raft: 'silent' }]], ['dcs-quorum: fail']],
  [
    'an entry for writes that leads to a replica',
    [['haproxy-02', { 'write.node': '10.0.0.121', 'write.recovery': 't' }]],
    ['write-entry: fail'],
  ],
  ['an entry with nobody behind', [['haproxy-02', { write: 'silent' }]], ['write-entry: fail']],
  [
    'an entry for reads that leads to the leader',
    [['haproxy-01', { 'read.node': '10.0.0.120', 'read.recovery': 'f' }]],
    ['read-entry: fail'],
  ],
  [
    'an entry for reads that leads to a stranger',
    [['haproxy-01', { 'read.node': '10.0.0.129' }]],
    ['read-entry: fail'],
  ],
  ['a PgBouncer that is down', [['haproxy-01', { pooler: 'stopped' }]], ['pooler: fail']],
  [
    'a PgBouncer on a replica',
    [['haproxy-01', { 'pooler.node': '10.0.0.122', 'pooler.recovery': 't' }]],
    ['pooler: fail'],
  ],
  [
    'a proxy without a client',
    [['haproxy-01', { write: 'no-client', read: 'no-client', pooler: 'no-client' }]],
    ['write-entry: unknown', 'read-entry: unknown', 'pooler: unknown'],
  ],
  ['no extension', [['db-master-01', { 'postgresql.vector': '0', 'postgresql.distance': '' }]], ['pgvector: fail']],
  ['a distance that is wrong', [['db-master-01', { 'postgresql.distance': '4' }]], ['pgvector: fail']],
  ['a disk that is nearly full', [['db-slave-02', { 'disk.used': '85' }]], ['disk: warn']],
  ['a disk that is full', [['db-slave-02', { 'disk.used': '95' }]], ['disk: fail']],
  [
    'no archive',
    [['db-master-01', { 'postgresql.archive': 'off', 'postgresql.archived-seconds-ago': '' }]],
    ['backup: warn'],
  ],
  ['an archive that fails', [['db-master-01', { 'postgresql.archive': 'failing' }]], ['backup: fail']],
  ['an archive that is old', [['db-master-01', { 'postgresql.archived-seconds-ago': '93600' }]], ['backup: warn']],
  [
    'a replica that is stopped',
    [
      ['db-slave-02', { ...SILENT_POSTGRESQL, postgresql: 'stopped', patroni: 'stopped', raft: 'stopped' }],
      ['db-master-01', { 'postgresql.replicas': 'name=db-slave-01,state=streaming,sync=sync,lag=0' }],
    ],
    ['members-agree: fail', 'replicas: fail', 'replication-lag: fail', 'not-paused: fail', 'dcs-quorum: fail'],
  ],
  [
    'a replica that hangs: nobody knows what it thinks it is',
    [['db-slave-02', { ...SILENT_POSTGRESQL, postgresql: 'silent' }]],
    ['one-leader: unknown', 'replicas: fail', 'replication-lag: fail', 'write-entry: unknown', 'pooler: unknown'],
  ],
  [
    'a Patroni that hangs',
    [['db-slave-02', { patroni: 'silent', 'patroni.cluster': '', 'patroni.patroni': '' }]],
    ['members-agree: fail', 'not-paused: fail'],
  ],
  [
    'a Patroni that says what we do not understand',
    [['db-slave-02', { 'patroni.cluster': '{"members": "three"}' }]],
    ['members-agree: unknown', 'not-paused: unknown'],
  ],
];
