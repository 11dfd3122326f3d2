import { createHash } from 'node:crypto';
import { masterSinceMs, membersOf, MOVE_SCRIPTS } from './redis-moves.ts';
import { contentHash, deployment, facts, full } from './world.ts';
import type { Call, ChangeLine, Performance, SimulatedHost } from './world.ts';

const SERVER = 'redis/deploy-server.sh';
const PROXY = 'redis/deploy-proxy.sh';

/** What every simulated Redis says of its offset: nobody writes, so all have the same. */
const OFFSET = 1024;

function file(call: Call, target: string): ChangeLine {
  return ['file', target, contentHash(call.host, target)];
}

function deployServer(call: Call): Performance {
  if (call.host.isDiskFull) return full(call.host, '/opt/keybuzz/redis');
  return deployment(call, [
    {
      text: 'Redis',
      changes: [
        ['package', 'redis-server', 'newest, predicted', '5:8.0.2-3'],
        ['directory', '/opt/keybuzz/redis/data', '0750 redis:redis'],
        file(call, '/etc/redis/keybuzz.conf'),
        file(call, '/etc/redis/redis.conf'),
        ['service', 'redis-server.service', 'enabled'],
      ],
    },
    {
      text: 'Sentinel',
      changes: [
        ['package', 'redis-sentinel', 'newest, predicted', '5:8.0.2-3'],
        file(call, '/etc/redis/sentinel.conf'),
        ['service', 'redis-sentinel.service', 'enabled'],
      ],
    },
  ]);
}

function deployProxy(call: Call): Performance {
  return deployment(call, [
    {
      text: 'HAProxy',
      changes: [
        ['package', 'haproxy', 'newest, predicted', '3.0.11-1'],
        file(call, '/etc/haproxy/conf.d/40-redis.cfg'),
        ['service', 'haproxy.service', 'reloaded'],
        ['service', 'keybuzz-redis-update-master.timer', 'enabled'],
      ],
    },
  ]);
}

function runIdOf(host: SimulatedHost): string {
  return createHash('sha1').update(host.name).digest('hex');
}

function replicationFacts(host: SimulatedHost, members: readonly SimulatedHost[]): [string, string | number][] {
  const [master, ...replicas] = members;
  if (host !== master) {
    return [
      ['redis.role', 'slave'],
      ['redis.connected_slaves', 0],
      ['redis.master_host', master?.address ?? ''],
      ['redis.master_link_status', 'up'],
      ['redis.master_last_io_seconds_ago', 0],
      ['redis.slave_repl_offset', OFFSET],
      ['redis.min_slaves_good_slaves', 0],
    ];
  }
  const line = ({ address }: SimulatedHost) => `ip=${address},port=6379,state=online,offset=${OFFSET},lag=0`;
  return [
    ['redis.role', 'master'],
    ['redis.connected_slaves', replicas.length],
    ['redis.min_slaves_good_slaves', replicas.length],
    ...(replicas.length === 0 ? [] : [['redis.replicas', replicas.map(line).join(' ')] as [string, string]]),
  ];
}

function statusServer(call: Call): Performance {
  const { host } = call;
  const members = membersOf(call);
  if (!members.includes(host)) {
    return facts([
      ['redis', 'stopped'],
      ['sentinel', 'stopped'],
    ]);
  }
  const hasQuorum = members.length >= 2;
  return facts([
    ['redis', 'answers'],
    ['redis.redis_version', '8.0.2'],
    ['redis.run_id', runIdOf(host)],
    ...replicationFacts(host, members),
    ['redis.master_repl_offset', OFFSET],
    ['redis.loading', 0],
    ['redis.aof_enabled', 1],
    ['redis.aof_last_write_status', 'ok'],
    ['redis.rdb_last_bgsave_status', 'ok'],
    ['redis.used_memory', 2_000_000],
    ['redis.maxmemory', 0],
    ['redis.total_system_memory', 4_000_000_000],
    ['redis.maxmemory_policy', 'noeviction'],
    ['redis.evicted_keys', 0],
    ['redis.min-replicas-to-write', 1],
    ['redis.min-replicas-max-lag', 5],
    ['sentinel', 'answers'],
    ['sentinel.ip', members[0]?.address ?? ''],
    ['sentinel.flags', 'master'],
    ['sentinel.num-slaves', members.length - 1],
    ['sentinel.num-other-sentinels', members.length - 1],
    ['sentinel.quorum', 2],
    ['sentinel.ckquorum', hasQuorum ? 'ok' : '-NOQUORUM 1 usable Sentinels. Not enough available Sentinels'],
    ['sentinel.tilt', 0],
    ['sentinel.role-reported-time', masterSinceMs(call)],
  ]);
}

/** Behind a proxy stands a master that has a replica, or nobody. */
function behindProxy(call: Call): SimulatedHost | undefined {
  const [master, ...replicas] = membersOf(call);
  return replicas.length === 0 ? undefined : master;
}

function statusProxy(call: Call): Performance {
  if (!call.host.deployed.has(PROXY)) return facts([['proxy', 'stopped']]);
  const master = behindProxy(call);
  if (master === undefined) return facts([['proxy', 'silent']]);
  return facts([
    ['proxy', 'answers'],
    ['proxy.run_id', runIdOf(master)],
    ['proxy.role', 'master'],
    ['proxy.up', master.name],
    ['proxy.ours', 'yes'],
    ['updater.timer', 'active'],
    ['updater.state', 'ok'],
    ['updater.master', master.address],
    ['updater.since', 60],
    ['updater.age', 1],
  ]);
}

function testProxy(call: Call): Performance {
  const master = call.host.deployed.has(PROXY) ? behindProxy(call) : undefined;
  if (master === undefined) {
    const lines = ['::fact reason No member knows a master (simulated fleet).', '::fact fix Deploy redis first.'];
    return { lines, exitCode: 69 };
  }
  const text = `written, read and deleted through a simulated HAProxy; the master ${master.address} had it`;
  return {
    lines: ['::progress 1/4 write', 100, '::progress 4/4 delete', `::check probe pass ${master.address} ${text}`],
    exitCode: 0,
  };
}

/** What the scripts of the redis module do here; a script that is not named is one we do not play yet. */
export const REDIS_SCRIPTS: Readonly<Record<string, (call: Call) => Performance>> = {
  [SERVER]: deployServer,
  [PROXY]: deployProxy,
  'redis/status-server.sh': statusServer,
  'redis/status-proxy.sh': statusProxy,
  'redis/test-proxy.sh': testProxy,
  ...MOVE_SCRIPTS,
};
