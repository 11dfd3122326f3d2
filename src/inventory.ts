import { readFileSync } from 'node:fs';
import { loadArtifacts } from './inventory-artifacts.ts';
import { ConfigError } from './errors.ts';
import { parseInventory, type Host, type Inventory } from './inventory-parse.ts';

/** All given fields must be equal. */
export interface Selector {
  role?: string;
  subrole?: string;
  stack?: string;
  name?: string;
}

/** Reads servers.tsv and the artifacts.yaml beside it. Throws ConfigError when one can't be read or has faults, all of its own at once. */
export function loadInventory(file: string): Inventory {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`The inventory ${file} can't be read: ${reason}.`, {
      code: 'KEYBUZZ_INVENTORY_UNREADABLE',
      fix: 'Set KEYBUZZ_INVENTORY to a readable servers.tsv.',
      cause,
    });
  }
  return { ...parseInventory(text, file), artifacts: loadArtifacts(file) };
}

/** The hosts for which every given field is equal, in the order of the file. An empty selector gives all. */
export function select(inventory: Pick<Inventory, 'hosts'>, selector: Selector): Host[] {
  const wanted = Object.entries(selector) as [keyof Selector, string | undefined][];
  return inventory.hosts.filter((host) =>
    wanted.every(([field, value]) => value === undefined || host[field] === value),
  );
}

const byName = new WeakMap<Inventory, ReadonlyMap<string, Host>>();

/** The host of exactly that name; undefined when there is none. Made for asking once per host: an inventory is indexed once. */
export function hostNamed(inventory: Inventory, name: string): Host | undefined {
  const index = byName.get(inventory) ?? new Map(inventory.hosts.map((host) => [host.name, host]));
  byName.set(inventory, index);
  return index.get(name);
}

/** The host of that name, FQDN or private address, whatever its case; undefined when there is none. */
export function findHost(inventory: Inventory, word: string): Host | undefined {
  const wanted = word.toLowerCase();
  return inventory.hosts.find(
    (host) => host.name === wanted || host.fqdn.toLowerCase() === wanted || host.privateIp === wanted,
  );
}

export { formatInventory, LOAD_BALANCERS, parseInventory, type Host, type Inventory } from './inventory-parse.ts';
