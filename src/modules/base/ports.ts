import { select, type Host, type Inventory, type Selector } from '../../inventory.ts';
import type { BaseSettings } from './settings.ts';

/** Something that may come in. */
export interface Rule {
  /** Who needs it: the rule's comment on the host is `keybuzz:<name>`. */
  name: string;
  protocol: 'tcp' | 'udp' | 'any';
  /** A port, a range `2379:2380`, or `any`. */
  port: string;
  /** A network, an address, or `any`. */
  from: string;
}

/** `5432`, `2379:2380`, `8472/udp`; tcp when nothing is said. */
interface Opening {
  name: string;
  hosts: Selector;
  ports: readonly string[];
  /** Left out: the private network. */
  from?: string;
}

/** K3s' default networks of pods and services: they reach their own hosts, too (docs.k3s.io, "Requirements"). */
const POD_NETWORKS = ['10.42.0.0/16', '10.43.0.0/16'];

const EVERYWHERE = 'any';

/** What each role listens on for the others, from the platform's document; the kubelet's 10250 from K3s'. */
const OPENINGS: readonly Opening[] = [
  { name: 'postgresql', hosts: { stack: 'patroni-node' }, ports: ['5432', '8008', '7000', '6432', '2379:2380'] },
  { name: 'postgresql', hosts: { stack: 'postgres-standalone' }, ports: ['5432'] },
  { name: 'mariadb', hosts: { role: 'db', subrole: 'mariadb' }, ports: ['3306', '4567', '4567/udp', '4568', '4444'] },
  { name: 'redis', hosts: { role: 'redis' }, ports: ['6379', '26379'] },
  { name: 'rabbitmq', hosts: { role: 'queue' }, ports: ['5672', '15672', '25672', '4369'] },
  { name: 'minio', hosts: { role: 'storage', subrole: 'minio' }, ports: ['9000', '9001'] },
  {
    name: 'haproxy',
    hosts: { role: 'lb', subrole: 'internal-haproxy' },
    ports: ['5432', '5433', '6432', '6379', '5672', '8404'],
  },
  { name: 'proxysql', hosts: { role: 'db_proxy' }, ports: ['3306'] },
  { name: 'k3s', hosts: { role: 'k3s' }, ports: ['8472/udp', '10250'] },
  { name: 'k3s', hosts: { role: 'k3s', subrole: 'master' }, ports: ['6443', '2379:2380'] },
  { name: 'ingress', hosts: { role: 'k3s', subrole: 'worker' }, ports: ['80', '443', '10254'] },
  // These serve the public by what they are: without a rule the firewall would cut them off.
  { name: 'gateway', hosts: { role: 'lb', subrole: 'api-gateway' }, ports: ['80', '443'], from: EVERYWHERE },
  { name: 'mail', hosts: { role: 'mail', subrole: 'mx' }, ports: ['25'], from: EVERYWHERE },
  {
    name: 'mail',
    hosts: { role: 'mail', subrole: 'core' },
    ports: ['25', '80', '443', '465', '587', '993'],
    from: EVERYWHERE,
  },
];

function ruleOf(name: string, port: string, from: string): Rule {
  const [number = '', protocol = 'tcp'] = port.split('/');
  return { name, protocol: protocol === 'udp' ? 'udp' : 'tcp', port: number, from };
}

/** Who may log in by SSH on every host: the private network, the orchestrator from outside, and the settings' own. */
function sshRules(inventory: Inventory, settings: BaseSettings): Rule[] {
  const admins = select(inventory, { role: 'orchestrator' }).flatMap(({ publicIp }) => (publicIp ? [publicIp] : []));
  return [settings.privateNetwork, ...admins, ...settings.sshFrom].map((from) => ruleOf('ssh', '22', from));
}

/** Everything that may come in on a host, SSH first; each rule once. */
export function rulesOf(host: Host, inventory: Inventory, settings: BaseSettings): Rule[] {
  const own = OPENINGS.filter(({ hosts }) => select({ hosts: [host] }, hosts).length > 0);
  const ports = own.flatMap(({ name, ports: opened, from = settings.privateNetwork }) =>
    opened.map((port) => ruleOf(name, port, from)),
  );
  const pods: Rule[] =
    host.role === 'k3s' ? POD_NETWORKS.map((from) => ({ name: 'pods', protocol: 'any', port: 'any', from })) : [];
  return [...sshRules(inventory, settings), ...ports, ...pods];
}
