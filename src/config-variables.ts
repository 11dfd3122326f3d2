import { join, resolve } from 'node:path';
import { z } from 'zod';
import { parseRedisUrl, type RedisEndpoint } from './config-redis-url.ts';
import { ConfigError } from './errors.ts';
import { LANGUAGES } from './language/index.ts';
import { isZone } from './local-time.ts';
import { Secret } from './secret.ts';

/** Where servers.tsv and its companions lie, seen from src/ and from dist/ alike. */
const INVENTORY_FOLDER = join(import.meta.dirname, '..', 'inventory');

function secret(name: string, prefix: string, charsMin = 0): z.ZodType<Secret> {
  return z
    .string()
    .min(charsMin, `is shorter than ${charsMin} characters`)
    .startsWith(prefix, prefix === '' ? 'is missing' : `does not begin with ${prefix}`)
    .regex(/^\S+$/, 'contains a space or a line end')
    .transform((value) => new Secret(name, value));
}

function whole(min: number, max: number) {
  const what = `is not a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^[0-9]{1,9}$/, what)
    .transform(Number)
    .pipe(z.number().min(min, what).max(max, what));
}

const path = z.string().transform((value) => resolve(value));
const shippedFile = (name: string) => z.string().prefault(join(INVENTORY_FOLDER, name)).pipe(path);

const url = (fallback: string) =>
  z.url({ protocol: /^https?$/, error: 'is not an http or https URL' }).prefault(fallback);

const redisUrl = z.string().transform((value, context): RedisEndpoint => {
  try {
    return parseRedisUrl(value);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    context.issues.push({ code: 'custom', message: error.message, input: '' });
    return z.NEVER;
  }
});

/** `8080`, `:8080`, `127.0.0.1:8080`, `[::1]:8080`; port 0 lets the kernel choose. */
const listenAddress = z
  .string()
  .regex(/^(?:\[[0-9a-f:]+\]|[a-z0-9.-]*):[0-9]{1,5}$|^[0-9]{1,5}$/i, 'is not an address such as 127.0.0.1:9600')
  .transform((value) => {
    const cut = value.lastIndexOf(':');
    const host = value.slice(0, Math.max(cut, 0)).replace(/^\[|\]$/g, '');
    return { host: host === '' ? '127.0.0.1' : host, port: Number(value.slice(cut + 1)) };
  })
  .refine(({ port }) => port <= 65_535, 'has a port that does not exist');

/** Module names, undefined for all of them, none for `off`. */
const monitored = z
  .string()
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*(?:,[a-z0-9]+(?:-[a-z0-9]+)*)*$/, 'is not all, off or a list of modules')
  .transform((value) => (value === 'all' ? undefined : value === 'off' ? [] : value.split(',')));

/** `08:00`, by this machine's clock; `08:00 Europe/Paris`; undefined for `off`. */
const timeOfDay = z
  .string()
  .regex(
    /^(?:off|(?:[01]\d|2[0-3]):[0-5]\d(?: [A-Za-z0-9_+/-]{1,40})?)$/,
    'is no time of day such as 08:00 Europe/Paris',
  )
  .transform((value) => {
    const [at = '', zone = Intl.DateTimeFormat().resolvedOptions().timeZone] = value.split(' ');
    return at === 'off' ? undefined : { at, zone };
  })
  .refine((time) => time === undefined || isZone(time.zone), 'names a time zone that does not exist');

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Variables that every process reads. */
export const SharedVariables = z.object({
  REDIS_URL: redisUrl.prefault('redis://127.0.0.1:6379/0'),
  KEYBUZZ_REDIS_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,40}$/, 'is not a word of at most 40 letters, digits, - and _')
    .default('keybuzz'),
  KEYBUZZ_LANG: z.enum(LANGUAGES, `is not one of ${LANGUAGES.join(', ')}`).default('en'),
  KEYBUZZ_INVENTORY: shippedFile('servers.tsv'),
  KEYBUZZ_POLICY: shippedFile('policy.yaml'),
  KEYBUZZ_OPS_CHANNEL: z
    .string()
    .regex(/^[CG][A-Z0-9]{2,20}$/, 'is not the id of a channel')
    .optional(),
  KEYBUZZ_LEASE_MS: whole(100, 600_000).prefault('15000'),
  KEYBUZZ_SWEEP_MS: whole(50, 600_000).prefault('5000'),
  KEYBUZZ_HTTP: listenAddress.optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/, error: 'is not an http or https URL' }).optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS, `is not one of ${LOG_LEVELS.join(', ')}`).default('info'),
});

/** Variables that only the bot reads. */
export const BotVariables = z.object({
  SLACK_BOT_TOKEN: secret('SLACK_BOT_TOKEN', 'xoxb-'),
  SLACK_APP_TOKEN: secret('SLACK_APP_TOKEN', 'xapp-').optional(),
  SLACK_SIGNING_SECRET: secret('SLACK_SIGNING_SECRET', '').optional(),
  PORT: whole(0, 65_535).prefault('3000'),
  KEYBUZZ_WEBHOOK_TOKEN: secret('KEYBUZZ_WEBHOOK_TOKEN', '', 20).optional(),
  KEYBUZZ_BOARD_TOKEN: secret('KEYBUZZ_BOARD_TOKEN', '', 20).optional(),
  KEYBUZZ_BOARD_PORT: whole(0, 65_535).prefault('9610'),
  KEYBUZZ_DIGEST_AT: timeOfDay.prefault('08:00'),
  SLACK_API_URL: url('https://slack.com/api/').transform((value) => (value.endsWith('/') ? value : `${value}/`)),
});

/** Variables of whoever takes commands: bot and terminal. */
export const CommandVariables = z.object({
  KEYBUZZ_TOTP_KEY: secret('KEYBUZZ_TOTP_KEY', '', 32).optional(),
});

/** Variables that only the worker reads. */
export const WorkerVariables = z.object({
  KEYBUZZ_KNOWN_HOSTS: shippedFile('known_hosts'),
  KEYBUZZ_SSH_KEY: path.optional(),
  SSH_AUTH_SOCK: path.optional(),
  KEYBUZZ_SSH_PORT: whole(1, 65_535).prefault('22'),
  KEYBUZZ_CREDENTIALS: path.prefault('/opt/keybuzz/credentials'),
  KEYBUZZ_UNREACHABLE_MS: whole(1_000, 3_600_000).prefault('120000'),
  KEYBUZZ_MONITOR: monitored.prefault('all'),
  KEYBUZZ_MONITOR_MS: whole(500, 3_600_000).prefault('30000'),
  HCLOUD_TOKEN: secret('HCLOUD_TOKEN', '').optional(),
  HCLOUD_ENDPOINT: url('https://api.hetzner.cloud/v1'),
});

/** What to write instead, by variable. */
export const VARIABLE_FIXES: Record<string, string> = {
  REDIS_URL:
    'Write redis://[user:password@]host[:port][/db], rediss://... or redis+sentinel://host:port,host:port/master-name.',
  KEYBUZZ_REDIS_PREFIX: 'Write a word such as keybuzz.',
  KEYBUZZ_LANG: `Choose from: ${LANGUAGES.join(', ')}.`,
  KEYBUZZ_INVENTORY: 'Give the path of a correct servers.tsv.',
  KEYBUZZ_POLICY: 'Give the path of a readable policy.yaml.',
  KEYBUZZ_OPS_CHANNEL: "Copy the channel's id from Slack (About this channel): C0123456789.",
  KEYBUZZ_LEASE_MS: 'Write milliseconds: 15000.',
  KEYBUZZ_SWEEP_MS: 'Write milliseconds: 5000.',
  KEYBUZZ_HTTP: 'Write 127.0.0.1:9600, or leave it out to serve nothing.',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'Write http://127.0.0.1:4318, or leave it out to trace nothing.',
  LOG_LEVEL: 'Write info, or leave it out.',
  SLACK_BOT_TOKEN: 'Copy the Bot User OAuth Token from the Slack app (OAuth & Permissions).',
  SLACK_APP_TOKEN: 'Create an app-level token with connections:write (Basic Information), or leave it out for HTTP.',
  SLACK_SIGNING_SECRET: 'Copy the Signing Secret (Basic Information), or set SLACK_APP_TOKEN for Socket Mode.',
  PORT: 'Write the port that Slack reaches: 3000.',
  SLACK_API_URL: 'Leave it out for Slack itself.',
  KEYBUZZ_KNOWN_HOSTS: 'Give the path of a known_hosts file in a folder that exists.',
  KEYBUZZ_SSH_KEY: 'Give the path of a private key (chmod 600), or leave it out and set SSH_AUTH_SOCK.',
  SSH_AUTH_SOCK: 'Give the path of an agent socket, or set KEYBUZZ_SSH_KEY.',
  KEYBUZZ_SSH_PORT: 'Write a port: 22.',
  KEYBUZZ_CREDENTIALS: 'Give the path of a folder of our own (chmod 700); a missing one is made.',
  KEYBUZZ_UNREACHABLE_MS: 'Write milliseconds: 120000.',
  KEYBUZZ_MONITOR: 'Write all, off, or modules such as redis,postgresql.',
  KEYBUZZ_MONITOR_MS: 'Write milliseconds: 30000.',
  KEYBUZZ_WEBHOOK_TOKEN: 'Write a random word of at least 20 characters, or leave it out to take no webhooks.',
  KEYBUZZ_BOARD_TOKEN: 'Write a random word of at least 20 characters, or leave it out to show no queues.',
  KEYBUZZ_BOARD_PORT: 'Write a port: 9610.',
  KEYBUZZ_DIGEST_AT: 'Write 08:00, 08:00 Europe/Paris, or off.',
  KEYBUZZ_TOTP_KEY: 'Write a random word of at least 32 characters (openssl rand -base64 32), or leave it out.',
  HCLOUD_TOKEN: 'Copy a token of the Hetzner Cloud project, or leave it out.',
  HCLOUD_ENDPOINT: 'Leave it out for Hetzner itself.',
};
