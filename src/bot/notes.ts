import { cancelOutlook } from '../commands/aftermath.ts';
import { compensated, hasCompensation } from '../commands/outcome.ts';
import { english, type Wording } from '../language/index.ts';
import { applyEvent, type RunEvent, type RunState } from '../jobs/index.ts';
import { isChange } from '../modules/contract.ts';
import { outputAttachment, previewAttachment, type Attachment, type OutputRef } from './attachments.ts';
import { endingNote, interruptionNote } from './views/ending-note.ts';
import { describeEvent } from './views/event-line.ts';
import { fitMessage } from './views/message-size.ts';
import { previewNote } from './views/preview-note.ts';
import { failureNote, stepNote, toldHosts } from './views/step-note.ts';
import { fallback, line, mention, section, type Message } from './views/text.ts';

/** One message of a run's thread. */
export interface Note {
  /** Unique in the run and the same whenever it is drawn again: the sequence of the event it tells. */
  key: string;
  message: Message;
}

/** One file of a run's thread; what it holds is read when it is uploaded. */
export interface FileNote {
  /** Unique in the run like a note's, and never one of those. */
  key: string;
  attachment: Attachment;
}

function lines(mrkdwn: readonly string[], say: Wording): Message {
  return { text: fallback(mrkdwn, say), blocks: [section(mrkdwn.join('\n'))] };
}

function oneLine(mrkdwn: string, say: Wording): Message {
  return lines([mrkdwn], say);
}

function finishedStep(state: RunState, stepId: string, say: Wording): Message | undefined {
  const step = state.steps.find((each) => each.id === stepId);
  if (step === undefined) return undefined;
  // Passed over in a run over several modules: nothing was to change.
  if (step.status === 'ok' && step.startedAt === undefined) return undefined;
  const kind = compensated(state).includes(step) ? 'compensation' : 'step';
  if (step.status !== 'ok') return failureNote(step, kind, say);
  // A run of reads alone shows its answers in the root message.
  return state.plan.steps.some(isChange) ? stepNote(step, kind, say) : undefined;
}

/** What the thread says of an event, drawn from the state right after it; undefined: nothing, the root shows it. */
function tell(state: RunState, { body }: RunEvent, say: Wording): Message | undefined {
  switch (body.type) {
    case 'preview.taken':
      return state.previewOnly || body.troubles.length > 0 ? previewNote(state, say) : undefined;
    case 'approval.requested':
      return previewNote(state, say);
    case 'approval.given':
    case 'approval.denied':
    case 'approval.expired':
    case 'approval.voided':
    case 'abandon.requested':
    case 'review.given':
      return oneLine(describeEvent(body, say), say);
    case 'cancel.requested':
      return lines(
        [describeEvent(body, say), ...cancelOutlook(state, say).map((sentence) => line(sentence, 900))],
        say,
      );
    case 'resume.requested':
      return hasCompensation(state.plan)
        ? oneLine(say.notes.resumesToMend(mention(body.person)), say)
        : oneLine(describeEvent(body, say), say);
    case 'step.finished':
      return finishedStep(state, body.step, say);
    case 'run.interrupted':
      return interruptionNote(state, say);
    case 'run.ended':
      return state.plan.steps.some(isChange) && !state.previewOnly ? endingNote(state, say) : undefined;
    default:
      return undefined;
  }
}

/** The works whose outputs no file holds yet, by step and host: a newer attempt takes the place of an older one. */
type Outputs = Map<string, OutputRef>;

function refOf(state: RunState, body: Extract<RunEvent['body'], { type: 'host.finished' }>): OutputRef {
  const { step, host, attempt, outcome, exitCode, outputHash, outputBytes } = body;
  const title = state.steps.find(({ id }) => id === step)?.title ?? step;
  return { step, title, host, attempt, outcome, exitCode, outputHash, outputBytes, shown: undefined };
}

/** The outputs of a step that did not end well, with what its note shows of them; they are taken out of `open`. */
function failedOutputs(state: RunState, stepId: string, open: Outputs): OutputRef[] {
  const step = state.steps.find(({ id }) => id === stepId);
  if (step === undefined || step.status === 'ok') return [];
  const told = toldHosts(step);
  const works = [...open.entries()].filter(([, work]) => work.step === stepId);
  for (const [key] of works) open.delete(key);
  return works.map(([, work]) => ({ ...work, shown: told.find(({ host }) => host === work.host)?.tail }));
}

/** The file that belongs to an event; what it holds is taken out of `open`. */
function attach(state: RunState, event: RunEvent, open: Outputs, say: Wording): Attachment | undefined {
  const { seq, body } = event;
  switch (body.type) {
    case 'preview.taken':
    case 'approval.requested':
      return tell(state, event, say) === undefined ? undefined : previewAttachment(state, seq, say);
    case 'host.finished':
      if (body.outputBytes > 0) open.set(`${body.step} ${body.host}`, refOf(state, body));
      return undefined;
    case 'step.finished': {
      const works = failedOutputs(state, body.step, open);
      const title = works[0]?.title ?? body.step;
      return outputAttachment(state, { seq, step: { id: body.step, title }, works }, say);
    }
    case 'run.ended': {
      const works = [...open.values()];
      open.clear();
      return outputAttachment(state, { seq, step: undefined, works }, say);
    }
    default:
      return undefined;
  }
}

/** The thread a log means, in order: whatever was missed while no bot ran is still told, each once. */
export function threadOf(
  runId: string,
  events: readonly RunEvent[],
  say: Wording = english,
): { notes: Note[]; files: FileNote[] } {
  let state: RunState | undefined;
  const open: Outputs = new Map();
  const notes: Note[] = [];
  const files: FileNote[] = [];
  for (const event of events) {
    state = applyEvent(runId, state, event);
    const key = String(event.seq);
    const message = tell(state, event, say);
    if (message !== undefined) notes.push({ key, message: { ...message, blocks: fitMessage(message.blocks, say) } });
    const attachment = attach(state, event, open, say);
    if (attachment !== undefined) files.push({ key: `${key}-file`, attachment });
  }
  return { notes, files };
}

/** The messages of it. */
export function notesOf(runId: string, events: readonly RunEvent[], say: Wording = english): Note[] {
  return threadOf(runId, events, say).notes;
}
