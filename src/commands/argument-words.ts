import { CommandError } from '../errors.ts';
import type { Phrase } from '../language/index.ts';
import type { CommandSpec } from './command-spec.ts';
import { usageOf } from './definitions.ts';
import { isUntil } from './until.ts';

/** An error about a verb's use: what is wrong, a hint, and how to type it. */
export function misuse(message: Phrase, spec: CommandSpec, hint: Phrase = () => ''): CommandError {
  const fix: Phrase = (say) => `${hint(say)} ${say.grammar.type(usageOf(spec))}`.trim();
  return new CommandError(message, { code: 'KEYBUZZ_COMMAND_INVALID', fix });
}

/** What a word may be shown as in an error, however long or odd it is. */
export function shown(word: string): string {
  return `\`${word.slice(0, 60).replaceAll('`', "'")}\``;
}

/** A run id as it may be spoken or pasted: any case, with punctuation or code marks around it. */
export function readRun(word: string, spec: CommandSpec): string {
  const id = word.toLowerCase().replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  if (/^[a-z0-9-]{1,40}$/.test(id)) return id;
  throw misuse(
    (say) => say.grammar.notARun(shown(word)),
    spec,
    (say) => say.grammar.runsLists,
  );
}

/** The name of an alert, or of what alerts are about: which there are is only known when it is looked up. */
export function readAlert(word: string, spec: CommandSpec): string {
  const name = word.toLowerCase();
  if (/^[a-z0-9][a-z0-9-]{0,50}$/.test(name)) return name;
  throw misuse(
    (say) => say.grammar.notAnAlert(shown(word)),
    spec,
    (say) => say.grammar.alertsLists,
  );
}

/** One word as names, times and codes are written: what follows is only known where it is looked up. */
export function isWord(word: string): boolean {
  return /^[\w@.:+-]{1,60}$/.test(word);
}

/** A step, a host of a step, a code: any word, in small letters. */
export function readWord(word: string, spec: CommandSpec): string {
  if (isWord(word) && !word.startsWith('-')) return word.toLowerCase();
  throw misuse((say) => say.grammar.notAWord(shown(word)), spec);
}

/** Until when, or for how long. */
export function readUntil(word: string, spec: CommandSpec): string {
  const until = word.toLowerCase();
  if (isUntil(until)) return until;
  throw misuse(
    (say) => say.grammar.notATime(shown(word)),
    spec,
    (say) => say.grammar.writeUntil,
  );
}

/** A person as the policy, Slack or install-01 names them: who there is, is only known when it is looked up. */
export function readPerson(word: string, spec: CommandSpec): string {
  if (/^(?:login:[a-z_][a-z0-9_-]{0,31}|@?[A-Za-z][A-Za-z0-9-]{0,39})$/.test(word)) return word;
  throw misuse(
    (say) => say.grammar.nobody(shown(word)),
    spec,
    (say) => say.grammar.writePerson,
  );
}
