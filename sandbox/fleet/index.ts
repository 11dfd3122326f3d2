import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { generateSshKey } from '../ssh-key.ts';
import { APPS_SCRIPTS } from './apps.ts';
import { BASE_DEPLOYED, BASE_SCRIPTS } from './base.ts';
import { createRuns, type Runs } from './detached.ts';
import { K3S_SCRIPTS } from './k3s.ts';
import { LB_SCRIPTS } from './lb.ts';
import type { Line } from './line.ts';
import { MARIADB_SCRIPTS } from './mariadb.ts';
import { MINIO_SCRIPTS } from './minio.ts';
import { POSTGRESQL_SCRIPTS } from './postgresql.ts';
import { createPower, type Machine, type Power } from './power.ts';
import { PROXYSQL_SCRIPTS } from './proxysql.ts';
import { RABBITMQ_SCRIPTS } from './rabbitmq.ts';
import { REDIS_SCRIPTS } from './redis.ts';
import { scriptIn } from './scripts.ts';
import { readProgram } from './shell.ts';
import { startSshServer } from './ssh-server.ts';
import type { SshServer } from './ssh-server.ts';
import type { SimulatedHost, World } from './world.ts';

export interface FleetOptions {
  /** Names and loopback addresses (127.0.0.0/8), one each; `pace` multiplies the pauses of a host's scripts. */
  hosts: readonly { name: string; address: string; pace?: number }[];
  /** The key that may log in everywhere, as in authorized_keys. */
  authorizedKey: string;
  /** Of all hosts; a free one unless told. */
  port?: number;
  /** They are as they come from the image; otherwise base is set up on all. */
  isBare?: boolean;
}

/** Hosts that answer over real SSH and change nothing but their own picture of themselves. */
export interface Fleet {
  port: number;
  /** Text of a known_hosts file with every host's key. */
  knownHosts: string;
  world: World;
  /** The wire into each host, by name. */
  lines: ReadonlyMap<string, Line>;
  power: Power;
  close: () => Promise<void>;
}

interface Running {
  text: string;
  mode: string;
  args: readonly string[];
  write: (text: string) => void;
  signal: AbortSignal;
}

const SCRIPTS = {
  ...BASE_SCRIPTS,
  ...LB_SCRIPTS,
  ...POSTGRESQL_SCRIPTS,
  ...REDIS_SCRIPTS,
  ...RABBITMQ_SCRIPTS,
  ...MINIO_SCRIPTS,
  ...MARIADB_SCRIPTS,
  ...PROXYSQL_SCRIPTS,
  ...K3S_SCRIPTS,
  ...APPS_SCRIPTS,
};

/** A host and what is around it. */
interface Stage {
  world: World;
  host: SimulatedHost;
}

/** Plays the script a host was sent; one that nobody taught us is refused the way scripts refuse. */
async function perform({ world, host }: Stage, running: Running): Promise<number> {
  const script = scriptIn(running.text) ?? 'a script of no module';
  const play = SCRIPTS[script];
  if (play === undefined) {
    running.write(`::fact reason The simulated fleet does not know ${script}.\n::fact fix Use real hosts for it.\n`);
    return 69;
  }
  const { lines, exitCode, then } = play({ world, host, script, mode: running.mode, args: running.args });
  for (const line of lines) {
    if (running.signal.aborted) return 143;
    if (typeof line === 'string') running.write(`${line}\n`);
    else await delay(line * host.pace, undefined, { signal: running.signal }).catch(() => undefined);
  }
  then?.();
  return exitCode;
}

async function startHost(
  stage: Stage,
  options: FleetOptions & { hostKey: string },
): Promise<{ server: SshServer; runs: Runs }> {
  const runs = createRuns(({ text, args, write, signal }) =>
    perform(stage, { text, args, write, signal, mode: 'apply' }),
  );
  const server = await startSshServer({
    address: stage.host.address,
    port: options.port ?? 0,
    hostKey: options.hostKey,
    authorizedKey: options.authorizedKey,
    async execute(execution) {
      const program = readProgram(execution.command, execution.stdin);
      if (program === undefined) {
        execution.write(`simulated fleet: only scripts over stdin are played, not: ${execution.command}\n`);
        return 127;
      }
      return runs.answer(program, execution) ?? perform(stage, { ...program, ...execution });
    },
  });
  return { server, runs };
}

/** Starts an SSH server per host, all on one port. Everything is in memory; `close` ends all of it. */
export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const world: World = new Map();
  for (const { name, address, pace = 1 } of options.hosts) {
    world.set(name, {
      name,
      address,
      deployed: new Set(options.isBare === true ? [] : BASE_DEPLOYED),
      isKilled: false,
      isDiskFull: false,
      isLockedOut: false,
      pace,
      ...{ bootId: randomUUID(), bootedMs: Date.now(), isStuck: false },
    });
  }
  const servers: SshServer[] = [];
  const lines = new Map<string, Line>();
  const machines = new Map<string, Machine>();
  const known: string[] = [];
  let port = options.port ?? 0;
  try {
    for (const host of world.values()) {
      const key = generateSshKey();
      const { server, runs } = await startHost({ world, host }, { ...options, port, hostKey: key.private });
      servers.push(server);
      lines.set(host.name, server.line);
      machines.set(host.name, { host, runs, line: server.line });
      port = server.port;
      const [type = '', keyBase64 = ''] = key.public.split(' ');
      known.push(`${host.name},${host.address} ${type} ${keyBase64}`);
    }
  } catch (error) {
    await Promise.all(servers.map((server) => server.close()));
    throw error;
  }
  const power = createPower(machines);
  return {
    port,
    knownHosts: `${known.join('\n')}\n`,
    world,
    lines,
    power,
    async close() {
      await power.settled();
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}
