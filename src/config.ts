import { userInfo } from 'node:os';
import { KeybuzzError } from './errors.ts';
import { configError } from './faults.ts';
import { loadInventory, LOAD_BALANCERS, select, type Inventory } from './inventory.ts';
import { addressesOf, type RedisEndpoint } from './config-redis-url.ts';
import { LANGUAGES, type Language } from './language/index.ts';
import { readWorker, type WorkerPart } from './config-worker.ts';
import type { Secret } from './secret.ts';
import { addFault, isReadable, readVariables, startReading, type Environment, type Reading } from './config-reading.ts';
import {
  BotVariables,
  CommandVariables,
  SharedVariables,
  WorkerVariables,
  type LOG_LEVELS,
} from './config-variables.ts';

/** What every process knows. */
export interface SharedConfig {
  redis: RedisEndpoint;
  redisPrefix: string;
  inventory: Inventory;
  policyFile: string;
  /** Slack channel id for alerts and for runs of the terminal. */
  opsChannel: string | undefined;
  leaseMs: number;
  sweepMs: number;
  /** Where /healthz, /readyz and /metrics are served; undefined: nowhere. */
  http: { host: string; port: number } | undefined;
  logLevel: (typeof LOG_LEVELS)[number];
  /** Traces go to where the variables OTEL_* say. */
  isTraced: boolean;
  /** Of channels and the terminal, and of whoever's own is not known. */
  language: Language;
}

/** Who takes commands. */
export interface CommandConfig extends SharedConfig {
  /** What the secrets of one-time codes are sealed with; undefined: none are checked. */
  totpKey: Secret | undefined;
}

/** The bot: Slack's tokens, no SSH key, no credentials. */
export interface BotConfig extends CommandConfig {
  slack: {
    botToken: Secret;
    apiUrl: string;
    door: { kind: 'socket'; appToken: Secret } | { kind: 'http'; signingSecret: Secret; port: number };
  };
  /** What Alertmanager must show; undefined: its webhooks are not taken. */
  webhookToken: Secret | undefined;
  /** Where the queues are shown on loopback, and to whom; undefined: nowhere. */
  board: { port: number; token: Secret } | undefined;
  /** When the daily digest is due, `08:00` by the clocks of an IANA zone; undefined: none is posted. */
  digest: { at: string; zone: string } | undefined;
}

/** The worker: an SSH key and credentials, no Slack token. */
export interface WorkerConfig extends SharedConfig, WorkerPart {}

/** The terminal: neither; it is known by the login user. */
export interface TerminalConfig extends CommandConfig {
  login: string;
}

/** `keybuzz start`: both configurations are right, and what each process is given of the environment. */
export interface StartConfig {
  botEnv: Record<string, string>;
  workerEnv: Record<string, string>;
}

const BOT_ONLY = Object.keys({ ...BotVariables.shape, ...CommandVariables.shape });
const WORKER_ONLY = Object.keys(WorkerVariables.shape);

/** The bot's log must survive what it repairs: its Redis may not be the fleet's, nor a way to it. */
function checkRedis(reading: Reading, redis: RedisEndpoint, inventory: Inventory): void {
  const own = [...select(inventory, { role: 'redis' }), ...select(inventory, { stack: 'haproxy' })];
  const taken = new Map<string, string>(LOAD_BALANCERS.map(({ name, address }) => [address, name]));
  for (const host of own) {
    for (const alias of [host.name, host.fqdn, host.privateIp, host.publicIp]) taken.set(alias, host.name);
  }
  for (const { host } of addressesOf(redis)) {
    const owner = taken.get(host.toLowerCase());
    if (owner === undefined) continue;
    const what = `${host} is ${owner} of the fleet's own Redis, which the bot must be able to repair`;
    addFault(reading, 'REDIS_URL', what, "Give the bot a Redis of its own, on install-01: 'redis://127.0.0.1:6379/0'.");
  }
}

function readInventory(reading: Reading, file: string): Inventory | undefined {
  try {
    return loadInventory(file);
  } catch (error) {
    if (!(error instanceof KeybuzzError)) throw error;
    addFault(reading, 'KEYBUZZ_INVENTORY', error.message.replace(/\.$/, ''));
    return undefined;
  }
}

function readShared(reading: Reading): SharedConfig | undefined {
  const found = readVariables(reading, SharedVariables);
  if (found === undefined) return undefined;
  if (!isReadable(found.KEYBUZZ_POLICY)) addFault(reading, 'KEYBUZZ_POLICY', `${found.KEYBUZZ_POLICY} can't be read`);
  const inventory = readInventory(reading, found.KEYBUZZ_INVENTORY);
  if (inventory === undefined) return undefined;
  checkRedis(reading, found.REDIS_URL, inventory);
  return {
    redis: found.REDIS_URL,
    redisPrefix: found.KEYBUZZ_REDIS_PREFIX,
    inventory,
    policyFile: found.KEYBUZZ_POLICY,
    opsChannel: found.KEYBUZZ_OPS_CHANNEL,
    leaseMs: found.KEYBUZZ_LEASE_MS,
    sweepMs: found.KEYBUZZ_SWEEP_MS,
    http: found.KEYBUZZ_HTTP,
    logLevel: found.LOG_LEVEL,
    isTraced: found.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined,
    language: found.KEYBUZZ_LANG,
  };
}

function readSlack(reading: Reading): Pick<BotConfig, 'slack' | 'webhookToken' | 'board' | 'digest'> | undefined {
  const found = readVariables(reading, BotVariables);
  if (found === undefined) return undefined;
  const { SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signingSecret, PORT: port } = found;
  const { KEYBUZZ_WEBHOOK_TOKEN: webhookToken, KEYBUZZ_BOARD_TOKEN: token, KEYBUZZ_BOARD_PORT: boardPort } = found;
  const board = token === undefined ? undefined : { port: boardPort, token };
  const rest = { webhookToken, board, digest: found.KEYBUZZ_DIGEST_AT };
  const shared = { botToken: found.SLACK_BOT_TOKEN, apiUrl: found.SLACK_API_URL };
  const through = (door: BotConfig['slack']['door']) => ({ slack: { ...shared, door }, ...rest });
  if (appToken !== undefined) return through({ kind: 'socket', appToken });
  if (signingSecret !== undefined) return through({ kind: 'http', signingSecret, port });
  addFault(reading, 'SLACK_APP_TOKEN', 'is missing, and SLACK_SIGNING_SECRET too');
  return undefined;
}

function readCommand(reading: Reading): Pick<CommandConfig, 'totpKey'> | undefined {
  const found = readVariables(reading, CommandVariables);
  return found && { totpKey: found.KEYBUZZ_TOTP_KEY };
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}

/** The frozen config, or all faults in one ConfigError (the CLI exits 78). */
function finish<T>(reading: Reading, config: T | undefined): T {
  if (reading.faults.length === 0 && config !== undefined) return freeze(config);
  const once = new Map(reading.faults.map((fault) => [`${fault.where} ${fault.what}`, fault]));
  throw configError('The environment', 'KEYBUZZ_CONFIG_INVALID', [...once.values()]);
}

/** The bot's configuration. Throws one ConfigError that lists every fault. */
export function loadBotConfig(env: Environment = process.env): BotConfig {
  const reading = startReading(env);
  const shared = readShared(reading);
  const slack = readSlack(reading);
  const command = readCommand(reading);
  return finish(reading, shared && slack && command && { ...shared, ...slack, ...command });
}

/** The worker's configuration. Throws one ConfigError that lists every fault. */
export function loadWorkerConfig(env: Environment = process.env): WorkerConfig {
  const reading = startReading(env);
  const shared = readShared(reading);
  const part = readWorker(reading);
  return finish(reading, shared && part && { ...shared, ...part });
}

/** The login user, also behind sudo: only root's word about who called it counts. */
function loginOf(env: Record<string, string>): string {
  const { uid, username } = userInfo();
  return uid === 0 ? (env.SUDO_USER ?? username) : username;
}

/** The language before there is a configuration, and for what is wrong with it: English unless it is one of ours. */
export function readLanguage(env: Environment = process.env): Language {
  return LANGUAGES.find((language) => language === env.KEYBUZZ_LANG) ?? 'en';
}

/** The terminal's configuration. Throws one ConfigError that lists every fault. */
export function loadTerminalConfig(env: Environment = process.env): TerminalConfig {
  const reading = startReading(env);
  const shared = readShared(reading);
  const command = readCommand(reading);
  return finish(reading, shared && command && { ...shared, ...command, login: loginOf(reading.env) });
}

function without(env: Record<string, string>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)));
}

/**
 * Checks both configurations and divides the environment: the bot's process gets no SSH key, the worker's no Slack token.
 * Where KEYBUZZ_HTTP is set the worker serves on the port after it. Throws one ConfigError that lists every fault.
 */
export function loadStartConfig(env: Environment = process.env): StartConfig {
  const reading = startReading(env);
  const shared = readShared(reading);
  readSlack(reading);
  readCommand(reading);
  readWorker(reading);
  const http = shared?.http;
  const workerHttp: Record<string, string> =
    http === undefined || http.port === 0
      ? {}
      : { KEYBUZZ_HTTP: `${http.host.includes(':') ? `[${http.host}]` : http.host}:${http.port + 1}` };
  return finish(reading, {
    botEnv: without(reading.env, WORKER_ONLY),
    workerEnv: { ...without(reading.env, BOT_ONLY), ...workerHttp },
  });
}

export type { RedisEndpoint } from './config-redis-url.ts';
