import { worstOfRun } from '../../commands/verdict.ts';
import type { Ending, ProgressStatus, RunState } from '../../jobs/index.ts';
import type { CheckResult } from '../../modules/contract.ts';

type Answer = CheckResult['answer'];

/** An answer is a mark and a word, so that nobody depends on a colour. */
export const ANSWER_MARKS: Readonly<Record<Answer, string>> = {
  pass: ':white_check_mark: pass',
  warn: ':warning: warn',
  fail: ':x: fail',
  unknown: ':grey_question: unknown',
};

export const PROGRESS_MARKS: Readonly<Record<ProgressStatus, string>> = {
  pending: ':white_circle:',
  running: ':hourglass_flowing_sand:',
  ok: ':white_check_mark:',
  failed: ':x:',
  unknown: ':grey_question:',
};

export const PROGRESS_WORDS: Readonly<Record<ProgressStatus, string>> = {
  pending: 'not started',
  running: 'running',
  ok: 'ok',
  failed: 'failed',
  unknown: 'outcome unknown',
};

const ENDING_LINES: Readonly<Record<Ending, string>> = {
  ok: ':white_check_mark: *Done*',
  failed: ':x: *Failed*',
  denied: ':no_entry: *Denied*',
  expired: ':hourglass: *Expired*: nobody decided in time',
  refused: ':no_entry: *Refused*',
  cancelled: ':black_square_for_stop: *Cancelled*',
  abandoned: ':black_square_for_stop: *Abandoned*',
};

/** A run that ended well and found the cluster otherwise must not look like good news. */
const DONE_LINES: Readonly<Record<Answer, string>> = {
  pass: ENDING_LINES.ok,
  warn: ':warning: *Done with warnings*',
  unknown: ':grey_question: *Done, not everything is known*',
  fail: ':x: *Done, not healthy*',
};

/** Where a run stands, as a mark and words. */
export function statusLine(state: RunState): string {
  if (state.ending?.ending === 'ok') return DONE_LINES[worstOfRun(state)];
  if (state.ending !== undefined) return ENDING_LINES[state.ending.ending];
  const cancelling = state.cancel === undefined ? '' : ', cancelling';
  switch (state.status) {
    case 'previewing':
      return `:mag: *Taking the preview*: nothing changes yet${cancelling}`;
    case 'waiting-approval':
      return `:raised_hand: *Waiting for approval*${cancelling}`;
    case 'waiting-locks':
      return `:lock: *Waiting for locks*${cancelling}`;
    case 'running':
      return `:hourglass_flowing_sand: *Running*${cancelling}`;
    case 'interrupted':
      return `:warning: *Interrupted*: people must decide${cancelling}`;
    case 'ended':
      return ':white_circle: *Ended*';
  }
}
