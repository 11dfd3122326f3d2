import { CommandError } from '../errors.ts';
import type { Host } from '../inventory.ts';
import type { Module } from '../modules/contract.ts';
import { readArguments, type Arguments, type Vocabulary } from './arguments.ts';
import { COMMAND_VERBS, PLANNED_VERBS, type ArgumentKind, type CommandSpec, type CommandVerb } from './command-spec.ts';
import type { Command } from './command.ts';
import { specOf } from './definitions.ts';
import { lockNames } from './lock-names.ts';
import { suggestion } from './suggest.ts';
import { normalise, splitWords, type Word } from './words.ts';

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
  throw new CommandError((say) => say.grammar.noCommand(`\`${word.text.slice(0, 40)}\``), {
    code: 'KEYBUZZ_COMMAND_UNKNOWN',
    fix: (say) => `${suggestion(typed, COMMAND_VERBS)(say)} ${say.help.showsAll}`,
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

function buildGovernance(
  verb: 'policy' | 'freeze' | 'unfreeze' | 'review' | 'audit' | 'totp',
  { value, flags, texts }: Pick<Arguments, 'value' | 'flags' | 'texts'>,
): Command {
  if (verb === 'audit') return buildAudit(value, { flags, texts });
  if (verb === 'totp') return buildTotp(value, texts.get('code'));
  if (verb === 'policy') return { verb, person: value('person'), about: value('text') };
  if (verb === 'review') return { verb, run: value('run'), note: value('text') };
  return { verb, reason: value('text') };
}

function buildTotp(value: (kind: ArgumentKind) => string, given: string | undefined): Command {
  const what = (['confirm', 'forget'] as const).find((one) => one === value('choice')) ?? 'enrol';
  const code = given === undefined ? {} : { code: given };
  return { verb: 'totp', what, word: value('word'), ...code };
}

function buildAudit(
  value: (kind: ArgumentKind) => string,
  { flags, texts }: Pick<Arguments, 'flags' | 'texts'>,
): Command {
  const what = (['export', 'verify'] as const).find((one) => one === value('choice')) ?? 'list';
  const of = (name: string) => texts.get(name) ?? '';
  const meant = { person: of('person'), module: of('module'), about: of('verb') };
  return { verb: 'audit', what, ...meant, since: of('since'), until: of('until'), limit: flags.get('limit') ?? 20 };
}

function build(spec: CommandSpec, words: Word[], text: string, vocabulary: Vocabulary): Command {
  const { verb } = spec;
  const { value, selector, flags, texts } = readArguments(spec, words, text, vocabulary);
  const prune = flags.has('prune') ? { prune: true as const } : {};
  const textIn = <T extends string>(flag: string, key: T) =>
    (texts.has(flag) ? { [key]: texts.get(flag) } : {}) as Partial<Record<T, string>>;
  const code = textIn('code', 'code');
  const breakGlass = { ...textIn('break-glass', 'breakGlass'), ...code };
  switch (verb) {
    case 'help':
      return { verb, topic: value('topic') };
    case 'reviews':
    case 'whoami':
    case 'locks':
    case 'validate':
    case 'alerts':
    case 'digest':
      return { verb };
    case 'inventory':
      return { verb, selector };
    case 'deploy':
      return { verb, module: value('module'), ...textIn('override', 'override'), ...prune, ...breakGlass };
    case 'status':
    case 'drill':
    case 'test':
      return { verb, module: value('module') };
    case 'failover':
    case 'migrate':
    case 'remove':
      return { verb, module: value('module'), ...textIn('emergency', 'emergency'), ...breakGlass };
    case 'plan': {
      const planned = PLANNED_VERBS.find((one) => one === value('planned-verb')) ?? 'deploy';
      return { verb, planned, module: value('module'), ...prune };
    }
    case 'runs':
      return { verb, openOnly: flags.has('open'), limit: flags.get('limit') ?? RUNS_SHOWN };
    case 'show':
    case 'approve':
    case 'cancel':
    case 'resume':
    case 'abandon':
      return { verb, run: value('run'), ...code };
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
    case 'reboot':
    case 'reset':
    case 'poweron':
      return { verb, host: value('host'), ...breakGlass };
    case 'ack':
    case 'unsilence':
      return { verb, alert: value('alert') };
    case 'silence':
      return { verb, alert: value('alert'), until: value('until'), reason: value('text') };
    case 'audit':
    case 'policy':
    case 'freeze':
    case 'unfreeze':
    case 'review':
    case 'totp':
      return buildGovernance(verb, { value, flags, texts });
  }
}

/**
 * The command in a text from Slack or the terminal. An empty text asks for help.
 * Throws CommandError, whose fix says what was probably meant or how to type it; never anything else.
 */
export function parse(text: string, vocabulary: Vocabulary): Command {
  if (text.length > TEXT_LENGTH_MAX) {
    throw new CommandError((say) => say.grammar.tooLong(text.length, TEXT_LENGTH_MAX), {
      code: 'KEYBUZZ_COMMAND_TOO_LONG',
      fix: (say) => say.grammar.shorten,
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

/** The words a command may name, from the inventory and the modules there are. */
export function vocabularyOf(hosts: readonly Host[], modules: readonly Pick<Module, 'name' | 'locks'>[]): Vocabulary {
  return { hosts, modules: modules.map(({ name }) => name), locks: lockNames(modules) };
}

export type { Command } from './command.ts';
export { textOf } from './text-of.ts';
export type { Vocabulary };
