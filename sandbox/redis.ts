import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const CACHE_DIRECTORY = fileURLToPath(new URL('../.cache/bin', import.meta.url));

/** Debian's redis-server is a link to this program of redis-tools, a package that starts no service. */
const DEBIAN_PROGRAM = '/usr/bin/redis-check-rdb';

const START_DEADLINE_MS = 10_000;
const START_ATTEMPTS = 5;

/** A redis-server of our own on a free loopback port, with the settings the bot demands. */
export interface PrivateRedis {
  url: string;
  port: number;
  pid: number;
  /** Orderly end; its files are removed. Twice is harmless. */
  stop(): Promise<void>;
  /** SIGKILL, as in a crash; the files stay for `restart`. */
  kill(): Promise<void>;
  /** Ends it if it runs, then starts it on the same port and files. */
  restart(): Promise<void>;
}

/** A connection tells two outcomes apart only if the port is ours: the kernel picks it, Redis takes it right after. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function onPath(program: string): string | undefined {
  const directories = [
    ...(process.env.PATH ?? '').split(delimiter),
    '/usr/sbin',
    '/usr/local/bin',
    '/opt/homebrew/bin',
  ];
  return directories.map((directory) => join(directory, program)).find((path) => existsSync(path));
}

function linkedDebianProgram(): string | undefined {
  if (!existsSync(DEBIAN_PROGRAM)) return undefined;
  const link = join(CACHE_DIRECTORY, 'redis-server');
  mkdirSync(CACHE_DIRECTORY, { recursive: true });
  try {
    symlinkSync(DEBIAN_PROGRAM, link);
  } catch {
    // It is there, from an earlier time or from a process beside us; the question below tells whether it serves.
  }
  const answer = spawnSync(link, ['--version'], { encoding: 'utf8' });
  return answer.status === 0 && answer.stdout.startsWith('Redis server') ? link : undefined;
}

/**
 * Path of a redis-server: the one on PATH, else as root on Debian or Ubuntu one that apt installs (redis-tools only, so
 * that no service starts on the machine). Throws an Error whose sentence says how to get one.
 */
export function findRedisServer(say: (line: string) => void = () => undefined): string {
  const found = onPath('redis-server') ?? linkedDebianProgram();
  if (found !== undefined) return found;
  const help =
    'Install one (Debian, Ubuntu: `apt-get install redis-server`; macOS: `brew install redis`) and try again.';
  if (process.getuid?.() !== 0 || onPath('apt-get') === undefined) throw new Error(`No redis-server found. ${help}`);
  say('No redis-server found: installing redis-tools with apt (it brings the program and starts no service) ...');
  mkdirSync(CACHE_DIRECTORY, { recursive: true });
  const apt = 'apt-get update -qq && apt-get install -y -qq --no-install-recommends redis-tools';
  const install = spawnSync('flock', [join(CACHE_DIRECTORY, 'apt.lock'), 'sh', '-c', apt], {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  const installed = onPath('redis-server') ?? linkedDebianProgram();
  if (installed === undefined) throw new Error(`apt could not install redis-tools: ${install.stderr.trim()}. ${help}`);
  return installed;
}

/** Ends with its parent even if that is SIGKILLed, where Linux can do that. */
function commandLine(program: string, args: string[]): [string, string[]] {
  const setpriv = onPath('setpriv');
  return setpriv === undefined ? [program, args] : [setpriv, ['--pdeathsig', 'KILL', '--', program, ...args]];
}

/** Resolves to true when its log says so, to false when it ended instead (a taken port, most likely). */
async function isServing(child: ChildProcess, sign: string): Promise<boolean> {
  if (child.stdout === null) throw new Error('redis-server was spawned without a stdout.');
  const lines = createInterface({ input: child.stdout });
  const serving = new Promise<boolean>((resolve) => {
    lines.on('line', (line) => line.includes(sign) && resolve(true));
    child.once('exit', () => resolve(false));
    child.once('error', () => resolve(false));
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), START_DEADLINE_MS);
  const answer = await serving;
  clearTimeout(timer);
  return answer;
}

/** Spawns a Redis program and waits for the line that says it serves; undefined when it ended instead. */
export async function spawnServing(
  program: string,
  options: string[],
  sign: string,
): Promise<ChildProcess | undefined> {
  const [command, args] = commandLine(program, options);
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  return (await isServing(child, sign)) ? child : undefined;
}

function spawnRedis(program: string, directory: string, port: number, more: readonly string[]) {
  const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction', '--save', ''];
  const place = ['--bind', '127.0.0.1', '--port', String(port), '--dir', directory, '--daemonize', 'no'];
  return spawnServing(program, [...place, ...durable, ...more], 'Ready to accept connections');
}

/** Ends a process by a signal; one that has ended already is left alone. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

/**
 * Starts a private Redis with appendonly yes, appendfsync always and noeviction, in a directory that `stop` removes;
 * `more` are further options of redis-server.
 */
export async function startPrivateRedis(
  say?: (line: string) => void,
  more: readonly string[] = [],
): Promise<PrivateRedis> {
  const program = findRedisServer(say);
  const directory = mkdtempSync(join(tmpdir(), 'keybuzz-redis-'));
  let port = 0;
  let child: ChildProcess | undefined;
  for (let attempt = 0; child === undefined && attempt < START_ATTEMPTS; attempt += 1) {
    port = await freePort();
    child = await spawnRedis(program, directory, port, more);
  }
  if (child === undefined) {
    rmSync(directory, { recursive: true, force: true });
    throw new Error(`${program} did not start in ${START_ATTEMPTS} attempts; run it by hand to see why.`);
  }
  let running: ChildProcess = child;
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    get pid() {
      return running.pid ?? 0;
    },
    async stop() {
      await end(running, 'SIGTERM');
      rmSync(directory, { recursive: true, force: true });
    },
    kill: () => end(running, 'SIGKILL'),
    async restart() {
      await end(running, 'SIGTERM');
      const again = await spawnRedis(program, directory, port, more);
      if (again === undefined) throw new Error(`redis-server did not come back on port ${port}.`);
      running = again;
    },
  };
}
