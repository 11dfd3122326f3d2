import { CommandError } from '../errors.ts';
import type { Host, Selector } from '../inventory.ts';
import type { Module } from '../modules/contract.ts';
import { readArguments, type Vocabulary } from './arguments.ts';
import { COMMAND_VERBS, PLANNED_VERBS, type CommandSpec, type CommandVerb, type PlannedVerb } from './command-spec.ts';
import { specOf } from './definitions.ts';
import { lockNames } from './lock-names.ts';
import { suggestion } from './suggest.ts';
import { normalise, splitWords, type Word } from './words.ts';

/** What a person typed, parsed: every name in it exists, run ids only have the right shape. */
export type Command =
  | { verb: 'help'; topic: string }
  | { verb: 'whoami' }
  | { verb: 'inventory'; selector: Selector }
  | { verb: 'status' | 'failover' | 'drill' | 'test' | 'migrate' | 'remove'; module: string }
  | { verb: 'validate' }
  /** `module` may be ALL. `override`: why to go on though what it requires may not be valid. */
  | { verb: 'deploy'; module: string; override?: string; prune?: true }
  | { verb: 'plan'; planned: PlannedVerb; module: string; prune?: true }
  | { verb: 'runs'; openOnly: boolean; limit: number }
  | { verb: 'show'; run: string }
  | { verb: 'approve' | 'cancel' | 'resume' | 'abandon'; run: string }
  | { verb: 'logs'; run: string; step: string; host: string }
  | { verb: 'deny'; run: string; reason: string }
  | { verb: 'locks' }
  | { verb: 'unlock'; lock: string }
  | { verb: 'lock'; lock: string; reason: string }
  | { verb: 'steal'; lock: string; reason: string }
  | { verb: 'enroll'; host: string }
  | { verb: 'alerts' }
  | { verb: 'ack' | 'unsilence'; alert: string }
  | { verb: 'silence'; alert: string; until: string; reason: string };

/** Longer than any command; a pasted file is refused before anything looks at it. */
const TEXT_LENGTH_MAX = 4000;
const RUNS_SHOWN = 10;

/** Drops what may stand before the command: a mention of the bot, or the slash command's own name. */
function withoutAddress(words: Word[]): Word[] {
  const first = words.find((word) => !word.text.startsWith('@') || word.isQuoted);
  const rest = first === undefined ? [] : words.slice(words.indexOf(first));
  return /^\/?keybuzz$/i.test(rest[0]?.text ?? '') ? rest.slice(1) : rest;
}

function readVerb(word: Word): CommandVerb {
  const typed = word.text.toLowerCase();
  const verb = COMMAND_VERBS.find((candidate) => candidate === typed);
  if (verb !== undefined) return verb;
  if (['?', '--help', '-h'].includes(typed)) return 'help';
  throw new CommandError(`There is no command \`${word.text.slice(0, 40)}\`.`, {
    code: 'KEYBUZZ_COMMAND_UNKNOWN',
    fix: `${suggestion(typed, COMMAND_VERBS)} \`help\` shows all.`,
  });
}

function asksForHelp(words: readonly Word[], spec: CommandSpec): boolean {
  if (spec.arguments.some(({ kind }) => kind === 'text')) return words.length === 1 && words[0]?.text === '--help';
  return words.some((word) => !word.isQuoted && word.text === '--help');
}

/** The module that knows the project's servers. */
const CLOUD_MODULE = 'lb';

/** `inventory diff`: the file against Hetzner's project, which is one of the checks of the module that has the token. */
function asksForDifference({ verb }: CommandSpec, words: readonly Word[], { modules }: Vocabulary): boolean {
  const isMeant = verb === 'inventory' && words.length === 1 && words[0]?.text.toLowerCase() === 'diff';
  return isMeant && modules.includes(CLOUD_MODULE);
}

function build(spec: CommandSpec, words: Word[], text: string, vocabulary: Vocabulary): Command {
  const { verb } = spec;
  const { value, selector, flags, texts } = readArguments(spec, words, text, vocabulary);
  const prune = flags.has('prune') ? { prune: true as const } : {};
  switch (verb) {
    case 'help':
      return { verb, topic: value('topic') };
    case 'whoami':
    case 'locks':
    case 'validate':
    case 'alerts':
      return { verb };
    case 'inventory':
      return { verb, selector };
    case 'deploy': {
      const override = texts.get('override');
      return { verb, module: value('module'), ...(override === undefined ? {} : { override }), ...prune };
    }
    case 'status':
    case 'failover':
    case 'drill':
    case 'test':
    case 'migrate':
    case 'remove':
      return { verb, module: value('module') };
    case 'plan': {
      const planned = PLANNED_VERBS.find((one) => one === value('planned-verb')) ?? 'deploy';
      return { verb, planned, module: value('module'), ...prune };
    }
    case 'runs':
      return { verb, openOnly: flags.has('open'), limit: flags.get('limit') ?? RUNS_SHOWN };
    case 'show':
      return { verb, run: value('run') };
    case 'approve':
    case 'cancel':
    case 'resume':
    case 'abandon':
      return { verb, run: value('run') };
    case 'logs':
      return { verb, run: value('run'), step: value('word', 0), host: value('word', 1) };
    case 'deny':
      return { verb, run: value('run'), reason: value('text') };
    case 'unlock':
      return { verb, lock: value('lock') };
    case 'lock':
    case 'steal':
      return { verb, lock: value('lock'), reason: value('text') };
    case 'enroll':
      return { verb, host: value('host') };
    case 'ack':
    case 'unsilence':
      return { verb, alert: value('alert') };
    case 'silence':
      return { verb, alert: value('alert'), until: value('until'), reason: value('text') };
  }
}

/**
 * The command in a text from Slack or the terminal. An empty text asks for help.
 * Throws CommandError, whose fix says what was probably meant or how to type it; never anything else.
 */
export function parse(text: string, vocabulary: Vocabulary): Command {
  if (text.length > TEXT_LENGTH_MAX) {
    throw new CommandError(`The command has ${text.length} characters; at most ${TEXT_LENGTH_MAX} are read.`, {
      code: 'KEYBUZZ_COMMAND_TOO_LONG',
      fix: 'Shorten it.',
    });
  }
  const plain = normalise(text);
  const [first, ...rest] = withoutAddress(splitWords(plain));
  if (first === undefined) return { verb: 'help', topic: '' };
  const spec = specOf(readVerb(first));
  if (asksForHelp(rest, spec)) return { verb: 'help', topic: spec.verb };
  if (asksForDifference(spec, rest, vocabulary)) return { verb: 'status', module: CLOUD_MODULE };
  return build(spec, rest, plain, vocabulary);
}

/** The command as one would type it, without the typist's detours: kept in the run log. */
export function textOf(command: Command): string {
  switch (command.verb) {
    case 'whoami':
    case 'locks':
    case 'validate':
    case 'alerts':
      return command.verb;
    case 'help':
      return `help ${command.topic}`.trim();
    case 'inventory': {
      const { name, ...others } = command.selector;
      const filters = Object.entries(others).map(([field, value]) => `${field}=${value}`);
      return [command.verb, ...filters, name ?? ''].join(' ').trim();
    }
    case 'deploy': {
      const override = command.override === undefined ? '' : ` --override ${command.override}`;
      return `deploy ${command.module}${command.prune === true ? ' --prune' : ''}${override}`;
    }
    case 'status':
    case 'failover':
    case 'drill':
    case 'test':
    case 'migrate':
    case 'remove':
      return `${command.verb} ${command.module}`;
    case 'plan': {
      const planned = command.planned === 'deploy' ? '' : `${command.planned} `;
      return `plan ${planned}${command.module}${command.prune === true ? ' --prune' : ''}`;
    }
    case 'runs':
      return `runs ${command.openOnly ? '--open ' : ''}--limit ${command.limit}`;
    case 'show':
    case 'approve':
    case 'cancel':
    case 'resume':
    case 'abandon':
      return `${command.verb} ${command.run}`;
    case 'logs':
      return `logs ${command.run} ${command.step} ${command.host}`.replace(/ +/g, ' ').trim();
    case 'deny':
      return `deny ${command.run} ${command.reason}`;
    case 'unlock':
      return `unlock ${command.lock}`;
    case 'lock':
    case 'steal':
      return `${command.verb} ${command.lock} ${command.reason}`;
    case 'enroll':
      return `enroll ${command.host}`;
    case 'ack':
    case 'unsilence':
      return `${command.verb} ${command.alert}`;
    case 'silence':
      return `silence ${command.alert} ${command.until} ${command.reason}`.trim();
  }
}

/** The words a command may name, from the inventory and the modules there are. */
export function vocabularyOf(hosts: readonly Host[], modules: readonly Pick<Module, 'name' | 'locks'>[]): Vocabulary {
  return { hosts, modules: modules.map(({ name }) => name), locks: lockNames(modules) };
}

export type { Vocabulary };
