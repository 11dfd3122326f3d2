import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { generateSshKey } from '../../sandbox/ssh-key.ts';
import { hashOf } from '../../src/canonical.ts';
import { parseRedisUrl } from '../../src/config-redis-url.ts';
import { openEngine, type Engine } from '../../src/jobs/index.ts';
import type { Plan } from '../../src/modules/contract.ts';
import { POLICY } from '../helpers/deployment.ts';
import { startRedis } from '../helpers/redis.ts';
import { startHosts, startSlack, type LoadSlack } from './load-processes.ts';

const ROOT = join(import.meta.dirname, '../..');
const HEADER = 'ENV IP_PUBLIQUE HOSTNAME IP_PRIVEE FQDN USER_SSH POOL ROLE SUBROLE DOCKER_STACK CORE NOTES';

/** Real processes around a simulated fleet. */
export interface Stage {
  /** Names of the hosts, in the order of the inventory. */
  hosts: string[];
  engine: Engine;
  slack: LoadSlack;
  /** Process ids, for looking at memory. */
  pids: { bot: number | undefined; workers: number[]; redis: number };
  /** Starts a run as if it had been asked for in #ops; no approval is needed. */
  start(plan: Plan, interaction: string): Promise<string>;
  close(): Promise<void>;
}

export interface StageOptions {
  hosts: number;
  workers: number;
  /** With a bot and Slack's own limits on, if asked. */
  bot: { hasLimits: boolean } | undefined;
  /** Empty; everything is written below it. */
  directory: string;
}

function addressOf(index: number): string {
  return `127.90.${Math.floor(index / 250)}.${(index % 250) + 1}`;
}

function writeInventory(directory: string, count: number): { hosts: string[]; addresses: string[] } {
  const hosts = Array.from({ length: count }, (_, index) => `load-${String(index + 1).padStart(4, '0')}`);
  const addresses = hosts.map((_, index) => addressOf(index));
  const rows = hosts.map((name, index) =>
    ['load', '', name, addresses[index], `${name}.keybuzz.test`, 'root', 'load', 'load', 'load', '', 'oui', ''].join(
      '\t',
    ),
  );
  writeFileSync(join(directory, 'servers.tsv'), `${[HEADER.replaceAll(' ', '\t'), ...rows].join('\n')}\n`);
  return { hosts, addresses };
}

interface Program {
  name: string;
  args: string[];
  environment: Record<string, string>;
  logFile: string;
}

/** Starts a process of ours and waits until it says that it is ready. */
async function launch({ name, args, environment, logFile }: Program): Promise<ChildProcess> {
  const child = spawn(process.execPath, args, { env: environment, stdio: ['ignore', 'pipe', 'inherit'], cwd: ROOT });
  const lines = createInterface({ input: child.stdout });
  const ready = new Promise<boolean>((resolve) => {
    lines.on('line', (line) => {
      writeFileSync(logFile, `${line}\n`, { flag: 'a' });
      if (line.includes('"msg":"ready"')) resolve(true);
    });
    child.once('exit', () => resolve(false));
  });
  if (!(await ready)) throw new Error(`${name} ended before it was ready; see ${readFileSync(logFile, 'utf8')}`);
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

/** Opens everything in order; what was opened is closed by `close`, in reverse. */
export async function openStage({ hosts: count, workers, bot, directory }: StageOptions): Promise<Stage> {
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const one of closers.splice(0).reverse()) await one();
  };
  try {
    const key = generateSshKey();
    const at = (name: string) => join(directory, name);
    const { hosts, addresses } = writeInventory(directory, count);
    writeFileSync(at('id_ed25519'), key.private, { mode: 0o600 });
    writeFileSync(at('policy.yaml'), POLICY);
    mkdirSync(at('credentials'), { mode: 0o700 });
    const fleet = await startHosts({ addresses, authorizedKey: key.public });
    closers.push(() => fleet.close());
    const pins = hosts.map((name, index) => `${name},${addresses[index]} ${fleet.hostKey}`);
    writeFileSync(at('known_hosts'), `${pins.join('\n')}\n`);
    const redis = await startRedis();
    closers.push(() => redis.stop());
    const slack = await startSlack();
    closers.push(() => slack.close());
    if (bot?.hasLimits === true) await slack.ask({ do: 'limits' });
    const engine = openEngine({
      endpoint: parseRedisUrl(redis.url),
      prefix: 'keybuzz',
      sweepMs: 5_000,
      warn: (what, error) => void process.stderr.write(`${what}: ${String(error)}\n`),
    });
    closers.push(() => engine.close());
    const shared = {
      PATH: process.env.PATH ?? '',
      REDIS_URL: redis.url,
      KEYBUZZ_INVENTORY: at('servers.tsv'),
      KEYBUZZ_POLICY: at('policy.yaml'),
      KEYBUZZ_OPS_CHANNEL: 'C0OPS',
      LOG_LEVEL: 'warn',
    };
    const run = async (name: string, args: string[], environment: Record<string, string>) => {
      const program = { name, args, environment: { ...shared, ...environment, LOG_LEVEL: 'info' } };
      const child = await launch({ ...program, logFile: at(`${name}.log`) });
      closers.push(() => end(child));
      return child.pid ?? 0;
    };
    const pids: Stage['pids'] = { bot: undefined, workers: [], redis: redis.pid };
    for (let index = 0; index < workers; index += 1) {
      const worker = ['--import', 'tsx', join(import.meta.dirname, 'load-worker.ts')];
      const environment = {
        KEYBUZZ_SSH_KEY: at('id_ed25519'),
        KEYBUZZ_SSH_PORT: String(fleet.port),
        KEYBUZZ_KNOWN_HOSTS: at('known_hosts'),
        KEYBUZZ_CREDENTIALS: at('credentials'),
      };
      pids.workers.push(await run(`worker-${index}`, worker, environment));
    }
    if (bot !== undefined) {
      const { apiUrl, botToken, appToken } = slack;
      const tokens = { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken, SLACK_API_URL: apiUrl };
      pids.bot = await run('bot', [join(ROOT, 'dist/cli.js'), 'bot'], tokens);
    }
    const start = async (plan: Plan, interaction: string) => {
      const { state } = await engine.startRun({
        command: plan.title,
        plan,
        planHash: hashOf(plan),
        gate: { approvals: 0, impact: 'disruptive', expiresAfterSeconds: 3600 },
        person: { id: 'olga', name: 'Olga Operator', slack: 'U0OPERATOR' },
        origin: { via: 'slack', channel: 'C0OPS' },
        interaction,
        previewOnly: false,
      });
      return state.runId;
    };
    return { hosts, engine, slack, pids, start, close };
  } catch (error) {
    await close();
    throw error;
  }
}
