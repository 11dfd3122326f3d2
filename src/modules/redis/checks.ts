import type { CheckSpec } from '../contract.ts';

/** Seconds since a replica last heard of its master; Sentinel itself asks every second. */
export const LINK_IDLE_SECONDS_MAX = 10;

/** Bytes that a replica may be behind. */
export const LAG_BYTES_MAX = 1024 * 1024;

/** Shares of its memory limit (of the host's memory without one) at which Redis is near to refusing writes, and too near. */
export const MEMORY_SHARE_WARN = 0.85;
export const MEMORY_SHARE_MAX = 0.95;

/** Most seconds that `min-replicas-max-lag` may allow. */
export const MIN_REPLICAS_MAX_LAG_MAX = 10;

/**
 * Seconds for which every Sentinel must have known the master before it may move again: twice our down-after, the time in
 * which Sentinel corrects an old master. Sentinel itself has no more to wait for: after a failover that succeeded its own
 * pause (2 x failover-timeout) does not apply.
 */
export const SETTLED_SECONDS_MIN = 10;

/** Seconds after which the last result of the timer on a HAProxy is stale, and for which `unknown` may be passing. */
export const UPDATE_STALE_SECONDS = 10;
export const UPDATE_UNKNOWN_SECONDS_MAX = 10;

const SENTINEL_DOC = 'redis.io, High availability with Redis Sentinel';
const REPLICATION_DOC = 'redis.io, Redis replication';
const MEASURED = 'our own measurement (README.md of this module)';
const JUDGED = 'judgement, see README.md of this module';

/** The module's questions, in the order in which `assessRedis` answers them. */
export const CHECKS: readonly CheckSpec[] = [
  {
    id: 'one-master',
    title: 'One master',
    criterion: 'exactly one of the three Redis says that it is master (a stopped one is none)',
    source: `${REPLICATION_DOC}: ROLE`,
  },
  {
    id: 'sentinels-agree',
    title: 'Sentinels agree',
    criterion: 'all three Sentinels name the same address, and the Redis there says that it is master',
    source: `${SENTINEL_DOC}: SENTINEL GET-MASTER-ADDR-BY-NAME, and clients must verify with ROLE`,
  },
  {
    id: 'ckquorum',
    title: 'Quorum',
    criterion: 'SENTINEL CKQUORUM is OK on each of the three Sentinels',
    source: `${SENTINEL_DOC}: the command for monitoring`,
  },
  {
    id: 'sentinel-peers',
    title: 'Sentinels know all members',
    criterion: 'each Sentinel knows 2 other Sentinels and 2 replicas, and its flags of the master are only `master`',
    source: `${SENTINEL_DOC}: SENTINEL MASTER`,
  },
  {
    id: 'tilt',
    title: 'Sentinels trust their clocks',
    criterion: 'sentinel_tilt is 0 on each: a Sentinel in TILT takes part in no failover',
    source: `${SENTINEL_DOC}: TILT mode`,
  },
  {
    id: 'settled',
    title: 'No failover has just happened',
    criterion: `every Sentinel has known its master for ${SETTLED_SECONDS_MIN} s, and none leads a failover`,
    source: `${SENTINEL_DOC}: SENTINEL MASTER, role-reported-time and flags; the limit is ${JUDGED}`,
  },
  {
    id: 'replica-links',
    title: 'Replicas are linked',
    criterion: `2 replicas follow the master, link up, heard of it within ${LINK_IDLE_SECONDS_MAX} s`,
    source: `${REPLICATION_DOC}: INFO replication; the limit is ${JUDGED}`,
  },
  {
    id: 'replication-lag',
    title: 'Replicas keep up',
    criterion: 'the master counts 2 replicas online, each less than 1 MiB behind its offset',
    source: `${REPLICATION_DOC}: master_repl_offset; the limit is ${JUDGED}`,
  },
  {
    id: 'min-replicas',
    title: 'Writes need a replica',
    criterion: 'min-replicas-to-write >= 1 and min-replicas-max-lag <= 10 on all; the master has a good replica',
    source: `${REPLICATION_DOC}: allow writes only with N attached replicas; ${MEASURED}`,
  },
  {
    id: 'persistence',
    title: 'Data reaches the disk',
    criterion: 'on all: append-only file on, its last write and the last snapshot ok, nothing being loaded',
    source: 'redis.io, Redis persistence: INFO persistence',
  },
  {
    id: 'memory',
    title: 'Memory',
    criterion: 'used < 85 % of maxmemory (of the host without one; fails from 95 %), policy noeviction',
    source: `redis.io, Key eviction: maxmemory and its policy; the limit is ${JUDGED}`,
  },
  {
    id: 'haproxy-points-to-master',
    title: 'HAProxy leads to the master',
    criterion: 'the run_id behind port 6379 of each HAProxy is the one of the only master',
    source: `redis.io, INFO server: run_id; ${MEASURED}`,
  },
  {
    id: 'update-master',
    title: 'HAProxy is told who is master',
    criterion: `on each HAProxy the timer runs, its last result is at most ${UPDATE_STALE_SECONDS} s old and names the master`,
    source: `the platform's redis-update-master; ${MEASURED}`,
  },
];
