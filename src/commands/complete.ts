import { modulesFor } from './arguments.ts';
import { ALL, COMMAND_VERBS, PLANNED_VERBS, type ArgumentSpec } from './command-spec.ts';
import { COMMANDS } from './definitions.ts';
import type { Vocabulary } from './grammar.ts';
import { normalise, splitWords } from './words.ts';

const FILTER_FIELDS = ['role', 'subrole', 'stack'] as const;

function candidatesOf(argument: ArgumentSpec, vocabulary: Vocabulary, runs: readonly string[]): string[] {
  switch (argument.kind) {
    case 'topic':
      return [...COMMAND_VERBS, ...vocabulary.modules];
    case 'module':
      return modulesFor(argument, vocabulary);
    case 'planned-verb':
      return [...PLANNED_VERBS, ...vocabulary.modules, ALL];
    case 'host':
      return vocabulary.hosts.map(({ name }) => name);
    case 'filter':
      return [
        ...FILTER_FIELDS.flatMap((field) => vocabulary.hosts.map((host) => `${field}=${host[field]}`)),
        ...vocabulary.hosts.map(({ name }) => name),
      ];
    case 'run':
      return [...runs];
    case 'lock':
      return [...vocabulary.locks];
    case 'alert':
      return [...vocabulary.modules];
    case 'until':
      return ['30m', '1h', '4h', '1d'];
    case 'choice':
      return [...(argument.choices ?? [])];
    case 'person':
    case 'word':
    case 'text':
      return [];
  }
}

/** Words that may come next after `text`, whose last word may be half typed. `runs` are ids worth offering. */
export function complete(text: string, vocabulary: Vocabulary, runs: readonly string[] = []): string[] {
  const words = splitWords(normalise(text)).map((word) => word.text);
  const half = text === '' || /\s$/.test(text) ? '' : (words.pop() ?? '');
  const begins = (candidates: readonly string[]) =>
    [...new Set(candidates)].filter((word) => !word.endsWith('=') && word.startsWith(half.toLowerCase()));
  const [verb, ...given] = words;
  if (verb === undefined) return begins(COMMAND_VERBS);
  const spec = COMMANDS.find((candidate) => candidate.verb === verb.toLowerCase());
  if (spec === undefined) return [];
  if (half.startsWith('--')) return begins(spec.flags.map(({ name }) => `--${name}`));
  const isFilter = spec.arguments[0]?.kind === 'filter';
  const argument = spec.arguments[isFilter ? 0 : given.filter((word) => !word.startsWith('--')).length];
  return argument === undefined ? [] : begins(candidatesOf(argument, vocabulary, runs));
}
