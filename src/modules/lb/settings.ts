import { LOAD_BALANCERS, select, type Host, type Inventory, type Selector } from '../../inventory.ts';
import { ConfigError } from '../../errors.ts';
import type { BalancerService, CloudDesire, DesiredBalancer, HealthCheck } from '../cloud.ts';
import { recordsOf } from '../names.ts';

/** How a service is asked from outside, to see that a request really comes through. */
export type Speech = 'postgresql' | 'redis' | 'amqp' | 'mysql' | 'http' | 'tls';

interface ServiceSettings {
  port: number;
  speech: Speech;
  /** HTTP path that says whether the target can serve; left out: that the port takes connections has to do. */
  path?: string;
}

interface BalancerSettings {
  name: string;
  algorithm: DesiredBalancer['algorithm'];
  isPublic: boolean;
  services: readonly ServiceSettings[];
  targets: Selector;
}

/** The smallest: 5 services, 25 targets, and we need 5 and 5. */
const TYPE = 'lb11';

const INGRESS: readonly ServiceSettings[] = [
  { port: 80, speech: 'http', path: '/healthz' },
  { port: 443, speech: 'tls', path: '/healthz' },
];

const WORKERS: Selector = { role: 'k3s', subrole: 'worker' };

/** The platform's load balancers. Connections to databases live long, so the target with the fewest gets the next. */
export const BALANCERS: readonly BalancerSettings[] = [
  {
    name: 'lb-haproxy',
    algorithm: 'least_connections',
    isPublic: false,
    services: [
      { port: 5432, speech: 'postgresql' },
      { port: 5433, speech: 'postgresql' },
      { port: 6432, speech: 'postgresql' },
      { port: 6379, speech: 'redis' },
      { port: 5672, speech: 'amqp' },
    ],
    targets: { role: 'lb', subrole: 'internal-haproxy' },
  },
  {
    name: 'lb-mariadb',
    algorithm: 'least_connections',
    isPublic: false,
    services: [{ port: 3306, speech: 'mysql' }],
    targets: { role: 'db_proxy' },
  },
  { name: 'lb-keybuzz-1', algorithm: 'round_robin', isPublic: true, services: INGRESS, targets: WORKERS },
  { name: 'lb-keybuzz-2', algorithm: 'round_robin', isPublic: true, services: INGRESS, targets: WORKERS },
];

const MINIO: Selector = { role: 'storage', subrole: 'minio' };

function healthOf({ port, speech, path }: ServiceSettings): HealthCheck {
  const rhythm = { port, interval: 3, timeout: 2, retries: 3 };
  if (path === undefined) return { protocol: 'tcp', ...rhythm };
  return { protocol: 'http', ...rhythm, http: { path, tls: speech === 'tls', statusCodes: ['2??'] } };
}

function serviceOf(settings: ServiceSettings): BalancerService {
  const { port } = settings;
  const health = healthOf(settings);
  return { listenPort: port, destinationPort: port, protocol: 'tcp', proxyProtocol: false, health };
}

/** The fixed address of a load balancer, which servers.tsv may give to no server. */
export function addressOf(name: string): string {
  const found = LOAD_BALANCERS.find((one) => one.name === name);
  if (found !== undefined) return found.address;
  throw new ConfigError(`The load balancer ${name} has no address.`, {
    code: 'KEYBUZZ_BALANCER_UNKNOWN',
    fix: 'Name it in LOAD_BALANCERS of src/inventory-parse.ts.',
  });
}

/** The hosts of a role. Throws ConfigError when there are none. */
function demand(inventory: Inventory, selector: Selector, what: string): Host[] {
  const hosts = select(inventory, selector);
  if (hosts.length > 0) return hosts;
  const wish = Object.entries(selector).map(([field, value]) => `${field} ${value}`);
  throw new ConfigError(`The module lb needs hosts with ${wish.join(', ')} (${what}); the inventory has none.`, {
    code: 'KEYBUZZ_ROLES_MISSING',
    fix: `Correct ROLE and SUBROLE in ${inventory.file}.`,
  });
}

/** Every load balancer with the hosts that stand behind it. Throws ConfigError when one has none. */
export function balancersOf(inventory: Inventory): DesiredBalancer[] {
  return BALANCERS.map(({ name, algorithm, isPublic, services, targets }) => ({
    name,
    address: addressOf(name),
    type: TYPE,
    algorithm,
    isPublic,
    services: services.map(serviceOf),
    targets: demand(inventory, targets, `behind ${name}`).map((host) => ({ host: host.name, address: host.privateIp })),
  }));
}

/** The hosts that have names in DNS. Throws ConfigError when there are none. */
export const namedHosts = (inventory: Inventory): Host[] => demand(inventory, MINIO, 'named in DNS');

/** All that is to be at Hetzner. */
export function desireOf(inventory: Inventory): CloudDesire {
  const servers = inventory.hosts.map(({ name, privateIp }) => ({ host: name, address: privateIp }));
  return { balancers: balancersOf(inventory), records: recordsOf(namedHosts(inventory)), servers };
}
