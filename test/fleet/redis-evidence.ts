import type { Engine, RunEvent } from '../../src/jobs/index.ts';
import type { Movable } from './operator.ts';
import { masterOf, type Cluster } from './redis-moves.ts';

/** A cluster with its own bot, workspace and Redis; it has no worker but while a point is walked. */
export interface Lane {
  cluster: Cluster;
  real: Movable;
  engine: Engine;
  close(): Promise<void>;
}

/** The events that are numbered: all from the taken locks on. */
export function numbered(events: readonly RunEvent[]): RunEvent[] {
  const first = events.findIndex(({ body }) => body.type === 'locks.taken');
  return first < 0 ? [] : events.slice(first);
}

/** An event in a few words. */
export function labelOf({ body }: RunEvent): string {
  const step = 'step' in body ? ` of ${body.step}` : '';
  return `${body.type}${step}`;
}

/** Run on a server: how its units are, and what a drill or a worker left there. */
export const UNITS = `
  for unit in redis-server redis-sentinel; do echo "$unit $(systemctl is-active $unit)"; done
  echo "Restart=$(systemctl show -p Restart --value redis-server)"
  find /run/systemd/system -name '*keybuzz*' -printf 'left over: %p\\n'
  if [ -d /run/keybuzz ]; then find /run/keybuzz -type f -printf 'left over: %p\\n'; fi`;

const WHOLE = 'redis-server active\nredis-sentinel active\nRestart=always';

/** When each Redis was started: a number that only grows. */
export async function startsOf({ real, cluster }: Lane): Promise<Map<string, string>> {
  const show = 'systemctl show -p ExecMainStartTimestampMonotonic --value redis-server';
  const starts = Object.keys(cluster.servers).map(
    async (host) => [host, (await real.fleet.exec(host, show)).stdout.trim()] as const,
  );
  return new Map(await Promise.all(starts));
}

/** What is not as it should be on one server: `master` names the only one that may be it. */
async function faultsOfServer({ real }: Lane, host: string, master: string): Promise<string[]> {
  const units = (await real.fleet.exec(host, UNITS)).stdout.trim();
  const faults = units === WHOLE ? [] : [`${host}: ${units}`];
  const info = await real.askRedis(host, '127.0.0.1', 'info replication').catch(String);
  const isGood = host === master ? info.includes('role:master') : /role:slave[^]*master_link_status:up/.test(info);
  return isGood ? faults : [...faults, `${host}, where ${master} is master: ${info}`];
}

/** What is not as it should be on the hosts after a move away from `before`. */
export async function faultsOfHosts(lane: Lane, before: string): Promise<string[]> {
  const { real, cluster } = lane;
  const master = await masterOf(real, cluster);
  const servers = Object.keys(cluster.servers).map((host) => faultsOfServer(lane, host, master));
  const faults = (await Promise.all(servers)).flat();
  if (master === before) faults.push(`${before} is still master`);
  const marker = 'ls -d /run/keybuzz-marker-redis 2>/dev/null; systemctl is-active keybuzz-marker-redis';
  const left = (await real.fleet.exec(cluster.witness, marker)).stdout.trim();
  if (left !== 'inactive') faults.push(`the marker on ${cluster.witness}: ${left}`);
  const [from = ''] = Object.keys(cluster.servers);
  for (const address of Object.values(cluster.proxies)) {
    const keys = await real.askRedis(from, address, 'keys keybuzz:marker:*').catch(String);
    if (keys !== '') faults.push(`markers left behind ${address}: ${keys}`);
  }
  return faults;
}

/** The one node that was killed was started once, and nobody else; a failover starts nothing. */
export function faultsOfStarts(
  was: Map<string, string>,
  is: Map<string, string>,
  killed: string | undefined,
): string[] {
  return [...was]
    .filter(([host, start]) => (is.get(host) !== start) !== (host === killed))
    .map(([host]) => (host === killed ? `${host} was not killed` : `Redis on ${host} was started anew`));
}

/** Sorted, since hosts answer in any order. Checks are asked anew by whoever takes over before they were judged. */
const onceEach = (events: readonly RunEvent[]) => [
  ...numbered(events)
    .map(labelOf)
    .filter((label) => !label.startsWith('checks.answered'))
    .sort(),
];

/** What is wrong with the log of a run beside one of the same verb that nobody disturbed. */
export async function faultsOfLog(
  { engine }: Lane,
  runId: string,
  undisturbed: readonly RunEvent[],
): Promise<string[]> {
  const faults: string[] = [];
  const events = await engine.events(runId);
  const broken = await engine.brokenLink(runId);
  if (broken !== undefined) faults.push(`the chain breaks at event ${broken}`);
  const last = events.at(-1)?.body;
  if (last?.type !== 'run.ended' || last.ending !== 'ok') faults.push(`it ended with ${JSON.stringify(last)}`);
  const isResumed = events.some(({ body }) => body.type === 'resume.requested');
  const [were, wanted] = [onceEach(events).join(', '), onceEach(undisturbed).join(', ')];
  if (!isResumed && were !== wanted) faults.push(`its events are ${were}, undisturbed ${wanted}`);
  const begun = events.flatMap(({ body }) =>
    body.type === 'host.started' ? [`${body.step} on ${body.host}, attempt ${body.attempt}`] : [],
  );
  const twice = begun.filter((key, index) => begun.indexOf(key) !== index);
  return [...faults, ...twice.map((key) => `${key} began twice`)];
}

/** What the markers told: nothing lost that all replicas had, never two masters. */
export function costOf(events: readonly RunEvent[]): { faults: string[]; outageSeconds: number } {
  const finished = events.flatMap(({ body }) => (body.type === 'host.finished' ? [body] : []));
  const facts = Object.assign({}, ...finished.map((body) => body.facts ?? {})) as Record<string, string>;
  const checks = finished.flatMap((body) => body.checks ?? []);
  const failing = checks.filter(({ answer }) => answer !== 'pass' && answer !== 'warn');
  const faults = failing.map(({ check, answer, text }) => `${check} is ${answer}: ${text}`);
  if (facts['lost-by-all'] !== '0') faults.push(`lost although all replicas had it: ${facts['lost-by-all'] ?? '?'}`);
  return { faults, outageSeconds: Number(facts['outage-seconds']) };
}
