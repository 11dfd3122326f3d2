import type { Fault } from '../answers.ts';
import { healthy } from './cluster.ts';

/** Nothing that a Redis says of itself. */
export const SILENT_REDIS = Object.fromEntries(
  Object.keys(healthy()[1]?.facts ?? {})
    .filter((key) => key.startsWith('redis.'))
    .map((key) => [key, '']),
);

/** Each fault, and all the checks that must notice it: no other may. */
export const FAULTS: [title: string, faults: Fault[], noticed: string[]][] = [
  [
    'two masters',
    [['redis-03', { 'redis.role': 'master' }]],
    [
      'one-master: fail',
      'replica-links: fail',
      'replication-lag: fail',
      'min-replicas: fail',
      'haproxy-points-to-master: fail',
      'update-master: fail',
    ],
  ],
  [
    'no master',
    [
      [
        'redis-01',
        {
          'redis.role': 'slave',
          'redis.master_host': '10.0.0.124',
          'redis.master_link_status': 'down',
          'redis.master_last_io_seconds_ago': '3',
        },
      ],
    ],
    [
      'one-master: fail',
      'sentinels-agree: fail',
      'replica-links: fail',
      'replication-lag: fail',
      'min-replicas: fail',
      'haproxy-points-to-master: fail',
      'update-master: fail',
    ],
  ],
  ['a Sentinel that names another', [['redis-02', { 'sentinel.ip': '10.0.0.125' }]], ['sentinels-agree: fail']],
  [
    'Sentinels that agree on a stranger',
    ['redis-01', 'redis-02', 'redis-03'].map((host): Fault => [host, { 'sentinel.ip': '10.0.0.99' }]),
    ['sentinels-agree: fail'],
  ],
  [
    'a Sentinel without quorum',
    [['redis-02', { 'sentinel.ckquorum': '-NOQUORUM 1 usable Sentinels' }]],
    ['ckquorum: fail'],
  ],
  [
    'a Sentinel that knows too few others',
    [['redis-02', { 'sentinel.num-other-sentinels': '1' }]],
    ['sentinel-peers: fail'],
  ],
  [
    'a Sentinel that remembers a member that is gone',
    [['redis-02', { 'sentinel.num-slaves': '3' }]],
    ['sentinel-peers: fail'],
  ],
  [
    'a Sentinel that doubts the master',
    [['redis-02', { 'sentinel.flags': 's_down,master' }]],
    ['sentinel-peers: fail'],
  ],
  ['a failover that has just happened', [['redis-02', { 'sentinel.role-reported-time': '9999' }]], ['settled: fail']],
  [
    'a failover that is under way',
    [['redis-02', { 'sentinel.flags': 'master,failover_in_progress' }]],
    ['sentinel-peers: fail', 'settled: fail'],
  ],
  ['a timer that was stopped', [['haproxy-01', { 'updater.timer': 'stopped' }]], ['update-master: fail']],
  ['our HAProxy without the timer', [['haproxy-01', { 'updater.timer': 'absent' }]], ['update-master: fail']],
  [
    "a stranger's HAProxy without the timer",
    [['haproxy-01', { 'updater.timer': 'absent', 'proxy.ours': 'no' }]],
    ['update-master: warn'],
  ],
  ['a timer without a result', [['haproxy-01', { 'updater.age': '' }]], ['update-master: fail']],
  ['a stale result', [['haproxy-02', { 'updater.age': '11' }]], ['update-master: fail']],
  [
    'a result that has just become unknown',
    [['haproxy-02', { 'updater.state': 'unknown', 'updater.master': '', 'updater.since': '3' }]],
    ['update-master: warn'],
  ],
  [
    'a result that stays unknown',
    [['haproxy-02', { 'updater.state': 'unknown', 'updater.master': '', 'updater.since': '11' }]],
    ['update-master: fail'],
  ],
  ['a timer that knows another master', [['haproxy-02', { 'updater.master': '10.0.0.124' }]], ['update-master: fail']],
  ['TILT', [['redis-03', { 'sentinel.tilt': '1' }]], ['tilt: fail']],
  ['a broken link', [['redis-03', { 'redis.master_link_status': 'down' }]], ['replica-links: fail']],
  ['a link that is idle', [['redis-03', { 'redis.master_last_io_seconds_ago': '10' }]], ['replica-links: fail']],
  ['a replica of a replica', [['redis-03', { 'redis.master_host': '10.0.0.124' }]], ['replica-links: fail']],
  [
    'a replica that is behind',
    [['redis-01', { 'redis.master_repl_offset': String(54313 + 1024 * 1024) }]],
    ['replication-lag: fail'],
  ],
  [
    'a replica that is not yet online',
    [
      [
        'redis-01',
        {
          'redis.replicas':
            'ip=10.0.0.124,port=6379,state=online,offset=54455,lag=0 ip=10.0.0.125,port=6379,state=send_bulk,offset=0,lag=0',
        },
      ],
    ],
    ['replication-lag: fail'],
  ],
  ['a setting that was taken back', [['redis-02', { 'redis.min-replicas-to-write': '0' }]], ['min-replicas: fail']],
  ['a lag limit that is too wide', [['redis-02', { 'redis.min-replicas-max-lag': '30' }]], ['min-replicas: fail']],
  ['a master without a good replica', [['redis-01', { 'redis.min_slaves_good_slaves': '0' }]], ['min-replicas: fail']],
  ['an append-only file that fails', [['redis-02', { 'redis.aof_last_write_status': 'err' }]], ['persistence: fail']],
  ['no append-only file', [['redis-02', { 'redis.aof_enabled': '0' }]], ['persistence: fail']],
  ['a snapshot that fails', [['redis-02', { 'redis.rdb_last_bgsave_status': 'err' }]], ['persistence: fail']],
  ['data being loaded', [['redis-02', { 'redis.loading': '1' }]], ['persistence: fail']],
  ['a limit almost reached', [['redis-01', { 'redis.maxmemory': '1200000' }]], ['memory: warn']],
  ['a limit reached', [['redis-01', { 'redis.maxmemory': '1067336' }]], ['memory: fail']],
  ['a policy that drops keys', [['redis-01', { 'redis.maxmemory_policy': 'allkeys-lru' }]], ['memory: fail']],
  [
    'a proxy that leads elsewhere',
    [['haproxy-02', { 'proxy.run_id': 'id-of-02' }]],
    ['haproxy-points-to-master: fail'],
  ],
  ['a proxy that is down', [['haproxy-02', { proxy: 'stopped' }]], ['haproxy-points-to-master: fail']],
  ['a proxy with nobody behind', [['haproxy-02', { proxy: 'silent' }]], ['haproxy-points-to-master: fail']],
  [
    'a stopped replica',
    [
      ['redis-03', { ...SILENT_REDIS, redis: 'stopped' }],
      ['redis-01', { 'redis.replicas': 'ip=10.0.0.124,port=6379,state=online,offset=54455,lag=0' }],
    ],
    ['replica-links: fail', 'replication-lag: fail', 'min-replicas: fail', 'persistence: fail', 'memory: fail'],
  ],
  [
    'a replica that hangs: nobody knows what it thinks it is',
    [['redis-03', { ...SILENT_REDIS, redis: 'silent' }]],
    [
      'one-master: unknown',
      'replica-links: fail',
      'replication-lag: fail',
      'min-replicas: fail',
      'persistence: fail',
      'memory: fail',
      'haproxy-points-to-master: unknown',
      'update-master: unknown',
    ],
  ],
  [
    'a stopped Sentinel',
    [['redis-03', { sentinel: 'stopped' }]],
    ['sentinels-agree: fail', 'ckquorum: fail', 'sentinel-peers: fail', 'tilt: fail', 'settled: fail'],
  ],
  [
    'another password',
    [['redis-03', { ...SILENT_REDIS, redis: 'wrong-password' }]],
    [
      'one-master: unknown',
      'replica-links: unknown',
      'replication-lag: unknown',
      'min-replicas: unknown',
      'persistence: unknown',
      'memory: unknown',
      'haproxy-points-to-master: unknown',
      'update-master: unknown',
    ],
  ],
];
