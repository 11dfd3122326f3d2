import type { Phrase } from '../language/index.ts';
import type { Impact } from '../modules/contract.ts';

/** Every word a command can begin with. */
export const COMMAND_VERBS = [
  'help',
  'whoami',
  'status',
  'inventory',
  'validate',
  'plan',
  'deploy',
  'failover',
  'drill',
  'test',
  'migrate',
  'remove',
  'runs',
  'show',
  'logs',
  'approve',
  'deny',
  'cancel',
  'resume',
  'abandon',
  'locks',
  'lock',
  'unlock',
  'steal',
  'enroll',
  'reboot',
  'reset',
  'poweron',
  'alerts',
  'ack',
  'silence',
  'unsilence',
  'digest',
  'policy',
  'freeze',
  'unfreeze',
  'reviews',
  'review',
  'audit',
  'totp',
] as const;
export type CommandVerb = (typeof COMMAND_VERBS)[number];

/** Verbs of modules whose changes `plan` shows; deploy when none is named. */
export const PLANNED_VERBS = ['deploy', 'failover', 'drill', 'migrate', 'remove'] as const;
export type PlannedVerb = (typeof PLANNED_VERBS)[number];

/** Every module that can be deployed, where the name of one may stand. */
export const ALL = 'all';

export type ArgumentKind =
  | 'topic'
  | 'module'
  | 'planned-verb'
  | 'host'
  | 'filter'
  | 'run'
  | 'lock'
  | 'alert'
  | 'until'
  | 'person'
  | 'choice'
  | 'word'
  | 'text';

export interface ArgumentSpec {
  name: string;
  kind: ArgumentKind;
  isOptional: boolean;
  /** A module's argument that may be `all` as well. */
  takesAll?: boolean;
  /** The words that a choice is made from. */
  choices?: readonly string[];
  summary: Phrase;
}

export interface FlagSpec {
  name: string;
  /** `text`: a reason, in quotes or to the end of the line; `word`: one word. */
  kind: 'switch' | 'number' | 'word' | 'text';
  summary: Phrase;
  /** A flag that can't stand beside it, and what to do instead. */
  notWith?: { name: string; why: Phrase };
}

/** One verb of the grammar, as data: parsing, help and completion are made from it. What it is for says the catalogue. */
export interface CommandSpec {
  verb: CommandVerb;
  arguments: readonly ArgumentSpec[];
  flags: readonly FlagSpec[];
  examples: readonly string[];
  /** The gravest thing its use may do; a module's steps may do less. */
  impact: Impact;
}
