import { isIPv4 } from 'node:net';
import type { Artifacts } from './inventory-artifacts.ts';
import { configError, type Fault } from './faults.ts';

/** One server of the inventory, one row of servers.tsv. */
export interface Host {
  name: string;
  env: string;
  publicIp: string;
  /** Address the worker connects to. */
  privateIp: string;
  fqdn: string;
  user: string;
  pool: string;
  role: string;
  /** For redis only the initial role. */
  subrole: string;
  stack: string;
  core: string;
  notes: string;
  /** Line in servers.tsv, for errors. */
  line: number;
}

export interface Inventory {
  file: string;
  hosts: Host[];
  /** From where hosts fetch programs that no package repository has; left out: nothing is said. */
  artifacts?: Artifacts;
}

/** The columns of servers.tsv, in their order, and where each goes. */
const COLUMNS = [
  { title: 'ENV', field: 'env' },
  { title: 'IP_PUBLIQUE', field: 'publicIp' },
  { title: 'HOSTNAME', field: 'name' },
  { title: 'IP_PRIVEE', field: 'privateIp' },
  { title: 'FQDN', field: 'fqdn' },
  { title: 'USER_SSH', field: 'user' },
  { title: 'POOL', field: 'pool' },
  { title: 'ROLE', field: 'role' },
  { title: 'SUBROLE', field: 'subrole' },
  { title: 'DOCKER_STACK', field: 'stack' },
  { title: 'CORE', field: 'core' },
  { title: 'NOTES', field: 'notes' },
] as const;

type Field = (typeof COLUMNS)[number]['field'];

/** Private addresses of the platform's load balancers, which are not servers. */
export const LOAD_BALANCERS: readonly { name: string; address: string }[] = [
  { name: 'lb-keybuzz-1', address: '10.0.0.5' },
  { name: 'lb-keybuzz-2', address: '10.0.0.6' },
  { name: 'lb-haproxy', address: '10.0.0.10' },
  { name: 'lb-mariadb', address: '10.0.0.20' },
];

/** A host label of RFC 1123, in lower case since it also names directories. */
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const NAME_SHAPE = new RegExp(`^${LABEL}$`);
const FQDN_SHAPE = new RegExp(`^(?=.{1,253}$)${LABEL}(?:\\.${LABEL})+$`);
const USER_SHAPE = /^[a-z_][a-z0-9_-]{0,31}$/;
const ROLE_SHAPE = /^[a-z0-9][a-z0-9_-]*$/;
/** C0, DEL and C1: they would act on whoever's terminal shows the cell. */
const CONTROL = /\p{Cc}/u;

interface Rule {
  holds: (cell: string) => boolean;
  expected: string;
  fix: string;
}

const RULES: Partial<Record<Field, Rule>> = {
  name: {
    holds: (cell) => NAME_SHAPE.test(cell),
    expected: 'a host name',
    fix: 'Use a-z, 0-9 and -, such as redis-01.',
  },
  privateIp: { holds: isIPv4, expected: 'an IPv4 address', fix: 'Write it as 10.0.0.123.' },
  publicIp: {
    holds: (cell) => cell === '' || isIPv4(cell),
    expected: 'an IPv4 address',
    fix: 'Write it as 203.0.113.7, or leave the cell empty.',
  },
  fqdn: {
    holds: (cell) => FQDN_SHAPE.test(cell),
    expected: 'a full domain name',
    fix: 'Write it in lower case with its domain, such as redis-01.keybuzz.io.',
  },
  user: {
    holds: (cell) => USER_SHAPE.test(cell),
    expected: 'a user name',
    fix: 'Write the user SSH logs in as: root.',
  },
  role: { holds: (cell) => ROLE_SHAPE.test(cell), expected: 'a role', fix: 'Use a-z, 0-9, - and _, such as redis.' },
};

function whereOf(line: number, column: number): string {
  return `line ${line}, ${COLUMNS[column]?.title ?? ''} (column ${column + 1})`;
}

/** The cells of a line, without spaces (a byte order mark is one to `trim`) and without empty ones beyond the last column that an editor left behind. */
function cellsOf(line: string): string[] {
  const cells = line.split('\t').map((cell) => cell.trim());
  while (cells.length > COLUMNS.length && cells.at(-1) === '') cells.pop();
  // Editors strip a line's trailing tab, and NOTES is often empty.
  if (cells.length === COLUMNS.length - 1) cells.push('');
  return cells;
}

/** The host of a line, or its faults. */
function parseRow(cells: string[], line: number): { host: Host; faults: Fault[] } {
  const host: Host = {
    ...{ name: '', env: '', publicIp: '', privateIp: '', fqdn: '', user: '', pool: '' },
    ...{ role: '', subrole: '', stack: '', core: '', notes: '', line },
  };
  if (cells.length !== COLUMNS.length) {
    const what = `has ${cells.length} columns instead of ${COLUMNS.length}`;
    const fault = { where: `line ${line}`, what, fix: 'Separate the cells with one TAB each; spaces do not count.' };
    return { host, faults: [fault] };
  }
  const faults: Fault[] = [];
  for (const [index, { field }] of COLUMNS.entries()) {
    const cell = cells[index] ?? '';
    const rule = RULES[field];
    host[field] = cell;
    if (CONTROL.test(cell)) {
      faults.push({ where: whereOf(line, index), what: 'contains a control character', fix: 'Type the cell anew.' });
    } else if (rule !== undefined && !rule.holds(cell)) {
      const what = cell === '' ? `is empty, not ${rule.expected}` : `"${cell}" is not ${rule.expected}`;
      faults.push({ where: whereOf(line, index), what, fix: rule.fix });
    }
  }
  return { host, faults };
}

/** Faults of values that only one row may have; each names both lines. */
function duplicateFaults(hosts: readonly Host[]): Fault[] {
  const faults: Fault[] = [];
  const seen = { address: new Map<string, string>(), name: new Map<string, string>(), fqdn: new Map<string, string>() };
  for (const { name, address } of LOAD_BALANCERS) seen.address.set(address, `the load balancer ${name}, not a server`);
  for (const host of hosts) {
    const own = new Map<string, string>();
    for (const [index, { title, field }] of COLUMNS.entries()) {
      const kind = title.startsWith('IP_') ? 'address' : field;
      const value = host[field];
      if ((kind !== 'address' && kind !== 'name' && kind !== 'fqdn') || value === '') continue;
      const earlier = seen[kind].get(value);
      if (earlier !== undefined) {
        const what = `${value} already belongs to ${earlier}`;
        faults.push({ where: whereOf(host.line, index), what, fix: 'Correct one of the two.' });
      } else if (kind === 'address') {
        own.set(value, `${host.name} (line ${host.line}, ${title})`);
      } else {
        seen[kind].set(value, `line ${host.line}`);
      }
    }
    for (const [address, owner] of own) seen.address.set(address, owner);
  }
  return faults;
}

/**
 * The inventory in a servers.tsv text: header first, blank lines skipped, CRLF and a byte order mark allowed.
 * Throws one ConfigError that lists every fault with line, column and fix.
 */
export function parseInventory(text: string, file: string): Inventory {
  const lines = text.split(/\r\n|\n|\r/);
  const rows = lines
    .map((content, index) => ({ content, line: index + 1 }))
    .filter(({ content }) => content.trim() !== '');
  const [header, ...body] = rows;
  const titles = COLUMNS.map(({ title }) => title);
  const found = header === undefined ? [] : cellsOf(header.content);
  if (header === undefined || titles.some((title, index) => found[index] !== title) || found.length !== titles.length) {
    const what = header === undefined ? 'has no header' : 'is not the header';
    const where = `line ${header?.line ?? 1}`;
    const fix = `Begin with these columns, TAB between them: ${titles.join(' ')}`;
    throw configError(file, 'KEYBUZZ_INVENTORY_INVALID', [{ where, what, fix }]);
  }
  const parsed = body.map(({ content, line }) => parseRow(cellsOf(content), line));
  const faults = parsed.flatMap((row) => row.faults);
  const hosts = parsed.map((row) => row.host);
  faults.push(...duplicateFaults(hosts));
  if (hosts.length === 0) {
    faults.push({ where: `line ${header.line}`, what: 'no server follows the header', fix: 'Add a row per server.' });
  }
  if (faults.length > 0) throw configError(file, 'KEYBUZZ_INVENTORY_INVALID', faults);
  return { file, hosts };
}

/** The servers.tsv text of an inventory: what `parseInventory` reads back as the same hosts, lines counted anew. */
export function formatInventory(inventory: Inventory): string {
  const rows = inventory.hosts.map((host) => COLUMNS.map(({ field }) => host[field]).join('\t'));
  return [COLUMNS.map(({ title }) => title).join('\t'), ...rows, ''].join('\n');
}
