import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Logger } from 'pino';

/** One process to keep company: its program's arguments and its whole environment. */
export interface ChildSpec {
  name: string;
  program: string;
  args: string[];
  environment: Record<string, string>;
}

interface Child {
  name: string;
  process: ChildProcess;
  /** Resolves with the exit code; a signal counts as 1. */
  ended: Promise<number>;
}

function launch(spec: ChildSpec): Child {
  const child = fork(spec.program, spec.args, {
    env: spec.environment,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = new Promise<number>((resolve) => {
    child.once('exit', (code) => resolve(code ?? 1));
    child.once('error', () => resolve(1));
  });
  return { name: spec.name, process: child, ended };
}

/**
 * Runs processes side by side until one ends or the signal aborts, then stops the others with SIGTERM and returns the
 * exit code: 0 when all ended well after the signal, else that of the one which ended first (1 if that was 0). None is
 * started again: that is for whoever supervises us, who must see it.
 */
export async function supervise(specs: readonly ChildSpec[], log: Logger, signal: AbortSignal): Promise<number> {
  const children = specs.map(launch);
  const ready = Promise.all(children.map((child) => once(child.process, 'message')));
  ready.then(
    () => log.info('ready'),
    () => undefined,
  );
  const aborted = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const ends = children.map(async (child) => ({ name: child.name, code: await child.ended }));
  const first = await Promise.race([...ends, aborted]);
  if (first !== undefined) log.error(first, `${first.name} ended by itself; stopping the rest`);
  for (const child of children) child.process.kill('SIGTERM');
  const codes = await Promise.all(children.map((child) => child.ended));
  log.info('stopped');
  if (first !== undefined) return first.code === 0 ? 1 : first.code;
  return codes.every((code) => code === 0) ? 0 : 1;
}
