import { readFileSync, statSync } from 'node:fs';
import { ConfigError } from '../errors.ts';
import { parsePolicy, type KnownNames, type Policy } from './policy-schema.ts';

/** policy.yaml as one process sees it. */
export interface PolicyFile {
  /** The newest policy without a fault; the file is looked at with every call. */
  now: () => Policy;
  /** What is wrong with the file as it is now; undefined: nothing, and what `now` gives is what it says. */
  fault: () => ConfigError | undefined;
}

function unreadable(file: string, cause: unknown): ConfigError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ConfigError(`The policy ${file} can't be read: ${reason}.`, {
    code: 'KEYBUZZ_POLICY_UNREADABLE',
    fix: 'Set KEYBUZZ_POLICY to a readable policy.yaml.',
    cause,
  });
}

/** Tells one version of a file from the next: size and inode too, as two edits fall into one tick and editors replace files. */
function stampOf(file: string): string {
  const { mtimeMs, size, ino } = statSync(file);
  return `${mtimeMs} ${size} ${ino}`;
}

/**
 * Reads the policy at once (throws ConfigError), and again whenever the file has changed. While it has a fault the policy
 * before it still counts, so that a slip of the pen stops nobody in an incident; whoever opened it sees to it that people
 * are told (docs/decisions/0038).
 */
export function openPolicy(file: string, known: KnownNames): PolicyFile {
  let seen = '';
  let fault: ConfigError | undefined;

  function read(): Policy | undefined {
    try {
      const stamp = stampOf(file);
      if (stamp === seen) return undefined;
      const text = readFileSync(file, 'utf8');
      seen = stamp;
      const policy = parsePolicy(text, file, known);
      fault = undefined;
      return policy;
    } catch (error) {
      fault = error instanceof ConfigError ? error : unreadable(file, error);
      // What can't be read has no stamp: it may come back unchanged.
      if (fault.code === 'KEYBUZZ_POLICY_UNREADABLE') seen = '';
      return undefined;
    }
  }

  let policy = read();
  const now = (): Policy => {
    policy = read() ?? policy;
    if (policy !== undefined) return policy;
    throw fault ?? unreadable(file, 'it was not read');
  };
  now();
  return {
    now,
    fault() {
      now();
      return fault;
    },
  };
}

/** Longest sentence that an alert keeps whole. */
const SENTENCE_CHARS_MAX = 290;

/** A fault of the file in one line for people: the first with its line and fix, and how many more there are. */
export function faultSentence(fault: ConfigError | undefined): string {
  if (fault === undefined) return '';
  const [first, ...more] = fault.message.split('\n').flatMap((line) => (line.startsWith('- ') ? [line.slice(2)] : []));
  const told = first ?? `${fault.message} ${fault.fix}`;
  const end = more.length === 0 ? '' : ` (and ${more.length} more)`;
  const room = SENTENCE_CHARS_MAX - end.length;
  return `${told.length > room ? `${told.slice(0, room - 1)}…` : told}${end}`;
}
