import { ConfigError } from './errors.ts';

/** One thing that is wrong in a file or in the environment. */
export interface Fault {
  /** Where: `line 12, IP_PRIVEE (column 4)`, `REDIS_URL`, `people/olga/slack`. */
  where: string;
  /** What is wrong, naming the value; a sentence's end, without its full stop. */
  what: string;
  /** What to write instead, an imperative. */
  fix: string;
}

/** One error for all faults of a source, a line each, so that an operator corrects them in one go. */
export function configError(source: string, code: string, faults: readonly Fault[]): ConfigError {
  const title = faults.length === 1 ? `${source} has a fault:` : `${source} has ${faults.length} faults:`;
  const lines = faults.map(({ where, what, fix }) => `- ${where}: ${what}. ${fix}`);
  return new ConfigError([title, ...lines].join('\n'), {
    code,
    fix: faults.length === 1 ? 'Correct it and try again.' : 'Correct them and try again.',
  });
}
