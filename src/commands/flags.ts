import type { CommandSpec, FlagSpec } from './command-spec.ts';
import { isWord, misuse, shown } from './argument-words.ts';
import { suggestion } from './suggest.ts';
import type { Word } from './words.ts';

/** What the flags of a command were given. */
export interface Flags {
  /** Flags that were given; 1 for a switch. */
  flags: Map<string, number>;
  /** The words and free texts of flags that take one. */
  texts: Map<string, string>;
}

const LIMIT_MAX = 50;

/** Free text to the end of the line as it was typed, without a pair of quotes around all of it. */
export function readText(words: readonly Word[], text: string): string {
  const [first] = words;
  if (first === undefined) return '';
  if (words.length === 1 && first.isQuoted && !first.isUnclosed) return first.text.trim();
  return text.slice(first.at).trim();
}

/** The flag of this verb that the word is; undefined for quoted words and for everything else. */
function flagIn(spec: CommandSpec, word: Word | undefined): FlagSpec | undefined {
  if (word === undefined || word.isQuoted || !word.text.startsWith('--')) return undefined;
  const [name = ''] = word.text.slice(2).split('=');
  return spec.flags.find((candidate) => candidate.name === name.toLowerCase());
}

/** What stands behind the `=` of a flag. */
function behindSign(word: Word): string | undefined {
  const sign = word.text.indexOf('=');
  return sign < 0 ? undefined : word.text.slice(sign + 1);
}

/**
 * A flag's reason: one in quotes, behind which more flags may follow, else everything to the end of the line. A flag in
 * there is an error: nobody can tell whether it is meant, and a one-time code is no reason. `taken`: how many words of `after`.
 */
function readReason(
  spec: CommandSpec,
  flag: { name: string; word: Word },
  after: readonly Word[],
  text: string,
): { reason: string; taken: number } {
  const own = behindSign(flag.word);
  const [first] = after;
  const count = own === undefined ? 1 : 0;
  const isOne = own !== undefined || (first?.isQuoted === true && !first.isUnclosed);
  const isWhole = isOne && (after[count] === undefined || flagIn(spec, after[count]) !== undefined);
  const given = isWhole ? after.slice(0, count) : after;
  const inside = given.find((word) => flagIn(spec, word) !== undefined);
  if (inside !== undefined) throw misuse((say) => say.grammar.flagInReason(shown(inside.text), flag.name), spec);
  const reason = [own ?? '', readText(given, text)].join(' ').trim();
  if (reason === '') throw misuse((say) => say.grammar.needsReason(flag.name), spec);
  return { reason, taken: given.length };
}

/** Takes the flags out of the words of `text`. Gives the words that are left. */
export function readFlags(spec: CommandSpec, words: readonly Word[], text: string, { flags, texts }: Flags): Word[] {
  const left: Word[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index];
    if (word === undefined) break;
    if (word.isQuoted || !word.text.startsWith('--') || word.text === '--') {
      left.push(word);
      continue;
    }
    const flag = flagIn(spec, word);
    if (flag === undefined) {
      const [name = ''] = word.text.slice(2).split('=');
      const known = spec.flags.map((candidate) => `--${candidate.name}`);
      const hint = known.length === 0 ? undefined : suggestion(`--${name}`, known);
      throw misuse((say) => say.grammar.noFlag(spec.verb, shown(`--${name}`)), spec, hint);
    }
    if (flag.kind === 'switch') {
      if (behindSign(word) !== undefined) throw misuse((say) => say.grammar.noValue(flag.name), spec);
      flags.set(flag.name, 1);
      continue;
    }
    if (flag.kind === 'text') {
      const { reason, taken } = readReason(spec, { name: flag.name, word }, words.slice(index + 1), text);
      texts.set(flag.name, reason);
      index += taken;
      continue;
    }
    const own = behindSign(word);
    if (own === undefined) index += 1;
    const given = own ?? words[index]?.text ?? '';
    if (flag.kind === 'word') {
      if (!isWord(given)) throw misuse((say) => say.grammar.needsWord(flag.name), spec);
      texts.set(flag.name, given);
      continue;
    }
    if (!/^\d{1,4}$/.test(given) || Number(given) < 1 || Number(given) > LIMIT_MAX) {
      throw misuse((say) => say.grammar.needsNumber(flag.name, LIMIT_MAX, shown(given)), spec);
    }
    flags.set(flag.name, Number(given));
  }
  return left;
}

/** Throws CommandError when two flags were given that can't stand together. */
export function refuseTogether(spec: CommandSpec, isGiven: (name: string) => boolean): void {
  for (const { name, notWith } of spec.flags) {
    if (notWith === undefined || !isGiven(name) || !isGiven(notWith.name)) continue;
    throw misuse((say) => say.grammar.notTogether(name, notWith.name), spec, notWith.why);
  }
}
