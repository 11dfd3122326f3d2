import { CommandError } from '../errors.ts';
import { findHost, type Host, type Selector } from '../inventory.ts';
import {
  ALL,
  COMMAND_VERBS,
  PLANNED_VERBS,
  type ArgumentKind,
  type ArgumentSpec,
  type CommandSpec,
} from './command-spec.ts';
import { usageOf } from './definitions.ts';
import { suggestion } from './suggest.ts';
import { isUntil } from './until.ts';
import type { Word } from './words.ts';

/** The words a command may name. */
export interface Vocabulary {
  hosts: readonly Host[];
  modules: readonly string[];
  locks: readonly string[];
}

/** A command's words, read by its definition. */
export interface Arguments {
  /** The text of the argument of that kind, or of the `index`th of them; empty when it was left out. */
  value: (kind: ArgumentKind, index?: number) => string;
  selector: Selector;
  /** Flags that were given; 1 for a switch. */
  flags: Map<string, number>;
  /** The free text of flags that take one. */
  texts: Map<string, string>;
}

const LIMIT_MAX = 50;
const FILTER_FIELDS = ['role', 'subrole', 'stack'] as const;

/** An error about a verb's use: what is wrong, a hint, and how to type it. */
function misuse(message: string, spec: CommandSpec, hint = ''): CommandError {
  return new CommandError(message, { code: 'KEYBUZZ_COMMAND_INVALID', fix: `${hint} Type: ${usageOf(spec)}`.trim() });
}

/** What a word may be shown as in an error, however long or odd it is. */
function shown(word: string): string {
  return `\`${word.slice(0, 60).replaceAll('`', "'")}\``;
}

type Flags = Pick<Arguments, 'flags' | 'texts'>;

/** Takes the flags out of the words of `text`. Gives the words that are left. */
function readFlags(spec: CommandSpec, words: readonly Word[], text: string, { flags, texts }: Flags): Word[] {
  const left: Word[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index];
    if (word === undefined) break;
    if (word.isQuoted || !word.text.startsWith('--') || word.text === '--') {
      left.push(word);
      continue;
    }
    const [name = '', ...rest] = word.text.slice(2).split('=');
    const flag = spec.flags.find((candidate) => candidate.name === name.toLowerCase());
    if (flag === undefined) {
      const known = spec.flags.map((candidate) => `--${candidate.name}`);
      const hint = known.length === 0 ? '' : suggestion(`--${name}`, known);
      throw misuse(`\`${spec.verb}\` has no flag ${shown(`--${name}`)}.`, spec, hint);
    }
    if (flag.kind === 'switch') {
      if (rest.length > 0) throw misuse(`\`--${flag.name}\` takes no value.`, spec);
      flags.set(flag.name, 1);
      continue;
    }
    if (flag.kind === 'text') {
      const reason = [rest.join('='), readText(words.slice(index + 1), text)].join(' ').trim();
      if (reason === '') throw misuse(`\`--${flag.name}\` needs a reason behind it.`, spec);
      texts.set(flag.name, reason);
      return left;
    }
    if (rest.length === 0) index += 1;
    const given = rest.length === 0 ? (words[index]?.text ?? '') : rest.join('=');
    if (flag.kind === 'word') {
      if (!/^[\w@.:+-]{1,60}$/.test(given)) throw misuse(`\`--${flag.name}\` needs one word behind it.`, spec);
      texts.set(flag.name, given);
      continue;
    }
    const number = given;
    if (!/^\d{1,4}$/.test(number) || Number(number) < 1 || Number(number) > LIMIT_MAX) {
      throw misuse(`\`--${flag.name}\` must be a number from 1 to ${LIMIT_MAX}, not ${shown(number)}.`, spec);
    }
    flags.set(flag.name, Number(number));
  }
  return left;
}

/** The one of `known` that the word names, whatever its case. */
function pick(word: string, known: readonly string[], what: string, spec: CommandSpec): string {
  const found = known.find((candidate) => candidate.toLowerCase() === word.toLowerCase());
  if (found !== undefined) return found;
  throw misuse(`There is no ${what} ${shown(word)}.`, spec, suggestion(word, known));
}

function readHost(word: string, vocabulary: Vocabulary, spec: CommandSpec): string {
  const host = findHost({ file: '', hosts: [...vocabulary.hosts] }, word);
  if (host !== undefined) return host.name;
  const names = vocabulary.hosts.map(({ name }) => name);
  return pick(word, names, 'host', spec);
}

/** A run id as it may be spoken or pasted: any case, with punctuation or code marks around it. */
function readRun(word: string, spec: CommandSpec): string {
  const id = word.toLowerCase().replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  if (/^[a-z0-9-]{1,40}$/.test(id)) return id;
  throw misuse(`${shown(word)} is not the id of a run.`, spec, '`runs` lists them.');
}

/** The name of an alert, or of what alerts are about: which there are is only known when it is looked up. */
function readAlert(word: string, spec: CommandSpec): string {
  const name = word.toLowerCase();
  if (/^[a-z0-9][a-z0-9-]{0,50}$/.test(name)) return name;
  throw misuse(`${shown(word)} is not the name of an alert.`, spec, '`alerts` lists them.');
}

function readUntil(word: string, spec: CommandSpec): string {
  const until = word.toLowerCase();
  if (isUntil(until)) return until;
  throw misuse(`${shown(word)} is not a time.`, spec, 'Write 30m, 1h, 2d, or a time with its zone: 2026-11-28T18:00Z.');
}

/** A person as the policy, Slack or install-01 names them: who there is, is only known when it is looked up. */
function readPerson(word: string, spec: CommandSpec): string {
  if (/^(?:login:[a-z_][a-z0-9_-]{0,31}|@?[A-Za-z][A-Za-z0-9-]{0,39})$/.test(word)) return word;
  throw misuse(`${shown(word)} is nobody's name.`, spec, 'Write a key under `people` of policy.yaml, or @ and a name.');
}

function readFilters(words: readonly Word[], vocabulary: Vocabulary, spec: CommandSpec): Selector {
  const selector: Selector = {};
  for (const { text } of words) {
    const cut = text.indexOf('=');
    if (cut < 0) {
      selector.name = readHost(text, vocabulary, spec);
      continue;
    }
    const typed = text.slice(0, cut).toLowerCase();
    const value = text.slice(cut + 1);
    if (typed === 'host' || typed === 'name') {
      selector.name = readHost(value, vocabulary, spec);
      continue;
    }
    const field = pick(typed, [...FILTER_FIELDS, 'host'], 'filter', spec) as (typeof FILTER_FIELDS)[number];
    const known = [...new Set(vocabulary.hosts.map((host) => host[field]))].filter((one) => one !== '');
    selector[field] = pick(value, known, field, spec);
  }
  return selector;
}

/** A verb or a module, for help. */
function readTopic(word: string, vocabulary: Vocabulary, spec: CommandSpec): string {
  return pick(word, [...COMMAND_VERBS, ...vocabulary.modules], 'verb or module', spec);
}

/** Names that may stand where a module is asked for. */
export function modulesFor({ takesAll }: ArgumentSpec, { modules }: Pick<Vocabulary, 'modules'>): string[] {
  return [...modules, ...(takesAll === true ? [ALL] : [])];
}

function readOne(argument: ArgumentSpec, word: Word, vocabulary: Vocabulary, spec: CommandSpec): string {
  switch (argument.kind) {
    case 'topic':
      return readTopic(word.text, vocabulary, spec);
    case 'module':
      return pick(word.text, modulesFor(argument, vocabulary), 'module', spec);
    case 'host':
      return readHost(word.text, vocabulary, spec);
    case 'run':
      return readRun(word.text, spec);
    case 'lock':
      return pick(word.text, vocabulary.locks, 'lock', spec);
    case 'alert':
      return readAlert(word.text, spec);
    case 'until':
      return readUntil(word.text, spec);
    case 'person':
      return readPerson(word.text, spec);
    case 'choice':
      return pick(word.text, argument.choices ?? [], 'choice', spec);
    case 'planned-verb':
    case 'word':
    case 'filter':
    case 'text':
      return word.text.toLowerCase();
  }
}

/** Free text to the end of the line as it was typed, without a pair of quotes around all of it. */
function readText(words: readonly Word[], text: string): string {
  const [first] = words;
  if (first === undefined) return '';
  if (words.length === 1 && first.isQuoted && !first.isUnclosed) return first.text.trim();
  return text.slice(first.at).trim();
}

/** Which of the definition's arguments were given: an optional verb before a module is recognised by its name. */
function givenArguments(spec: CommandSpec, words: readonly Word[]): readonly ArgumentSpec[] {
  const [first] = spec.arguments;
  if (first?.kind !== 'planned-verb') return spec.arguments;
  const typed = words[0]?.text.toLowerCase();
  const isGiven = words.length > 1 && PLANNED_VERBS.some((verb) => verb === typed);
  return isGiven ? spec.arguments : spec.arguments.slice(1);
}

/** With a single module there is nothing to choose: `status` means it. */
function defaultOf(argument: ArgumentSpec, vocabulary: Vocabulary, spec: CommandSpec): string | undefined {
  if (argument.isOptional) return '';
  const [only, second] = vocabulary.modules;
  return argument.kind === 'module' && spec.impact === 'none' && second === undefined ? only : undefined;
}

function missing(argument: ArgumentSpec, vocabulary: Vocabulary, spec: CommandSpec): CommandError {
  const known = { module: vocabulary.modules, lock: vocabulary.locks };
  const choice = argument.kind === 'module' || argument.kind === 'lock' ? suggestion('', known[argument.kind]) : '';
  return misuse(`\`${spec.verb}\` needs ${argument.summary}.`, spec, choice);
}

/** Reads a command's words by its definition. `text` is the normalised text they came from. Throws CommandError. */
export function readArguments(spec: CommandSpec, words: Word[], text: string, vocabulary: Vocabulary): Arguments {
  const flags = new Map<string, number>();
  const texts = new Map<string, string>();
  const hasText = spec.arguments.some(({ kind }) => kind === 'text');
  let left = hasText ? words : readFlags(spec, words, text, { flags, texts });
  const unclosed = left.find((word) => word.isUnclosed);
  if (unclosed !== undefined && !hasText) throw misuse(`The quote before ${shown(unclosed.text)} is not closed.`, spec);
  const values: { kind: ArgumentKind; text: string }[] = [];
  const value = (kind: ArgumentKind, index = 0) => values.filter((one) => one.kind === kind)[index]?.text ?? '';
  if (spec.arguments[0]?.kind === 'filter')
    return { value, selector: readFilters(left, vocabulary, spec), flags, texts };
  for (const argument of givenArguments(spec, left)) {
    const [word, ...after] = left;
    const isText = argument.kind === 'text';
    const given = isText ? readText(left, text) : word && readOne(argument, word, vocabulary, spec);
    const taken = given === undefined || given === '' ? defaultOf(argument, vocabulary, spec) : given;
    if (taken === undefined) throw missing(argument, vocabulary, spec);
    values.push({ kind: argument.kind, text: taken });
    left = isText ? [] : after;
  }
  const [extra] = left;
  if (extra !== undefined) throw misuse(`\`${spec.verb}\` does not take ${shown(extra.text)}.`, spec);
  return { value, selector: {}, flags, texts };
}
