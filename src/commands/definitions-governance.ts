import { optional, PERSON, REASON, RUN } from './argument-specs.ts';
import type { CommandSpec } from './command-spec.ts';

/** The verbs around who may do what, in the order in which help shows them. */
export const GOVERNANCE_COMMANDS: readonly CommandSpec[] = [
  {
    verb: 'policy',
    summary: 'Explain why somebody may do something now, or why not',
    arguments: [
      { name: 'check', kind: 'choice', choices: ['check'], isOptional: false, summary: 'the word check' },
      PERSON,
      { name: 'command...', kind: 'text', isOptional: false, summary: 'a command as they would type it' },
    ],
    flags: [],
    examples: ['policy check olga deploy redis', 'policy check @U0TOM00001 approve lusab-babad'],
    impact: 'none',
  },
  {
    verb: 'freeze',
    summary: 'Let nothing begin that changes anything; what runs stops after what it does on hosts now',
    arguments: [optional(REASON)],
    flags: [],
    examples: ['freeze', 'freeze the network at the site is failing'],
    impact: 'safe',
  },
  {
    verb: 'unfreeze',
    summary: 'Lift the freeze; interrupted runs are gone on with by resume',
    arguments: [optional(REASON)],
    flags: [],
    examples: ['unfreeze'],
    impact: 'safe',
  },
  {
    verb: 'reviews',
    summary: 'List the break-glass runs that nobody else has reviewed yet',
    arguments: [],
    flags: [],
    examples: ['reviews'],
    impact: 'none',
  },
  {
    verb: 'review',
    summary: 'Say that you have looked at what a break-glass run of somebody else did',
    arguments: [RUN, optional({ ...REASON, name: 'note...', summary: 'what you found, in your words' })],
    flags: [],
    examples: ['review lusab-babad', 'review lusab-babad right, the disk was full'],
    impact: 'none',
  },
];
