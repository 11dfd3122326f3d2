import { randomInt, randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { generateSshKey } from '../../sandbox/ssh-key.ts';
import { createRuns, type Runs } from '../../sandbox/fleet/detached.ts';
import { readProgram } from '../../sandbox/fleet/shell.ts';
import { startSshServer, type Execution, type SshServer } from '../../sandbox/fleet/ssh-server.ts';
import type { ChaosHosts, CutMoment } from './hosts.ts';
import { newLoopbackHost, performWork, type LoopbackHost } from './loopback-work.ts';
import { assembleChaos, SPREAD_HOSTS } from './module.ts';

/** Moments that are waited for on all hosts of a lane; emits a moment when it came. */
interface Trap {
  moments: Set<CutMoment>;
  events: EventEmitter;
}

/** True, once, when this is a moment that is waited for. */
function springs(trap: Trap, moment: CutMoment): boolean {
  if (!trap.moments.delete(moment)) return false;
  trap.events.emit(moment);
  return true;
}

/** Bytes of the launcher's input that arrive before the line breaks: its script has begun, and lacks its end. */
const UPLOADED_LENGTH = 400;

/** The moment of an answer by its words; undefined: one of none. */
function momentOf(answer: string): CutMoment | undefined {
  const [, , word, , , length, service] = answer.split('\n', 1)[0]?.split(' ') ?? [];
  if (word === 'started') return 'start';
  if (word === 'done' && service !== undefined) return 'result';
  return Number(length) > 0 ? 'output' : undefined;
}

interface Running {
  host: LoopbackHost;
  runs: Runs;
  server: SshServer;
}

const WORK = assembleChaos('chaos/work.sh').text;
const STATUS = assembleChaos('chaos/status.sh').text;

/** Answers one program: the engine's own scripts from the host's runs, ours by what they do on a real host. */
function answer(host: LoopbackHost, runs: Runs, execution: Execution): Promise<number> {
  const program = readProgram(execution.command, execution.stdin);
  if (program === undefined) throw new Error(`only scripts over stdin are played, not: ${execution.command}`);
  const own = runs.answer(program, execution);
  if (own !== undefined) return own;
  if (program.text.includes(STATUS)) {
    execution.write('::check answers pass 1 it answers\n');
    return Promise.resolve(0);
  }
  if (!program.text.includes(WORK) || program.mode !== 'check') throw new Error('this script is none of ours');
  const { args } = program;
  return performWork(host, { mode: 'check', args, unit: '', write: execution.write, signal: execution.signal });
}

async function startHost(host: LoopbackHost, trap: Trap, at: { port: number; key: string; authorized: string }) {
  const runs = createRuns(({ name, args, write, signal }) =>
    performWork(host, { mode: 'apply', args, unit: name, write, signal }),
  );
  const server = await startSshServer({
    address: host.address,
    port: at.port,
    hostKey: at.key,
    authorizedKey: at.authorized,
    arriving(text) {
      if (!text.includes('\nSCRIPT=') || text.length < UPLOADED_LENGTH || !springs(trap, 'upload')) return true;
      server.line.cut();
      return false;
    },
    execute: (execution) =>
      answer(host, runs, {
        ...execution,
        write(data) {
          const text = data.toString('latin1');
          const moment = text.startsWith('KEYBUZZ ') ? momentOf(text) : undefined;
          if (moment === undefined || !springs(trap, moment)) {
            execution.write(data);
            return;
          }
          // Of output a part gets through; that work was started, or has ended, is what the other side does not hear.
          if (moment === 'output') execution.write(data.slice(0, -1));
          server.line.cut();
        },
      }),
  });
  return { host, runs, server } satisfies Running;
}

/** Addresses of one set of hosts: a net of 127.0.0.0/8 that nobody else is likely to use. */
function chooseAddresses(): Map<string, string> {
  const net = `127.${randomInt(16, 250)}.${randomInt(0, 256)}`;
  return new Map(SPREAD_HOSTS.map((host, index) => [host, `${net}.${index + 10}`]));
}

function inventoryText(addresses: Map<string, string>): string {
  const header = 'ENV IP_PUBLIQUE HOSTNAME IP_PRIVEE FQDN USER_SSH POOL ROLE SUBROLE DOCKER_STACK CORE NOTES';
  const rows = [...addresses].map(([name, address], at) => {
    const role = name.startsWith('redis')
      ? ['data', 'redis', 'replica', 'redis']
      : ['lb', 'lb', 'internal-haproxy', ''];
    return ['test', `203.0.113.${at + 1}`, name, address, `${name}.keybuzz.test`, 'root', ...role, 'oui', ''].join(
      '\t',
    );
  });
  return `${[header.replaceAll(' ', '\t'), ...rows].join('\n')}\n`;
}

async function startAll(addresses: Map<string, string>, trap: Trap, directory: string): Promise<Map<string, Running>> {
  const client = generateSshKey();
  const running = new Map<string, Running>();
  const known: string[] = [];
  let port = 0;
  try {
    for (const [name, address] of addresses) {
      const key = generateSshKey();
      const at = { port, key: key.private, authorized: client.public };
      const one = await startHost(newLoopbackHost(name, address), trap, at);
      port = one.server.port;
      running.set(name, one);
      known.push(`${name},${address} ${key.public.split(' ').slice(0, 2).join(' ')}`);
    }
    await writeFile(join(directory, 'known_hosts'), `${known.join('\n')}\n`);
    await writeFile(join(directory, 'servers.tsv'), inventoryText(addresses));
    await writeFile(join(directory, 'id_ed25519'), client.private, { mode: 0o600 });
    return running;
  } catch (error) {
    await Promise.all([...running.values()].map(({ server }) => server.close()));
    throw error;
  }
}

/** A host that boots takes no connection for so long, ms. */
const BOOT_MS = 700;

/** Hosts in this process: real SSH servers on loopback addresses, with detached work and a ledger in memory. */
export async function openLoopbackHosts(): Promise<ChaosHosts> {
  const directory = await mkdtemp(join(tmpdir(), 'keybuzz-hosts-'));
  const trap: Trap = { moments: new Set(), events: new EventEmitter() };
  /** How many things keep somebody from logging in now. */
  let closed = 0;
  const running = await startAll(chooseAddresses(), trap, directory);
  const all = [...running.values()];
  const [first] = all;
  const named = (name: string): Running => {
    const one = running.get(name);
    if (one === undefined) throw new Error(`There is no host ${name}.`);
    return one;
  };
  const shut = async (forMs: number, begin: () => (() => unknown) | Promise<() => unknown>) => {
    closed += 1;
    const end = await begin();
    await delay(forMs);
    await end();
    closed -= 1;
  };
  const refuse = (name: string, forMs: number) => shut(forMs, () => named(name).server.line.refuse());
  return {
    reach: {
      inventoryFile: join(directory, 'servers.tsv'),
      knownHostsFile: join(directory, 'known_hosts'),
      sshKeyFile: join(directory, 'id_ed25519'),
      ...(first === undefined ? {} : { sshPort: first.server.port }),
    },
    troubles: [],
    prepare(service) {
      for (const { host } of all) host.services.set(service, true);
      return Promise.resolve();
    },
    ledger: (runId) =>
      Promise.resolve(all.flatMap(({ host }) => host.ledger.filter(({ unit }) => unit.startsWith(`${runId}.`)))),
    stopped: (service) =>
      Promise.resolve(all.flatMap(({ host }) => (host.services.get(service) === true ? [] : [host.name]))),
    boots: () => Promise.resolve(new Map(all.map(({ host }) => [host.name, host.boot]))),
    cut: (name) => Promise.resolve(named(name).server.line.cut()),
    async cutAt(moment, { signal }) {
      if (signal.aborted) return false;
      trap.moments.add(moment);
      return once(trap.events, moment, { signal }).then(
        () => true,
        () => !trap.moments.delete(moment),
      );
    },
    silence: (name, forMs) => shut(forMs, () => named(name).server.line.silence()),
    refuse,
    async reboot(name) {
      const { host, runs } = named(name);
      runs.reboot();
      host.boot = randomUUID();
      await refuse(name, BOOT_MS);
      for (const service of host.services.keys()) host.services.set(service, true);
    },
    letIn: () => Promise.resolve(closed === 0),
    async close() {
      await Promise.all(all.map(({ server }) => server.close()));
      await rm(directory, { recursive: true, force: true });
    },
  };
}
