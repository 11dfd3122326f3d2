import { ConfigError } from '../../errors.ts';
import { select, type Host, type Inventory } from '../../inventory.ts';
import { API_PORT } from './settings.ts';

/** MinIO nodes: with three, objects can be read and written while one is away. */
export const SERVER_COUNT = 3;

/**
 * The module's hosts by name: the order of the nodes is part of what MinIO's data is, and rows of servers.tsv may move. Throws
 * ConfigError when the inventory doesn't have exactly those that are needed.
 */
export function findServers(inventory: Inventory): Host[] {
  const servers = select(inventory, { role: 'storage', subrole: 'minio' });
  if (servers.length === SERVER_COUNT) return [...servers].sort((a, b) => (a.name < b.name ? -1 : 1));
  const what = `The module minio needs ${SERVER_COUNT} hosts with role storage, subrole minio (it has ${servers.length}).`;
  throw new ConfigError(`${what} A MinIO that holds data keeps the nodes it was begun with.`, {
    code: 'KEYBUZZ_ROLES_MISSING',
    fix: `Correct ROLE and SUBROLE in ${inventory.file}; README.md of the module says how to move to other nodes.`,
  });
}

/** `name=address` of each server, in their order. */
export function namedMembers(servers: readonly Host[]): string[] {
  return servers.map(({ name, privateIp }) => `${name}=${privateIp}`);
}

/** Where a name ends in digits before its first dot: `minio-0`, `1`, `.keybuzz.io`. */
const NUMBERED = /^([^.]*?)(\d+)(\..*)?$/;

/**
 * A list as MinIO writes it: `minio-0{1...3}.keybuzz.io` where the names count up in one digit, else each by itself, a blank
 * between them. Both mean the same nodes in the same order.
 */
function shorten(names: readonly string[]): string[] {
  const parts = names.map((name) => NUMBERED.exec(name));
  const [first] = parts;
  if (first === null || first === undefined || names.length < 2) return [...names];
  const [, head = '', digits = '', tail = ''] = first;
  const stem = `${head}${digits.slice(0, -1)}`;
  const from = Number(digits.at(-1));
  const isRow = from + names.length <= 10 && names.every((name, at) => name === `${stem}${from + at}${tail}`);
  return isRow ? [`${stem}{${from}...${from + names.length - 1}}${tail}`] : [...names];
}

/** What MINIO_VOLUMES says: every drive of every node, by the nodes' names in DNS. */
export function volumesOf(servers: readonly Host[], drives: number, data: string): string {
  const directory = drives === 1 ? `${data}/drive1` : `${data}/drive{1...${drives}}`;
  return shorten(servers.map(({ fqdn }) => fqdn))
    .map((name) => `http://${name}:${API_PORT}${directory}`)
    .join(' ');
}
