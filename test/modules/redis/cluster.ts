import type { Inventory } from '../../../src/inventory.ts';
import type { Host } from '../../../src/inventory.ts';
import type { CheckResult, HostAnswer } from '../../../src/modules/contract.ts';
import { assessRedis } from '../../../src/modules/redis/assess.ts';
import { type Fault, faultyAnswers, silentAnswers } from '../answers.ts';

export const SERVERS = { 'redis-01': '10.0.0.123', 'redis-02': '10.0.0.124', 'redis-03': '10.0.0.125' };
export const PROXIES = { 'haproxy-01': '10.0.0.11', 'haproxy-02': '10.0.0.12' };

/** Five hosts; `change` may drop or alter them. */
export function inventoryOf(change: (host: Host) => Host | undefined = (host) => host): Inventory {
  const host = (name: string, privateIp: string, roles: Pick<Host, 'role' | 'subrole'>, line: number): Host => ({
    ...{ name, privateIp, ...roles, line, env: 'prod', publicIp: `203.0.113.${line}`, fqdn: `${name}.example.test` },
    ...{ user: 'root', pool: 'p', stack: roles.role, core: 'core', notes: '' },
  });
  const servers = Object.entries(SERVERS).map(([name, address], index) =>
    host(name, address, { role: 'redis', subrole: index === 0 ? 'master' : 'replica' }, index + 2),
  );
  const proxies = Object.entries(PROXIES).map(([name, address], index) =>
    host(name, address, { role: 'lb', subrole: 'internal-haproxy' }, index + 5),
  );
  const witness = host('install-01', '10.0.0.250', { role: 'orchestrator', subrole: 'base' }, 8);
  const stranger = host('api-gateway-01', '10.0.0.135', { role: 'lb', subrole: 'api-gateway' }, 7);
  const hosts = [...servers, ...proxies, stranger, witness].flatMap((one) => change(one) ?? []);
  return { file: 'servers.tsv', hosts };
}

/** What a healthy cluster says: redis-01 is master. Recorded from three hosts with Redis 8.0.2. */
export function healthy(): HostAnswer[] {
  const server = (host: string, redis: Record<string, string>): HostAnswer => ({
    host,
    outcome: 'ok',
    checks: [],
    reason: '',
    facts: {
      redis: 'answers',
      'redis.redis_version': '8.0.2',
      'redis.master_repl_offset': '54455',
      'redis.loading': '0',
      'redis.aof_enabled': '1',
      'redis.aof_last_write_status': 'ok',
      'redis.rdb_last_bgsave_status': 'ok',
      'redis.used_memory': '1067336',
      'redis.maxmemory': '0',
      'redis.total_system_memory': '25276063744',
      'redis.maxmemory_policy': 'noeviction',
      'redis.min-replicas-to-write': '1',
      'redis.min-replicas-max-lag': '5',
      sentinel: 'answers',
      'sentinel.ip': SERVERS['redis-01'],
      'sentinel.flags': 'master',
      'sentinel.num-slaves': '2',
      'sentinel.num-other-sentinels': '2',
      'sentinel.quorum': '2',
      'sentinel.ckquorum': 'ok',
      'sentinel.tilt': '0',
      'sentinel.role-reported-time': '61234',
      ...redis,
    },
  });
  const replica = {
    'redis.role': 'slave',
    'redis.connected_slaves': '0',
    'redis.master_host': SERVERS['redis-01'],
    'redis.master_link_status': 'up',
    'redis.master_last_io_seconds_ago': '1',
    'redis.slave_repl_offset': '54455',
    'redis.min_slaves_good_slaves': '0',
  };
  const listed = (address: string): string => `ip=${address},port=6379,state=online,offset=54313,lag=0`;
  const proxy = (host: string): HostAnswer => ({
    ...{ host, outcome: 'ok', checks: [], reason: '' },
    facts: {
      proxy: 'answers',
      'proxy.run_id': 'id-of-01',
      'proxy.role': 'master',
      'proxy.up': 'redis-01',
      'proxy.ours': 'yes',
      'updater.timer': 'active',
      'updater.state': 'ok',
      'updater.master': SERVERS['redis-01'],
      'updater.since': '3600',
      'updater.age': '1',
    },
  });
  return [
    server('redis-01', {
      'redis.run_id': 'id-of-01',
      'redis.role': 'master',
      'redis.connected_slaves': '2',
      'redis.min_slaves_good_slaves': '2',
      'redis.replicas': `${listed(SERVERS['redis-02'])} ${listed(SERVERS['redis-03'])} `,
    }),
    server('redis-02', { ...replica, 'redis.run_id': 'id-of-02' }),
    server('redis-03', { ...replica, 'redis.run_id': 'id-of-03' }),
    proxy('haproxy-01'),
    proxy('haproxy-02'),
  ];
}

/** The healthy answers with faults in them; a fact given as `''` was not said. */
export function withFaults(...faults: Fault[]): HostAnswer[] {
  return faultyAnswers(healthy(), faults);
}

/** The answers without what these hosts said. */
export function withSilence(...hosts: string[]): HostAnswer[] {
  return silentAnswers(healthy(), hosts);
}

/** What does not pass, as `check: answer`, in the order of the checks. */
export function notPassing(answers: HostAnswer[]): string[] {
  return resultsOf(answers)
    .filter((result) => result.answer !== 'pass')
    .map((result) => `${result.check}: ${result.answer}`);
}

export function resultsOf(answers: HostAnswer[]): CheckResult[] {
  return assessRedis(inventoryOf(), answers);
}
