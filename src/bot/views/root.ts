import type { KnownBlock } from '@slack/types';
import { aftermath, cancelOutlook } from '../../commands/aftermath.ts';
import { checklistOf, checklistSummary } from '../../commands/checklist.ts';
import { measured, unmet } from '../../commands/outcome.ts';
import { newestOfRun } from '../../commands/verdict.ts';
import type { RunState } from '../../jobs/index.ts';
import { english, type Wording } from '../../language/index.ts';
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

function endingText(state: RunState, say: Wording): string {
  if (state.ending === undefined) return '';
  const took = duration(state.requestedAt, state.endedAt);
  // With results of its own they are told below those.
  const checklist = checklistOf(state, say);
  const asked = checklist === undefined ? checksLine(state, say) : checklistSummary(checklist, say);
  const checks = measured(state.steps).length === 0 ? asked : '';
  const { preview, previewOnly } = state;
  const changes =
    previewOnly && preview ? say.run.would(changeCount(preview.changes, say)) : changeCount(changesOf(state), say);
  const hasChanges = state.plan.steps.some(isChange);
  return [took && say.run.took(took), hasChanges ? changes : '', checks].filter(Boolean).join(' · ');
}

/** Who cancelled, and what happens because of it; what came of it is told like any other ending. */
function cancelled(state: RunState, say: Wording): KnownBlock[] {
  if (state.cancel === undefined) return [];
  const who = `:black_square_for_stop: ${say.run.cancelledBy(mention(state.cancel.person), time(state.cancel.at))}`;
  return [section(who), ...sentenceSections(cancelOutlook(state, say), say)];
}

/** Why it waits, stopped or ended, and what to do. */
function situation(state: RunState, say: Wording): KnownBlock[] {
  const { interruption, ending, waitingFor } = state;
  if (waitingFor !== undefined && state.status === 'waiting-locks') {
    const { lock, holder, since } = waitingFor;
    return [section(`:lock: ${say.run.lockHeld(code(lock), line(say.retold(holder), 200), time(since))}`)];
  }
  if (state.cancel !== undefined && (ending === undefined || ending.ending === 'cancelled'))
    return cancelled(state, say);
  const why = interruption ?? ending;
  // A denial is told with who and when by the approval's own block.
  const isTold = ending?.ending === 'denied' && state.approval?.decision === 'denied';
  if (why === undefined || why.reason === '' || isTold) return [];
  const fix = line(say.retold(why.fix), 800);
  const refused = unmet(state);
  if (refused !== undefined) {
    const head = section(say.run.notFit(line(say.titled(refused.title), 120)));
    return [
      head,
      ...checkMatrix(refused.results, 1, say),
      ...(fix === '' ? [] : [section(`${say.errors.toDo} ${fix}`)]),
    ];
  }
  const toDo = fix === '' ? '' : `\n${say.errors.toDo} ${fix}`;
  return [section(`${line(say.retold(why.reason), 1800)}${toDo}`)];
}

function titleLine(state: RunState, { run }: Wording): string {
  const only = state.previewOnly ? ` · ${run.previewOnly}` : '';
  return `*${line(state.command, 200)}* · ${run.named(code(state.runId))}${only}`;
}

function requestLine(state: RunState, { run, states }: Wording): string {
  const attempt = state.attempt > 1 ? ` · ${run.attempt(state.attempt)}` : '';
  const asked = run.askedBy(mention(state.person), state.origin.via === 'terminal');
  return `${asked} · ${time(state.requestedAt)} · ${run.impact(states.impact[state.gate.impact])}${attempt}`;
}

function headLine(state: RunState, { run }: Wording): KnownBlock[] {
  if (state.status !== 'ended') return [];
  return [context(run.logHead(code(state.head.slice(0, 12)), state.seq))];
}

/** The steps as they go; of a mere preview what they would change. */
function stepBlocks(state: RunState, say: Wording): KnownBlock[] {
  const { preview, previewOnly } = state;
  if (!previewOnly || preview === undefined) return stepSections(state, say);
  return lineSections(changesByPart(state, preview.changes, say), 2, 'step', say);
}

/** The answers of a run that only asks: of `validate` its checklist, which takes the place of its steps. */
function answerBlocks(state: RunState, say: Wording): KnownBlock[] {
  const checklist = checklistOf(state, say);
  if (checklist !== undefined && state.status === 'ended') {
    return checklistBlocks(checklist, say);
  }
  const isRead = !state.plan.steps.some(isChange);
  const matrix = isRead && state.plan.stages === undefined ? checkMatrix(newestOfRun(state).results, 2, say) : [];
  return [...stepBlocks(state, say), ...matrix];
}

/** Where a run stands as blocks without its buttons: what `show` answers. */
export function runBlocks(state: RunState, say: Wording = english): KnownBlock[] {
  const ending = endingText(state, say);
  const status = ending === '' ? statusLine(state, say) : `${statusLine(state, say)} ${ending}`;
  return [
    section(`${titleLine(state, say)}\n${status}`),
    context(requestLine(state, say)),
    ...breakGlassBlocks(state, say),
    ...approvalBlocks(state, say),
    ...situation(state, say),
    ...sentenceSections(aftermath(state, say), say),
    ...resultSections(state, say),
    ...answerBlocks(state, say),
    ...headLine(state, say),
  ];
}

/** A run in one notification. */
export function runFallback(state: RunState, say: Wording = english): string {
  const lines = [
    `${titleLine(state, say)}${say.colon}${statusLine(state, say)} ${endingText(state, say)}`.trim(),
    approvalFallback(state, say),
    resultsShort(state, say),
    line(say.retold(state.interruption?.reason ?? state.ending?.reason ?? ''), 600),
  ];
  return fallback(lines, say);
}

/**
 * A run's one message. `note` is a line of the bot's own, for example why it is not where the command was typed; it must
 * be safe mrkdwn.
 */
export function rootMessage(state: RunState, note = '', say: Wording = english): Message {
  const blocks = runBlocks(state, say);
  const more = note === '' ? [] : [context(note)];
  return { text: runFallback(state, say), blocks: fitMessage([...blocks, ...more, ...runActions(state, say)], say) };
}
