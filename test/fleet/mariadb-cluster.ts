import type { Message } from '../../sandbox/slack/index.ts';
import { mariadb } from '../../src/modules/mariadb/index.ts';
import { openMovable, type Movable } from './operator.ts';
import { until } from './process.ts';

export const SERVERS = { 'maria-01': '10.0.0.170', 'maria-02': '10.0.0.171', 'maria-03': '10.0.0.172' };
export type Server = keyof typeof SERVERS;
export const WITNESS = 'install-01';

export const servers = Object.keys(SERVERS) as Server[];

/** What a probe or a marker leaves behind would be among these. */
export const OWN_TABLES =
  "select count(*) from information_schema.tables where table_schema = 'erpnext' and table_name <> 'kept'";

/** A run that ended well, with every check passing. */
export const HEALTHY = /\*Done\* in .*checks: 15 pass/;

/** Canaries: values that must be found nowhere but in the service files that the module lists, which are none. */
export const CANARIES = { APP_PASSWORD: 'canaryErpnextPassword0123456789abcdef' };

/** The module's hosts, empty, with both processes running and an operator who may move and remove. */
export async function openMariadb(): Promise<Movable> {
  const lines = Object.entries(CANARIES).map(([name, value]) => `${name}=${value}\n`);
  return openMovable([...servers, WITNESS], { credentials: { 'mariadb.env': lines.join('') } });
}

/** Asks a server as the applications do, over the network; throws what the client says. */
export async function ask(real: Movable, host: Server, statement: string, address = SERVERS[host]): Promise<string> {
  const client = `env MYSQL_PWD=${CANARIES.APP_PASSWORD} mariadb --connect-timeout=3 --ssl-verify-server-cert=0`;
  return told(real, host, `${client} -u erpnext -h ${address} erpnext`, statement);
}

/** Asks a server's own MariaDB as root. */
export async function askRoot(real: Movable, host: Server, statement: string): Promise<string> {
  return told(real, host, 'mariadb', statement);
}

async function told(real: Movable, host: Server, client: string, statement: string): Promise<string> {
  const { stdout, stderr, exitCode } = await real.fleet.exec(host, `timeout 10 ${client} -N -B -e "${statement}"`);
  if (exitCode !== 0) throw new Error(`${statement} on ${host}: exit ${exitCode}: ${stdout}${stderr}`);
  return stdout.trim();
}

/** What each member says of one of Galera's variables. */
export function statusOf(real: Movable, name: string): Promise<string[]> {
  return Promise.all(
    servers.map(async (host) => {
      const row = await askRoot(real, host, `show global status like '${name}'`).catch(() => 'silent');
      return row.split('\t')[1] ?? 'silent';
    }),
  );
}

/** The member whose turn it is to leave: number 0 of the present view. */
export async function chosenOf(real: Movable): Promise<Server> {
  const chosen = servers[(await statusOf(real, 'wsrep_local_index')).indexOf('0')];
  if (chosen === undefined) throw new Error('No member is number 0.');
  return chosen;
}

/** What a run's questions to the checks answered, by check; the last counts. */
export async function answersOf(real: Movable, run: Message): Promise<Record<string, string>> {
  const results = (await real.events(run)).flatMap((event) =>
    event.type === 'checks.answered' ? event.results.map(({ check, answer }) => [check, answer] as const) : [],
  );
  return Object.fromEntries(results);
}

/** Resolves when every check passes. */
export async function untilWhole(real: Movable): Promise<void> {
  await until('a whole cluster', 120_000, async () => {
    return (await real.ask(mariadb)).every(({ answer }) => answer === 'pass') || undefined;
  });
}
