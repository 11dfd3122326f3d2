import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeDir } from './settings.ts';

/** One host of the fleet: its name and its address in 10.0.0.0/16. */
export interface FleetHost {
  readonly name: string;
  readonly address: string;
}

interface Row extends FleetHost {
  /** The words it may be chosen by: DOCKER_STACK, ROLE and SUBROLE. */
  readonly words: readonly string[];
}

/** Which hosts are asked for: by name, by stack (DOCKER_STACK, ROLE or SUBROLE), or the first so many of the inventory. */
export interface Choice {
  readonly hosts?: readonly string[];
  readonly stack?: string;
  readonly count?: number;
}

/** The hosts of the redis module: three nodes and the two proxies before them. */
export const defaultHosts = ['redis-01', 'redis-02', 'redis-03', 'haproxy-01', 'haproxy-02'] as const;

function readRows(): readonly Row[] {
  const file = process.env.KEYBUZZ_INVENTORY ?? join(codeDir, '../../inventory/servers.tsv');
  const [header = '', ...lines] = readFileSync(file, 'utf8').split(/\r?\n/);
  const columns = header.split('\t');
  return lines
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const cells = line.split('\t');
      const cell = (column: string) => cells[columns.indexOf(column)] ?? '';
      const words = [cell('DOCKER_STACK'), cell('ROLE'), cell('SUBROLE')];
      return { name: cell('HOSTNAME'), address: cell('IP_PRIVEE'), words };
    });
}

/** Every host of the inventory, in its order. */
export function allHosts(): readonly FleetHost[] {
  return readRows().map(({ name, address }) => ({ name, address }));
}

/** The chosen hosts, in the inventory's order; the redis module's without a choice. An unknown name is an error. */
export function chooseHosts(choice: Choice): readonly FleetHost[] {
  const rows = readRows();
  const names = choice.hosts ?? (choice.stack === undefined && choice.count === undefined ? defaultHosts : undefined);
  const unknown = names?.filter((name) => !rows.some((row) => row.name === name)) ?? [];
  if (unknown.length > 0) {
    throw new Error(
      `Not in the inventory: ${unknown.join(', ')}. Its hosts: ${rows.map((row) => row.name).join(' ')}.`,
    );
  }
  const chosen = rows
    .filter((row) => names?.includes(row.name) ?? true)
    .filter((row) => choice.stack === undefined || row.words.includes(choice.stack))
    .slice(0, choice.count);
  if (chosen.length === 0)
    throw new Error(`No host of the inventory has the stack, role or subrole '${choice.stack ?? ''}'.`);
  return chosen.map(({ name, address }) => ({ name, address }));
}
