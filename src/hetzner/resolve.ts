import type { DesiredBalancer } from '../modules/cloud.ts';
import type { Project } from './actual.ts';
import type { NetworkAnswer } from './schemas.ts';

/** Why a load balancer can't become what it is to be: a sentence, and what to do. */
export interface Obstacle {
  reason: string;
  fix: string;
}

/** A desired load balancer with Hetzner's ids in the place of our names. */
export interface Resolved {
  networkId: number;
  /** Where the network is: load balancers are made there. */
  networkZone: string;
  targets: { host: string; serverId: number }[];
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** True when the IPv4 range `10.0.0.0/16` has the address. */
export function contains(range: string, address: string): boolean {
  const [base = '', bits = '32'] = range.split('/');
  const size = 2 ** (32 - Number(bits));
  return Math.floor(numberOf(base) / size) === Math.floor(numberOf(address) / size);
}

/** The zone of the network's subnet that has the address; undefined when it has none for load balancers. */
function zoneIn({ subnets }: NetworkAnswer, address: string): string | undefined {
  const isMeant = ({ type, ip_range }: NetworkAnswer['subnets'][number]) =>
    type !== 'vswitch' && ip_range !== undefined && contains(ip_range, address);
  return subnets.find(isMeant)?.network_zone;
}

/** "the server install-01", "the load balancer lb-old": whoever else has the address in that network. */
export function holderOf(project: Project, at: { networkId: number; address: string; except: string }): string {
  const { networkId, address, except } = at;
  const server = project.servers.find(({ private_net }) =>
    private_net.some((net) => net.network === networkId && [net.ip, ...net.alias_ips].includes(address)),
  );
  if (server !== undefined) return `the server ${server.name}`;
  const balancer = project.balancers.find(
    ({ name, networks }) => name !== except && networks.some(({ id, ip }) => id === networkId && ip === address),
  );
  return balancer === undefined ? '' : `the load balancer ${balancer.name}`;
}

/** Finds the network by the address and the servers by theirs, or says what is in the way. */
export function resolve(desired: DesiredBalancer, project: Project): Resolved | Obstacle[] {
  const { name, address } = desired;
  const networks = project.networks.filter((network) => zoneIn(network, address) !== undefined);
  const [network] = networks;
  if (network === undefined || networks.length > 1) {
    const found = networks.map((one) => one.name).join(' and ');
    const reason = `${network === undefined ? 'no network' : found} of the project has a subnet with ${address}`;
    const fix =
      network === undefined
        ? `Make a network with a cloud subnet that contains ${address}, or set HCLOUD_TOKEN of the right project.`
        : 'Let one network alone have that range.';
    return [{ reason, fix }];
  }
  const networkId = network.id;
  const obstacles: Obstacle[] = [];
  const holder = holderOf(project, { networkId, address, except: name });
  if (holder !== '') {
    obstacles.push({
      reason: `${address} is held by ${holder}`,
      fix: `Take ${address} away from ${holder} (network ${network.name}), then deploy again.`,
    });
  }
  const targets = desired.targets.flatMap((target) => {
    const server = project.servers.find(({ private_net }) =>
      private_net.some((net) => net.network === networkId && net.ip === target.address),
    );
    if (server !== undefined) return [{ host: target.host, serverId: server.id }];
    obstacles.push({
      reason: `no server in network ${network.name} has ${target.address}, which is ${target.host}`,
      fix: `Attach ${target.host} to network ${network.name} with ${target.address}, or correct servers.tsv.`,
    });
    return [];
  });
  if (obstacles.length > 0) return obstacles;
  return { networkId, networkZone: zoneIn(network, address) ?? '', targets };
}
