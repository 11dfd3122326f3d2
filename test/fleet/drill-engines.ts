import { CANARIES as REDIS_SECRETS } from './deployment.ts';
import * as mariadb from './mariadb-cluster.ts';
import * as minio from './minio-cluster.ts';
import { openMovable, type Movable } from './operator.ts';
import * as postgresql from './postgresql-cluster.ts';
import { until } from './process.ts';
import * as proxysql from './proxysql-cluster.ts';
import * as rabbitmq from './rabbitmq-cluster.ts';
import * as redis from './redis-moves.ts';

/** A service whose node `drill` kills, and what the service itself says of its nodes: never what we say of them. */
export interface DrillEngine {
  /** The module's name; `proxysql-stand-in` where a stand-in plays it. */
  name: string;
  module: string;
  hosts: readonly string[];
  /** What the marker's scripts may be given. */
  secrets: Record<string, string>;
  /** The unit that is killed. */
  unit: string;
  /** Empty hosts, with both processes running and an operator who may move. */
  open(): Promise<Movable>;
  /** What is deployed on them, in this order. */
  deploys: readonly string[];
  /** The host whose node is killed next. */
  chosen(real: Movable): Promise<string>;
  /** Whether the others serve without the host's node. */
  goesOn(real: Movable, without: string): Promise<boolean>;
  /** Whether the host's node is a full member again. */
  isMember(real: Movable, host: string): Promise<boolean>;
  /** What a drill does besides, once the node is back: done by hand. */
  besides?(real: Movable): Promise<void>;
}

const REDIS: DrillEngine = {
  ...{ name: 'redis', module: 'redis', deploys: ['redis'], hosts: redis.HOSTS, secrets: REDIS_SECRETS },
  unit: 'redis-server.service',
  open: () => openMovable(redis.HOSTS),
  chosen: (real) => redis.masterOf(real),
  goesOn: async (real, without) => ![without, 'none'].includes(await redis.masterOf(real)),
  async isMember(real, host) {
    const said = await real.askRedis(host, '127.0.0.1', 'info replication');
    return said.includes('role:slave') && said.includes('master_link_status:up');
  },
};

const POSTGRESQL: DrillEngine = {
  ...{ name: 'postgresql', module: 'postgresql', deploys: ['postgresql'] },
  ...{ hosts: postgresql.HOSTS, secrets: postgresql.CANARIES, unit: 'patroni.service' },
  open: () => postgresql.openPostgresql(),
  chosen: (real) => postgresql.leaderOf(real),
  goesOn: async (real, without) => (await postgresql.leaderOf(real)) !== without,
  async isMember(real, host) {
    return (await postgresql.streamingFrom(real, await postgresql.leaderOf(real))).split(',').includes(host);
  },
};

/** The queue that is always there; a move takes the node that leads it. */
async function queueLeader(real: Movable, from: string): Promise<string> {
  return (await rabbitmq.leadersOf(real, from)).get('keybuzz.dead-letters') ?? 'none';
}

const RABBITMQ: DrillEngine = {
  ...{ name: 'rabbitmq', module: 'rabbitmq', deploys: ['rabbitmq'] },
  ...{ hosts: rabbitmq.HOSTS, secrets: rabbitmq.CANARIES, unit: 'rabbitmq-server.service' },
  open: () => rabbitmq.openRabbitmq(),
  chosen: (real) => queueLeader(real, 'queue-01'),
  async goesOn(real, without) {
    const other = rabbitmq.servers.find((host) => host !== without) ?? '';
    if ((await rabbitmq.runningOf(real, other)).includes(without)) return false;
    return ![without, 'none'].includes(await queueLeader(real, other));
  },
  async isMember(real, host) {
    return (await rabbitmq.runningOf(real, host)).length === rabbitmq.servers.length;
  },
};

/** The members but this one count without it, so that writes go on. */
async function goesOnWithout(real: Movable, without: string): Promise<boolean> {
  const sizes = await mariadb.statusOf(real, 'wsrep_cluster_size');
  return mariadb.servers.every((host, at) => host === without || sizes[at] === '2');
}

/** Every member counts all others and has every write. */
async function isGaleraWhole(real: Movable): Promise<boolean> {
  const [sizes, states] = await Promise.all(
    ['wsrep_cluster_size', 'wsrep_local_state'].map((name) => mariadb.statusOf(real, name)),
  );
  return sizes?.every((size) => size === '3') === true && states?.every((state) => state === '4') === true;
}

const MARIADB: DrillEngine = {
  ...{ name: 'mariadb', module: 'mariadb', deploys: ['mariadb'], unit: 'mariadb.service' },
  ...{ hosts: [...mariadb.servers, mariadb.WITNESS], secrets: mariadb.CANARIES },
  open: () => mariadb.openMariadb(),
  chosen: (real) => mariadb.chosenOf(real),
  goesOn: goesOnWithout,
  isMember: (real) => isGaleraWhole(real),
};

const writerBehind = (real: Movable, proxy: proxysql.Proxy): Promise<string> =>
  proxysql.ask(real, proxy, 'select @@wsrep_node_address');

/** The member that both proxies lead to; throws when they lead to different ones. */
async function writerOf(real: Movable): Promise<string> {
  const [one, other] = await Promise.all(proxysql.proxies.map((proxy) => writerBehind(real, proxy)));
  if (one !== other) throw new Error(`The proxies lead to ${one ?? 'nobody'} and ${other ?? 'nobody'}.`);
  return mariadb.servers.find((host) => mariadb.SERVERS[host] === one) ?? 'none';
}

const PROXYSQL: DrillEngine = {
  ...{ name: 'proxysql-stand-in', module: 'proxysql', deploys: ['mariadb', 'proxysql'], unit: 'mariadb.service' },
  ...{ hosts: proxysql.HOSTS, secrets: { ...proxysql.CANARIES, ...mariadb.CANARIES } },
  open: () => proxysql.openProxysql(),
  chosen: (real) => writerOf(real),
  async goesOn(real, without) {
    return (await goesOnWithout(real, without)) && ![without, 'none'].includes(await writerOf(real));
  },
  isMember: (real) => isGaleraWhole(real),
  async besides(real) {
    const [stays, killed] = ['proxysql-01', 'proxysql-02'] as const;
    const answers = (proxy: proxysql.Proxy) => () => writerBehind(real, proxy).catch(() => undefined);
    await real.fleet.killUnit(killed, 'proxysql.service');
    await until(`an answer of ${stays}`, 30_000, answers(stays));
    await real.fleet.reviveUnit(killed, 'proxysql.service');
    await until(`an answer of ${killed}`, 30_000, answers(killed));
  },
};

/** Of each node by name: whether all of its drives are in order, as the first one sees it. */
async function drivesOf(real: Movable): Promise<Map<string, boolean>> {
  const code = await minio.s3(real, 'minio-01', '/minio/admin/v3/info');
  if (code !== '200') throw new Error(`minio-01 answers ${code}.`);
  const said = JSON.parse(await minio.on(real, 'minio-01', 'cat /tmp/s3-answer')) as {
    servers: { endpoint: string; state: string; drives: { state: string; healing?: boolean }[] }[];
  };
  return new Map(
    said.servers.map(({ endpoint, state, drives }) => [
      endpoint.split('.')[0] ?? '',
      state === 'online' && drives.every((drive) => drive.state === 'ok' && drive.healing !== true),
    ]),
  );
}

const MINIO: DrillEngine = {
  ...{ name: 'minio-stand-in', module: 'minio', deploys: ['minio'], unit: minio.UNIT },
  ...{ hosts: [...minio.servers, minio.WITNESS], secrets: minio.CANARIES },
  open: () => minio.openMinio(),
  chosen: () => Promise.resolve(minio.servers.at(-1) ?? 'none'),
  async goesOn(real, without) {
    if ((await drivesOf(real)).get(without) !== false) return false;
    const others = minio.servers.filter((host) => host !== without);
    const codes = await Promise.all(others.map((host) => minio.s3(real, host, '/minio/health/cluster')));
    return codes.every((code) => code === '200');
  },
  isMember: async (real, host) => (await drivesOf(real)).get(host) === true,
};

/** Every service that has a drill. */
export const DRILL_ENGINES: readonly DrillEngine[] = [REDIS, POSTGRESQL, RABBITMQ, MARIADB, PROXYSQL, MINIO];

/** The one of that name. Throws when there is none. */
export function drillEngine(name: string): DrillEngine {
  const found = DRILL_ENGINES.find((engine) => engine.name === name);
  if (found === undefined) throw new Error(`Nothing called ${name} has a drill.`);
  return found;
}
