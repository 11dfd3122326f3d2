import type { AddressInfo } from 'node:net';
import { createFaults, type Disturb, type Fault } from './faults.ts';
import { askBackends, setSilent, type Backend } from './health.ts';
import { listen, type Exchange } from './http.ts';
import { createWorld, type Balancer, type Power, type Server, type World, type Zone } from './model.ts';

export type { Fault, FaultKind } from './faults.ts';
export type { Exchange } from './http.ts';
export type { Balancer, Power, Server, Target } from './model.ts';
export { templateOf } from './routes.ts';

export interface HetznerSandboxOptions {
  /** Servers of the project, with their addresses in its one network. */
  servers: readonly { name: string; privateIp: string; publicIp?: string | null; labels?: Record<string, string> }[];
  /** Names of zones that the project has. */
  zones?: readonly string[];
  port?: number;
  /** How long an action takes, ms; 20 unless told. */
  actionMs?: number;
  /** How long until a target is known to be healthy or not, ms; 40 unless told. */
  healthMs?: number;
  /** Requests an hour; 3600 unless told. */
  limit?: number;
  /** Trouble that nobody ordered: asked of every request. */
  disturb?: Disturb;
  /** Real listeners on this machine behind servers' ports: they are asked then. Without, servers say it themselves. */
  backend?: Backend;
  /** The machine behind a server, which goes down and comes up when its power does; without, nothing stands behind it. */
  onPower?: (server: string, what: Power) => void;
}

/** A project at Hetzner that is none. */
export interface HetznerSandbox {
  /** For HCLOUD_ENDPOINT. */
  readonly endpoint: string;
  readonly port: number;
  readonly token: string;
  readonly readOnlyToken: string;
  readonly world: World;
  readonly networkId: number;
  /** The newest requests, and what was answered. */
  readonly exchanges: Exchange[];
  fault: (fault: Fault) => () => void;
  /** Trouble that is decided anew for each request; the function ends it. */
  disturb: (disturb: Disturb) => () => void;
  balancer: (name: string) => Balancer | undefined;
  server: (name: string) => Server;
  /** Lets a server fall silent on these ports (none: it speaks again). */
  silence: (server: string, ports: (number | 'everything')[]) => void;
  close: () => Promise<void>;
}

/** A demo may run for days. */
const EXCHANGES_KEPT = 5_000;

const NETWORK = { name: 'keybuzz', ipRange: '10.0.0.0/16', zone: 'eu-central' };

function fill(world: World, options: HetznerSandboxOptions): number {
  const networkId = world.takeId();
  const { name, ipRange, zone } = NETWORK;
  world.networks.set(networkId, { id: networkId, name, ipRange, subnets: [{ type: 'cloud', ipRange, zone }] });
  for (const { name: server, privateIp, publicIp = null, labels = {} } of options.servers) {
    const id = world.takeId();
    const privateNet = [{ network: networkId, ip: privateIp, aliasIps: [] }];
    const silence = { silent: new Set<number>(), silentBefore: new Set<number>(), silentSinceMs: 0 };
    world.servers.set(id, {
      id,
      name: server,
      labels,
      status: 'running',
      isDeaf: false,
      publicIp,
      privateNet,
      ...silence,
    });
  }
  for (const zoneName of options.zones ?? []) {
    const id = world.takeId();
    const made: Zone = { id, name: zoneName, mode: 'primary', ttl: 3600, rrsets: [] };
    world.zones.set(id, made);
  }
  return networkId;
}

/**
 * Starts a stand-in for Hetzner's Cloud API on 127.0.0.1: actions that take effect only when they end, locks, pages, labels,
 * limits, health, and trouble on demand. Everything is in memory. It proves what we send and how we take what comes back;
 * what Hetzner itself does it only repeats from its documentation.
 */
export async function startHetznerSandbox(options: HetznerSandboxOptions): Promise<HetznerSandbox> {
  const { actionMs = 20, healthMs = 40, limit = 3600, backend, onPower } = options;
  const timers = new Set<NodeJS.Timeout>();
  const world = createWorld({
    ...{ nowMs: Date.now, actionMs, healthMs },
    defer: (ms, effect) => void timers.add(setTimeout(effect, ms)),
    onPower: ({ name }, what) => onPower?.(name, what),
  });
  const networkId = fill(world, options);
  const faults = createFaults();
  if (options.disturb !== undefined) faults.disturb(options.disturb);
  const exchanges: Exchange[] = [];
  const [token, readOnlyToken] = ['hcloud-sandbox-token', 'hcloud-sandbox-read-only'];
  const ask = () => (backend === undefined ? Promise.resolve() : askBackends(world, backend));
  const told = (exchange: Exchange) => {
    exchanges.push(exchange);
    if (exchanges.length > EXCHANGES_KEPT) exchanges.shift();
  };
  const http = await listen({ world, faults, token, readOnlyToken, limit, askBackends: ask, told }, options.port ?? 0);
  const server = (name: string): Server => {
    const found = [...world.servers.values()].find((one) => one.name === name);
    if (found === undefined) throw new Error(`There is no server ${name}.`);
    return found;
  };
  const { port } = http.address() as AddressInfo;
  return {
    ...{ token, readOnlyToken, world, networkId, exchanges, server, port },
    endpoint: `http://127.0.0.1:${port}/v1`,
    fault: faults.add,
    disturb: faults.disturb,
    balancer: (name) => [...world.balancers.values()].find((one) => one.name === name),
    silence: (name, ports) => setSilent(world, server(name), ports),
    close: () =>
      new Promise((resolve) => {
        for (const timer of timers) clearTimeout(timer);
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}
