import type { CommandError } from '../errors.ts';
import type { Named } from '../language/index.ts';
import { findHost, type Host, type Selector } from '../inventory.ts';
import {
  ALL,
  COMMAND_VERBS,
  PLANNED_VERBS,
  type ArgumentKind,
  type ArgumentSpec,
  type CommandSpec,
} from './command-spec.ts';
import { misuse, readAlert, readPerson, readRun, readUntil, readWord, shown } from './argument-words.ts';
import { readFlags, readText, refuseTogether, type Flags } from './flags.ts';
import { suggestion } from './suggest.ts';
import type { Word } from './words.ts';

/** The words a command may name. */
export interface Vocabulary {
  hosts: readonly Host[];
  modules: readonly string[];
  locks: readonly string[];
}

/** A command's words, read by its definition. */
export interface Arguments extends Flags {
  /** The text of the argument of that kind, or of the `index`th of them; empty when it was left out. */
  value: (kind: ArgumentKind, index?: number) => string;
  selector: Selector;
}

const FILTER_FIELDS = ['role', 'subrole', 'stack'] as const;

/** The one of `known` that the word names, whatever its case. */
function pick(word: string, known: readonly string[], what: Named, spec: CommandSpec): string {
  const found = known.find((candidate) => candidate.toLowerCase() === word.toLowerCase());
  if (found !== undefined) return found;
  throw misuse((say) => say.grammar.none(what, shown(word)), spec, suggestion(word, known));
}

function readHost(word: string, vocabulary: Vocabulary, spec: CommandSpec): string {
  const host = findHost({ file: '', hosts: [...vocabulary.hosts] }, word);
  if (host !== undefined) return host.name;
  const names = vocabulary.hosts.map(({ name }) => name);
  return pick(word, names, 'host', spec);
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
    case 'word':
      return readWord(word.text, spec);
    case 'planned-verb':
    case 'filter':
    case 'text':
      return word.text.toLowerCase();
  }
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
  const choice =
    argument.kind === 'module' || argument.kind === 'lock' ? suggestion('', known[argument.kind]) : undefined;
  return misuse((say) => say.grammar.needs(spec.verb, argument.summary(say)), spec, choice);
}

/** Reads a command's words by its definition. `text` is the normalised text they came from. Throws CommandError. */
export function readArguments(spec: CommandSpec, words: Word[], text: string, vocabulary: Vocabulary): Arguments {
  const flags = new Map<string, number>();
  const texts = new Map<string, string>();
  const hasText = spec.arguments.some(({ kind }) => kind === 'text');
  let left = hasText ? words : readFlags(spec, words, text, { flags, texts });
  refuseTogether(spec, (name) => flags.has(name) || texts.has(name));
  const unclosed = left.find((word) => word.isUnclosed);
  if (unclosed !== undefined && !hasText) throw misuse((say) => say.grammar.notClosed(shown(unclosed.text)), spec);
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
  if (extra !== undefined) throw misuse((say) => say.grammar.doesNotTake(spec.verb, shown(extra.text)), spec);
  return { value, selector: {}, flags, texts };
}
