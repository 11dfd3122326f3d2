import { z } from 'zod';

/** How Hetzner asks a target whether it can serve: of the service's own port unless another is named. Seconds. */
export const HealthCheck = z.object({
  protocol: z.enum(['tcp', 'http']),
  port: z.number().int(),
  interval: z.number().int(),
  timeout: z.number().int(),
  retries: z.number().int(),
  /** Only for protocol http. */
  http: z.object({ path: z.string(), tls: z.boolean(), statusCodes: z.array(z.string()) }).optional(),
});
export type HealthCheck = z.infer<typeof HealthCheck>;

/** One service of a load balancer; its listen port is its name. */
export const BalancerService = z.object({
  listenPort: z.number().int(),
  destinationPort: z.number().int(),
  protocol: z.enum(['tcp', 'http', 'https']),
  proxyProtocol: z.boolean(),
  health: HealthCheck,
});
export type BalancerService = z.infer<typeof BalancerService>;

/** A load balancer as it is to be. All targets of a Hetzner load balancer serve all of its services. */
export const DesiredBalancer = z.object({
  /** Unique in the project: how it is found again. */
  name: z.string(),
  /** Its fixed address in the private network. */
  address: z.string(),
  type: z.string(),
  algorithm: z.enum(['round_robin', 'least_connections']),
  isPublic: z.boolean(),
  services: z.array(BalancerService),
  /** Hosts by name, with the private address they are known by at Hetzner. */
  targets: z.array(z.object({ host: z.string(), address: z.string() })),
});
export type DesiredBalancer = z.infer<typeof DesiredBalancer>;

/** A name's addresses in DNS. */
export const DesiredRecord = z.object({
  /** `keybuzz.io`: the whole zone. */
  zone: z.string(),
  /** Relative to the zone: `minio-01`. */
  name: z.string(),
  /** IPv4 addresses. */
  addresses: z.array(z.string()),
  ttlSeconds: z.number().int(),
});
export type DesiredRecord = z.infer<typeof DesiredRecord>;

/** What of a module lives at Hetzner. */
export const CloudDesire = z.object({
  balancers: z.array(DesiredBalancer),
  records: z.array(DesiredRecord),
  /** Servers by name and private address: told when they differ, never changed. */
  servers: z.array(z.object({ host: z.string(), address: z.string() })),
});
export type CloudDesire = z.infer<typeof CloudDesire>;

/** The power of one host's server. Once it is done, the host must answer over SSH with another boot than before. */
export const PowerWork = z.object({
  do: z.literal('power'),
  host: z.string(),
  /** The private address it is known by at Hetzner. */
  address: z.string(),
  /** `reboot` asks the system to (ACPI); `reset` pulls the plug and puts it back; `poweron` turns on what is off. */
  command: z.enum(['reboot', 'reset', 'poweron']),
  /** For people: what the host is part of, a line each. */
  partOf: z.array(z.string()),
  /** Prints the host's boot id and the seconds since then, as facts `boot` and `uptime`. */
  bootScript: z.object({ script: z.string(), scriptHash: z.string() }),
});
export type PowerWork = z.infer<typeof PowerWork>;

/**
 * One host turned off for good, so that it can't serve while another takes its place. Done only when Hetzner says that its
 * server is off and nobody takes connections at its address any more.
 */
export const FenceWork = z.object({
  do: z.literal('fence'),
  ...PowerWork.pick({ host: true, address: true, partOf: true, bootScript: true }).shape,
  /** Where its services took connections, besides SSH's port. */
  ports: z.array(z.number().int()),
  /** For people: what to do while the host answers. */
  instead: z.string(),
});
export type FenceWork = z.infer<typeof FenceWork>;

/** One load balancer's, the zone's or one server's share of a step: its name stands where a host's would. */
export const CloudWork = z.discriminatedUnion('do', [
  /** Make it as it is to be; what is not ours stays unless `prune`. */
  z.object({ do: z.literal('reconcile'), balancer: DesiredBalancer, prune: z.boolean() }),
  /** Take one target out, if every port keeps a healthy peer. */
  z.object({ do: z.literal('drain'), balancer: DesiredBalancer, target: z.string() }),
  /** Put the target back and wait until all of its ports are healthy. */
  z.object({ do: z.literal('restore'), balancer: DesiredBalancer, target: z.string() }),
  /** Write the names of a zone, where the zone is in our project. */
  z.object({ do: z.literal('records'), zone: z.string(), records: z.array(DesiredRecord) }),
  PowerWork,
  FenceWork,
]);
export type CloudWork = z.infer<typeof CloudWork>;

/** What is made so by looking again and again, and harmless when it is asked for twice. */
export type ProjectWork = Exclude<CloudWork, PowerWork | FenceWork>;

/** Stands where a host's name would, for what is asked of Hetzner's API. */
export const HETZNER = 'hetzner';

/** What a load balancer, zone or server is called where a host's name would stand. */
export function placeOf(work: CloudWork): string {
  if (work.do === 'power' || work.do === 'fence') return work.host;
  return work.do === 'records' ? work.zone : work.balancer.name;
}
