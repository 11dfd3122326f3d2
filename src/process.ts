import { pino } from 'pino';
import type { Logger as Log } from 'pino';
import { printableJson } from './printable-json.ts';
import { Secret } from './secret.ts';
import type { Redact } from './secret.ts';

export type { Logger as Log } from 'pino';

/** What a long-running process has open; called once, on its way out. */
export type Stop = () => Promise<void>;

export interface ProcessOptions {
  log: Log;
  /** Resolves when the process can serve, with what closes everything again. */
  open: () => Promise<Stop>;
  /** The error that an unhandled rejection means; undefined when it is harmless. Without it every one ends the process. */
  judgeRejection?: (reason: unknown) => Error | undefined;
}

/** Longer than any orderly stop takes; a supervisor would use SIGKILL later. */
const STOP_TIMEOUT_MS = 30_000;

/** Every secret anywhere in a configuration, for its process's redactor. */
export function secretsIn(config: unknown): Secret[] {
  if (config instanceof Secret) return [config];
  return typeof config === 'object' && config !== null ? Object.values(config).flatMap(secretsIn) : [];
}

/** One JSON line per record on stdout, every known secret cut out last. */
export function openLog(options: { role: string; level: string; redact: Redact }): Log {
  const write = (line: string) => void process.stdout.write(printableJson(options.redact(line)));
  return pino({ level: options.level, base: { role: options.role, pid: process.pid } }, { write });
}

/** Opens in order, closes in reverse; what was opened before a failure is closed, too. */
export async function openAll(steps: readonly (() => Promise<Stop>)[]): Promise<Stop> {
  const stops: Stop[] = [];
  const stopAll = async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  };
  try {
    for (const step of steps) stops.push(await step());
  } catch (error) {
    await stopAll();
    throw error;
  }
  return stopAll;
}

/** Resolves with the exit code once somebody wants us to stop, or something broke that nobody caught. */
function untilStopped({ log, judgeRejection = asError }: ProcessOptions): Promise<number> {
  return new Promise((resolve) => {
    const stop = (reason: string) => {
      log.info({ reason }, 'stopping');
      resolve(0);
    };
    process.on('SIGTERM', () => stop('SIGTERM'));
    process.on('SIGINT', () => stop('SIGINT'));
    // A supervisor that was SIGKILLed cannot send signals; its end of the channel closes.
    if (process.connected) process.on('disconnect', () => stop('supervisor gone'));
    // Nobody reads the log any more: to log that would fail in the same way, for ever.
    process.stdout.on('error', () => resolve(1));
    process.on('uncaughtException', (err) => {
      log.fatal({ err }, 'uncaught exception');
      resolve(1);
    });
    process.on('unhandledRejection', (reason) => {
      const err = judgeRejection(reason);
      if (err === undefined) return;
      log.fatal({ err }, 'unhandled rejection');
      resolve(1);
    });
  });
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

async function isStoppedInTime(stop: Stop, log: Log): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), STOP_TIMEOUT_MS);
  });
  const stopping = stop().then(
    () => true,
    (error: unknown) => {
      log.error({ err: error }, 'stop failed');
      return false;
    },
  );
  const isStopped = await Promise.race([stopping, late]);
  clearTimeout(timer);
  return isStopped;
}

/**
 * Runs a process from `open` to its orderly end and returns the exit code: 0 after SIGTERM or SIGINT, 1 after an error
 * that nobody caught, a log that nobody reads any more, or a stop that failed. Says `ready` on its log and to its supervisor when it can serve. An error
 * of `open` is thrown.
 */
export async function runProcess(options: ProcessOptions): Promise<number> {
  const { log, open } = options;
  const stopped = untilStopped(options);
  const stop = await open();
  log.info('ready');
  if (process.connected) process.send?.('ready');
  const exitCode = await stopped;
  const isStopped = await isStoppedInTime(stop, log);
  log.info('stopped');
  return isStopped ? exitCode : 1;
}
