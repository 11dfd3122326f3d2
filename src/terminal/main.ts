import { joinWords } from '../commands/index.ts';
import type { Reply } from '../commands/index.ts';
import type { Engine, RunState } from '../jobs/index.ts';
import { printableJson } from '../printable-json.ts';
import { EXIT, exitCodeOfError, exitCodeOfReply, exitCodeOfRun } from './exit-code.ts';
import { progressLines } from './follow.ts';
import { jsonOfError, jsonOfReply } from './json.ts';
import { renderError, renderReply } from './render.ts';
import { endingLines } from './render-run.ts';
import { summaryLines } from './render-whole.ts';
import { escapeControl } from './text.ts';
import type { Style } from './text.ts';

/** What the terminal needs from the process around it; tests give their own. */
export interface Terminal {
  /** Carries out one command as the person who is logged in here. */
  execute(commandText: string): Promise<Reply>;
  engine: Pick<Engine, 'watch'>;
  /** Names of the people and roles that may approve a run. */
  approvers: (state: RunState) => string[];
  write(text: string): void;
  writeError(text: string): void;
  style: Style;
  /** Aborted when the person wants to stop watching (Ctrl-C). */
  signal: AbortSignal;
}

interface Options {
  isJson: boolean;
  isDetached: boolean;
  commandText: string;
}

/** Takes out what only the terminal understands; the rest is the command. */
function readOptions(args: readonly string[]): Options {
  const own = new Set(['--json', '--detach']);
  return {
    isJson: args.includes('--json'),
    isDetached: args.includes('--detach'),
    commandText: joinWords(args.filter((argument) => !own.has(argument))),
  };
}

/** The run to watch after a reply; undefined when there is nothing to wait for. */
function runToFollow(reply: Reply): RunState | undefined {
  if (reply.kind === 'started') return reply.state;
  const goesOn = reply.kind === 'decided' && (reply.decision === 'approved' || reply.decision === 'resumed');
  return goesOn ? reply.state : undefined;
}

async function follow(
  terminal: Terminal,
  runId: string,
  show: (state: RunState) => void,
): Promise<RunState | undefined> {
  let last: RunState | undefined;
  for await (const state of terminal.engine.watch(runId, { signal: terminal.signal, untilWaiting: true })) {
    show(state);
    last = state;
  }
  return last;
}

function isSettled(state: RunState): boolean {
  return state.status === 'ended' || state.status === 'waiting-approval' || state.status === 'interrupted';
}

/** Watches a run, writing a line for all that happens, and gives the exit code. */
async function followLive(terminal: Terminal, runId: string): Promise<number> {
  const { style } = terminal;
  const writeLines = (lines: string[]) => lines.forEach((line) => terminal.write(`${line}\n`));
  let before: RunState | undefined;
  const last = await follow(terminal, runId, (state) => {
    writeLines(progressLines(before, state, style));
    before = state;
  });
  if (last === undefined || !isSettled(last)) {
    terminal.write(`${style.say.terminal.goesOn(runId)}\n`);
    return EXIT.detached;
  }
  if (last.status === 'waiting-approval')
    writeLines([`  ${style.say.terminal.mayApprove(escapeControl(terminal.approvers(last).join(', ')))}`]);
  if (last.status === 'ended') writeLines(['', ...summaryLines(last, style)]);
  return exitCodeOfRun(last);
}

async function runJson(terminal: Terminal, options: Options): Promise<number> {
  const print = (document: { exit: number }) => {
    terminal.write(`${printableJson(JSON.stringify(document, undefined, 2))}\n`);
    return document.exit;
  };
  try {
    const reply = await terminal.execute(options.commandText);
    const run = options.isDetached ? undefined : runToFollow(reply);
    if (run === undefined) return print(jsonOfReply(reply, exitCodeOfReply(reply), terminal.style.say));
    const last = (await follow(terminal, run.runId, () => undefined)) ?? run;
    const exit = isSettled(last) ? exitCodeOfRun(last) : EXIT.detached;
    return print(jsonOfReply({ ...reply, state: last } as Reply, exit, terminal.style.say));
  } catch (error) {
    return print(jsonOfError(error, exitCodeOfError(error), terminal.style.say));
  }
}

/**
 * Carries out one operator command given as process arguments and returns the exit code (docs/terminal.md). Output goes
 * to `write`, errors to `writeError`; with `--json` one document goes to `write` whatever happens.
 */
export async function runTerminal(args: readonly string[], terminal: Terminal): Promise<number> {
  const options = readOptions(args);
  if (options.isJson) return runJson(terminal, options);
  try {
    const reply = await terminal.execute(options.commandText);
    for (const line of renderReply(reply, terminal.style)) terminal.write(`${line}\n`);
    const run = runToFollow(reply);
    if (run === undefined) return exitCodeOfReply(reply);
    if (!options.isDetached) return await followLive(terminal, run.runId);
    for (const line of endingLines(run, terminal.style)) terminal.write(`${line}\n`);
    terminal.write(`${terminal.style.say.terminal.follow(run.runId)}\n`);
    return EXIT.ok;
  } catch (error) {
    for (const line of renderError(error, terminal.style)) terminal.writeError(`${line}\n`);
    return exitCodeOfError(error);
  }
}
