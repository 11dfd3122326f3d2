import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

const READY_DEADLINE_MS = 20_000;
const STOP_DEADLINE_MS = 35_000;
const LOG_LINES_SHOWN = 15;

/** A `keybuzz` process that serves. */
export interface Program {
  pid: number;
  /** SIGTERM, and SIGKILL when that is not enough; resolves when it is gone. */
  stop: () => Promise<void>;
  /** Rejects when it ends by itself. */
  failed: Promise<never>;
}

export interface ProgramSpec {
  /** `bot` or `worker`. */
  name: string;
  /** Its whole environment but PATH. */
  environment: Record<string, string>;
  /** Takes all it prints. */
  logFile: string;
  /** argv of a program as started where it is to run; undefined: here. */
  enter?: ((argv: readonly string[]) => string[]) | undefined;
}

function tailOf(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-LOG_LINES_SHOWN).join('\n');
}

/** Starts `keybuzz <name>` from the build and waits until it can serve. Throws with its last lines when it can't. */
export async function startProgram({ name, environment, logFile, enter }: ProgramSpec): Promise<Program> {
  if (!existsSync(CLI)) throw new Error(`${CLI} is missing: run \`npm run build\`.`);
  const log = openSync(logFile, 'a', 0o600);
  const env = { PATH: process.env.PATH ?? '', ...environment };
  const argv = [process.execPath, CLI, name];
  const [program = '', ...args] = enter === undefined ? argv : enter(argv);
  const child = spawn(program, args, { env, stdio: ['ignore', log, log, 'ipc'] });
  closeSync(log);
  const ended = once(child, 'exit');
  const isGone = () => child.exitCode !== null || child.signalCode !== null;

  async function stop(): Promise<void> {
    if (isGone()) return;
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
    child.kill('SIGTERM');
    await ended;
    clearTimeout(timer);
  }

  const failed = ended.then(() => {
    throw new Error(`keybuzz ${name} ended by itself. Its last lines:\n${tailOf(logFile)}`);
  });
  failed.catch(() => undefined);
  const timeout = AbortSignal.timeout(READY_DEADLINE_MS);
  const ready = once(child, 'message', { signal: timeout }).catch(() => {
    throw new Error(`keybuzz ${name} was not ready in ${READY_DEADLINE_MS / 1000} s:\n${tailOf(logFile)}`);
  });
  try {
    await Promise.race([ready, failed]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: child.pid ?? 0, stop, failed };
}

/** A program that is stopped and started on purpose. */
export interface Restartable {
  stop: () => Promise<void>;
  /** Starts it again; nothing when it runs. */
  start: () => Promise<void>;
  /** Rejects when it ends by itself. */
  failed: Promise<never>;
}

/** Starts a program that can be stopped for a while. */
export async function startRestartable(spec: ProgramSpec): Promise<Restartable> {
  let running: Program | undefined;
  let fail: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_resolve, reject) => (fail = reject));
  failed.catch(() => undefined);
  const start = async () => {
    if (running !== undefined) return;
    const program = await startProgram(spec);
    running = program;
    program.failed.catch((error: unknown) => running === program && fail(error));
  };
  await start();
  return {
    start,
    failed,
    async stop() {
      const program = running;
      running = undefined;
      await program?.stop();
    },
  };
}
