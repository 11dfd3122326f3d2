import { worstOfRun } from '../../commands/verdict.ts';
import type { Ending, ProgressStatus, RunState } from '../../jobs/index.ts';
import { english, type Wording } from '../../language/index.ts';
import type { CheckResult } from '../../modules/contract.ts';

type Answer = CheckResult['answer'];

const ANSWER_EMOJI: Readonly<Record<Answer, string>> = {
  pass: ':white_check_mark:',
  warn: ':warning:',
  fail: ':x:',
  unknown: ':grey_question:',
};

/** An answer is a mark and a word, so that nobody depends on a colour. */
export function answerMark(answer: Answer, say: Wording = english): string {
  return `${ANSWER_EMOJI[answer]} ${say.states.answer[answer]}`;
}

export const PROGRESS_MARKS: Readonly<Record<ProgressStatus, string>> = {
  pending: ':white_circle:',
  running: ':hourglass_flowing_sand:',
  ok: ':white_check_mark:',
  failed: ':x:',
  unknown: ':grey_question:',
};

const ENDING_EMOJI: Readonly<Record<Ending, string>> = {
  ok: ':white_check_mark:',
  failed: ':x:',
  denied: ':no_entry:',
  expired: ':hourglass:',
  refused: ':no_entry:',
  cancelled: ':black_square_for_stop:',
  abandoned: ':black_square_for_stop:',
};

const STATUS_EMOJI: Readonly<Record<RunState['status'], string>> = {
  previewing: ':mag:',
  'waiting-approval': ':raised_hand:',
  'waiting-locks': ':lock:',
  running: ':hourglass_flowing_sand:',
  interrupted: ':warning:',
  ended: ':white_circle:',
};

/** A run that ended well and found the cluster otherwise must not look like good news. */
function doneLine(worst: Answer, { states }: Wording): string {
  return `${ANSWER_EMOJI[worst]} ${worst === 'pass' ? states.ending.ok : states.done[worst]}`;
}

/** Where a run stands, as a mark and words. */
export function statusLine(state: RunState, say: Wording = english): string {
  const { states } = say;
  const { ending, status } = state;
  if (ending?.ending === 'ok') return doneLine(worstOfRun(state), say);
  if (ending !== undefined) return `${ENDING_EMOJI[ending.ending]} ${states.ending[ending.ending]}`;
  const cancelling = state.cancel === undefined || status === 'ended' ? '' : states.cancelling;
  return `${STATUS_EMOJI[status]} ${states.status[status]}${cancelling}`;
}
