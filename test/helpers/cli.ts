import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A `keybuzz` process run from its source, with no environment but PATH and what is given. */
export interface CliProcess {
  child: ChildProcess;
  stdout: () => string;
  stderr: () => string;
  /** Resolves with the first stdout line that is JSON with this `msg`; rejects with all output if the process ends. */
  logged: (msg: string, role?: string) => Promise<Record<string, unknown>>;
  /** The exit code; a signal is -1. */
  ended: Promise<number>;
}

function parse(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** Starts `keybuzz <args>`. Whoever starts one also ends it and awaits `ended`. */
export function startCli(args: readonly string[], environment: Record<string, string> = {}): CliProcess {
  const env = { PATH: process.env.PATH ?? '', ...environment };
  const child = spawn(process.execPath, ['--import', 'tsx', CLI, ...args], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const entries: Record<string, unknown>[] = [];
  const output = { stdout: '', stderr: '' };
  createInterface({ input: child.stdout }).on('line', (line) => {
    output.stdout += `${line}\n`;
    entries.push(parse(line));
    child.emit('entry');
  });
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => (code as number | null) ?? -1);

  async function logged(msg: string, role?: string): Promise<Record<string, unknown>> {
    const find = () => entries.find((entry) => entry.msg === msg && (role === undefined || entry.role === role));
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      const more = await Promise.race([once(child, 'entry').then(() => true), ended.then(() => false)]);
      if (!more && find() === undefined) throw new Error(`keybuzz ${args.join(' ')} ended:\n${JSON.stringify(output)}`);
    }
  }

  return { child, stdout: () => output.stdout, stderr: () => output.stderr, logged, ended };
}

/** Runs `keybuzz <args>` to its end. */
export async function runCli(args: readonly string[], environment: Record<string, string> = {}) {
  const cli = startCli(args, environment);
  return { code: await cli.ended, stdout: cli.stdout(), stderr: cli.stderr() };
}
