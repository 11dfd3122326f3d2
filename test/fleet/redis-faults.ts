import type { Fixture } from './checks-page.ts';
import { CANARIES } from './deployment.ts';
import type { InjectedFault } from './injected.ts';

const redis = (command: string): string =>
  `REDISCLI_AUTH=${CANARIES.REDIS_PASSWORD} redis-cli --no-auth-warning ${command}`;
const sentinel = (command: string): string =>
  `REDISCLI_AUTH=${CANARIES.SENTINEL_PASSWORD} redis-cli --no-auth-warning -p 26379 ${command}`;
/** Address and port, as this host's Sentinel names them. */
const NAMED_MASTER = `$(${sentinel('sentinel get-master-addr-by-name kb-redis-master')})`;

const NO_TILT = `until ${sentinel('info sentinel')} | grep -q tilt:0; do sleep 0.1; done`;

const signal = (unit: string, name: string): string => `systemctl kill --signal=${name} ${unit}`;

/** What asks the Redis of every server. */
const ASKS_REDIS = { 'replica-links': 'fail', 'replication-lag': 'fail', 'min-replicas': 'fail' } as const;

/** Each fault of a redis as root makes it by hand on a host; `replica` is one that follows, never the master. */
export const FAULTS: readonly InjectedFault[] = [
  {
    ...{ title: "a replica's Redis stopped", on: 'replica' },
    make: 'systemctl stop redis-server',
    undo: 'systemctl start redis-server',
    turns: { ...ASKS_REDIS, persistence: 'fail', memory: 'fail' },
  },
  {
    ...{ title: "a replica's Redis hangs, so that nobody knows what it thinks it is", on: 'replica' },
    make: signal('redis-server', 'STOP'),
    undo: signal('redis-server', 'CONT'),
    turns: {
      ...{ ...ASKS_REDIS, persistence: 'fail', memory: 'fail' },
      ...{ 'one-master': 'unknown', 'haproxy-points-to-master': 'unknown', 'update-master': 'unknown' },
    },
  },
  {
    ...{ title: 'a replica made a second master, again and again', on: 'replica' },
    // Sentinel makes it a replica again after 8 s, in which a busy machine may not have asked twice.
    make: `setsid bash -c 'while ${redis('replicaof no one')}; do sleep 0.2; done' >/dev/null 2>&1 & echo $! >/run/second.pid`,
    undo: `kill "$(cat /run/second.pid)"; rm /run/second.pid; ${redis(`replicaof ${NAMED_MASTER}`)}`,
    turns: {
      ...{ ...ASKS_REDIS, 'one-master': 'fail' },
      ...{ 'haproxy-points-to-master': 'fail', 'update-master': 'fail' },
    },
  },
  {
    ...{ title: 'a Sentinel stopped', on: 'replica' },
    make: 'systemctl stop redis-sentinel',
    undo: 'systemctl start redis-sentinel',
    turns: {
      ...{ 'sentinels-agree': 'fail', ckquorum: 'fail', 'sentinel-peers': 'fail' },
      ...{ tilt: 'fail', settled: 'fail' },
    },
  },
  {
    ...{ title: 'a Sentinel that wants more Sentinels than there are', on: 'replica' },
    make: sentinel('sentinel set kb-redis-master quorum 4'),
    undo: sentinel('sentinel set kb-redis-master quorum 2'),
    turns: { ckquorum: 'fail' },
  },
  {
    ...{ title: 'a Sentinel that distrusts its clock (TILT)', on: 'replica' },
    // What a clock that jumps by more than 2 s does, for 30 s: here each of its ticks is a jump.
    make: sentinel('sentinel debug tilt-trigger 10'),
    undo: `${sentinel('sentinel debug tilt-trigger 2000 tilt-period 100')} && ${NO_TILT} && ${sentinel('sentinel debug tilt-period 30000')}`,
    turns: { tilt: 'fail' },
  },
  {
    ...{ title: 'a replica that does not want one of its own to take writes', on: 'replica' },
    make: redis('config set min-replicas-to-write 0'),
    undo: redis('config set min-replicas-to-write 1'),
    turns: { 'min-replicas': 'fail' },
  },
  {
    ...{ title: 'a replica without its append-only file', on: 'replica' },
    make: redis('config set appendonly no'),
    undo: redis('config set appendonly yes'),
    turns: { persistence: 'fail' },
  },
  {
    ...{ title: 'a replica above its memory limit', on: 'replica' },
    make: redis('config set maxmemory 1mb'),
    undo: redis('config set maxmemory 0'),
    turns: { memory: 'fail' },
  },
  {
    ...{ title: 'a HAProxy stopped', on: 'haproxy-01' },
    make: 'systemctl stop haproxy',
    undo: 'systemctl start haproxy',
    turns: { 'haproxy-points-to-master': 'fail', 'update-master': 'fail' },
  },
  {
    ...{ title: 'the timer of redis-update-master stopped', on: 'haproxy-01' },
    make: 'systemctl stop keybuzz-redis-update-master.timer',
    undo: 'systemctl start keybuzz-redis-update-master.timer',
    turns: { 'update-master': 'fail' },
  },
  {
    ...{ title: "a proxy's cable cut", on: 'haproxy-02' },
    make: { cable: 'cut' },
    undo: { cable: 'plugged' },
    turns: { 'haproxy-points-to-master': 'unknown', 'update-master': 'unknown' },
  },
];

export const FIXTURES: readonly Fixture[] = [];
