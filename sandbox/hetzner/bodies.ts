import { z } from 'zod';
import { ApiFault } from './model.ts';

/** What the API takes. */

const port = z.number().int().min(1).max(65_535);

export const HealthCheckBody = z.strictObject({
  protocol: z.enum(['tcp', 'http']),
  port,
  interval: z.number().int().min(3).max(60),
  timeout: z.number().int().min(1).max(60),
  retries: z.number().int().min(1).max(5),
  http: z
    .strictObject({
      domain: z.string().nullable(),
      path: z.string(),
      response: z.string().default(''),
      status_codes: z.array(z.string()).max(20).default(['2??', '3??']),
      tls: z.boolean().default(false),
    })
    .optional(),
});

export const ServiceBody = z.strictObject({
  protocol: z.enum(['tcp', 'http', 'https']),
  listen_port: port,
  destination_port: port,
  proxyprotocol: z.boolean(),
  health_check: HealthCheckBody,
});

export const TargetBody = z.strictObject({
  type: z.enum(['server', 'ip', 'label_selector']),
  server: z.strictObject({ id: z.number().int() }).optional(),
  ip: z.strictObject({ ip: z.string() }).optional(),
  label_selector: z.strictObject({ selector: z.string() }).optional(),
  use_private_ip: z.boolean().default(false),
});
export type TargetBody = z.infer<typeof TargetBody>;

const labels = z.record(z.string().max(63), z.string().max(63));
const algorithm = z.enum(['round_robin', 'least_connections']);

export const CreateBody = z.strictObject({
  name: z.string().min(1).max(128),
  load_balancer_type: z.string(),
  location: z.string().optional(),
  network_zone: z.string().optional(),
  algorithm: z.strictObject({ type: algorithm }).default({ type: 'round_robin' }),
  public_interface: z.boolean().default(true),
  labels: labels.default({}),
  services: z.array(ServiceBody).default([]),
});

export const UpdateBody = z.strictObject({ name: z.string().optional(), labels: labels.optional() });
export const AttachBody = z.strictObject({ network: z.number().int(), ip: z.string().optional() });
export const DetachBody = z.strictObject({ network: z.number().int() });
export const DeleteServiceBody = z.strictObject({ listen_port: port });
export const UpdateServiceBody = ServiceBody.partial().required({ listen_port: true });
export const AlgorithmBody = z.strictObject({ type: algorithm });
export const TypeBody = z.strictObject({ load_balancer_type: z.string() });
export const ProtectionBody = z.strictObject({ delete: z.boolean() });

const records = z
  .array(z.strictObject({ value: z.string(), comment: z.string().optional() }))
  .min(1)
  .max(50);
const ttl = z.number().int().min(60).max(2_147_483_647).nullable();

export const RrsetBody = z.strictObject({
  name: z.string(),
  type: z.string(),
  ttl: ttl.optional(),
  records,
  labels: labels.optional(),
});
export const SetRecordsBody = z.strictObject({ records });
export const ChangeTtlBody = z.strictObject({ ttl });

/** Reads a body, or refuses it like the API: 422 with the fields that are wrong. */
export function readBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path, message }) => ({ name: path.join('.'), messages: [message] }));
  throw new ApiFault(422, 'invalid_input', `invalid input in field '${fields[0]?.name ?? ''}'`, { fields });
}
