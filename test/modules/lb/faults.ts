import type { Balancer, HetznerSandbox } from '../../../sandbox/hetzner/index.ts';
import { LOAD_BALANCERS } from '../../../src/inventory.ts';
import type { Answer } from '../../../src/modules/contract.ts';
import type { InjectedFault } from '../../fleet/injected.ts';

/** The project, and what else a fault may change. */
export interface Surroundings {
  project: HetznerSandbox;
  /** What a port says in the place of what the project makes of it, by `<load balancer>.<port>`. */
  odd: Map<string, string>;
  token: string;
}

type Deed = Pick<InjectedFault, 'make' | 'undo'>;

/** Sets fields of something, and puts back what was there. */
function altered<T extends object>(find: () => T, change: (before: T) => Partial<T>): Deed {
  let undo = (): void => undefined;
  return {
    make: () => {
      const found = find();
      const before = { ...found };
      undo = () => void Object.assign(found, before);
      Object.assign(found, change(before));
    },
    undo: () => undo(),
  };
}

const WHOLE = LOAD_BALANCERS.map(({ name }) => name);
const OF_BALANCERS = ['settings', 'services', 'targets', 'address', 'public', 'healthy'];

const answered = (checks: readonly string[], answer: Answer) =>
  Object.fromEntries(checks.map((check) => [check, answer]));

function fault(title: string, turns: InjectedFault['turns'], deed: Deed): InjectedFault {
  return { title, on: 'the project', turns, ...deed };
}

const finder = (at: () => Surroundings, name: string) => (): Balancer => {
  const found = at().project.balancer(name);
  if (found === undefined) throw new Error(`${name} does not exist`);
  return found;
};

function ofSettings(at: () => Surroundings): InjectedFault[] {
  const [haproxy, mariadb, ingress] = [finder(at, 'lb-haproxy'), finder(at, 'lb-mariadb'), finder(at, 'lb-keybuzz-1')];
  return [
    fault(
      'another type',
      { settings: 'fail', 'lb-haproxy': 'fail' },
      altered(haproxy, () => ({ type: 'lb21' })),
    ),
    fault(
      'another algorithm',
      { settings: 'fail', 'lb-mariadb': 'fail' },
      altered(mariadb, () => ({ algorithm: 'round_robin' })),
    ),
    fault(
      'a service gone',
      { services: 'fail', healthy: 'unknown', requests: 'fail', 'lb-haproxy': 'fail' },
      altered(haproxy, ({ services }) => ({ services: services.slice(1) })),
    ),
    fault(
      'a further service',
      { services: 'warn' },
      altered(haproxy, ({ services }) => ({
        services: [...services, ...services.slice(0, 1).map((one) => ({ ...one, listen_port: 9999 }))],
      })),
    ),
    fault(
      'another private address, for whose change the targets must go and come back',
      { address: 'fail', targets: 'fail', requests: 'fail', 'lb-haproxy': 'fail' },
      altered(haproxy, ({ network }) => ({ network: { id: network?.id ?? 0, ip: '10.0.0.99' } })),
    ),
    fault(
      'a private one open to the public',
      { public: 'fail', 'lb-mariadb': 'fail' },
      altered(mariadb, () => ({ isPublic: true })),
    ),
    fault(
      'one before the ingress closed to the public',
      { public: 'fail', 'lb-keybuzz-1': 'fail' },
      altered(ingress, () => ({ isPublic: false })),
    ),
  ];
}

function ofTargets(at: () => Surroundings): InjectedFault[] {
  const mariadb = finder(at, 'lb-mariadb');
  const silent = (servers: string[], ports: number[]): Deed => ({
    make: () => servers.forEach((server) => at().project.silence(server, ports)),
    undo: () => servers.forEach((server) => at().project.silence(server, [])),
  });
  return [
    fault(
      'a target gone',
      { targets: 'fail', 'lb-mariadb': 'fail' },
      altered(mariadb, ({ targets }) => ({ targets: targets.slice(1) })),
    ),
    fault(
      'a further target',
      { targets: 'warn' },
      altered(mariadb, ({ targets }) => ({
        targets: [
          ...targets,
          ...targets.slice(0, 1).map((one) => ({ ...one, serverId: at().project.server('install-01').id })),
        ],
      })),
    ),
    fault(
      'a worker whose ingress is silent',
      { healthy: 'fail', 'lb-keybuzz-1': 'fail', 'lb-keybuzz-2': 'fail' },
      silent(['k8s-worker-01'], [80, 443]),
    ),
    fault(
      'every ProxySQL silent',
      { healthy: 'fail', requests: 'fail', 'lb-mariadb': 'fail' },
      silent(['proxysql-01', 'proxysql-02'], [3306]),
    ),
  ];
}

function ofProject(at: () => Surroundings): InjectedFault[] {
  const project = () => at().project;
  return [
    fault(
      'a token that is refused',
      answered(['api', 'exists', ...OF_BALANCERS, 'servers', 'dns', ...WHOLE], 'unknown'),
      altered(at, () => ({ token: 'of-somebody-else' })),
    ),
    fault(
      'a load balancer deleted',
      { exists: 'fail', ...answered(OF_BALANCERS, 'unknown'), requests: 'fail', 'lb-mariadb': 'fail' },
      altered(
        () => project().world,
        ({ balancers }) => ({ balancers: new Map([...balancers].filter(([, { name }]) => name !== 'lb-mariadb')) }),
      ),
    ),
    fault(
      'a port that answers in another protocol',
      { requests: 'fail' },
      {
        make: () => void at().odd.set('lb-haproxy.6379', 'odd'),
        undo: () => void at().odd.delete('lb-haproxy.6379'),
      },
    ),
    fault(
      'a server under another name',
      { servers: 'fail' },
      altered(
        () => project().server('redis-01'),
        () => ({ name: 'redis-99' }),
      ),
    ),
    fault(
      'a server that the inventory does not know',
      { servers: 'warn' },
      {
        make: () => {
          const known = project().server('redis-01');
          const privateNet = known.privateNet.map((one) => ({ ...one, ip: '10.0.200.1' }));
          project().world.servers.set(1, { ...known, id: 1, name: 'stranger-01', privateNet });
        },
        undo: () => void project().world.servers.delete(1),
      },
    ),
    fault(
      'a name with another address',
      { dns: 'fail' },
      altered(
        () => {
          const zone = [...project().world.zones.values()][0];
          const found = zone?.rrsets.find(({ name }) => name === 's3');
          if (found === undefined) throw new Error('s3 is not in the zone');
          return found;
        },
        ({ records }) => ({ records: records.slice(1) }),
      ),
    ),
  ];
}

/** Each fault as somebody makes it in the project, beside us, and exactly what must notice it. */
export const faultsOf = (at: () => Surroundings): InjectedFault[] => [
  ...ofProject(at),
  ...ofSettings(at),
  ...ofTargets(at),
];
