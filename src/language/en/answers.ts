import { counting } from './counting.ts';

/** Answers to commands that only the person sees. */
export const answers = {
  working: (command: string): string => `Working on ${command} …`,
  started: (what: { run: string; command: string; isDuplicate: boolean; isHere: boolean }): string =>
    `Run ${what.run} ${what.isDuplicate ? 'was started already' : 'started'}: ${what.command}. Its report follows ${what.isHere ? 'here' : 'in the ops channel'}.`,
  decided: {
    approved: 'approved',
    denied: 'denied',
    cancelled: 'cancelled',
    cancelling: 'is being cancelled',
    resumed: 'resumed',
    abandoned: 'abandoned',
    reviewed: 'reviewed',
  },
  decidedRun: (run: string, command: string, word: string): string => `Run ${run} (${command}): ${word}.`,
  nothingKept: (head: string): string => `${head}: nothing kept.`,
  noRuns: 'No runs.',
  newestFirst: (runs: number): string => `*${counting.count(runs, 'run')}*, newest first`,
  /** Locks. */
  noLock: 'No lock is held.',
  free: 'free for the next in the queue',
  byHand: (owner: string): string => `${owner}, by hand,`,
  heldBy: (who: string, since: string, reason: string): string => `held by ${who} since ${since}: ${reason}`,
  waiting: (runs: number, names: string): string =>
    `${counting.count(runs, 'run')} waiting, first come first: ${names}`,
  howToSteal: (command: string): string =>
    `A run gives its locks back when it ends; ${command} takes one away, after approval.`,
  youHold: (lock: string, reason: string): string => `You hold the lock ${lock}: ${reason}`,
  untilUnlock: (command: string): string => `Runs that need it wait until you type ${command}.`,
  unlocked: (lock: string): string => `The lock ${lock} is free; the next run in its queue goes on.`,
};

/** Answers about who may do what, freezes, one-time codes and the audit. */
export const governance = {
  decision: {
    allowed: 'Allowed',
    approval: 'Allowed, after approval',
    waits: 'Allowed, and it would wait',
    refused: 'Refused',
  },
  frozen: (person: string, time: string, reason: string): string =>
    `*Everything is frozen* by ${person}, ${time}${reason === '' ? '' : `: ${reason}`}`,
  nothingBegins: (command: string): string => `Nothing that changes anything begins; ${command} lifts it.`,
  unfrozen: 'The freeze is lifted.',
  interruptedWait: (commands: string): string => `Interrupted runs wait for you: ${commands}`,
  noReviews: 'No break-glass run waits for a review.',
  by: (person: string): string => `by ${person}`,
  howToReview: (command: string): string => `Somebody else who may approve it says ${command} when it is over.`,
  secret: 'Enter this secret in your authenticator app; nobody can show it to you again:',
  secretThen: (command: string): string => `Then, within 10 minutes: ${command}. Codes of before count until then.`,
  secretTitle: 'Your new secret for one-time codes',
  codesCount: 'Your one-time codes count now.',
  codesForgotten: (person: string): string => `The one-time codes of ${person} are forgotten.`,
  entriesSince: (entries: number, time: string): string => `*${counting.count(entries, 'entry')}* since ${time}`,
  moreEntries: (more: number, command: string): string => `… ${more} more; narrow it down, or ${command}`,
  onlyNewest: 'Only the newest runs were looked at.',
  exported: (title: string, events: number, since: string): string =>
    `${title}: ${counting.count(events, 'event')} since ${since} as JSON lines.`,
  exports: (person: string, events: number, title: string): string =>
    `${person} exports ${counting.count(events, 'event')}: ${title}`,
  exportCut: 'There is more than one export holds: narrow it down.',
  looked: (runs: number, events: number, entries: number): string =>
    `${counting.count(runs, 'run')}, ${counting.count(events, 'event')}, ${entries} of the ledger`,
  holds: (looked: string): string => `*Every chain holds*: ${looked}.`,
  faults: (faults: number, looked: string): string => `*${counting.count(faults, 'fault')}* in ${looked}.`,
  ledger: 'The ledger',
  none: 'none',
  heads: (ledger: string, seals: number, seal: string): string =>
    `Head of the ledger: ${ledger}, of ${counting.count(seals, 'seal')}: ${seal}. A run's stands in its last message.`,
};

/** What is said around Slack itself: forms that do not open, mentions, what could not be recorded. */
export const slack = {
  notServed: (command: string): string => `The bot does not serve ${command} as Slack sent it. Type /keybuzz help.`,
  formInstead: (command: string): string => `The form did not open. Type ${command} instead.`,
  formInThread: (command: string): string => `The form did not open. Write ${command} in the thread instead.`,
  beginWithName: (example: string): string => `To ask me something, begin with my name: ${example}.`,
  notRecorded: 'Not recorded, so nothing was done: the bot does not reach its Redis. Please try again in a moment.',
  recordLate:
    'Redis did not answer within a second, so this may or may not have been recorded. Look at /keybuzz runs before you try again.',
  unreadable: 'Slack sent this in a form the bot can not read, so nothing was done. Please try again.',
  later:
    'Not recorded yet: the bot does not reach its Redis. Slack brings your message again within minutes. Look at /keybuzz runs before you repeat it.',
};
