import { EventEmitter, once } from 'node:events';
import { splitCommand, variableIn } from './shell.ts';
import type { Program } from './shell.ts';
import type { Execution } from './ssh-server.ts';

/** A script that changes a host, as it was handed to a unit. */
export interface Work {
  /** Its directory's name: run, step and attempt. */
  name: string;
  /** The whole script. */
  text: string;
  args: string[];
  write: (text: string) => void;
  /** Aborted when somebody stops the unit, or the host goes down. */
  signal: AbortSignal;
}

/** Gives the exit status. */
export type RunWork = (work: Work) => Promise<number>;

interface Unit {
  script: string;
  output: Buffer;
  /** As ExecStopPost would have written it; empty while it runs. */
  result: string;
  /** The host went down while it ran. */
  isLost: boolean;
  stop: AbortController;
  /** Emits `news` when it printed or ended. */
  events: EventEmitter;
}

/** Which of the worker's own scripts this is, by the purpose in its head. */
const PURPOSES = {
  start: /^# Starts one piece of detached work/m,
  follow: /^# Waits until detached work has printed/m,
  inspect: /^# Says what is known of one piece of detached work/m,
  stop: /^# Ends detached work with its whole process tree/m,
};

/** One host's /var/lib/keybuzz/runs with systemd behind it, in memory: it outlives every connection. */
export interface Runs {
  /** Answers one of the worker's own scripts; undefined when the program is none of them. */
  answer(program: Program, execution: Execution): Promise<number> | undefined;
  /** The host goes down and comes up again: what ran is gone and left no result; the directories stay. */
  reboot(): void;
}

/** What forbid_start writes: this work never started and never will. */
const REFUSED = 'refused none 0 none';

function sizeOf(unit: Unit | undefined): number {
  return unit?.output.length ?? 0;
}

function stateOf(unit: Unit | undefined): string {
  if (unit === undefined) return 'absent';
  if (unit.result !== '') return 'done';
  return unit.isLost ? 'rebooted' : 'running';
}

/** Resolves when the unit printed something or ended, when time is up, or when nobody listens any more. */
async function untilNews(unit: Unit, waitMs: number, signal: AbortSignal): Promise<void> {
  const ended = AbortSignal.any([signal, AbortSignal.timeout(waitMs)]);
  await once(unit.events, 'news', { signal: ended }).catch(() => undefined);
}

/** The positional arguments that the work's text gives its script. */
function argumentsIn(work: string): string[] {
  return splitCommand(/^ *set -- ((?:'[^']*'|\\.|[^\n'\\])*)/m.exec(work)?.[1] ?? '');
}

function newUnit(script: string): Unit {
  const events = new EventEmitter();
  return { script, output: Buffer.alloc(0), result: '', isLost: false, stop: new AbortController(), events };
}

async function run(unit: Unit, asked: { name: string; args: string[] }, runWork: RunWork): Promise<void> {
  const write = (text: string) => {
    unit.output = Buffer.concat([unit.output, Buffer.from(text)]);
    unit.events.emit('news');
  };
  const work = { ...asked, text: unit.script, write, signal: unit.stop.signal };
  const status = await runWork(work).catch((error: unknown) => {
    write(`simulated fleet: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  });
  if (unit.isLost) return;
  if (unit.stop.signal.aborted) unit.result = 'success killed TERM running';
  else unit.result = status === 0 ? 'success exited 0 running' : `exit-code exited ${status} running`;
  unit.events.emit('news');
}

async function follow(unit: Unit | undefined, args: string[], execution: Execution): Promise<string> {
  const [offset = 0, bytesMax = 0, waitSeconds = 0, tailBytes = 0] = args.map(Number);
  const deadlineMs = Date.now() + waitSeconds * 1000;
  while (
    stateOf(unit) === 'running' &&
    unit !== undefined &&
    sizeOf(unit) <= offset &&
    Date.now() < deadlineMs &&
    !execution.signal.aborted
  ) {
    await untilNews(unit, deadlineMs - Date.now(), execution.signal);
  }
  const size = sizeOf(unit);
  let from = Math.min(offset, size);
  if (tailBytes > 0 && size - from > bytesMax) from = size - tailBytes;
  const text = unit?.output.subarray(from, Math.min(size, from + bytesMax)) ?? Buffer.alloc(0);
  const result = unit === undefined || unit.result === '' ? 'none none none none' : unit.result;
  const stop = unit?.stop.signal.aborted === true && !unit.isLost ? 'stop' : 'none';
  return `${stateOf(unit)} ${size} ${from} ${text.length} ${result} ${stop}\n${text.toString('latin1')}`;
}

/** The host went down under it. */
function lose(unit: Unit): void {
  unit.isLost = true;
  unit.stop.abort();
  unit.events.emit('news');
}

/** A host's runs; `runWork` does what the scripts say. */
export function createRuns(runWork: RunWork): Runs {
  const units = new Map<string, Unit>();
  const fences = new Map<string, number>();

  function start(directory: string, program: Program, locks: string[]): string {
    for (let at = 0; at < locks.length; at += 2) {
      const [lock = '', number = '0'] = locks.slice(at, at + 2);
      const newest = fences.get(lock) ?? 0;
      if (Number(number) < newest) return `fenced ${lock} ${newest}`;
      fences.set(lock, Number(number));
    }
    const script = variableIn(program.text, 'SCRIPT');
    const earlier = units.get(directory);
    if (earlier !== undefined) {
      const isSame = earlier.script === script || earlier.result === REFUSED;
      return isSame ? 'attached' : 'refused KEYBUZZ_RUN_KEY_REUSED other work is there';
    }
    const unit = newUnit(script);
    units.set(directory, unit);
    const name = directory.slice(directory.lastIndexOf('/') + 1);
    void run(unit, { name, args: argumentsIn(variableIn(program.text, 'WORK')) }, runWork);
    return 'started';
  }

  /** Sees to it that what has not started by now never will. */
  function forbid(directory: string): void {
    if (!units.has(directory)) units.set(directory, { ...newUnit(''), result: REFUSED });
  }

  async function stop(directory: string): Promise<string> {
    forbid(directory);
    const unit = units.get(directory);
    if (unit === undefined || unit.result === REFUSED) return 'not-running never-started';
    if (stateOf(unit) !== 'running') return `not-running ${stateOf(unit)}`;
    unit.stop.abort();
    if (stateOf(unit) === 'running') await once(unit.events, 'news');
    return 'stopped';
  }

  function inspect(directory: string, how: string | undefined): string {
    if (how === 'forbid') forbid(directory);
    const unit = units.get(directory);
    return unit?.result === REFUSED ? 'refused' : stateOf(unit);
  }

  async function say(program: Program, execution: Execution): Promise<string> {
    const directory = variableIn(program.text, 'DIR');
    if (PURPOSES.start.test(program.text)) return `${start(directory, program, program.args.slice(2))}\n`;
    if (PURPOSES.follow.test(program.text)) return follow(units.get(directory), program.args, execution);
    if (PURPOSES.stop.test(program.text)) return `${await stop(directory)}\n`;
    return `${inspect(directory, program.args[0])}\n`;
  }

  return {
    answer(program, execution) {
      if (!Object.values(PURPOSES).some((purpose) => purpose.test(program.text))) return undefined;
      const nonce = variableIn(program.text, 'NONCE');
      return say(program, execution).then((text) => {
        execution.write(Buffer.from(`KEYBUZZ ${nonce} ${text}`, 'latin1'));
        return 0;
      });
    },
    reboot() {
      for (const unit of units.values()) if (stateOf(unit) === 'running') lose(unit);
    },
  };
}
