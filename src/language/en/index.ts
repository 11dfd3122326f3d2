import { alerts } from './alerts.ts';
import { answers, governance, slack } from './answers.ts';
import { digest } from './digest.ts';
import { checklist } from './checklist.ts';
import { help, parameters, verbs } from './commands.ts';
import { counting } from './counting.ts';
import { errors } from './errors.ts';
import { grammar } from './grammar.ts';
import { files } from './files.ts';
import { forms, home } from './home.ts';
import { aftermath, events, notes } from './notes.ts';
import { codes, decisions, groups, policy } from './policy.ts';
import { approval, buttons, run } from './run.ts';
import { states } from './states.ts';
import { terminal } from './terminal.ts';

/** The source of the catalogue: the other languages have the same keys, or do not compile. */
export const en = {
  language: 'en' as 'en' | 'fr',
  ...counting,
  aftermath,
  alerts,
  answers,
  approval,
  buttons,
  checklist,
  codes,
  /** When a check passes, for the reader: modules state it in English. */
  criterion: (criterion: string): string => criterion,
  decisions,
  digest,
  errors,
  events,
  files,
  forms,
  governance,
  grammar,
  groups,
  help,
  home,
  notes,
  parameters,
  policy,
  run,
  slack,
  /** A sentence that was kept before its reader was known, for the reader: what a check found, why a run stopped. */
  retold: (sentence: string): string => sentence,
  states,
  terminal,
  /** A title that a module or a plan brings, for the reader: they are English where they stand. */
  titled: (title: string): string => title,
  verbs,
};
