import { CANARIES as MARIADB, servers, WITNESS } from './mariadb-cluster.ts';
import { openMovable, type Movable } from './operator.ts';

export const PROXIES = { 'proxysql-01': '10.0.0.173', 'proxysql-02': '10.0.0.174' };
export type Proxy = keyof typeof PROXIES;

export const proxies = Object.keys(PROXIES) as Proxy[];

export const HOSTS = [...servers, ...proxies, WITNESS];

/** Canaries: values that must be found nowhere but in the service files that the module lists. */
export const CANARIES = {
  ADMIN_PASSWORD: 'canaryAdminPassword0123456789abcdef',
  MONITOR_PASSWORD: 'canaryMonitorPassword0123456789abcdef',
};

/** The hosts of the proxies and of the cluster behind them, empty, with both processes running. */
export async function openProxysql(): Promise<Movable> {
  const file = (values: Record<string, string>) =>
    Object.entries(values)
      .map(([name, value]) => `${name}=${value}\n`)
      .join('');
  return openMovable(HOSTS, { credentials: { 'mariadb.env': file(MARIADB), 'proxysql.env': file(CANARIES) } });
}

/** Runs a statement by MariaDB's client on a host; throws what the client says. */
export async function client(real: Movable, host: string, login: string, statement: string): Promise<string> {
  const call = `mariadb --connect-timeout=3 --ssl-verify-server-cert=0 -N -B ${login} -e "${statement}"`;
  const { stdout, stderr, exitCode } = await real.fleet.exec(host, call);
  if (exitCode !== 0) throw new Error(`${statement} on ${host}: exit ${exitCode}: ${stderr}`);
  return stdout.trim();
}

/** Asks through a proxy, as applications do. */
export const ask = (real: Movable, proxy: Proxy, statement: string): Promise<string> =>
  client(real, proxy, `-h ${PROXIES[proxy]} -u erpnext -p${MARIADB.APP_PASSWORD} erpnext`, statement);

/** The admin of a proxy, for a shell on its host. */
export const ADMIN = `env MYSQL_PWD=${CANARIES.ADMIN_PASSWORD} mariadb --connect-timeout=3 --ssl-verify-server-cert=0 -N -B -h 127.0.0.1 -P 6032 -u admin`;
