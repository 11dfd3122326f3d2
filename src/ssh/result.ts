import type { ReadOutput } from './output.ts';
import type { ProtocolLine } from './protocol.ts';

/** One script on one host: what it did. Only `ok` is ok; `unknown` says that nobody can tell, and is never guessed. */
export interface ScriptResult {
  outcome: 'ok' | 'failed' | 'unknown';
  /** Null when it was killed, or when nobody knows. */
  exitCode: number | null;
  /** Empty when it is ok, else `KEYBUZZ_...`. */
  code: string;
  /** A sentence; empty when it is ok. */
  reason: string;
  /** What to do next, a sentence; empty when it is ok. */
  fix: string;
  lines: ProtocolLine[];
  /** Redacted, control characters written out; head and tail when it was long. */
  output: string;
  /** All it printed, kept or not. */
  outputBytes: number;
  /** The text of lines that break the protocol: a defect of the script. */
  malformed: string[];
}

/** How a script ended, before its output is looked at. */
export interface Ending {
  outcome: 'ok' | 'failed' | 'unknown';
  exitCode: number | null;
  code: string;
  reason: string;
  fix: string;
}

const READ_THE_OUTPUT = 'Read its output, mend what it names, and try again.';

/** The exit codes scripts agree on, besides 0. */
const EXITS: Record<number, Omit<Ending, 'outcome' | 'exitCode'>> = {
  64: {
    code: 'KEYBUZZ_SCRIPT_USAGE',
    reason: 'The script was called in a way it does not understand (exit 64).',
    fix: 'This is a defect of the module: report it with the output.',
  },
  69: {
    code: 'KEYBUZZ_SCRIPT_MISSING',
    reason: 'Something the script needs is missing on the host (exit 69).',
    fix: 'Read its output for what is missing, provide it, and try again.',
  },
  75: {
    code: 'KEYBUZZ_SCRIPT_BUSY',
    reason: 'Something else on the host holds what the script needs (exit 75).',
    fix: 'Wait until that is done, then try again.',
  },
  124: {
    code: 'KEYBUZZ_SCRIPT_TIMEOUT',
    reason: 'The script ran out of time and was ended (exit 124).',
    fix: 'Look at what it was waiting for in its output, then try again.',
  },
};

export const OK: Ending = { outcome: 'ok', exitCode: 0, code: '', reason: '', fix: '' };

/** The script's own exit code; 0 alone is ok. */
export function endingOfExit(exitCode: number): Ending {
  if (exitCode === 0) return OK;
  const known = EXITS[exitCode] ?? {
    code: 'KEYBUZZ_SCRIPT_FAILED',
    reason: `The script failed with exit code ${exitCode}.`,
    fix: READ_THE_OUTPUT,
  };
  return { outcome: 'failed', exitCode, ...known };
}

/** The script was ended by a signal, `SIGKILL` for one. */
export function endingOfSignal(signal: string): Ending {
  return {
    outcome: 'failed',
    exitCode: null,
    code: 'KEYBUZZ_SCRIPT_KILLED',
    reason: `The script was killed by ${signal}.`,
    fix: "Look in the host's journal for who sent it (the kernel does when memory runs out), then try again.",
  };
}

/** The script ran longer than the host allowed. */
export function endingOfTimeout(seconds: number | undefined): Ending {
  const limit = seconds === undefined ? '' : ` of ${seconds} seconds`;
  return {
    ...endingOfExit(124),
    reason: `The script reached its limit${limit} and was ended.`,
  };
}

/** Nobody can tell how it ended. */
export function endingUnknown(why: { code: string; message: string; fix: string }): Ending {
  return { outcome: 'unknown', exitCode: null, code: why.code, reason: why.message, fix: why.fix };
}

/** The caller's signal: nothing is known, by the caller's own wish. */
export const ABORTED: Ending = endingUnknown({
  code: 'KEYBUZZ_SSH_ABORTED',
  message: 'We stopped listening before the script ended.',
  fix: 'Ask again when the answer is needed.',
});

/**
 * Puts ending and output together. A failed script that printed `::fact reason` and `::fact fix` knows better than its
 * exit code: those become the result's.
 */
export function resultOf(ending: Ending, output: ReadOutput): ScriptResult {
  const result: ScriptResult = {
    outcome: ending.outcome,
    exitCode: ending.exitCode,
    code: ending.code,
    reason: ending.reason,
    fix: ending.fix,
    ...output,
  };
  if (ending.outcome !== 'failed') return result;
  const facts = output.lines.filter((line) => line.kind === 'fact');
  const own = (key: string): string => facts.findLast((fact) => fact.key === key)?.value ?? '';
  return { ...result, reason: own('reason') || result.reason, fix: own('fix') || result.fix };
}
