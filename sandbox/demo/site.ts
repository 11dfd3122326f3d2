import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { formatInventory, type Inventory } from '../../src/inventory-parse.ts';
import { loadInventory } from '../../src/inventory.ts';
import { generateSshKey } from '../ssh-key.ts';

/** The platform's own inventory, so that the demo's hosts have the names and roles people know. */
const INVENTORY = fileURLToPath(new URL('../../inventory/servers.tsv', import.meta.url));

/** One host of the demo. */
export interface SiteHost {
  name: string;
  address: string;
}

/** The platform's hosts. */
export function platformInventory(): Inventory {
  return loadInventory(INVENTORY);
}

/** The same with loopback addresses in the place of the private ones: 10.0.0.123 is 127.77.0.123 here. */
export function loopbackInventory(): Inventory {
  const inventory = platformInventory();
  const hosts = inventory.hosts.map((host) => ({ ...host, privateIp: host.privateIp.replace(/^10\.0\./, '127.77.') }));
  return { ...inventory, hosts };
}

/** Everybody operates and approves, so that what keeps the operator from approving is only that they asked. */
const POLICY = {
  roles: { operators: { summary: 'Run the platform' } },
  people: {
    olga: { name: 'Olga Operator', slack: ['U0OPERATOR'], roles: ['operators'] },
    anne: { name: 'Anne Approver', slack: ['U0APPROVER'], roles: ['operators'] },
    aldo: { name: 'Aldo Approver', slack: ['U0APPROVER2'], roles: ['operators'] },
    victor: { name: 'Victor Viewer', slack: ['U0VIEWER'] },
  },
  rules: [
    { who: ['operators'], verbs: ['*'] },
    { who: ['everyone'], verbs: ['status', 'validate', 'inventory', 'plan', 'runs', 'show', 'logs'] },
  ],
  approvals: {
    disruptive: { approvals: 1, by: ['operators'] },
    destructive: { approvals: 2, by: ['operators'] },
  },
};

/** The files of one demo, all below a directory of its own that `remove` takes away. */
export interface Site {
  hosts: readonly SiteHost[];
  /** As in authorized_keys. */
  publicKey: string;
  inventoryFile: string;
  policyFile: string;
  knownHostsFile: string;
  keyFile: string;
  credentialsDirectory: string;
  /** Where the page is built to. */
  pageDirectory: string;
  /** What the processes print, by name. */
  logFile: (name: string) => string;
  pinHosts: (knownHosts: string) => void;
  remove: () => void;
}

/** Writes everything a bot and a worker need to know, except the hosts' keys. */
export function createSite(inventory: Inventory = loopbackInventory()): Site {
  const directory = mkdtempSync(join(tmpdir(), 'keybuzz-demo-'));
  const at = (name: string) => join(directory, name);
  const key = generateSshKey();
  writeFileSync(at('servers.tsv'), formatInventory(inventory));
  writeFileSync(at('policy.yaml'), stringify(POLICY));
  writeFileSync(at('id_ed25519'), key.private, { mode: 0o600 });
  mkdirSync(at('credentials'), { mode: 0o700 });
  return {
    hosts: inventory.hosts.map(({ name, privateIp: address }) => ({ name, address })),
    publicKey: key.public,
    inventoryFile: at('servers.tsv'),
    policyFile: at('policy.yaml'),
    knownHostsFile: at('known_hosts'),
    keyFile: at('id_ed25519'),
    credentialsDirectory: at('credentials'),
    pageDirectory: at('page'),
    logFile: (name) => at(`${name}.log`),
    pinHosts: (knownHosts) => writeFileSync(at('known_hosts'), knownHosts),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
