import type { BalancerService } from '../modules/cloud.ts';
import type { Talk } from './client.ts';
import { BalancerAnswer, NetworkAnswer, ServerAnswer, type ServiceAnswer, type TargetAnswer } from './schemas.ts';

export type Health = 'healthy' | 'unhealthy' | 'unknown';

/** A target as it is there. `key` is its identity: `server 4711`, `ip 203.0.113.1`, `label_selector role=x`. */
export interface ActualTarget {
  key: string;
  kind: 'server' | 'ip' | 'label_selector';
  /** Only of a server. */
  serverId: number | undefined;
  /** The server's name, the address, or the selector. */
  name: string;
  isPrivate: boolean;
  /** By listen port; a port that it says nothing of is unknown. */
  health: ReadonlyMap<number, Health>;
}

/** A load balancer as it is there. */
export interface ActualBalancer {
  id: number;
  name: string;
  type: string;
  maxServices: number;
  maxTargets: number;
  algorithm: string;
  isPublic: boolean;
  networks: { id: number; ip: string }[];
  services: BalancerService[];
  targets: ActualTarget[];
}

/** All of the project that matters to load balancers, read together. */
export interface Project {
  balancers: ActualBalancer[];
  servers: ServerAnswer[];
  networks: NetworkAnswer[];
}

type HttpQuestion = NonNullable<ServiceAnswer['health_check']['http']>;

const askedOver = ({ path, tls, status_codes }: HttpQuestion) => ({ http: { path, tls, statusCodes: status_codes } });

function serviceOf(answer: ServiceAnswer): BalancerService {
  const { protocol, port, interval, timeout, retries, http } = answer.health_check;
  return {
    listenPort: answer.listen_port,
    destinationPort: answer.destination_port,
    protocol: answer.protocol,
    proxyProtocol: answer.proxyprotocol,
    // What Hetzner keeps of an HTTP question while it asks over TCP means nothing.
    health: {
      ...{ protocol, port, interval, timeout, retries },
      ...(protocol === 'http' && http ? askedOver(http) : {}),
    },
  };
}

function targetOf(answer: TargetAnswer, servers: readonly ServerAnswer[]): ActualTarget {
  const { type: kind } = answer;
  if (kind === 'label_selector') {
    const name = answer.label_selector.selector;
    return { key: `${kind} ${name}`, kind, serverId: undefined, name, isPrivate: false, health: new Map() };
  }
  const health = new Map(answer.health_status.map(({ listen_port, status }) => [listen_port, status]));
  if (kind === 'ip') {
    return { key: `ip ${answer.ip.ip}`, kind, serverId: undefined, name: answer.ip.ip, isPrivate: false, health };
  }
  const { id } = answer.server;
  const name = servers.find((server) => server.id === id)?.name ?? `server ${id}`;
  return { key: `server ${id}`, kind, serverId: id, name, isPrivate: answer.use_private_ip, health };
}

/** What an answer means, given the project's servers. */
export function balancerOf(answer: BalancerAnswer, servers: readonly ServerAnswer[]): ActualBalancer {
  return {
    id: answer.id,
    name: answer.name,
    type: answer.load_balancer_type.name,
    maxServices: answer.load_balancer_type.max_services,
    maxTargets: answer.load_balancer_type.max_targets,
    algorithm: answer.algorithm.type,
    isPublic: answer.public_net.enabled,
    networks: answer.private_net.map(({ network, ip }) => ({ id: network, ip })),
    services: answer.services.map(serviceOf),
    targets: answer.targets.map((target) => targetOf(target, servers)),
  };
}

/** Reads the project: its load balancers, servers and networks, every page of them. */
export async function readProject(talk: Talk): Promise<Project> {
  const [balancers, servers, networks] = await Promise.all([
    talk.list('/load_balancers', 'load_balancers', BalancerAnswer),
    talk.list('/servers', 'servers', ServerAnswer),
    talk.list('/networks', 'networks', NetworkAnswer),
  ]);
  return { balancers: balancers.map((answer) => balancerOf(answer, servers)), servers, networks };
}
