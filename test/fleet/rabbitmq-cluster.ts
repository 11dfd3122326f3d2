import { openMovable, type Movable } from './operator.ts';

export const SERVERS = { 'queue-01': '10.0.0.126', 'queue-02': '10.0.0.127', 'queue-03': '10.0.0.128' };
export const PROXIES = { 'haproxy-01': '10.0.0.11', 'haproxy-02': '10.0.0.12' };
export const WITNESS = 'install-01';
export const HOSTS = [...Object.keys(SERVERS), ...Object.keys(PROXIES), WITNESS];

export const servers = Object.keys(SERVERS);

/** Everything that a deploy must not restart. */
export const UNITS = 'rabbitmq-server.service haproxy.service';

/** Canaries: values that must be found nowhere but in the service files that the module lists. */
export const CANARIES = {
  ERLANG_COOKIE: 'canaryErlangPassword0123456789abcdef',
  MONITOR_PASSWORD: 'canaryMonitorPassword0123456789abcdef',
  APP_PASSWORD: 'canaryApplicationPassword0123456789abcdef',
};

/** The module's hosts, empty, with both processes running and an operator who may move and remove. */
export async function openRabbitmq(): Promise<Movable> {
  const lines = Object.entries(CANARIES).map(([name, value]) => `${name}=${value}\n`);
  return openMovable(HOSTS, { credentials: { 'rabbitmq.env': lines.join('') } });
}

/** Runs a command as root on a host; throws what it said when it fails. */
export async function on(real: Movable, host: string, shell: string): Promise<string> {
  const { exitCode, stdout, stderr } = await real.fleet.exec(host, shell);
  if (exitCode !== 0) throw new Error(`${host}: ${shell}: exit ${exitCode}: ${stdout}${stderr}`);
  return stdout;
}

interface QueueRow {
  name: string;
  leader?: string;
}

/** The queues of the virtual host, by what a node itself says, as `name` to the host that leads it. */
export async function leadersOf(real: Movable, from: string): Promise<Map<string, string>> {
  const list = 'rabbitmqctl -q list_queues -p keybuzz name leader --formatter json';
  const rows = JSON.parse(await on(real, from, list)) as QueueRow[];
  return new Map(rows.map(({ name, leader }) => [name, leader?.replace('rabbit@', '') ?? 'none']));
}

interface ClusterStatus {
  running_nodes: string[];
}

/** Hosts whose nodes run, by what a node itself says, sorted. */
export async function runningOf(real: Movable, from: string): Promise<string[]> {
  const status = JSON.parse(await on(real, from, 'rabbitmqctl -q cluster_status --formatter json')) as ClusterStatus;
  return status.running_nodes.map((node) => node.replace('rabbit@', '')).sort();
}
