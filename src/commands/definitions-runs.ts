import { CODE, LOG_HOST, optional, REASON, RUN, STEP } from './argument-specs.ts';
import type { CommandSpec } from './command-spec.ts';

/** What to type about a run that there is. */
export const RUN_COMMANDS: readonly CommandSpec[] = [
  {
    verb: 'runs',
    summary: 'List the newest runs',
    arguments: [],
    flags: [
      { name: 'open', kind: 'switch', summary: 'only runs that have not ended' },
      { name: 'limit', kind: 'number', summary: 'how many, 1 to 50; 10 when left out' },
    ],
    examples: ['runs', 'runs --open', 'runs --limit 20'],
    impact: 'none',
  },
  {
    verb: 'show',
    summary: 'Show where a run stands, with its steps and who decided what',
    arguments: [RUN],
    flags: [],
    examples: ['show lusab-babad'],
    impact: 'none',
  },
  {
    verb: 'logs',
    summary: "Show a host's output in a run",
    arguments: [RUN, optional(STEP), optional(LOG_HOST)],
    flags: [],
    examples: ['logs lusab-babad', 'logs lusab-babad install redis-02'],
    impact: 'none',
  },
  {
    verb: 'approve',
    summary: 'Approve what a run has shown it will change',
    arguments: [RUN],
    flags: [CODE],
    examples: ['approve lusab-babad', 'approve lusab-babad --code 123456'],
    impact: 'destructive',
  },
  {
    verb: 'deny',
    summary: 'Refuse a run that waits for approval, and say why',
    arguments: [RUN, REASON],
    flags: [],
    examples: ['deny lusab-babad wait for the backup to end'],
    impact: 'none',
  },
  {
    verb: 'cancel',
    summary: 'Stop a run before its next step',
    arguments: [RUN],
    flags: [],
    examples: ['cancel lusab-babad'],
    impact: 'safe',
  },
  {
    verb: 'resume',
    summary: 'Go on with an interrupted or failed run where it stopped',
    arguments: [RUN],
    flags: [],
    examples: ['resume lusab-babad'],
    impact: 'disruptive',
  },
  {
    verb: 'abandon',
    summary: 'End an interrupted run as it is and free its locks',
    arguments: [RUN],
    flags: [],
    examples: ['abandon lusab-babad'],
    impact: 'disruptive',
  },
];
