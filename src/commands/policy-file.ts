import { readFileSync, statSync } from 'node:fs';
import { ConfigError } from '../errors.ts';
import { parsePolicy, type KnownNames, type Policy } from './policy-schema.ts';

function unreadable(file: string, cause: unknown): ConfigError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ConfigError(`The policy ${file} can't be read: ${reason}.`, {
    code: 'KEYBUZZ_POLICY_UNREADABLE',
    fix: 'Set KEYBUZZ_POLICY to a readable policy.yaml.',
    cause,
  });
}

/**
 * Gives the policy as the file has it now: read at once (throws ConfigError), and again when the file has changed.
 * A file that got a fault refuses everything until it is corrected: an old policy might allow what was just forbidden.
 */
export function openPolicy(file: string, known: KnownNames): () => Policy {
  let seen = '';
  let policy: Policy | undefined;

  function current(): Policy {
    let stamp: string;
    let text: string;
    try {
      // Size and inode too: two edits can fall into one tick of the clock, and editors replace files.
      const { mtimeMs, size, ino } = statSync(file);
      stamp = `${mtimeMs} ${size} ${ino}`;
      if (policy !== undefined && stamp === seen) return policy;
      text = readFileSync(file, 'utf8');
    } catch (cause) {
      throw unreadable(file, cause);
    }
    policy = parsePolicy(text, file, known);
    seen = stamp;
    return policy;
  }

  current();
  return current;
}
