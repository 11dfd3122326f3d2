import { ExternalError } from '../errors.ts';
import type { Wording } from '../language/index.ts';
import type { Alert, Engine, SubjectState } from '../jobs/index.ts';
import { stagesOf } from '../modules/stages.ts';
import { editMessage, type EditingParts } from './editing.ts';
import { linkTo } from './links.ts';
import { claim, fingerprint, isPostOpen, postedTs, postOnce, type PostingParts, type Posts } from './posting.ts';
import { GONE, slackRefusal } from './slack-faults.ts';
import { alertMessage, escalationNote, resolvedNote, voidedNote } from './views/alert.ts';
import type { LastChange } from './views/alert-view.ts';
import type { Message } from './views/text.ts';

export interface AlertReporterParts extends Omit<PostingParts, 'engine'>, EditingParts {
  engine: Pick<Engine, 'alerts' | 'runs' | 'posts'>;
  /** Where alerts are posted; undefined: nowhere. */
  opsChannel: string | undefined;
  /** Address of the workspace, with a slash at its end; empty when Slack did not say. */
  workspaceUrl: string;
  /** The user group on call; empty: nobody is mentioned. */
  onCall: () => string;
  /** Everybody in a channel reads it in the house's language. */
  say: Wording;
  signal: AbortSignal;
}

/** While it waits for its turn a report looks at the alert again so often: what is drawn then is the newest. */
const LOOK_AGAIN_MS = 1000;
/** Among so many of the newest runs the last change of a module is looked for. */
const RUNS_LOOKED_AT = 50;
/** So long a last change is believed: many alerts at once must not read the runs as often. */
const CHANGE_MEMORY_MS = 10_000;
/** The same for an alert's first and last message: people look for the cause at once, and what is over is not drawn again. */
const CHANGE_MEMORY_AT_TURNS_MS = 1_000;

type Turn = { kind: 'moved' } | { kind: 'wait'; waitMs: number } | { kind: 'done' };
const MOVED: Turn = { kind: 'moved' };

interface Report {
  parts: AlertReporterParts;
  channel: string;
  alert: Alert;
  subject: SubjectState;
  posts: Posts;
  save: (fields: Posts) => Promise<void>;
  lastChange: LastChange | undefined;
}

/** What is posted in an alert's thread, oldest first; of several that were missed only the newest of a kind. */
function notesOf(alert: Alert, onCall: string, say: Wording): { key: string; message: Message }[] {
  const { voided, escalatedAt, resolvedAt } = alert;
  const isOver = resolvedAt !== undefined;
  return [
    ...(voided.length > 0 && !isOver ? [{ key: `voided-${voided.length}`, message: voidedNote(alert, say) }] : []),
    ...(escalatedAt.length > 0 && !isOver
      ? [{ key: `escalated-${escalatedAt.length}`, message: escalationNote(alert, onCall, say) }]
      : []),
    ...(isOver ? [{ key: 'resolved', message: resolvedNote(alert, say) }] : []),
  ];
}

/** What people wait for: that somebody took it over, that it is silent, and the end. */
function standing({ alert, subject }: Report): string {
  const { acknowledged, resolvedAt } = alert;
  return [acknowledged?.at ?? '', subject.silence?.until ?? '', resolvedAt ?? ''].join(' ');
}

/** Posts of alerts are remembered by themselves. */
function posting({ parts }: Report): PostingParts {
  const { clients, budget, clock } = parts;
  return { clients, budget, clock, engine: { posts: parts.engine.alerts.posts } };
}

async function postRoot(report: Report): Promise<Turn> {
  const { parts, alert, posts, save, channel } = report;
  const message = alertMessage(report, parts.say);
  const key = `alert-${posts.generation ?? '0'}`;
  const request = { runId: alert.id, slot: 'root', key, channel, threadTs: undefined, isUrgent: true, message };
  const result = await postOnce(posting(report), posts, request);
  if (result.kind === 'wait') return result;
  if (result.kind === 'refused') throw slackRefusal(`take an alert in ${channel}`, result.code);
  // One found again shows what was true then: it is edited next.
  const shown = result.isFound ? {} : { shown: fingerprint(message), standing: standing(report) };
  await save({ root: result.ts, ts: result.ts, channel, ...shown });
  return MOVED;
}

/** The message is gone: a fresh one takes its place. Throws RefusedError when Slack's refusal means something else. */
async function abandonRoot(report: Report, what: string, code: string): Promise<Turn> {
  const { alert, posts, save } = report;
  if (!GONE.has(code)) throw slackRefusal(what, code);
  await claim(posting(report), posts, { runId: alert.id, slot: 'root', value: '' });
  await save({ ts: '', root: '', shown: '', generation: String(Number(posts.generation ?? '0') + 1) });
  return MOVED;
}

async function editRoot(report: Report): Promise<Turn> {
  const { parts, alert, posts, save, channel } = report;
  const message = alertMessage(report, parts.say);
  const shown = fingerprint(message);
  if (posts.shown === shown) return { kind: 'done' };
  const now = standing(report);
  // Slack may have taken what we never hear of: then what it shows is not known, and silenced and back is no "unchanged".
  if (posts.shown !== '') await save({ shown: '' });
  const edit = { channel, ts: posts.ts ?? '', isUrgent: now !== posts.standing, message, about: alert.id };
  const result = await editMessage(parts, edit);
  if (result.kind === 'wait') return result;
  if (result.kind === 'refused') {
    return abandonRoot(report, 'edit an alert', result.code);
  }
  await save({ shown, standing: now });
  return MOVED;
}

async function postNotes(report: Report): Promise<Turn> {
  const { parts, alert, posts, save, channel } = report;
  const next = notesOf(alert, parts.onCall(), parts.say).find(
    ({ key }) => postedTs(posts[`note-${key}`]) === undefined,
  );
  if (next === undefined) return { kind: 'done' };
  const slot = `note-${next.key}`;
  const request = { runId: alert.id, slot, key: slot, channel, threadTs: posts.ts, isUrgent: true };
  const result = await postOnce(posting(report), posts, { ...request, message: next.message });
  if (result.kind === 'wait') return result;
  if (result.kind === 'refused') {
    return abandonRoot(report, 'take a note', result.code);
  }
  await save({ [slot]: result.ts });
  return MOVED;
}

/** Does the next thing that is due. What is silenced is not posted; what was posted before says that it is. */
async function takeTurn(report: Report): Promise<Turn> {
  const { alert, subject, posts } = report;
  if (postedTs(posts.ts) === undefined) {
    const isMeant = subject.silence !== undefined || (alert.wasSilenced && alert.resolvedAt !== undefined);
    return isMeant && !isPostOpen(posts.root) ? { kind: 'done' } : postRoot(report);
  }
  const edit = await editRoot(report);
  if (edit.kind === 'moved') return edit;
  const note = await postNotes(report);
  if (note.kind === 'moved' || edit.kind === 'done') return note;
  return note.kind === 'done' ? edit : { kind: 'wait', waitMs: Math.min(edit.waitMs, note.waitMs) };
}

/** The newest change of each module, as of so many ms ago at most. */
function createChanges({ engine, workspaceUrl, clock }: AlertReporterParts) {
  let read: { atMs: number; runs: Awaited<ReturnType<Engine['runs']>> } | undefined;
  return async (module: string, memoryMs: number): Promise<LastChange | undefined> => {
    if (read === undefined || clock.nowMs() - read.atMs > memoryMs) {
      read = { atMs: clock.nowMs(), runs: await engine.runs({ limit: RUNS_LOOKED_AT, openOnly: false }) };
    }
    const run = read.runs.find(
      ({ plan, previewOnly, steps }) =>
        stagesOf(plan).some((stage) => stage.module === module) &&
        !previewOnly &&
        steps.some(({ impact, startedAt }) => impact !== 'none' && startedAt !== undefined),
    );
    if (run === undefined) return undefined;
    return { run, link: await linkTo(engine, workspaceUrl, run) };
  };
}

/**
 * What `engine.alerts.consume` calls: brings an alert's message up to what it is now. It is read again before each call to
 * Slack, so many changes make one edit and the newest wins. A 429 only makes it wait; an outage throws ExternalError and a
 * refusal RefusedError, upon which the engine calls again, the latter not for ever.
 */
export function createAlertReporter(parts: AlertReporterParts): (id: string) => Promise<void> {
  const { engine, clock, signal, opsChannel: channel } = parts;
  const lastChangeOf = createChanges(parts);
  return async (id) => {
    if (channel === undefined) return;
    const posts: Posts = await engine.alerts.posts.load(id);
    const save = async (fields: Posts) => {
      Object.assign(posts, fields);
      await engine.alerts.posts.save(id, fields);
    };
    for (;;) {
      if (signal.aborted) {
        throw new ExternalError(`The report of alert ${id} was put off: the bot stops.`, {
          code: 'KEYBUZZ_BOT_STOPPING',
          fix: 'The next bot goes on with it.',
        });
      }
      const alert = await engine.alerts.alert(id);
      const subject = await engine.alerts.subject(alert.subject);
      const isTurn = alert.resolvedAt !== undefined || postedTs(posts.root) === undefined;
      const memoryMs = isTurn ? CHANGE_MEMORY_AT_TURNS_MS : CHANGE_MEMORY_MS;
      const lastChange = await lastChangeOf(alert.subject, memoryMs);
      const turn = await takeTurn({ parts, channel, alert, subject, posts, save, lastChange });
      if (turn.kind === 'done') return;
      if (turn.kind === 'wait') await clock.sleep(Math.min(turn.waitMs, LOOK_AGAIN_MS), signal);
    }
  };
}
