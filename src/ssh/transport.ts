import { readFileSync } from 'node:fs';
import { DefectError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import { quote, quoteAll } from './quote.ts';
import { assertAssembled, type AssembledScript } from './target.ts';

/** What goes to a host for one exec: the command line (no secret, no script) and the text for its stdin. */
export interface Transport {
  command: string;
  stdin: string;
}

const SECRET_NAME = /^[A-Z][A-Z0-9_]{0,99}$/;

/** Names that would change how the shell or its children work. */
const RESERVED =
  /^(?:BASH.*|KEYBUZZ_.*|LD_.*|LC_.*|PATH|IFS|ENV|HOME|SHELL|PS[0-4]|CDPATH|UID|EUID|PPID|OPT.*|LANG|TERM)$/;

/** A host that ignores the limit on the host is killed so many seconds later. */
const KILL_AFTER_SECONDS = 5;

/** Arguments of one command line together, in characters; Linux takes 128 KiB in one argument of `sh -c`. */
const ARGUMENTS_LENGTH_MAX = 100_000;

/**
 * Shell assignments of the secrets. They are shell variables and not exported: no child finds them in its environment.
 * Throws DefectError for a name that cannot be a variable of ours.
 */
export function buildSecretAssignments(secrets: readonly Secret[]): string {
  return secrets.map((secret) => buildAssignment(secret.name, secret.reveal())).join('');
}

function buildAssignment(name: string, value: string): string {
  if (!SECRET_NAME.test(name) || RESERVED.test(name)) {
    throw defect(`A secret is called ${JSON.stringify(name)}, which cannot be a variable of a script.`);
  }
  // Without `unset` a name that the host's sshd put into the environment would stay exported.
  return `unset -v ${name}\n${name}=${quote(value)}\n`;
}

/**
 * A script run on a channel: bounded in time on the host, its arguments quoted, everything else on stdin. stderr joins
 * stdout so that the lines keep their order.
 */
export function buildRead(request: {
  script: AssembledScript;
  args: readonly string[];
  mode: 'read' | 'check';
  secrets: readonly Secret[];
  timeoutSeconds: number;
}): Transport {
  assertAssembled(request.script);
  const limit = assertSeconds(request.timeoutSeconds);
  const body = [
    'exec 2>&1',
    `export KEYBUZZ_MODE=${request.mode}`,
    buildSecretAssignments(request.secrets) + request.script.text,
  ].join('\n');
  const stdin = wrap(body);
  const given = `KEYBUZZ_LENGTH=${Buffer.byteLength(stdin)} KEYBUZZ_LIMIT=${limit} KEYBUZZ_GRACE=${KILL_AFTER_SECONDS}`;
  const command = [
    `set -- timeout --kill-after=${KILL_AFTER_SECONDS} ${limit} bash -s -- ${buildArguments(request.args)}`,
    `${given}; [ -n "\${BASH_VERSION-}" ] && eval ${loadReader()}`,
    'exec "$@"',
  ];
  return { command: command.join('\n'), stdin };
}

let reader: string | undefined;

/** read.sh as one word of a command line, without its comments: it goes to the host with every read. */
function loadReader(): string {
  reader ??= quote(loadOwn('read.sh').replace(/^ *#.*\n/gm, ''));
  return reader;
}

/** A script of ours (src/ssh/*.sh) with its arguments and variables. */
export function buildOwn(request: { text: string; args: readonly string[]; variables: string }): Transport {
  return { command: `bash -s -- ${buildArguments(request.args)}`, stdin: wrap(request.variables + request.text) };
}

/** Text of one of our own scripts; read from src/ also when we run from dist/. */
export function loadOwn(...names: string[]): string {
  return names.map((name) => readFileSync(new URL(`../../src/ssh/${name}`, import.meta.url), 'utf8')).join('\n');
}

/** Bash reads a group to its end before it runs the first word of it: a text cut anywhere does nothing at all. */
function wrap(body: string): string {
  return `{\n${body}\n}\n`;
}

function buildArguments(args: readonly string[]): string {
  const words = quoteAll(args);
  if (words.length > ARGUMENTS_LENGTH_MAX) {
    throw defect(`A script has arguments of ${words.length} characters; a command line takes ${ARGUMENTS_LENGTH_MAX}.`);
  }
  return words;
}

/** Throws DefectError unless it is a whole, positive number: it becomes part of a command line. */
export function assertSeconds(seconds: number): number {
  if (Number.isSafeInteger(seconds) && seconds > 0) return seconds;
  throw defect(`A script has the time limit ${seconds}; it must be a whole number of seconds above 0.`);
}

function defect(message: string): DefectError {
  return new DefectError(message, {
    code: 'KEYBUZZ_SCRIPT_DEFECT',
    fix: 'This is a defect of the bot or of a module: report it with this message.',
  });
}
