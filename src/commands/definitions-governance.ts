import { CODE, optional, PERSON, REASON, RUN } from './argument-specs.ts';
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
  {
    verb: 'audit',
    summary: 'Show who decided what and when, export the logs, or verify that they stand as they were written',
    arguments: [
      {
        ...{ name: 'export|verify', kind: 'choice', choices: ['export', 'verify'], isOptional: true },
        summary: 'all events as JSON lines, or the check of every chain; a list of decisions when left out',
      },
    ],
    flags: [
      { name: 'person', kind: 'word', summary: 'only what they did: a key under people, a Slack user, login:<name>' },
      { name: 'module', kind: 'word', summary: 'only runs about this module' },
      { name: 'verb', kind: 'word', summary: 'only this verb' },
      {
        name: 'since',
        kind: 'word',
        summary: 'how long back or from when: 12h, 7d, 2026-11-28T18:00Z; 30d when left out',
      },
      { name: 'until', kind: 'word', summary: 'up to when; now when left out' },
      { name: 'limit', kind: 'number', summary: 'how many, 1 to 50; 20 when left out' },
    ],
    examples: ['audit', 'audit --person olga --since 7d', 'audit export --module redis --since 90d', 'audit verify'],
    impact: 'none',
  },
  {
    verb: 'totp',
    summary: 'Get one-time codes of your own for what policy.yaml asks one for, or have those of somebody forgotten',
    arguments: [
      {
        ...{ name: 'enrol|confirm|forget', kind: 'choice', choices: ['enrol', 'confirm', 'forget'], isOptional: false },
        summary: 'make a secret for your app, show its first code, or forget a lost one',
      },
      { name: 'code|person', kind: 'word', isOptional: true, summary: 'the code to confirm, or whose to forget' },
    ],
    flags: [CODE],
    examples: ['totp enrol', 'totp confirm 123456', 'totp enrol --code 123456', 'totp forget tom'],
    impact: 'safe',
  },
];
