import type { en } from '../en/index.ts';
import { alerts } from './alerts.ts';
import { answers, governance, slack } from './answers.ts';
import { digest } from './digest.ts';
import { checklist } from './checklist.ts';
import { help, parameters, verbs } from './commands.ts';
import { counting } from './counting.ts';
import { criterion } from './criteria/index.ts';
import { errors } from './errors.ts';
import { grammar } from './grammar.ts';
import { files } from './files.ts';
import { forms, home } from './home.ts';
import { titled } from './modules/index.ts';
import { aftermath, events, notes } from './notes.ts';
import { codes, decisions, groups, policy } from './policy.ts';
import { retold } from './retold/index.ts';
import { approval, buttons, run } from './run.ts';
import { states } from './states.ts';
import { terminal } from './terminal.ts';

/** docs/decisions/0049 has the glossary. */
export const fr: typeof en = {
  language: 'fr',
  ...counting,
  aftermath,
  alerts,
  answers,
  approval,
  buttons,
  checklist,
  codes,
  criterion,
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
  retold,
  run,
  slack,
  states,
  terminal,
  titled,
  verbs,
};
