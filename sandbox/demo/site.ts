import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { generateSshKey } from '../ssh-key.ts';

/** Where the demo's hosts live: loopback addresses that nothing else uses. */
const HOSTS = [
  { name: 'redis-01', address: '127.77.0.123', role: 'redis', subrole: 'master', stack: 'redis' },
  { name: 'redis-02', address: '127.77.0.124', role: 'redis', subrole: 'replica', stack: 'redis' },
  { name: 'redis-03', address: '127.77.0.125', role: 'redis', subrole: 'replica', stack: 'redis' },
  { name: 'haproxy-01', address: '127.77.0.11', role: 'lb', subrole: 'internal-haproxy', stack: 'haproxy' },
  { name: 'haproxy-02', address: '127.77.0.12', role: 'lb', subrole: 'internal-haproxy', stack: 'haproxy' },
  { name: 'install-01', address: '127.77.0.250', role: 'orchestrator', subrole: 'base', stack: '' },
] as const;

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
    { who: ['everyone'], verbs: ['status', 'inventory', 'plan', 'runs', 'show', 'logs'] },
  ],
  approvals: {
    disruptive: { approvals: 1, by: ['operators'] },
    destructive: { approvals: 2, by: ['operators'] },
  },
};

/** The files of one demo, all below a directory of its own that `remove` takes away. */
export interface Site {
  hosts: typeof HOSTS;
  /** As in authorized_keys. */
  publicKey: string;
  inventoryFile: string;
  policyFile: string;
  knownHostsFile: string;
  keyFile: string;
  credentialsDirectory: string;
  /** What the processes print, by name. */
  logFile: (name: string) => string;
  pinHosts: (knownHosts: string) => void;
  remove: () => void;
}

function inventoryText(): string {
  const header =
    'ENV IP_PUBLIQUE HOSTNAME IP_PRIVEE FQDN USER_SSH POOL ROLE SUBROLE DOCKER_STACK CORE NOTES'.replaceAll(' ', '\t');
  const rows = HOSTS.map(({ name, address, role, subrole, stack }, at) => {
    const publicIp = `203.0.113.${at + 1}`;
    const cells = ['demo', publicIp, name, address, `${name}.keybuzz.test`, 'root', role, role, subrole, stack];
    return [...cells, 'oui', 'simulated fleet'].join('\t');
  });
  return `${[header, ...rows].join('\n')}\n`;
}

/** Writes everything a bot and a worker need to know, except the hosts' keys. */
export function createSite(): Site {
  const directory = mkdtempSync(join(tmpdir(), 'keybuzz-demo-'));
  const at = (name: string) => join(directory, name);
  const key = generateSshKey();
  writeFileSync(at('servers.tsv'), inventoryText());
  writeFileSync(at('policy.yaml'), stringify(POLICY));
  writeFileSync(at('id_ed25519'), key.private, { mode: 0o600 });
  mkdirSync(at('credentials'), { mode: 0o700 });
  return {
    hosts: HOSTS,
    publicKey: key.public,
    inventoryFile: at('servers.tsv'),
    policyFile: at('policy.yaml'),
    knownHostsFile: at('known_hosts'),
    keyFile: at('id_ed25519'),
    credentialsDirectory: at('credentials'),
    logFile: (name) => at(`${name}.log`),
    pinHosts: (knownHosts) => writeFileSync(at('known_hosts'), knownHosts),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
