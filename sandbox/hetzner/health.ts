import { connect } from 'node:net';
import { selects } from './lists.ts';
import type { Balancer, Server, Service, Target, World } from './model.ts';

/** Servers behind a target; a label selector means all that it selects now. */
export function serversOf(world: World, target: Target): Server[] {
  const all = [...world.servers.values()];
  if (target.type === 'server') return all.filter(({ id }) => id === target.serverId);
  return target.selector === undefined ? [] : all.filter(({ labels }) => selects(target.selector ?? '', labels));
}

function isAnswering(status: string, silent: Server['silent'], port: number): boolean {
  return status === 'running' && !silent.has('everything') && !silent.has(port);
}

function statusOf(world: World, at: { target: Target; service: Service & { sinceMs: number }; server: Server }) {
  const { target, service, server } = at;
  const { nowMs, healthMs } = world;
  if (nowMs() < Math.max(target.sinceMs, service.sinceMs) + healthMs) return 'unknown';
  // What it was before is believed until as many checks as are configured say otherwise.
  const silent = nowMs() < server.silentSinceMs + healthMs ? server.silentBefore : server.silent;
  return isAnswering(server.status, silent, service.health_check.port) ? 'healthy' : 'unhealthy';
}

/** What the API says of a target: one status per listen port. */
export function healthOf(world: World, balancer: Balancer, target: Target): object[] {
  const [server] = serversOf(world, target);
  return balancer.services.map((service) => ({
    listen_port: service.listen_port,
    status: server === undefined ? 'unknown' : statusOf(world, { target, service, server }),
  }));
}

/** Lets a server fall silent on a port or on all of them, or speak again. */
export function setSilent(world: World, server: Server, ports: (number | 'everything')[]): void {
  const now = [...server.silent].join();
  if (now === ports.join()) return;
  server.silentBefore = server.silent;
  server.silent = new Set(ports);
  server.silentSinceMs = world.nowMs();
}

/** A real backend on this machine that stands behind a server's port. */
export type Backend = (server: string, port: number) => { host: string; port: number } | undefined;

const CONNECT_MS = 500;

function takesConnections(at: { host: string; port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ ...at, timeout: CONNECT_MS });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    for (const event of ['error', 'timeout']) socket.once(event, () => end(false));
  });
}

/** Asks every backend that exists whether it takes connections: that is its health from then on. */
export async function askBackends(world: World, backend: Backend): Promise<void> {
  const ports = new Map<Server, Set<number>>();
  for (const { targets, services } of world.balancers.values()) {
    for (const server of targets.flatMap((target) => serversOf(world, target))) {
      const known = ports.get(server) ?? new Set();
      ports.set(server, known);
      for (const { health_check } of services) known.add(health_check.port);
    }
  }
  await Promise.all(
    [...ports].map(async ([server, asked]) => {
      const silent = await Promise.all(
        [...asked].map(async (port) => {
          const at = backend(server.name, port);
          return at === undefined || (await takesConnections(at)) ? [] : [port];
        }),
      );
      setSilent(world, server, silent.flat().sort());
    }),
  );
}
