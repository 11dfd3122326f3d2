import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Message } from '../../sandbox/slack/index.ts';
import type { EventBody } from '../../src/jobs/events.ts';
import { isOver, readable, type DeploymentOptions, type Started } from '../helpers/deployment.ts';
import { CANARIES, openRealDeployment, type RealDeployment } from './deployment.ts';
import { until } from './process.ts';
import { runScript } from './run-script.ts';

export const SERVERS = { 'redis-01': '10.0.0.123', 'redis-02': '10.0.0.124', 'redis-03': '10.0.0.125' };
export const PROXIES = { 'haproxy-01': '10.0.0.11', 'haproxy-02': '10.0.0.12' };
export const WITNESS = 'install-01';

/** Hosts that make one redis module: names and addresses. */
export interface Cluster {
  servers: Record<string, string>;
  proxies: Record<string, string>;
  /** Where the markers are written from. */
  witness: string;
}

/** The module's hosts in the inventory. */
export const REDIS: Cluster = { servers: SERVERS, proxies: PROXIES, witness: WITNESS };

/** Every host of a cluster. */
export const hostsOf = ({ servers, proxies, witness }: Cluster): string[] => [
  ...Object.keys(servers),
  ...Object.keys(proxies),
  witness,
];

export const HOSTS = hostsOf(REDIS);

/** Longest time a deploy of empty hosts, and a move with all its checks, may take on a busy machine, ms. */
const DEPLOY_MS = 300_000;
const MOVE_MS = 240_000;

/** How a move ended: the run's message, what was measured, and the answers of its last checks. */
export interface Moved {
  message: Message;
  text: string;
  facts: Record<string, string>;
  /** What the scripts' own checks answered, by id. */
  told: Record<string, string>;
}

/** A deployment whose redis module can be moved, and the worker that it began with. */
export interface Movable extends RealDeployment {
  worker: Started;
}

/** A deployment whose operator may also move, remove and lock; both processes run. */
export async function openMovable(
  hosts: readonly string[] = HOSTS,
  options: Partial<DeploymentOptions> = {},
): Promise<Movable> {
  const real = await openRealDeployment(hosts, options);
  const file = join(real.directory, 'policy.yaml');
  const policy = await readFile(file, 'utf8');
  const everyone = 'verbs: [status, ';
  const operator = 'verbs: [deploy, failover, drill, remove, lock, unlock, ';
  const verbs = policy
    .replace(everyone, `${everyone}locks, `)
    .replace(/verbs: \[deploy, (?:failover, drill, remove, )?/, operator);
  await writeFile(file, verbs);
  try {
    await real.start('bot');
    return { ...real, worker: await real.start('worker') };
  } catch (error) {
    await real.close();
    throw error;
  }
}

/** The id of the run that a root message shows. */
export const runIdOf = (root: Message): string => /run `([a-z]{5}-[a-z]{5})`/.exec(readable(root))?.[1] ?? 'none';

/** Types a command that needs one approval, and lets somebody else give it. */
export async function approved(real: RealDeployment, text: string): Promise<Message> {
  const root = await real.run('operator', text);
  const asking = await real.when(root, (said) => said.includes('keybuzz_approve'), 60_000);
  await real.slack.person('approver').click(asking, 'keybuzz_approve');
  return real.when(asking, (said) => !said.includes('keybuzz_approve'), 60_000);
}

/** Types a command, lets as many others approve as it takes, and waits until the run is over. */
export async function command(real: RealDeployment, text: string, timeoutMs: number): Promise<Message> {
  let message = await real.run('operator', text);
  for (const person of ['approver', 'approver2']) {
    message = await real.when(message, (said) => said.includes('keybuzz_approve') || isOver(said), 60_000);
    if (isOver(readable(message))) return message;
    await real.slack.person(person).click(message, 'keybuzz_approve');
    message = await real.when(message, (said) => said.includes(`U0${person.toUpperCase()}`) || isOver(said), 60_000);
    if (!readable(message).includes('keybuzz_approve')) break;
  }
  return real.when(message, (said) => isOver(said) || said.includes('keybuzz_resume'), timeoutMs);
}

export const deploy = (real: RealDeployment): Promise<Message> => command(real, 'deploy redis', DEPLOY_MS);

type Finished = Extract<EventBody, { type: 'host.finished' }>;

/** Moves the master and gives what it cost. */
export async function move(real: RealDeployment, verb: 'failover' | 'drill'): Promise<Moved> {
  const message = await command(real, `${verb} redis`, MOVE_MS);
  const finished = (await real.events(message)).filter((event): event is Finished => event.type === 'host.finished');
  return {
    message,
    text: readable(message),
    facts: Object.fromEntries(finished.flatMap((event) => Object.entries(event.facts ?? {}))),
    told: Object.fromEntries(finished.flatMap((event) => event.checks ?? []).map((one) => [one.check, one.answer])),
  };
}

/** The server that two of three Sentinels name, by name. */
export async function masterOf(real: RealDeployment, { servers } = REDIS): Promise<string> {
  const named = await Promise.all(
    Object.keys(servers).map((host) =>
      real.askSentinel(host, 'sentinel get-master-addr-by-name kb-redis-master').catch(() => ''),
    ),
  );
  const addresses = named.map((text) => text.split('\n')[0]);
  const [address] = addresses.filter((one, at) => one !== '' && addresses.indexOf(one) !== at);
  return Object.entries(servers).find(([, own]) => own === address)?.[0] ?? 'none';
}

/** What Redis and HAProxy themselves say: the role of each server, and the server behind each proxy. */
export async function facts(
  real: RealDeployment,
  { servers, proxies } = REDIS,
): Promise<{ roles: Record<string, string>; behind: string[] }> {
  const roles = await Promise.all(
    Object.keys(servers).map(async (host) => {
      const role = await real.askRedis(host, '127.0.0.1', 'role');
      return [host, role.split('\n')[0] ?? ''] as const;
    }),
  );
  const [from = ''] = Object.keys(servers);
  const runIdAt = async (address: string) =>
    /run_id:(\w+)/.exec(await real.askRedis(from, address, 'info server'))?.[1] ?? '';
  const ids = Object.entries(servers).map(async ([host, address]) => [await runIdAt(address), host] as const);
  const names = new Map(await Promise.all(ids));
  const behind = await Promise.all(Object.values(proxies).map((address) => runIdAt(address)));
  return { roles: Object.fromEntries(roles), behind: behind.map((id) => names.get(id) ?? id) };
}

/**
 * What Sentinel alone costs: the master is killed by hand, started again by hand once another is master, and nobody helps.
 * Measured by the marker of `drill`; gives the outage in seconds.
 */
export async function killByHand(real: RealDeployment): Promise<number> {
  const before = await masterOf(real);
  const cluster = ['kb-redis-master', Object.values(SERVERS).join(',')];
  const entries = Object.entries(PROXIES).map(([name, address]) => `${name}=${address}`);
  const at = { address: '10.0.0.250', secrets: CANARIES };
  const start = { ...at, script: 'redis/marker-start.sh', args: [...cluster, ...entries] };
  expect((await runScript(real.fleet, start, 'apply')).exitCode).toBe(0);
  await real.fleet.killUnit(before, 'redis-server.service');
  await until('another master', 60_000, async () => ![before, 'none'].includes(await masterOf(real)) || undefined);
  await real.fleet.reviveUnit(before, 'redis-server.service');
  await until('the old master as a replica', 60_000, async () => {
    const said = await real.askRedis(before, '127.0.0.1', 'info replication').catch(() => '');
    return said.includes('master_link_status:up') || undefined;
  });
  const stop = { ...at, script: 'redis/marker-stop.sh', args: [...cluster, '10', ...entries] };
  return Number((await runScript(real.fleet, stop, 'apply')).facts['outage-seconds']);
}
