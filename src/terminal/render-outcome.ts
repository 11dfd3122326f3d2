import { aftermath, cancelOutlook } from '../commands/aftermath.ts';
import { measured, unmet } from '../commands/outcome.ts';
import { newestOfRun } from '../commands/verdict.ts';
import type { RunState } from '../jobs/index.ts';
import type { Wording } from '../language/index.ts';
import { ANSWERS, type CheckResult } from '../modules/contract.ts';
import { checklistLines } from './render-checklist.ts';
import { checkLines, markLine } from './render-run.ts';
import { clip, escapeControl, formatTime, paint } from './text.ts';
import type { Style } from './text.ts';

/** "6 pass, 1 warn". */
function summaryOf(results: readonly CheckResult[], { states }: Wording): string {
  return ANSWERS.map((answer) => ({ answer, count: results.filter((one) => one.answer === answer).length }))
    .filter(({ count }) => count > 0)
    .map(({ answer, count }) => states.answers(count, answer))
    .join(', ');
}

/** What the run's scripts found, and below it the summary of the checks; empty when they told nothing. */
export function resultLines(state: RunState, style: Style): string[] {
  const found = measured(state.steps);
  if (found.length === 0) return [];
  const { results, isOutdated } = newestOfRun(state);
  const checks = style.say.terminal.checksWhen(summaryOf(results, style.say), isOutdated);
  return [
    paint(style.say.terminal.results, 'bold', style),
    ...checkLines(found, style),
    ...(results.length === 0 ? [] : [checks]),
  ];
}

/** Why a refused run did not begin. */
export function unmetLines(state: RunState, style: Style): string[] {
  const refused = unmet(state);
  if (refused === undefined) return [];
  return [
    clip(style.say.run.notFit(escapeControl(style.say.titled(refused.title))), style.columns),
    ...checkLines(refused.results, style),
  ];
}

/** What compensation put right, what was not done and what may still run. */
export function aftermathLines(state: RunState, say: Wording): string[] {
  return aftermath(state, say).map(escapeControl);
}

/** Who cancelled, and what happens now because of it; empty when nobody did or it is over. */
export function cancelLines(state: RunState, style: Style): string[] {
  const outlook = cancelOutlook(state, style.say);
  if (state.cancel === undefined || outlook.length === 0) return [];
  const who = style.say.terminal.cancelledAt(state.cancel.person.name, formatTime(state.cancel.at, style.timeZone));
  return [markLine('running', who, style), ...outlook.map((sentence) => `  ${escapeControl(sentence)}`)];
}

/** All that stands beside a run's ending. */
export function outcomeLines(state: RunState, style: Style): string[] {
  return [
    ...unmetLines(state, style),
    ...aftermathLines(state, style.say),
    ...resultLines(state, style),
    ...checklistLines(state, style),
  ];
}
