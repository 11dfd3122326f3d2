import type { ActualBalancer, Project } from '../../src/hetzner/actual.ts';
import { reconcileRecord } from '../../src/hetzner/dns.ts';
import { judge } from '../../src/hetzner/judge.ts';
import { desire, inventory } from '../hetzner/project.ts';

const NETWORK = 7;

/** Every host is a server of it, and one that nobody knows. */
const PROJECT: Project = {
  balancers: [],
  servers: [...inventory.hosts, { name: 'stranger', privateIp: '10.9.9.9' }].map(({ name, privateIp }, index) => ({
    ...{ id: 100 + index, name, status: 'running' },
    private_net: [{ network: NETWORK, ip: privateIp, alias_ips: [] }],
  })),
  networks: [
    {
      ...{ id: NETWORK, name: 'keybuzz', ip_range: '10.0.0.0/16' },
      subnets: [{ type: 'cloud', ip_range: '10.0.0.0/16', network_zone: 'eu-central' }],
    },
  ],
};

/** One host's server has another's name, one none, one an address that is another's. */
const ODD: Project['servers'] = PROJECT.servers.map((server) => {
  const elsewhere = [{ network: NETWORK, ip: '10.0.0.77', alias_ips: [] }];
  if (server.name === 'redis-01') return { ...server, name: 'renamed' };
  if (server.name === 'redis-02') return { ...server, private_net: [] };
  return server.name === 'redis-03' ? { ...server, private_net: elsewhere } : server;
});

/** A load balancer in which everything is otherwise. */
function wrong(name: string): ActualBalancer {
  const services = (desire.balancers.find((one) => one.name === name)?.services ?? []).map((service) => ({
    ...{ ...service, destinationPort: 1 },
    health: { ...service.health, interval: 15 },
  }));
  const [first] = services;
  const strange = first === undefined ? [] : [{ ...first, listenPort: 9999, proxyProtocol: true }];
  const target = { key: 'server 900', kind: 'server' as const, serverId: 900, name: 'stranger', isPrivate: true };
  return {
    ...{ id: 1, name, type: 'lb21', maxServices: 15, maxTargets: 75, algorithm: 'least_connections', isPublic: true },
    networks: [{ id: 8, ip: '10.0.0.99' }],
    services: [...services.slice(1), ...strange],
    targets: [{ ...target, health: new Map(services.map(({ listenPort }) => [listenPort, 'unhealthy' as const])) }],
  };
}

/** What Hetzner's project was found to be. */
export function ofProject(): string[] {
  const records = desire.records.flatMap((record, index) =>
    reconcileRecord(
      record,
      index === 0 ? undefined : { type: 'A', name: record.name, ttl: 1, records: [{ value: '10.9.9.9' }] },
    ),
  );
  const balancers = desire.balancers.map(({ name }) => wrong(name));
  const bare = balancers.map((one) => ({ ...one, networks: [], targets: [], isPublic: !one.isPublic }));
  const whole = { ...PROJECT, balancers };
  const texts = [PROJECT, whole, { ...whole, servers: ODD }, { ...whole, balancers: bare }].flatMap((project) =>
    [undefined, records].flatMap((actions) => judge(desire, project, actions).map(({ text }) => text)),
  );
  return [...new Set(texts)];
}
