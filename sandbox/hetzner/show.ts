import { healthOf, serversOf } from './health.ts';
import { typeNamed, type TYPES, type Balancer, type Network, type Server, type Target, type World } from './model.ts';

/** Resources as the API shows them. */

const LOCATION = {
  id: 1,
  name: 'nbg1',
  description: 'Nuremberg DC Park 1',
  country: 'DE',
  city: 'Nuremberg',
  latitude: 49.452102,
  longitude: 11.076665,
  network_zone: 'eu-central',
};

export function showType({ id, name, services, targets, connections, certificates }: (typeof TYPES)[number]): object {
  return {
    id,
    name,
    description: name.toUpperCase(),
    max_connections: connections,
    max_services: services,
    max_targets: targets,
    max_assigned_certificates: certificates,
    deprecated: null,
    deprecation: null,
    prices: [],
  };
}

function showTarget(world: World, balancer: Balancer, target: Target): object {
  const { type, isPrivate } = target;
  if (type === 'ip') return { type, ip: { ip: target.ip }, health_status: healthOf(world, balancer, target) };
  if (type === 'server') {
    const server = { id: target.serverId };
    return { type, server, use_private_ip: isPrivate, health_status: healthOf(world, balancer, target) };
  }
  const nested = serversOf(world, target).map(({ id }): Target => ({ ...target, type: 'server', serverId: id }));
  const targets = nested.map((one) => showTarget(world, balancer, one));
  return { type, label_selector: { selector: target.selector }, use_private_ip: isPrivate, targets };
}

/** Without what only we keep of it. */
function showService(service: Balancer['services'][number]): object {
  return Object.fromEntries(Object.entries(service).filter(([name]) => name !== 'sinceMs'));
}

export function showBalancer(world: World, balancer: Balancer): object {
  const { id, name, labels, type, algorithm, isPublic, network, services, targets, isProtected, createdMs } = balancer;
  return {
    id,
    name,
    labels,
    public_net: {
      enabled: isPublic,
      ipv4: { ip: `198.51.100.${id % 250}`, dns_ptr: null },
      ipv6: { ip: `2001:db8::${(id % 9999).toString()}`, dns_ptr: null },
    },
    private_net: network === undefined ? [] : [{ network: network.id, ip: network.ip, ip_range: '10.0.0.0/16' }],
    location: LOCATION,
    load_balancer_type: showType(typeNamed(type)),
    protection: { delete: isProtected },
    created: new Date(createdMs).toISOString(),
    algorithm: { type: algorithm },
    services: services.map(showService),
    targets: targets.map((target) => showTarget(world, balancer, target)),
    included_traffic: 21_990_232_555_520,
    outgoing_traffic: 0,
    ingoing_traffic: 0,
  };
}

/** As since 2026-07-01: without `datacenter`. */
export function showServer(world: World, server: Server): object {
  const balancers = [...world.balancers.values()].filter(({ targets }) =>
    targets.some(({ serverId }) => serverId === server.id),
  );
  return {
    id: server.id,
    name: server.name,
    status: server.status,
    created: '2026-01-01T00:00:00Z',
    labels: server.labels,
    public_net: {
      ipv4: server.publicIp === null ? null : { ip: server.publicIp, blocked: false, dns_ptr: server.name },
      ipv6: null,
      floating_ips: [],
      firewalls: [],
    },
    private_net: server.privateNet.map(({ network, ip, aliasIps }) => {
      return { network, ip, alias_ips: aliasIps, mac_address: '86:00:ff:2a:7d:e1' };
    }),
    location: LOCATION,
    server_type: SERVER_TYPE,
    image: null,
    iso: null,
    rescue_enabled: false,
    locked: false,
    backup_window: null,
    outgoing_traffic: 0,
    ingoing_traffic: 0,
    included_traffic: 0,
    protection: { delete: false, rebuild: false },
    volumes: [],
    load_balancers: balancers.map(({ id }) => id),
    primary_disk_size: 80,
    placement_group: null,
  };
}

const SERVER_TYPE = {
  id: 22,
  name: 'cpx31',
  description: 'CPX31',
  cores: 4,
  memory: 8,
  disk: 160,
  deprecated: false,
  deprecation: null,
  prices: [],
  storage_type: 'local',
  cpu_type: 'shared',
  category: 'Shared vCPU',
  architecture: 'x86',
  locations: [],
};

export function showNetwork(world: World, network: Network): object {
  const inNetwork = (ids: readonly { network: number }[]) => ids.some((one) => one.network === network.id);
  const servers = [...world.servers.values()].filter(({ privateNet }) => inNetwork(privateNet));
  const balancers = [...world.balancers.values()].filter((one) => one.network?.id === network.id);
  return {
    id: network.id,
    name: network.name,
    ip_range: network.ipRange,
    subnets: network.subnets.map(({ type, ipRange, zone }) => {
      const gateway = network.ipRange.replace(/\.\d+\/\d+$/, '.1');
      return { type, ip_range: ipRange, network_zone: zone, gateway, vswitch_id: null };
    }),
    routes: [],
    servers: servers.map(({ id }) => id),
    load_balancers: balancers.map(({ id }) => id),
    protection: { delete: false },
    labels: {},
    created: '2026-01-01T00:00:00Z',
    expose_routes_to_vswitch: false,
  };
}
