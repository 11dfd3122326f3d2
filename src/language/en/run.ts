import { counting } from './counting.ts';

/** A run's message: what it is, where it stands, what is asked, and its buttons. */
export const run = {
  named: (run: string): string => `run ${run}`,
  Named: (run: string): string => `Run ${run}`,
  previewOnly: 'preview only',
  attempt: (number: number): string => `attempt ${number}`,
  askedBy: (person: string, isTerminal: boolean): string => `Asked by ${person}${isTerminal ? ' in the terminal' : ''}`,
  impact: (impact: string): string => `impact: ${impact}`,
  logHead: (head: string, event: number): string => `Log head ${head} after event ${event}`,
  took: (time: string): string => `in ${time}`,
  would: (changes: string): string => `would make ${changes}`,
  cancelledBy: (person: string, time: string): string => `Cancelled by ${person}, ${time}.`,
  lockHeld: (lock: string, holder: string, since: string): string =>
    `Lock ${lock} is held by ${holder} since ${since}.`,
  notFit: (step: string): string => `Not fit for it (${step}):`,
  moved: (channel: string, code: string): string => `Asked in ${channel}, where the bot can't post (${code}).`,
  noChanges: 'no changes',
  changesInBot: (changes: number): string => `${counting.count(changes, 'change')} in the bot itself`,
  changesOn: (changes: number, hosts: number): string =>
    `${counting.count(changes, 'change')} on ${counting.count(hosts, 'host')}`,
  checks: (summary: string, isOutdated: boolean): string => `checks${isOutdated ? ' before it' : ''}: ${summary}`,
  results: (summary: string): string => `results: ${summary}`,
  Results: '*Results*',
  checksWhen: (summary: string, isOutdated: boolean): string =>
    `*Checks ${isOutdated ? 'before it' : 'afterwards'}*: ${summary}`,
  checklist: '*Checklist*',
  on: (hosts: number): string => ` on ${counting.count(hosts, 'host')}`,
  hostsOk: (ok: number, hosts: number): string => `${ok} of ${counting.count(hosts, 'host')} ok`,
  stepsDone: (done: number, steps: number): string => `${done} of ${counting.count(steps, 'step')}`,
  nothingToChange: 'nothing to change',
  compensation: 'Compensation: ',
  exit: (code: number): string => ` (exit ${code})`,
  output: (host: string, step: string, run: string): string => `Output of ${host}, step ${step}, run ${run}`,
};

/** Who is asked, who decided, and who goes ahead alone. */
export const approval = {
  needs: (missing: number, requester: string, impact: string): string =>
    `*Needs ${counting.more(missing, 'approval')}*, not by ${requester} who asked. Impact: *${impact}*.`,
  until: (time: string): string => `Decide until ${time}.`,
  soFar: (votes: string): string => `Approved so far by ${votes}`,
  would: (changes: string): string => `It would make *${changes}*; the diffs are in the thread:`,
  approved: (votes: string, changes: string): string => `*Approved* by ${votes}: ${changes}.`,
  denied: (who: string, time: string, reason: string): string => `*Denied* by ${who}, ${time}: ${reason}`,
  expired: (time: string): string => `*The approval expired* ${time}: nobody decided in time.`,
  voided: (reason: string): string => `*The approval was voided*, a new prompt follows. ${reason}`,
  override: (reason: string): string => `*Override* of what it requires: ${reason}`,
  needed: (changes: string, impact: string): string => `Approval needed: ${changes}, impact ${impact}`,
  breakGlass: (person: string, reason: string): string => `*Break-glass* by ${person} <!here>: ${reason}`,
  alone: 'It goes ahead without approval and in any freeze.',
  reviewed: (person: string, time: string, note: string): string => `*Reviewed* by ${person}, ${time}${note}`,
  needsReview: '*Needs a review* by somebody else who may approve such runs.',
};

/** Labels have 75 characters, questions 100, their texts 300, a dialog's own buttons 30. */
export const buttons = {
  back: 'Back',
  approve: 'Approve',
  approveAsk: (plan: string): string => `Approve ${plan}?`,
  approveText: (changes: string, impact: string): string =>
    `${changes}, impact ${impact}. Exactly what the preview shows is done.`,
  deny: 'Deny …',
  cancel: 'Cancel',
  cancelYes: 'Cancel the run',
  cancelAsk: (plan: string): string => `Cancel ${plan}?`,
  cancelText: 'The run stops between steps; what runs on a host right now is finished first.',
  cancelMends: (steps: string): string => ` Then compensation follows: ${steps}.`,
  resume: 'Resume',
  resumeAsk: (plan: string): string => `Resume ${plan}?`,
  resumeText: 'The preconditions are checked again; only failed and not-started hosts are worked on.',
  resumeMends: 'What failed stays failed: only putting right is tried again.',
  abandon: 'Abandon',
  abandonAsk: (plan: string): string => `Abandon ${plan}?`,
  abandonText: 'What is half done stays as it is, and the run lets go of its locks.',
  review: 'Reviewed',
  reviewYes: 'I have reviewed it',
  reviewAsk: (plan: string): string => `Reviewed ${plan}?`,
  reviewText: 'You have looked at what it did and why. Whoever asked for it can not review it.',
  logs: 'Show log',
};
