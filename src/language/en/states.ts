/** Where runs, steps, hosts and checks stand. */
export const states = {
  answer: { pass: 'pass', warn: 'warn', fail: 'fail', unknown: 'unknown' },
  /** "6 pass": so many checks answered this. */
  answers: (number: number, answer: 'pass' | 'warn' | 'fail' | 'unknown'): string => `${number} ${answer}`,
  progress: { pending: 'not started', running: 'running', ok: 'ok', failed: 'failed', unknown: 'outcome unknown' },
  impact: { none: 'none', safe: 'safe', disruptive: 'disruptive', destructive: 'destructive' },
  /** Of a run that is over: what it did not come to. */
  notNeeded: 'not needed',
  notDone: 'not done',
  notFinished: 'not finished',
  ending: {
    ok: '*Done*',
    failed: '*Failed*',
    denied: '*Denied*',
    expired: '*Expired*: nobody decided in time',
    refused: '*Refused*',
    cancelled: '*Cancelled*',
    abandoned: '*Abandoned*',
  },
  done: {
    warn: '*Done with warnings*',
    unknown: '*Done, not everything is known*',
    fail: '*Done, not healthy*',
  },
  status: {
    previewing: '*Taking the preview*: nothing changes yet',
    'waiting-approval': '*Waiting for approval*',
    'waiting-locks': '*Waiting for locks*',
    running: '*Running*',
    interrupted: '*Interrupted*: people must decide',
    ended: '*Ended*',
  },
  cancelling: ', cancelling',
  /** A run's end or status in one word, for lists. */
  word: {
    ok: 'ok',
    failed: 'failed',
    denied: 'denied',
    expired: 'expired',
    refused: 'refused',
    cancelled: 'cancelled',
    abandoned: 'abandoned',
    previewing: 'previewing',
    'waiting-approval': 'waiting-approval',
    'waiting-locks': 'waiting-locks',
    running: 'running',
    interrupted: 'interrupted',
    ended: 'ended',
  },
};
