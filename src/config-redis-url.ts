import { ConfigError } from './errors.ts';
import { Secret } from './secret.ts';

interface Shared {
  db: number;
  username: string | undefined;
  password: Secret | undefined;
  tls: boolean;
}

export interface Address {
  host: string;
  port: number;
}

/** How to reach the bot's own Redis: one server, or the master that some Sentinels name. */
export type RedisEndpoint =
  (Shared & Address & { kind: 'single' }) | (Shared & { kind: 'sentinel'; sentinels: Address[]; master: string });

/** The three schemes, and the port each means when none is written. */
const PORTS: Record<string, number> = { redis: 6379, rediss: 6379, 'redis+sentinel': 26379 };

const URL_SHAPE = /^([a-z+]+):\/\/(?:([^@/]*)@)?([^@/?#]+)(\/[^?#]*)?$/;
const HOST_SHAPE = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::([0-9]{1,5}))?$/i;

/** Says only what is wrong: the URL itself may hold a password and is never repeated. */
function fault(what: string): ConfigError {
  return new ConfigError(what, { code: 'KEYBUZZ_REDIS_URL_INVALID', fix: 'Correct REDIS_URL.' });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw fault('has a % that begins no escape');
  }
}

function parseAddress(text: string, defaultPort: number): Address {
  const found = HOST_SHAPE.exec(text);
  const host = found?.[1] ?? found?.[2];
  const port = found?.[3] === undefined ? defaultPort : Number(found[3]);
  if (host === undefined) throw fault('has a host that is neither a name nor an address');
  if (port < 1 || port > 65_535) throw fault(`has the port ${port}, which does not exist`);
  return { host, port };
}

function parseDatabase(text: string): number {
  if (text === '') return 0;
  if (!/^[0-9]{1,3}$/.test(text)) throw fault('has a database that is not a number');
  return Number(text);
}

function parseLogin(login: string): Pick<Shared, 'username' | 'password'> {
  const cut = login.indexOf(':');
  const username = decode(cut < 0 ? login : login.slice(0, cut));
  const password = cut < 0 ? '' : decode(login.slice(cut + 1));
  return {
    username: username === '' ? undefined : username,
    password: password === '' ? undefined : new Secret('REDIS_URL', password),
  };
}

/**
 * The endpoint of `redis://[user:password@]host[:port][/db]`, `rediss://` (TLS) or
 * `redis+sentinel://[user:password@]h1[:p1],h2[:p2]/master-name[/db]`. Throws ConfigError.
 */
export function parseRedisUrl(url: string): RedisEndpoint {
  const [, scheme = '', login = '', authority = '', path = ''] = URL_SHAPE.exec(url) ?? [];
  const defaultPort = PORTS[scheme];
  if (defaultPort === undefined) throw fault('is not a Redis URL');
  const hosts = authority.split(',').map((part) => parseAddress(part, defaultPort));
  const parts = path.split('/').slice(1);
  const shared = { ...parseLogin(login), tls: scheme === 'rediss' };
  if (scheme === 'redis+sentinel') {
    const [master = '', db = '', ...rest] = parts;
    if (!/^[a-z0-9._-]+$/i.test(master)) throw fault('names no master after the Sentinels');
    if (rest.length > 0) throw fault('has more after the database');
    return { kind: 'sentinel', ...shared, sentinels: hosts, master, db: parseDatabase(db) };
  }
  const [first, second] = hosts;
  if (first === undefined || second !== undefined) throw fault('has more than one host');
  if (parts.length > 1) throw fault('has more after the database');
  return { kind: 'single', ...shared, ...first, db: parseDatabase(parts[0] ?? '') };
}

/** The addresses that an endpoint talks to first. */
export function addressesOf(endpoint: RedisEndpoint): Address[] {
  return endpoint.kind === 'single' ? [{ host: endpoint.host, port: endpoint.port }] : endpoint.sentinels;
}
