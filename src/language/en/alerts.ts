import { counting } from './counting.ts';

/** Alerts: their message, the notes in its thread, and the lists of them. */
export const alerts = {
  /** Subjects that are no module. */
  titles: {
    hosts: 'Hosts that do not answer',
    monitor: 'The monitor has stopped',
    freeze: 'Everything is frozen: nothing that changes anything begins',
    policy: 'policy.yaml has a fault: the policy before it still counts',
  },
  resolved: '*Resolved*',
  silenced: '*Silenced*',
  acknowledged: '*Acknowledged*',
  severity: { critical: '*Critical*', warning: '*Warning*' },
  named: (id: string): string => `alert ${id}`,
  lasted: (time: string): string => `It lasted ${time}.`,
  lessThanASecond: 'less than a second',
  since: (time: string): string => `since ${time}`,
  over: (time: string): string => `over, ${time}`,
  flapping: (turns: number): string => `flapping, it turned ${turns} times`,
  looksAfter: (person: string): string => `${person} looks after it`,
  looksAfterSince: (person: string, time: string): string => `${person} looks after it, ${time}.`,
  silencedUntil: (person: string, time: string): string => `silenced by ${person} until ${time}`,
  silencedBy: (person: string, time: string, reason: string): string => `Silenced by ${person} until ${time} ${reason}`,
  muted: (why: string): string => `Muted: ${why}. What fails meanwhile opens nothing.`,
  lastChange: (what: { command: string; run: string; person: string; how: string; time: string }): string =>
    `Last change here: ${what.command}, run ${what.run} of ${what.person}, ${what.how}, ${what.time}`,
  voided: (person: string, check: string, time: string): string =>
    `${person}: since you acknowledged it ${check} failed too, ${time}. Please look again.`,
  escalated: (what: { whom: string; id: string; time: string; checks: number; title: string }): string =>
    `${what.whom}nobody has acknowledged ${what.id} since ${what.time}: ${counting.count(what.checks, 'check')} of ${what.title}.`,
  resolvedAfter: (title: string, id: string, time: string): string => `*Resolved*: ${title} (${id}) after ${time}.`,
  buttons: {
    status: 'Show status',
    silence: 'Silence 1 h',
    silenceUntil: 'Silence until …',
    unsilence: 'End the silence',
    ack: 'Acknowledge',
    deploy: 'Propose fix',
  },
  nothing: 'Nothing alerts.',
  noMonitor: 'The monitor asks no module: no worker with KEYBUZZ_MONITOR runs.',
  notYet: 'not yet',
  askedLast: (modules: string): string => `Asked last: ${modules}`,
  did: { ack: 'You look after it', silence: 'Nothing is posted about it', unsilence: 'No longer silenced' },
};
