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

/** One load balancer's, or the zone's, share of a step: its name stands where a host's would. */
export const CloudWork = z.discriminatedUnion('do', [
  /** Make it as it is to be; what is not ours stays unless `prune`. */
  z.object({ do: z.literal('reconcile'), balancer: DesiredBalancer, prune: z.boolean() }),
  /** Take one target out, if every port keeps a healthy peer. */
  z.object({ do: z.literal('drain'), balancer: DesiredBalancer, target: z.string() }),
  /** Put the target back and wait until all of its ports are healthy. */
  z.object({ do: z.literal('restore'), balancer: DesiredBalancer, target: z.string() }),
  /** Write the names of a zone, where the zone is in our project. */
  z.object({ do: z.literal('records'), zone: z.string(), records: z.array(DesiredRecord) }),
]);
export type CloudWork = z.infer<typeof CloudWork>;

/** Stands where a host's name would, for what is asked of Hetzner's API. */
export const HETZNER = 'hetzner';

/** What a load balancer or zone is called where a host's name would stand. */
export function placeOf(work: CloudWork): string {
  return work.do === 'records' ? work.zone : work.balancer.name;
}
