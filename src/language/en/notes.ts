import { counting } from './counting.ts';

/** What a run's thread says: previews, endings, and each event of its log on a line. */
export const notes = {
  preview: '*Preview*',
  previewAgain: '*Preview taken again under the locks*',
  noPreview: 'No preview.',
  hashes: (preview: string, plan: string): string => `Preview ${preview} · plan ${plan}`,
  over: (person: string, command: string): string => `${person}, your ${command} is over.`,
  onlyMends: ' Resuming only tries to put right again.',
  thenPress: (command: string): string => `Then press Resume or Abandon above, or type ${command}.`,
  resumesToMend: (person: string): string => `${person} resumes the run, to put right only`,
};

/** Events of the log. */
export const events = {
  step: (step: string): string => `Step ${step}`,
  hostStep: (host: string, step: string): string => `${host}, step ${step}`,
  started: (what: string): string => `${what} started`,
  noted: (what: string): string => `${what}: how it was before is noted`,
  approvalAsked: (time: string): string => `Approval asked for, until ${time}`,
  approved: (person: string, via: string): string => `Approved by ${person} (${via})`,
  denied: (person: string, reason: string): string => `Denied by ${person}: ${reason}`,
  expired: 'The approval expired: nobody decided in time',
  voided: (reason: string): string => `The approval was voided: ${reason}`,
  cancels: (person: string): string => `${person} cancels the run`,
  resumes: (person: string): string => `${person} resumes the run: failed and not-started hosts only`,
  abandons: (person: string): string => `${person} abandons the run`,
  reviewed: (person: string): string => `Reviewed by ${person}`,
  asked: (person: string, command: string, isBreakGlass: boolean): string =>
    `${person} asked for ${command}${isBreakGlass ? ', breaking the glass' : ''}`,
  preview: (changes: string, isLocked: boolean, troubles: number): string =>
    `Preview${isLocked ? ' under the locks' : ''}: ${changes}${troubles === 0 ? '' : `, ${counting.count(troubles, 'trouble')}`}`,
  waitsForLock: (lock: string, holder: string): string => `Waits for lock ${lock}, held by ${holder}`,
  tookLocks: (locks: number): string => `Took ${counting.count(locks, 'lock')}`,
  letGo: 'Let go of its locks',
  baseline: (step: string, checks: number): string =>
    `Step ${step}: ${counting.count(checks, 'check')} must pass again between hosts`,
  checks: (summary: string): string => `Checks: ${summary}`,
  interrupted: (reason: string): string => `Interrupted: ${reason}`,
  ended: (ending: string, reason: string): string => `Ended: ${ending}${reason === '' ? '' : `: ${reason}`}`,
};

/** What people must know of a run that ended short of its aim, was interrupted or is being cancelled. */
export const aftermath = {
  undone: (step: string, left: string, done: string): string => `${step} on ${left} (done on ${done})`,
  notMended: (step: string, why: string): string =>
    `Compensation did not succeed: ${step}. ${why}. What the run changed there may still be so.`,
  mending: (step: string): string => `Compensation runs: ${step}.`,
  mendedNothing: (step: string): string => `Compensation ran: ${step}. It reported no change.`,
  mended: (step: string, what: string): string => `Compensation ran: ${step}. Put right: ${what}.`,
  mayStillRun: (hosts: string): string => `Nobody knows whether this still runs: ${hosts}. Look there.`,
  notPutRight: (steps: string): string => `Not put right by the run: ${steps}. Look at its hosts.`,
  nothingRuns: 'Nothing of the run still runs on any host.',
  nothingChanged: 'Nothing was changed on any host.',
  notDone: (steps: string): string => `Not done: ${steps}.`,
  endsNow: 'Nothing was changed yet: the run ends now.',
  idle: 'Nothing runs on a host at this moment.',
  finishedFirst: (what: string): string => `Finished first, never cut in half: ${what}.`,
  thenMends: (steps: string): string => `Then compensation follows: ${steps}.`,
  notBegun: (steps: string): string => `Not begun any more: ${steps}.`,
};
