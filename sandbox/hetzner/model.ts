/** What the stand-in for Hetzner's API remembers, and how it says no. */

export interface Server {
  id: number;
  name: string;
  labels: Record<string, string>;
  status: 'running' | 'off';
  /** Its system does not react to ACPI: what it is sent is a success, and nothing follows. */
  isDeaf: boolean;
  publicIp: string | null;
  privateNet: { network: number; ip: string; aliasIps: string[] }[];
  /** Ports on which it does not answer; all of them when it has none of `everything`. */
  silent: Set<number | 'everything'>;
  /** What it did not answer on before that, and when it changed. */
  silentBefore: Set<number | 'everything'>;
  silentSinceMs: number;
}

export interface Network {
  id: number;
  name: string;
  ipRange: string;
  subnets: { type: 'cloud' | 'vswitch'; ipRange: string; zone: string }[];
}

export interface Service {
  protocol: 'tcp' | 'http' | 'https';
  listen_port: number;
  destination_port: number;
  proxyprotocol: boolean;
  health_check: {
    protocol: 'tcp' | 'http';
    port: number;
    interval: number;
    timeout: number;
    retries: number;
    http?: Record<string, unknown> | undefined;
  };
}

export interface Target {
  type: 'server' | 'ip' | 'label_selector';
  serverId?: number;
  ip?: string;
  selector?: string;
  isPrivate: boolean;
  sinceMs: number;
}

export interface Balancer {
  id: number;
  name: string;
  labels: Record<string, string>;
  type: string;
  zone: string;
  algorithm: string;
  isPublic: boolean;
  network: { id: number; ip: string } | undefined;
  services: (Service & { sinceMs: number })[];
  targets: Target[];
  isProtected: boolean;
  createdMs: number;
}

export interface Rrset {
  name: string;
  type: string;
  ttl: number | null;
  records: { value: string; comment?: string | undefined }[];
}

export interface Zone {
  id: number;
  name: string;
  mode: 'primary' | 'secondary';
  ttl: number;
  rrsets: Rrset[];
}

export interface Action {
  id: number;
  command: string;
  resources: { id: number; type: string }[];
  startedMs: number;
  endsMs: number;
  status: 'running' | 'success' | 'error';
  error: { code: string; message: string } | null;
  /** What it does, when it ends. */
  effect: () => void;
}

export interface World {
  nowMs: () => number;
  servers: Map<number, Server>;
  networks: Map<number, Network>;
  balancers: Map<number, Balancer>;
  zones: Map<number, Zone>;
  actions: Map<number, Action>;
  /** How long an action takes. */
  actionMs: number;
  /** How long until a target is known to be healthy or not. */
  healthMs: number;
  takeId: () => number;
  /** Does it so many ms from now, whether somebody asks or not: for what comes after the action that began it. */
  defer: (ms: number, effect: () => void) => void;
  /** Told when a server goes down, or comes up, or both; it stands for the machine itself. */
  onPower: (server: Server, what: Power) => void;
}

/** What happens to a machine: in order or by the plug it goes down and comes up, or it stays down, or comes up. */
export type Power = 'reboot' | 'reset' | 'off' | 'on';

/** An answer that refuses. */
export class ApiFault extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: object | null;

  constructor(status: number, code: string, message: string, details: object | null = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

export const notFound = (what: string): ApiFault => new ApiFault(404, 'not_found', `${what} not found`);

/** Types of load balancers, as hetzner.md has them. */
export const TYPES = [
  { id: 1, name: 'lb11', services: 5, targets: 25, connections: 10_000, certificates: 10 },
  { id: 2, name: 'lb21', services: 15, targets: 75, connections: 20_000, certificates: 25 },
  { id: 3, name: 'lb31', services: 30, targets: 150, connections: 40_000, certificates: 50 },
] as const;

/** The type of that name. Throws like the API. */
export function typeNamed(name: string): (typeof TYPES)[number] {
  const found = TYPES.find((type) => type.name === name || String(type.id) === name);
  if (found !== undefined) return found;
  throw new ApiFault(422, 'invalid_input', 'invalid load balancer type', {
    fields: [{ name: 'load_balancer_type', messages: ['unknown'] }],
  });
}

/** Ids only grow and are never used again. */
export function createWorld(options: Pick<World, 'nowMs' | 'actionMs' | 'healthMs' | 'defer' | 'onPower'>): World {
  let last = 1000;
  return {
    ...options,
    servers: new Map(),
    networks: new Map(),
    balancers: new Map(),
    zones: new Map(),
    actions: new Map(),
    takeId: () => (last += 1),
  };
}
