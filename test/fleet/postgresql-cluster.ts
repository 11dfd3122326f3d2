import { openMovable, type Movable } from './operator.ts';

export const SERVERS = { 'db-master-01': '10.0.0.120', 'db-slave-01': '10.0.0.121', 'db-slave-02': '10.0.0.122' };
export const PROXIES = { 'haproxy-01': '10.0.0.11', 'haproxy-02': '10.0.0.12' };
export const WITNESS = 'install-01';
export const HOSTS = [...Object.keys(SERVERS), ...Object.keys(PROXIES), WITNESS];

/** Everything that a deploy must not restart. */
export const UNITS = 'patroni.service haproxy.service pgbouncer.service';

/** Whatever is opened over real hosts. */
export type WithFleet = Pick<Movable, 'fleet'>;

/** Canaries: values that must be found nowhere but in the service files that the module lists. */
export const CANARIES = {
  POSTGRES_PASSWORD: 'canaryPostgresPassword0123456789abcdef',
  REPLICATION_PASSWORD: 'canaryReplicationPassword0123456789abcdef',
  APP_PASSWORD: 'canaryApplicationPassword0123456789abcdef',
  PATRONI_PASSWORD: 'canaryPatroniPassword0123456789abcdef',
  RAFT_PASSWORD: 'canaryRaftPassword0123456789abcdef',
  ETCD_PASSWORD: 'canaryEtcdPassword0123456789abcdef',
  ETCD_ROOT_PASSWORD: 'canaryEtcdRootPassword0123456789abcdef',
};

/** The module's imported credentials. */
export const CREDENTIALS = {
  'postgresql.env': Object.entries(CANARIES)
    .map(([name, value]) => `${name}=${value}\n`)
    .join(''),
};

/** The module's hosts, empty, with both processes running and an operator who may move and remove. */
export async function openPostgresql(environment: Record<string, string> = {}): Promise<Movable> {
  return openMovable(HOSTS, { credentials: CREDENTIALS, environment });
}

/** Asks over the network as applications do, from the first proxy, which has a client; throws what psql says. */
export async function ask(real: WithFleet, address: string, port: number, statement: string): Promise<string> {
  const user = `PGPASSWORD=${CANARIES.APP_PASSWORD} psql -U keybuzz -d keybuzz`;
  return psql(real, 'haproxy-01', `${user} -h ${address} -p ${port}`, statement);
}

/** Asks a server's own PostgreSQL as its superuser. */
export async function askServer(real: WithFleet, host: keyof typeof SERVERS, statement: string): Promise<string> {
  return psql(real, host, `PGPASSWORD=${CANARIES.POSTGRES_PASSWORD} psql -U postgres -h ${SERVERS[host]}`, statement);
}

async function psql(real: WithFleet, host: string, client: string, statement: string): Promise<string> {
  const command = `export PGCONNECT_TIMEOUT=3; ${client} -XAtq -c "set statement_timeout = 8000" -c "${statement}"`;
  const { stdout, stderr, exitCode } = await real.fleet.exec(host, command);
  if (exitCode !== 0) throw new Error(`${statement} on ${host}: exit ${exitCode}: ${stdout}${stderr}`);
  return stdout.trim();
}

/** What PostgreSQL itself says: the servers that are not in recovery. */
export async function leadersOf(real: WithFleet): Promise<string[]> {
  const hosts = Object.keys(SERVERS) as (keyof typeof SERVERS)[];
  const answers = hosts.map(async (host) => {
    const recovery = await askServer(real, host, 'select pg_is_in_recovery()').catch(() => 'silent');
    return recovery === 'f' ? [host] : [];
  });
  return (await Promise.all(answers)).flat();
}

/** The only server that leads. */
export async function leaderOf(real: WithFleet): Promise<keyof typeof SERVERS> {
  const [leader, ...others] = (await leadersOf(real)) as (keyof typeof SERVERS)[];
  if (leader === undefined || others.length > 0) throw new Error(`Leaders: ${[leader, ...others].join(', ')}.`);
  return leader;
}

/** Names of the replicas that stream from the leader, sorted. */
export async function streamingFrom(real: WithFleet, leader: keyof typeof SERVERS): Promise<string> {
  const names =
    "select string_agg(application_name, ',' order by application_name) from pg_stat_replication where state = 'streaming'";
  return askServer(real, leader, names);
}

/** The host that a fault means: `leader`, `replica` (one that no commit waits for), or a host's name. */
export async function hostOf(real: WithFleet, on: string): Promise<string> {
  if (on !== 'leader' && on !== 'replica') return on;
  const leader = await leaderOf(real);
  if (on === 'leader') return leader;
  return askServer(
    real,
    leader,
    "select application_name from pg_stat_replication where sync_state = 'async' order by 1 limit 1",
  );
}
