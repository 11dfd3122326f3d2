import { CODE, LOG_HOST, optional, REASON, RUN, STEP } from './argument-specs.ts';
import type { CommandSpec } from './command-spec.ts';

/** What to type about a run that there is. */
export const RUN_COMMANDS: readonly CommandSpec[] = [
  {
    verb: 'runs',
    arguments: [],
    flags: [
      { name: 'open', kind: 'switch', summary: (say) => say.parameters.open },
      { name: 'limit', kind: 'number', summary: (say) => say.parameters.limit(10) },
    ],
    examples: ['runs', 'runs --open', 'runs --limit 20'],
    impact: 'none',
  },
  {
    verb: 'show',
    arguments: [RUN],
    flags: [],
    examples: ['show lusab-babad'],
    impact: 'none',
  },
  {
    verb: 'logs',
    arguments: [RUN, optional(STEP), optional(LOG_HOST)],
    flags: [],
    examples: ['logs lusab-babad', 'logs lusab-babad install redis-02'],
    impact: 'none',
  },
  {
    verb: 'approve',
    arguments: [RUN],
    flags: [CODE],
    examples: ['approve lusab-babad', 'approve lusab-babad --code 123456'],
    impact: 'destructive',
  },
  {
    verb: 'deny',
    arguments: [RUN, REASON],
    flags: [],
    examples: ['deny lusab-babad wait for the backup to end'],
    impact: 'none',
  },
  {
    verb: 'cancel',
    arguments: [RUN],
    flags: [],
    examples: ['cancel lusab-babad'],
    impact: 'safe',
  },
  {
    verb: 'resume',
    arguments: [RUN],
    flags: [],
    examples: ['resume lusab-babad'],
    impact: 'disruptive',
  },
  {
    verb: 'abandon',
    arguments: [RUN],
    flags: [],
    examples: ['abandon lusab-babad'],
    impact: 'disruptive',
  },
];
