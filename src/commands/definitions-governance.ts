import { CODE, optional, PERSON, REASON, RUN } from './argument-specs.ts';
import type { CommandSpec } from './command-spec.ts';

/** The verbs around who may do what, in the order in which help shows them. */
export const GOVERNANCE_COMMANDS: readonly CommandSpec[] = [
  {
    verb: 'policy',
    arguments: [
      { name: 'check', kind: 'choice', choices: ['check'], isOptional: false, summary: (say) => say.parameters.check },
      PERSON,
      { name: 'command...', kind: 'text', isOptional: false, summary: (say) => say.parameters.command },
    ],
    flags: [],
    examples: ['policy check olga deploy redis', 'policy check @U0TOM00001 approve lusab-babad'],
    impact: 'none',
  },
  {
    verb: 'freeze',
    arguments: [optional(REASON)],
    flags: [],
    examples: ['freeze', 'freeze the network at the site is failing'],
    impact: 'safe',
  },
  {
    verb: 'unfreeze',
    arguments: [optional(REASON)],
    flags: [],
    examples: ['unfreeze'],
    impact: 'safe',
  },
  {
    verb: 'reviews',
    arguments: [],
    flags: [],
    examples: ['reviews'],
    impact: 'none',
  },
  {
    verb: 'review',
    arguments: [RUN, optional({ ...REASON, name: 'note...', summary: (say) => say.parameters.note })],
    flags: [],
    examples: ['review lusab-babad', 'review lusab-babad right, the disk was full'],
    impact: 'none',
  },
  {
    verb: 'audit',
    arguments: [
      {
        ...{ name: 'export|verify', kind: 'choice', choices: ['export', 'verify'], isOptional: true },
        summary: (say) => say.parameters.auditWhat,
      },
    ],
    flags: [
      { name: 'person', kind: 'word', summary: (say) => say.parameters.auditPerson },
      { name: 'module', kind: 'word', summary: (say) => say.parameters.auditModule },
      { name: 'verb', kind: 'word', summary: (say) => say.parameters.auditVerb },
      {
        name: 'since',
        kind: 'word',
        summary: (say) => say.parameters.auditSince,
      },
      { name: 'until', kind: 'word', summary: (say) => say.parameters.auditUntil },
      { name: 'limit', kind: 'number', summary: (say) => say.parameters.limit(20) },
    ],
    examples: ['audit', 'audit --person olga --since 7d', 'audit export --module redis --since 90d', 'audit verify'],
    impact: 'none',
  },
  {
    verb: 'totp',
    arguments: [
      {
        ...{ name: 'enrol|confirm|forget', kind: 'choice', choices: ['enrol', 'confirm', 'forget'], isOptional: false },
        summary: (say) => say.parameters.totpWhat,
      },
      { name: 'code|person', kind: 'word', isOptional: true, summary: (say) => say.parameters.totpWord },
    ],
    flags: [CODE],
    examples: ['totp enrol', 'totp confirm 123456', 'totp enrol --code 123456', 'totp forget tom'],
    impact: 'safe',
  },
];
