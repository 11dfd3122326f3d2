import type { ArgumentSpec, CommandSpec } from './command-spec.ts';

const ALERT: ArgumentSpec = {
  name: 'alert',
  kind: 'alert',
  isOptional: false,
  summary: (say) => say.parameters.alert,
};
const FOR: ArgumentSpec = {
  name: 'how-long',
  kind: 'until',
  isOptional: false,
  summary: (say) => say.parameters.howLong,
};
const REASON: ArgumentSpec = {
  name: 'reason...',
  kind: 'text',
  isOptional: true,
  summary: (say) => say.parameters.reason,
};

/** The verbs around alerts, in the order in which help shows them. */
export const ALERT_COMMANDS: readonly CommandSpec[] = [
  {
    verb: 'alerts',
    arguments: [],
    flags: [],
    examples: ['alerts'],
    impact: 'none',
  },
  {
    verb: 'ack',
    arguments: [ALERT],
    flags: [],
    examples: ['ack redis', 'ack redis-12'],
    impact: 'none',
  },
  {
    verb: 'silence',
    arguments: [ALERT, FOR, REASON],
    flags: [],
    examples: ['silence redis 1h', 'silence postgresql 2026-11-28T18:00Z the disks are being replaced'],
    impact: 'safe',
  },
  {
    verb: 'unsilence',
    arguments: [ALERT],
    flags: [],
    examples: ['unsilence redis'],
    impact: 'none',
  },
  {
    verb: 'digest',
    arguments: [],
    flags: [],
    examples: ['digest'],
    impact: 'none',
  },
];
