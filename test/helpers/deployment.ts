import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startSlackSandbox, type Message, type SlackSandbox } from '../../sandbox/slack/index.ts';
import { parseRedisUrl } from '../../src/config-redis-url.ts';
import type { EventBody } from '../../src/jobs/events.ts';
import { openEngine, type RunState } from '../../src/jobs/index.ts';
import { startRedis, type PrivateRedis } from './redis.ts';

const ROOT = join(import.meta.dirname, '../..');
const START_DEADLINE_MS = 120_000;

/** The people of the sandbox workspace, and what they may do: one operates, two approve, one looks. */
export const POLICY = `
roles: { operator: {}, approver: {}, reader: {} }
people:
  olga: { name: Olga Operator, slack: [U0OPERATOR], logins: [olga], roles: [operator] }
  anne: { name: Anne Approver, slack: [U0APPROVER], roles: [approver] }
  aldo: { name: Aldo Approver, slack: [U0APPROVER2], roles: [approver] }
  victor: { name: Victor Viewer, slack: [U0VIEWER], roles: [reader] }
rules:
  - { who: [everyone], verbs: [status, validate, inventory, plan, runs, show, logs] }
  - { who: [operator], verbs: [deploy, test, enroll] }
approvals:
  disruptive: { approvals: 1, by: [approver, operator] }
  destructive: { approvals: 2, by: [approver] }
`;

/** The fleet that a deployment's worker reaches. */
export interface DeploymentOptions {
  inventoryFile: string;
  knownHostsFile: string;
  sshKeyFile: string;
  sshPort?: number;
  /** Imported credentials: file name in the credentials directory, and its text. */
  credentials?: Record<string, string>;
  /** More environment for both processes: short leases and the like. */
  environment?: Record<string, string>;
  /** Run instead of the built `keybuzz worker`, with its environment. */
  workerCommand?: string[];
  /** A single server unless told. */
  openRedis?: () => Promise<PrivateRedis>;
}

/** A bot or worker process of the built program. */
export interface Started {
  kind: 'bot' | 'worker';
  pid: number;
  /** All it wrote to stdout and stderr so far. */
  output(): string;
  /** Sends the signal and resolves with the exit code (null: killed) when the process is gone. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** A sandbox workspace, a Redis of its own, and the real processes in between. */
export interface Deployment {
  slack: SlackSandbox;
  redis: PrivateRedis;
  directory: string;
  credentialsDirectory: string;
  knownHostsFile: string;
  environmentOf(kind: 'bot' | 'worker'): Record<string, string>;
  /** Resolves when the process says that it is ready. `more` environment is this process's own. */
  start(kind: 'bot' | 'worker', more?: Record<string, string>): Promise<Started>;
  /** Everything that any process wrote. */
  logs(): string;
  /** Types `/keybuzz <text>` in #ops and gives the root message of the run it starts. */
  run(person: string, text: string): Promise<Message>;
  /** The log of the run that a root message shows. */
  events(root: Message): Promise<EventBody[]>;
  /** The state of that run. */
  state(root: Message): Promise<RunState>;
  /** The newest version of a message, once `holds` says so. */
  when(root: Message, holds: (text: string) => boolean, timeoutMs: number): Promise<Message>;
  close(): Promise<void>;
}

function launch(kind: Started['kind'], command: string[], environment: Record<string, string>) {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const written: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => written.push(chunk.toString()));
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const started: Started = {
    kind,
    pid: child.pid ?? 0,
    output: () => written.join(''),
    async end(signal) {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      const [code] = await exited;
      return code;
    },
  };
  return { child, started, exited };
}

/** Resolves at the process's line {"msg":"ready"}; rejects with its output when it ends or takes too long. */
async function untilReady(child: ChildProcess, started: Started): Promise<void> {
  if (child.stdout === null) throw new Error('no stdout');
  const lines = createInterface({ input: child.stdout });
  const ready = new Promise<'ready'>((resolve) => {
    lines.on('line', (line) => {
      if (line.includes('"msg":"ready"')) resolve('ready');
    });
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), START_DEADLINE_MS);
  });
  const first = await Promise.race([ready, late, once(child, 'exit').then(() => 'ended' as const)]);
  clearTimeout(timer);
  if (first !== 'ready') throw new Error(`${started.kind} did not get ready (${first}):\n${started.output()}`);
}

/** Everything a person can read of a message: its text and all of its blocks. */
export function readable(message: Message): string {
  return `${message.text}\n${JSON.stringify(message.blocks ?? [])}`;
}

/** A message of ours by what its metadata says: the run or alert, and which of its messages. */
export function keyIn(message: Message): { run: string; key: string } {
  const { run = '', key = '' } = (message.metadata?.event_payload ?? {}) as { run?: string; key?: string };
  return { run, key };
}

/** The id of the run that a root message shows. */
export const runIdOf = (root: Message): string => /run `([a-z]{5}-[a-z]{5})`/.exec(readable(root))?.[1] ?? 'none';

/** True for a root message whose run has ended: only then it shows the log's head. */
export function isOver(text: string): boolean {
  return text.includes('Log head');
}

/** Opens a deployment; no process runs before `start`. */
export async function openDeployment(options: DeploymentOptions): Promise<Deployment> {
  const directory = await mkdtemp(join(tmpdir(), 'keybuzz-deployment-'));
  const policyFile = join(directory, 'policy.yaml');
  await writeFile(policyFile, POLICY);
  const credentialsDirectory = join(directory, 'credentials');
  await mkdir(credentialsDirectory, { mode: 0o700 });
  for (const [name, text] of Object.entries(options.credentials ?? {})) {
    await writeFile(join(credentialsDirectory, name), text, { mode: 0o600 });
  }
  const redis = await (options.openRedis ?? startRedis)();
  const slack = await startSlackSandbox();
  const endpoint = parseRedisUrl(redis.url);
  const engine = openEngine({ endpoint, prefix: 'keybuzz', sweepMs: 500, warn: () => undefined });
  const temporary = join(directory, 'tmp');
  await mkdir(temporary);
  const processes: Started[] = [];
  const shared: Record<string, string> = {
    PATH: process.env.PATH ?? '',
    TMPDIR: temporary,
    REDIS_URL: redis.url,
    KEYBUZZ_INVENTORY: options.inventoryFile,
    KEYBUZZ_POLICY: policyFile,
    KEYBUZZ_LEASE_MS: '1000',
    KEYBUZZ_SWEEP_MS: '500',
    // What it posts would stand between the messages that tests look for.
    KEYBUZZ_MONITOR: 'off',
    KEYBUZZ_OPS_CHANNEL: 'C0OPS',
    ...options.environment,
  };
  const own = {
    bot: { SLACK_BOT_TOKEN: slack.botToken, SLACK_APP_TOKEN: slack.appToken, SLACK_API_URL: slack.apiUrl },
    worker: {
      KEYBUZZ_SSH_KEY: options.sshKeyFile,
      KEYBUZZ_SSH_PORT: `${options.sshPort ?? 22}`,
      KEYBUZZ_KNOWN_HOSTS: options.knownHostsFile,
      KEYBUZZ_CREDENTIALS: credentialsDirectory,
    },
  };
  const environmentOf = (kind: Started['kind']) => ({ ...shared, ...own[kind] });
  const program = (kind: Started['kind']) => [process.execPath, join(ROOT, 'dist/cli.js'), kind];

  return {
    slack,
    redis,
    directory,
    credentialsDirectory,
    knownHostsFile: options.knownHostsFile,
    environmentOf,
    async start(kind, more = {}) {
      const command = kind === 'worker' && options.workerCommand !== undefined ? options.workerCommand : program(kind);
      const { child, started } = launch(kind, command, { ...environmentOf(kind), ...more });
      processes.push(started);
      await untilReady(child, started);
      return started;
    },
    logs: () => processes.map((one) => one.output()).join(''),
    async run(person, text) {
      const before = new Set(slack.messages('#ops').map((message) => message.ts));
      await slack.person(person).command('#ops', '/keybuzz', text);
      return slack.waitFor(
        () => slack.messages('#ops').find((message) => !before.has(message.ts) && message.bot_id !== undefined),
        45_000,
        `the root message of ${text}`,
      );
    },
    state: (root) => engine.run(runIdOf(root)),
    async events(root) {
      const events = await engine.events(runIdOf(root));
      return events.map(({ body }) => body);
    },
    when: (root, holds, timeoutMs) =>
      slack.waitFor(
        () => slack.messages('#ops').find((message) => message.ts === root.ts && holds(readable(message))),
        timeoutMs,
        holds.toString(),
      ),
    async close() {
      await Promise.all(processes.map((one) => one.end('SIGKILL')));
      await engine.close();
      await slack.close();
      await redis.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
