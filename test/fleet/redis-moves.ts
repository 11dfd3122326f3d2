import type { Message } from '../../sandbox/slack/index.ts';
import type { RealDeployment } from './deployment.ts';
import { deployModule, moveModule, type Moved } from './operator.ts';

export const SERVERS = { 'redis-01': '10.0.0.123', 'redis-02': '10.0.0.124', 'redis-03': '10.0.0.125' };
export const PROXIES = { 'haproxy-01': '10.0.0.11', 'haproxy-02': '10.0.0.12' };
export const WITNESS = 'install-01';

/** Hosts that make one redis module: names and addresses. */
export interface Cluster {
  servers: Record<string, string>;
  proxies: Record<string, string>;
  /** Where the markers are written from. */
  witness: string;
}

/** The module's hosts in the inventory. */
export const REDIS: Cluster = { servers: SERVERS, proxies: PROXIES, witness: WITNESS };

/** Every host of a cluster. */
export const hostsOf = ({ servers, proxies, witness }: Cluster): string[] => [
  ...Object.keys(servers),
  ...Object.keys(proxies),
  witness,
];

export const HOSTS = hostsOf(REDIS);

export const deploy = (real: RealDeployment): Promise<Message> => deployModule(real, 'redis');

export const move = (real: RealDeployment, verb: 'failover' | 'drill'): Promise<Moved> =>
  moveModule(real, verb, 'redis');

/** The server that two of three Sentinels name, by name. */
export async function masterOf(real: RealDeployment, { servers } = REDIS): Promise<string> {
  const named = await Promise.all(
    Object.keys(servers).map((host) =>
      real.askSentinel(host, 'sentinel get-master-addr-by-name kb-redis-master').catch(() => ''),
    ),
  );
  const addresses = named.map((text) => text.split('\n')[0]);
  const [address] = addresses.filter((one, at) => one !== '' && addresses.indexOf(one) !== at);
  return Object.entries(servers).find(([, own]) => own === address)?.[0] ?? 'none';
}

/** What Redis and HAProxy themselves say: the role of each server, and the server behind each proxy. */
export async function facts(
  real: RealDeployment,
  { servers, proxies } = REDIS,
): Promise<{ roles: Record<string, string>; behind: string[] }> {
  const roles = await Promise.all(
    Object.keys(servers).map(async (host) => {
      const role = await real.askRedis(host, '127.0.0.1', 'role');
      return [host, role.split('\n')[0] ?? ''] as const;
    }),
  );
  const [from = ''] = Object.keys(servers);
  const runIdAt = async (address: string) =>
    /run_id:(\w+)/.exec(await real.askRedis(from, address, 'info server'))?.[1] ?? '';
  const ids = Object.entries(servers).map(async ([host, address]) => [await runIdAt(address), host] as const);
  const names = new Map(await Promise.all(ids));
  const behind = await Promise.all(Object.values(proxies).map((address) => runIdAt(address)));
  return { roles: Object.fromEntries(roles), behind: behind.map((id) => names.get(id) ?? id) };
}
