#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { doorMetrics, type DoorHealth } from './bot/door.ts';
import { parse } from './commands/grammar.ts';
import { COMMANDS, watchPolicy, windowStandstill } from './commands/index.ts';
import { openCommands, openPolicyOf } from './commands/open.ts';
import { loadBotConfig, loadStartConfig, loadTerminalConfig, loadWorkerConfig, readLanguage } from './config.ts';
import type { BotConfig, SharedConfig } from './config.ts';
import { wordingOf } from './language/index.ts';
import { ConfigError, sentenceOf } from './errors.ts';
import { serveHealth, type HealthOptions } from './health.ts';
import type { Engine } from './jobs/index.ts';
import { assembleScript, MODULES } from './modules/index.ts';
import { openAll, openLog, runProcess, secretsIn } from './process.ts';
import type { Log } from './process.ts';
import { printableJson } from './printable-json.ts';
import { createRedact } from './secret.ts';
import { supervise } from './supervise.ts';
import { EXIT, exitCodeOfError } from './terminal/exit-code.ts';
import { jsonOfError } from './terminal/json.ts';
import { styleOf } from './terminal/style-of.ts';
import { runTerminal } from './terminal/main.ts';
import { escapeLines } from './terminal/text.ts';
import { helpText, PROCESSES } from './terminal/usage.ts';

type ProcessName = (typeof PROCESSES)[number];

/** In which language this process speaks to whoever started it. */
const SAY = wordingOf(readLanguage());

const PROGRAM = fileURLToPath(import.meta.url);

function writeLine(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What went wrong; it may name what somebody typed, or a host printed. */
function complain(text: string): void {
  process.stderr.write(`${escapeLines(text).join('\n')}\n`);
}

function version(): string {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  return manifest.version;
}

async function openHealth(config: SharedConfig, answers: Omit<HealthOptions, 'host' | 'port'>) {
  if (config.http === undefined) return () => Promise.resolve();
  const health = await serveHealth({ ...config.http, ...answers });
  return () => health.close();
}

async function openBoard({ board, redis: endpoint, redisPrefix: prefix }: BotConfig) {
  if (board === undefined) return () => Promise.resolve();
  const { serveBoard } = await import('./jobs/board.ts');
  const { close } = await serveBoard({ ...board, endpoint, prefix });
  return close;
}

const warnOn = (log: Log) => (what: string, error: unknown) => log.warn({ err: error }, what);

async function runBot(): Promise<number> {
  const config = loadBotConfig();
  // Bolt and BullMQ take longer to load than a mistyped verb should take to be told.
  const { startBot } = await import('./bot/app.ts');
  const { alertmanagerWebhook, openTracing } = await import('./jobs/index.ts');
  const { openDirectory } = await import('./bot/directory.ts');
  const { judgeRejection } = await import('./bot/rejections.ts');
  const log = openLog({ role: 'bot', level: config.logLevel, redact: createRedact(secretsIn(config)) });
  let door: DoorHealth | undefined;
  let engine: Engine | undefined;
  const bot = async () => {
    const tracing = await openTracing(config.isTraced, 'bot', warnOn(log));
    const directory = openDirectory(config.slack, log);
    const opened = await openCommands({ config, warn: warnOn(log), directory });
    ({ engine } = opened);
    const close = await startBot({
      config,
      ...opened,
      directory,
      logger: log,
      onHealth: (health) => (door = health),
    }).catch(async (error: unknown) => {
      await opened.engine.close();
      throw error;
    });
    const unwatch = opened.watch(hostname());
    return async () => {
      for (const stop of [unwatch, close, () => opened.engine.close(), () => tracing?.close()]) await stop();
    };
  };
  const ready = async () => {
    if (door?.isOpen !== true) throw new Error(`not connected to Slack. ${door?.trouble ?? ''}`.trim());
    await engine?.ping();
  };
  const { webhookToken: token } = config;
  const webhooks = token === undefined ? [] : [alertmanagerWebhook(token, () => engine?.alerts)];
  const health = { role: 'bot', ready, metrics: () => doorMetrics(door), webhooks };
  const board = () => openBoard(config);
  return runProcess({ log, judgeRejection, open: () => openAll([bot, () => openHealth(config, health), board]) });
}

async function runWorker(): Promise<number> {
  const config = loadWorkerConfig();
  const { openTracing, startWorker } = await import('./jobs/index.ts');
  const log = openLog({ role: 'worker', level: config.logLevel, redact: createRedact(secretsIn(config)) });
  const {
    redis: endpoint,
    redisPrefix: prefix,
    inventory,
    credentialsDirectory,
    leaseMs,
    sweepMs,
    unreachableMs,
    monitor,
    ssh,
    hcloud,
  } = config;
  const policyFile = openPolicyOf(config);
  let ping = (): Promise<void> => Promise.reject(new Error('not started'));
  const worker = async () => {
    const tracing = await openTracing(config.isTraced, 'worker', warnOn(log));
    const started = await startWorker({
      ...{ endpoint, prefix, inventory, credentialsDirectory, leaseMs, sweepMs, unreachableMs, hcloud, monitor },
      modules: MODULES,
      assemble: assembleScript,
      ssh: {
        keyFile: ssh.key.kind === 'file' ? ssh.key.file : undefined,
        agentSocket: ssh.key.kind === 'agent' ? ssh.key.socket : undefined,
        port: ssh.port,
      },
      knownHostsFile: ssh.knownHostsFile,
      window: (nowMs) => windowStandstill(policyFile.now(), nowMs),
      watch: (alerts) => watchPolicy({ alerts, policyFile, machine: hostname(), warn: warnOn(log) }),
      ...{ warn: warnOn(log), tracing },
    });
    ping = () => started.ping();
    return () => started.close().finally(() => tracing?.close());
  };
  return runProcess({
    log,
    open: () => openAll([worker, () => openHealth(config, { role: 'worker', ready: () => ping() })]),
  });
}

/** Aborted when somebody wants this process to end. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
  return stop.signal;
}

async function runBoth(): Promise<number> {
  const { botEnv, workerEnv } = loadStartConfig();
  const log = openLog({ role: 'start', level: 'info', redact: createRedact() });
  const children = [
    { name: 'bot', program: PROGRAM, args: ['bot'], environment: botEnv },
    { name: 'worker', program: PROGRAM, args: ['worker'], environment: workerEnv },
  ];
  return supervise(children, log, stopSignal());
}

/** The demo is no part of the program: it is run from its source by a tool that only a development install has. */
async function runDemo(args: readonly string[]): Promise<number> {
  let loader: string;
  try {
    loader = import.meta.resolve('tsx');
  } catch (cause) {
    throw new ConfigError('The demo needs the development packages.', {
      code: 'KEYBUZZ_DEMO_UNAVAILABLE',
      fix: 'Run `npm ci` in the project, without --omit=dev.',
      cause,
    });
  }
  const demo = fileURLToPath(new URL('../sandbox/demo.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', loader, demo, ...args], { stdio: 'inherit' });
  stopSignal().addEventListener('abort', () => child.kill('SIGTERM'));
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

async function runVerb(args: readonly string[]): Promise<number> {
  // A verb that does not exist is named before anything is opened.
  if (!COMMANDS.some(({ verb }) => verb === args[0])) parse(args[0] ?? '', { hosts: [], modules: [], locks: [] });
  const config = loadTerminalConfig();
  const { login, language } = config;
  const caller = { identity: { via: 'terminal' as const, login }, channel: '', language };
  const warn = (what: string, error: unknown) => complain(`warning: ${what}: ${sentenceOf(error, SAY)}`);
  const { engine, approvers, execute } = await openCommands({ config, warn });
  const stop = new AbortController();
  process.on('SIGINT', () => (stop.signal.aborted ? process.exit(EXIT.detached) : stop.abort()));
  try {
    return await runTerminal(args, {
      execute: (text) => execute(text, { ...caller, interaction: randomUUID() }),
      engine,
      approvers,
      write: (text) => process.stdout.write(text),
      writeError: (text) => process.stderr.write(text),
      style: styleOf(process.stdout, SAY),
      signal: stop.signal,
    });
  } finally {
    await engine.close();
  }
}

async function run(args: readonly string[]): Promise<number> {
  const [word, ...rest] = args;
  const processes: Record<ProcessName, () => Promise<number>> = {
    bot: runBot,
    worker: runWorker,
    start: runBoth,
    demo: () => runDemo(rest),
  };
  if (word === undefined || word === '--help' || word === '-h') writeLine(helpText(MODULES, SAY));
  else if (word === '--version' || word === '-v') writeLine(version());
  else if (Object.hasOwn(processes, word)) return processes[word as ProcessName]();
  else return runVerb(args);
  return EXIT.ok;
}

/** Says what went wrong the way it was asked for, and gives the exit code. */
function tell(error: unknown, args: readonly string[]): number {
  const exit = exitCodeOfError(error);
  const isJson = args.includes('--json') && !PROCESSES.some((name) => name === args[0]);
  if (isJson) writeLine(printableJson(JSON.stringify(jsonOfError(error, exit, SAY), undefined, 2)));
  else complain(sentenceOf(error, SAY));
  return exit;
}

// Whoever reads us may leave first (`keybuzz runs | head -1`).
process.stdout.on('error', () => process.exit(EXIT.failed));
try {
  process.exit(await run(process.argv.slice(2)));
} catch (error) {
  process.exit(tell(error, process.argv.slice(2)));
}
