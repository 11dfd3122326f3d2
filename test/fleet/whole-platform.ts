import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startHetznerSandbox, type HetznerSandbox } from '../../sandbox/hetzner/index.ts';
import { loadInventory, LOAD_BALANCERS, type Inventory } from '../../src/inventory.ts';
import type { Closer } from '../../src/jobs/index.ts';
import { SETTINGS as BASE } from '../../src/modules/base/settings.ts';
import { PROGRAM } from '../../src/modules/k3s/settings.ts';
import { BALANCERS } from '../../src/modules/lb/settings.ts';
import { CLIENT_PIN, SERVER_PIN } from '../../src/modules/minio/settings.ts';
import { imagesOf } from './apps-cluster.ts';
import { startBalancer } from './balancers.ts';
import { startDns } from './dns.ts';
import { INSTALL_STAND_IN } from './k3s-cluster.ts';
import { startMirror } from './mirror.ts';
import { openMovable, type Movable } from './operator.ts';
import { run } from './process.ts';

const ROOT = join(import.meta.dirname, '../..');

/** As few as the roles allow: quorums of three, pairs of proxies, two workers, and the orchestrator. */
const ROLES = [
  ...['haproxy-01', 'haproxy-02', 'db-master-01', 'db-slave-01', 'db-slave-02', 'redis-01', 'redis-02', 'redis-03'],
  ...['queue-01', 'queue-02', 'queue-03', 'minio-01', 'minio-02', 'minio-03', 'maria-01', 'maria-02', 'maria-03'],
  ...['proxysql-01', 'proxysql-02', 'k8s-master-01', 'k8s-master-02', 'k8s-master-03', 'k8s-worker-01'],
  ...['k8s-worker-02', 'install-01'],
];
const K3S_HOSTS = ROLES.filter((name) => name.startsWith('k8s-'));

/** Resolvers of Hetzner's network, as base has them: here this process is at their addresses. */
const RESOLVERS = BASE.resolvers;
const RESOLVER_NETWORK = '185.12.64.0/24';

/** How soon a load balancer listens once the project has it. */
const LOOK_MS = 200;

/** The whole platform: real processes and hosts, with a project at Hetzner's stand-in whose load balancers pass connections on. */
export interface WholePlatform extends Movable {
  hosts: readonly string[];
  inventory: Inventory;
  hetzner: HetznerSandbox;
  /** Runs shell as root on a host, and gives what it printed; a failure throws what it said. */
  on(host: string, shell: string): Promise<string>;
  /** A credential of a module, as the worker made it. */
  credential(module: string, name: string): Promise<string>;
}

/** Writes servers.tsv with these hosts alone, and artifacts.yaml that leads to the mirror. */
async function writeInventory(directory: string, artifacts: string): Promise<string> {
  const [header = '', ...rows] = (await readFile(join(ROOT, 'inventory/servers.tsv'), 'utf8')).split('\n');
  const kept = rows.filter((row) => ROLES.includes(row.split('\t')[2] ?? ''));
  const file = join(directory, 'servers.tsv');
  await writeFile(file, `${[header, ...kept].join('\n')}\n`);
  await writeFile(join(directory, 'artifacts.yaml'), `${artifacts}${imagesOf('1.0.0')}`);
  return file;
}

/** Each load balancer passes connections on as the project says at that moment; the resolvers know the project's zone. */
async function standIn(netns: string, hetzner: HetznerSandbox, closers: Closer[]): Promise<void> {
  for (const { name, address } of LOAD_BALANCERS) {
    const ports = BALANCERS.find((one) => one.name === name)?.services.map(({ port }) => port) ?? [];
    const isThere = () => hetzner.balancer(name)?.network?.ip === address;
    const targets = (port: number) => {
      const balancer = hetzner.balancer(name);
      if (balancer?.services.some((one) => one.listen_port === port) !== true) return [];
      return balancer.targets.flatMap(({ serverId = 0 }) =>
        (hetzner.world.servers.get(serverId)?.privateNet ?? []).map(({ ip }) => ip),
      );
    };
    const balancer = await startBalancer(netns, { address, ports, targets });
    closers.push(() => balancer.close());
    // What the project does not have listens nowhere.
    let isOpen = true;
    const timer = setInterval(() => {
      if (isThere() === isOpen) return;
      isOpen = !isOpen;
      if (isOpen) balancer.open();
      else balancer.shut();
    }, LOOK_MS);
    closers.push(() => {
      clearInterval(timer);
      return Promise.resolve();
    });
  }
  const addressesOf = (asked: string) => {
    if (asked === BASE.probeName) return ['192.0.2.1'];
    const found = [...hetzner.world.zones.values()].flatMap(({ name: zone, rrsets }) =>
      rrsets.filter(({ name, type }) => type === 'A' && `${name}.${zone}` === asked),
    );
    return found.flatMap(({ records }) => records.map(({ value }) => value));
  };
  for (const address of RESOLVERS) {
    await run(['ip', '-n', netns, 'addr', 'replace', `${address}/32`, 'dev', 'br0']);
    const dns = await startDns(address, addressesOf);
    closers.push(() => dns.close());
  }
}

/** Opens it over empty hosts. Those of K3s have what its stand-in is made of, and all of them a way to the resolvers. */
export async function openWholePlatform(): Promise<WholePlatform> {
  const closers: Closer[] = [];
  const close = async () => {
    for (const one of closers.reverse()) await one();
  };
  try {
    const mirror = await startMirror([SERVER_PIN, CLIENT_PIN, PROGRAM]);
    closers.push(() => mirror.close());
    const directory = await mkdtemp(join(tmpdir(), 'keybuzz-fleet-whole-'));
    closers.push(() => rm(directory, { recursive: true }));
    const inventoryFile = await writeInventory(directory, mirror.artifacts);
    const inventory = loadInventory(inventoryFile);
    const servers = inventory.hosts.map(({ name, privateIp }) => ({ name, privateIp }));
    const addressOf = new Map(servers.map(({ name, privateIp }) => [name, privateIp]));
    const hetzner = await startHetznerSandbox({
      ...{ servers, zones: ['keybuzz.io'] },
      backend: (server, port) => ({ host: addressOf.get(server) ?? '', port }),
    });
    closers.push(() => hetzner.close());
    const environment = { HCLOUD_TOKEN: hetzner.token, HCLOUD_ENDPOINT: hetzner.endpoint };
    const real = await openMovable(ROLES, { inventoryFile, environment, hasBase: true });
    closers.push(() => real.close());
    await standIn(real.fleet.netns, hetzner, closers);
    const on = async (host: string, shell: string) => {
      const { stdout, stderr, exitCode } = await real.fleet.exec(host, shell);
      if (exitCode !== 0) throw new Error(`${shell} on ${host}: exit ${exitCode}: ${stdout}${stderr}`);
      return stdout.trim();
    };
    await Promise.all(ROLES.map((host) => on(host, `ip route add ${RESOLVER_NETWORK} dev enp7s0`)));
    for (const host of K3S_HOSTS) await on(host, `{ ${INSTALL_STAND_IN}; } >/dev/null 2>&1`);
    const credential = async (module: string, name: string) => {
      const file = await readFile(join(real.credentialsDirectory, `${module}.env`), 'utf8');
      return new RegExp(`^${name}=(.+)$`, 'm').exec(file)?.[1] ?? '';
    };
    return { ...real, hosts: ROLES, inventory, hetzner, on, credential, close };
  } catch (error) {
    await close();
    throw error;
  }
}
