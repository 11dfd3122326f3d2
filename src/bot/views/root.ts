import type { KnownBlock } from '@slack/types';
import { aftermath, cancelOutlook } from '../../commands/aftermath.ts';
import { checklistOf, checklistSummary } from '../../commands/checklist.ts';
import { measured, unmet } from '../../commands/outcome.ts';
import { newestOfRun } from '../../commands/verdict.ts';
import type { RunState } from '../../jobs/index.ts';
import { isChange } from '../../modules/contract.ts';
import { runActions } from './actions.ts';
import { approvalBlocks, approvalFallback } from './approval.ts';
import { breakGlassBlocks } from './break-glass.ts';
import { changeCount } from './changes.ts';
import { checklistBlocks } from './checklist.ts';
import { checkMatrix } from './checks.ts';
import { statusLine } from './marks.ts';
import { fitMessage } from './message-size.ts';
import { checksLine, resultSections, resultsShort } from './results.ts';
import { sentenceSections } from './sentences.ts';
import { changesByPart } from './stages.ts';
import { stepSections } from './steps.ts';
import { code, context, duration, fallback, line, lineSections, mention, section, time, type Message } from './text.ts';

function changesOf(state: RunState) {
  return state.steps.flatMap((step) => step.hosts.flatMap((host) => host.changes));
}

function endingText(state: RunState): string {
  if (state.ending === undefined) return '';
  const took = duration(state.requestedAt, state.endedAt);
  // With results of its own they are told below those.
  const checklist = checklistOf(state);
  const asked = checklist === undefined ? checksLine(state) : checklistSummary(checklist);
  const checks = measured(state.steps).length === 0 ? asked : '';
  const { preview, previewOnly } = state;
  const changes = previewOnly && preview ? `would make ${changeCount(preview.changes)}` : changeCount(changesOf(state));
  const hasChanges = state.plan.steps.some(isChange);
  return [took && `in ${took}`, hasChanges ? changes : '', checks].filter(Boolean).join(' · ');
}

/** Who cancelled, and what happens because of it; what came of it is told like any other ending. */
function cancelled(state: RunState): KnownBlock[] {
  if (state.cancel === undefined) return [];
  const who = `:black_square_for_stop: Cancelled by ${mention(state.cancel.person)}, ${time(state.cancel.at)}.`;
  return [section(who), ...sentenceSections(cancelOutlook(state))];
}

/** Why it waits, stopped or ended, and what to do. */
function situation(state: RunState): KnownBlock[] {
  const { interruption, ending, waitingFor } = state;
  if (waitingFor !== undefined && state.status === 'waiting-locks') {
    const { lock, holder, since } = waitingFor;
    return [section(`:lock: Lock ${code(lock)} is held by ${line(holder, 200)} since ${time(since)}.`)];
  }
  if (state.cancel !== undefined && (ending === undefined || ending.ending === 'cancelled')) return cancelled(state);
  const why = interruption ?? ending;
  // A denial is told with who and when by the approval's own block.
  const isTold = ending?.ending === 'denied' && state.approval?.decision === 'denied';
  if (why === undefined || why.reason === '' || isTold) return [];
  const refused = unmet(state);
  if (refused !== undefined) {
    const head = section(`Not fit for it (${line(refused.title, 120)}):`);
    return [
      head,
      ...checkMatrix(refused.results, 1),
      ...(why.fix === '' ? [] : [section(`*To do:* ${line(why.fix, 800)}`)]),
    ];
  }
  const fix = why.fix === '' ? '' : `\n*To do:* ${line(why.fix, 800)}`;
  return [section(`${line(why.reason, 1800)}${fix}`)];
}

function titleLine(state: RunState): string {
  const only = state.previewOnly ? ' · preview only' : '';
  return `*${line(state.command, 200)}* · run ${code(state.runId)}${only}`;
}

function requestLine(state: RunState): string {
  const attempt = state.attempt > 1 ? ` · attempt ${state.attempt}` : '';
  const via = state.origin.via === 'terminal' ? ' in the terminal' : '';
  return `Asked by ${mention(state.person)}${via} · ${time(state.requestedAt)} · impact: ${state.gate.impact}${attempt}`;
}

function headLine(state: RunState): KnownBlock[] {
  if (state.status !== 'ended') return [];
  return [context(`Log head ${code(state.head.slice(0, 12))} after event ${state.seq}`)];
}

/** The steps as they go; of a mere preview what they would change. */
function stepBlocks(state: RunState): KnownBlock[] {
  const { preview, previewOnly } = state;
  if (!previewOnly || preview === undefined) return stepSections(state);
  return lineSections(changesByPart(state, preview.changes), 2, 'step');
}

/** The answers of a run that only asks: of `validate` its checklist, which takes the place of its steps. */
function answerBlocks(state: RunState): KnownBlock[] {
  const checklist = checklistOf(state);
  if (checklist !== undefined && state.status === 'ended') return checklistBlocks(checklist);
  const isRead = !state.plan.steps.some(isChange);
  const matrix = isRead && state.plan.stages === undefined ? checkMatrix(newestOfRun(state).results, 2) : [];
  return [...stepBlocks(state), ...matrix];
}

/** Where a run stands as blocks without its buttons: what `show` answers. */
export function runBlocks(state: RunState): KnownBlock[] {
  const ending = endingText(state);
  const status = ending === '' ? statusLine(state) : `${statusLine(state)} ${ending}`;
  return [
    section(`${titleLine(state)}\n${status}`),
    context(requestLine(state)),
    ...breakGlassBlocks(state),
    ...approvalBlocks(state),
    ...situation(state),
    ...sentenceSections(aftermath(state)),
    ...resultSections(state),
    ...answerBlocks(state),
    ...headLine(state),
  ];
}

/** A run in one notification. */
export function runFallback(state: RunState): string {
  return fallback([
    `${titleLine(state)}: ${statusLine(state)} ${endingText(state)}`.trim(),
    approvalFallback(state),
    resultsShort(state),
    line(state.interruption?.reason ?? state.ending?.reason ?? '', 600),
  ]);
}

/**
 * A run's one message. `note` is a line of the bot's own, for example why it is not where the command was typed; it must
 * be safe mrkdwn.
 */
export function rootMessage(state: RunState, note = ''): Message {
  const blocks = runBlocks(state);
  const more = note === '' ? [] : [context(note)];
  return { text: runFallback(state), blocks: fitMessage([...blocks, ...more, ...runActions(state)]) };
}
