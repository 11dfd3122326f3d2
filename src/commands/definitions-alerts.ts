import type { ArgumentSpec, CommandSpec } from './command-spec.ts';

const ALERT: ArgumentSpec = {
  name: 'alert',
  kind: 'alert',
  isOptional: false,
  summary: 'an alert such as redis-12, or what it is about: redis, hosts',
};
const FOR: ArgumentSpec = {
  name: 'how-long',
  kind: 'until',
  isOptional: false,
  summary: 'a time such as 30m, 1h or 2d, or until when: 2026-11-28T18:00Z',
};
const REASON: ArgumentSpec = { name: 'reason...', kind: 'text', isOptional: true, summary: 'why, in your words' };

/** The verbs around alerts, in the order in which help shows them. */
export const ALERT_COMMANDS: readonly CommandSpec[] = [
  {
    verb: 'alerts',
    summary: 'List what alerts now, and what is silenced',
    arguments: [],
    flags: [],
    examples: ['alerts'],
    impact: 'none',
  },
  {
    verb: 'ack',
    summary: 'Say that you look after an alert; nobody else is called for it',
    arguments: [ALERT],
    flags: [],
    examples: ['ack redis', 'ack redis-12'],
    impact: 'none',
  },
  {
    verb: 'silence',
    summary: 'Post nothing about a module or alert for a while',
    arguments: [ALERT, FOR, REASON],
    flags: [],
    examples: ['silence redis 1h', 'silence postgresql 2026-11-28T18:00Z the disks are being replaced'],
    impact: 'safe',
  },
  {
    verb: 'unsilence',
    summary: 'End a silence',
    arguments: [ALERT],
    flags: [],
    examples: ['unsilence redis'],
    impact: 'none',
  },
  {
    verb: 'digest',
    summary: 'Show the digest of the day now: state, what changed since yesterday, and what is due',
    arguments: [],
    flags: [],
    examples: ['digest'],
    impact: 'none',
  },
];
