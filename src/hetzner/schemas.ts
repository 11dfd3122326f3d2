import { z } from 'zod';

/** What we read of Hetzner's answers, and nothing else: a field that is added or taken away elsewhere breaks nothing. */

const id = z.number().int().positive();

export const ActionAnswer = z.object({
  id,
  command: z.string(),
  status: z.enum(['running', 'success', 'error']),
  error: z.object({ code: z.string(), message: z.string() }).nullish(),
});
export type ActionAnswer = z.infer<typeof ActionAnswer>;

const health = z
  .array(
    z.object({ listen_port: z.number().int(), status: z.enum(['healthy', 'unhealthy', 'unknown']).catch('unknown') }),
  )
  .default([]);

const serverTarget = { use_private_ip: z.boolean().default(false), health_status: health };

export const TargetAnswer = z.discriminatedUnion('type', [
  z.object({ type: z.literal('server'), server: z.object({ id }), ...serverTarget }),
  z.object({ type: z.literal('ip'), ip: z.object({ ip: z.string() }), health_status: health }),
  z.object({ type: z.literal('label_selector'), label_selector: z.object({ selector: z.string() }) }),
]);
export type TargetAnswer = z.infer<typeof TargetAnswer>;

export const ServiceAnswer = z.object({
  protocol: z.enum(['tcp', 'http', 'https']),
  listen_port: z.number().int(),
  destination_port: z.number().int(),
  proxyprotocol: z.boolean(),
  health_check: z.object({
    protocol: z.enum(['tcp', 'http']),
    port: z.number().int(),
    interval: z.number().int(),
    timeout: z.number().int(),
    retries: z.number().int(),
    http: z
      .object({
        path: z.string().default('/'),
        tls: z.boolean().default(false),
        status_codes: z.array(z.string()).default(['2??', '3??']),
      })
      .optional(),
  }),
});
export type ServiceAnswer = z.infer<typeof ServiceAnswer>;

export const BalancerAnswer = z.object({
  id,
  name: z.string(),
  public_net: z.object({ enabled: z.boolean() }),
  private_net: z.array(z.object({ network: id, ip: z.string() })),
  load_balancer_type: z.object({ name: z.string(), max_services: z.number().int(), max_targets: z.number().int() }),
  algorithm: z.object({ type: z.enum(['round_robin', 'least_connections']) }),
  services: z.array(ServiceAnswer),
  targets: z.array(TargetAnswer),
});
export type BalancerAnswer = z.infer<typeof BalancerAnswer>;

export const ServerAnswer = z.object({
  id,
  name: z.string(),
  status: z.string(),
  private_net: z.array(z.object({ network: id, ip: z.string(), alias_ips: z.array(z.string()).default([]) })),
});
export type ServerAnswer = z.infer<typeof ServerAnswer>;

export const NetworkAnswer = z.object({
  id,
  name: z.string(),
  ip_range: z.string(),
  subnets: z.array(z.object({ type: z.string(), ip_range: z.string().optional(), network_zone: z.string() })),
});
export type NetworkAnswer = z.infer<typeof NetworkAnswer>;

export const ZoneAnswer = z.object({
  id,
  name: z.string(),
  mode: z.enum(['primary', 'secondary']),
  authoritative_nameservers: z.object({ delegation_status: z.string().default('unknown') }),
});
export type ZoneAnswer = z.infer<typeof ZoneAnswer>;

export const RrsetAnswer = z.object({
  name: z.string(),
  type: z.string(),
  ttl: z.number().int().nullable(),
  records: z.array(z.object({ value: z.string() })),
});
export type RrsetAnswer = z.infer<typeof RrsetAnswer>;

export const PageAnswer = z.object({
  meta: z.object({ pagination: z.object({ next_page: z.number().int().nullable() }) }),
});

export const ErrorAnswer = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
