import type { RunState } from '../jobs/index.ts';
import { cancelLines, outcomeLines } from './render-outcome.ts';
import { approvalLines, endingLines, previewLines, stepLines } from './render-run.ts';
import { clip, escapeControl, formatTime, paint } from './text.ts';
import type { Style } from './text.ts';

/** `deploy redis · run dapod-kivag · running` */
export function titleLine(state: RunState, style: Style): string {
  const { run, states } = style.say;
  const status = states.word[state.ending?.ending ?? state.status];
  return paint(
    clip(`${escapeControl(state.command)} · ${run.named(state.runId)} · ${status}`, style.columns),
    'bold',
    style,
  );
}

function headLine(state: RunState, style: Style): string {
  return paint(clip(style.say.terminal.log(state.seq, state.head.slice(0, 12)), style.columns), 'dim', style);
}

/** A run in a few lines for one who has watched it: what, how it ended and with what result, the log's head. */
export function summaryLines(state: RunState, style: Style): string[] {
  return [titleLine(state, style), ...endingLines(state, style), ...outcomeLines(state, style), headLine(state, style)];
}

/** That somebody went ahead alone, why, and who reviewed it. */
function breakGlassLines({ breakGlass, review }: RunState, style: Style): string[] {
  if (breakGlass === undefined) return [];
  const { terminal } = style.say;
  const by = review === undefined ? terminal.notReviewed : terminal.reviewedBy(review.person.name, review.note);
  return [clip(escapeControl(terminal.breakGlass(by, breakGlass.reason)), style.columns)];
}

/** Everything about a run that fits a screen, drawn from its state alone. */
export function renderRun(state: RunState, style: Style): string[] {
  const { run, terminal } = style.say;
  const when = formatTime(state.requestedAt, style.timeZone);
  const asked = terminal.askedBy(escapeControl(state.person.name), state.origin.via, when);
  const isFirstAttempt = state.attempt === 1 ? '' : `, ${run.attempt(state.attempt)}`;
  const hasStarted = state.steps.some((step) => step.status !== 'pending');
  return [
    titleLine(state, style),
    clip(asked + isFirstAttempt, style.columns),
    ...breakGlassLines(state, style),
    ...(hasStarted ? [] : previewLines(state, style)),
    ...approvalLines(state, style),
    ...state.steps.flatMap((step) => stepLines(step, style)),
    ...cancelLines(state, style),
    ...endingLines(state, style),
    ...outcomeLines(state, style),
    headLine(state, style),
  ];
}
