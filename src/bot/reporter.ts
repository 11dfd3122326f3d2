import type { Logger } from 'pino';
import { ExternalError } from '../errors.ts';
import type { Wording } from '../language/index.ts';
import type { Engine, RunState } from '../jobs/index.ts';
import { putFile } from './file-notes.ts';
import { threadOf, type FileNote, type Note } from './notes.ts';
import { editMessage } from './editing.ts';
import { claim, fingerprint, postedTs, postOnce, type PostingParts, type PostResult, type Posts } from './posting.ts';
import { CLOSED, GONE, slackRefusal } from './slack-faults.ts';
import { rootMessage } from './views/root.ts';
import { code, context, type Message } from './views/text.ts';

export interface ReporterParts extends PostingParts {
  engine: Pick<Engine, 'run' | 'events' | 'output' | 'posts'>;
  /** Where runs are reported that were not asked for in Slack; undefined: those are not reported. */
  opsChannel: string | undefined;
  /** Everybody in a channel reads it in the house's language. */
  say: Wording;
  logger: Logger;
  signal: AbortSignal;
}

/** While it waits for its turn a report looks at the run again so often: what is drawn then is the newest. */
const LOOK_AGAIN_MS = 1000;

/**
 * So long after its first post a message waits with edits that nobody waits for: most reads are over by then, and their end
 * would else have to keep its distance from an edit that said nothing new. It is looked for so often meanwhile.
 */
const FIRST_EDIT_MS = 2000;
const LOOK_FOR_END_MS = 50;

/**
 * Only what people wait for is edited before, ms since the epoch. It is kept with what was posted: a report that is over
 * before anything more happened is followed by another. A clock that was set back makes it no longer.
 */
function heldUntilMs({ rootMs = '0' }: Posts, nowMs: number): number {
  return Math.min(Number(rootMs), nowMs) + FIRST_EDIT_MS;
}

/** Progress was made, or nothing can be done before so many ms, or everything stands as it should. */
type Turn = { kind: 'moved' } | { kind: 'wait'; waitMs: number } | { kind: 'done' };
const MOVED: Turn = { kind: 'moved' };

/** One run's report: its newest state, and what stands in Slack. */
interface Report {
  parts: ReporterParts;
  state: RunState;
  posts: Posts;
  /** Where it is reported. */
  channel: string;
  save: (fields: Posts) => Promise<void>;
  /** What its thread is to hold, as of `state`. */
  thread: () => Promise<ReturnType<typeof threadOf>>;
}

/** Why it is not where the command was typed; safe mrkdwn, empty when it is. */
function movedNote({ parts, state, posts }: Report): string {
  const { moved = '' } = posts;
  if (moved === '' || !/^[A-Z0-9]{2,20}$/.test(state.origin.channel)) return '';
  return parts.say.run.moved(`<#${state.origin.channel}>`, moved.replace(/[^a-z_]/g, ''));
}

/** Where it is reported: what breaks the glass is told where everybody reads. */
function firstChannel({ breakGlass, origin }: RunState, opsChannel: string | undefined): string {
  return breakGlass === undefined ? origin.channel : (opsChannel ?? origin.channel);
}

function pendingPrompt(state: RunState): string {
  return state.approval?.decision === 'pending' && state.status !== 'ended' ? state.approval.id : '';
}

/** What people wait for: a prompt that comes or goes, and the end. */
function isUrgent({ state, posts }: Report): boolean {
  return state.status === 'ended' || state.status === 'interrupted' || pendingPrompt(state) !== (posts.prompt ?? '');
}

/** The run goes on in the ops channel, since nothing can be posted where it was asked for. */
async function moveToOps(report: Report, code: string): Promise<Turn> {
  const { parts, state, posts, save, channel } = report;
  const { opsChannel = channel } = parts;
  if (channel === opsChannel) throw slackRefusal(`take a message in ${channel}`, code);
  parts.logger.warn({ run: state.runId, channel, code }, 'report moves to the ops channel');
  await claim(parts, posts, { runId: state.runId, slot: 'root', value: '' });
  await save({ channel: opsChannel, moved: code, ts: '', root: '', shown: '', thread: '' });
  return MOVED;
}

async function postRoot(report: Report): Promise<Turn> {
  const { parts, state, posts, save, channel } = report;
  const message = rootMessage(state, movedNote(report), parts.say);
  const key = `root-${posts.generation ?? '0'}`;
  // The thread it was asked in is one of that channel alone.
  const isThere = channel === state.origin.channel && state.breakGlass === undefined;
  const threadTs = isThere ? state.origin.thread : undefined;
  const request = { runId: state.runId, slot: 'root', key, channel, threadTs, isUrgent: true, message };
  const result = await postOnce(parts, posts, request);
  if (result.kind === 'wait') return result;
  if (result.kind === 'refused') {
    if (CLOSED.has(result.code)) return moveToOps(report, result.code);
    throw slackRefusal('take a message', result.code);
  }
  // One found again shows what was true then: it is edited next.
  const shown = result.isFound ? {} : { shown: fingerprint(message), prompt: pendingPrompt(state) };
  const rootMs = String(parts.clock.nowMs());
  await save({ root: result.ts, ts: result.ts, rootMs, channel, thread: result.threadTs ?? '', ...shown });
  return MOVED;
}

/** The old message can't be used any more: a fresh one takes its place. */
async function abandonRoot({ parts, state, posts, save }: Report, code: string): Promise<Turn> {
  parts.logger.warn({ run: state.runId, code }, 'the message is gone, posting a new one');
  await claim(parts, posts, { runId: state.runId, slot: 'root', value: '' });
  await save({ ts: '', root: '', shown: '', generation: String(Number(posts.generation ?? '0') + 1) });
  return MOVED;
}

async function editRoot(report: Report): Promise<Turn> {
  const { parts, state, posts, save, channel } = report;
  const message = rootMessage(state, movedNote(report), parts.say);
  const shown = fingerprint(message);
  if (posts.shown === shown) return { kind: 'done' };
  const nowMs = parts.clock.nowMs();
  const heldMs = isUrgent(report) ? 0 : heldUntilMs(posts, nowMs) - nowMs;
  if (heldMs > 0) return { kind: 'wait', waitMs: heldMs };
  const edit = { channel, ts: posts.ts ?? '', isUrgent: isUrgent(report), message, about: state.runId };
  const result = await editMessage(parts, edit);
  if (result.kind === 'wait') return result;
  if (result.kind === 'refused') {
    if (GONE.has(result.code)) return abandonRoot(report, result.code);
    if (CLOSED.has(result.code)) return moveToOps(report, result.code);
    throw slackRefusal('edit a message', result.code);
  }
  await save({ shown, prompt: pendingPrompt(state) });
  return MOVED;
}

/** What its thread lacks first. Messages go before files: these take longer, and must not keep back what people wait for. */
async function missing({ state, posts, thread }: Report): Promise<Note | FileNote | undefined> {
  if (Number(posts.noted ?? '0') >= state.seq) return undefined;
  const { notes, files } = await thread();
  return [...notes, ...files].find(({ key }) => postedTs(posts[`note-${key}`]) === undefined);
}

/** A thread of people may hold several runs: there each note says which one it is about. */
function labelled(runId: string, { text, blocks }: Message, { run }: Wording): Message {
  return { text, blocks: [...blocks, context(run.Named(code(runId)))] };
}

async function postNote(report: Report, note: Note): Promise<PostResult> {
  const { parts, state, posts, channel } = report;
  const slot = `note-${note.key}`;
  const { thread = '', ts = '' } = posts;
  return postOnce(parts, posts, {
    runId: state.runId,
    slot,
    key: slot,
    channel,
    threadTs: thread === '' ? ts : thread,
    isUrgent: false,
    message: thread === '' ? note.message : labelled(state.runId, note.message, parts.say),
  });
}

async function postMissing(report: Report): Promise<Turn> {
  const { parts, state, posts, save, channel } = report;
  const next = await missing(report);
  if (next === undefined) return { kind: 'done' };
  const { thread = '', ts = '' } = posts;
  const threadTs = thread === '' ? ts : thread;
  const place = { parts, state, posts, save, channel, threadTs };
  const result = 'message' in next ? await postNote(report, next) : await putFile(place, next);
  if (result.kind === 'wait') return result.waitMs === 0 ? MOVED : result;
  if (result.kind === 'refused') {
    if (GONE.has(result.code)) return abandonRoot(report, result.code);
    if (CLOSED.has(result.code)) return moveToOps(report, result.code);
    throw slackRefusal('take a note', result.code);
  }
  await save({ [`note-${next.key}`]: result.ts });
  return MOVED;
}

/** Does the next thing that is due: the root message, its edit, one note, one file. */
async function takeTurn(report: Report): Promise<Turn> {
  if (postedTs(report.posts.ts) === undefined) return postRoot(report);
  const edit = await editRoot(report);
  if (edit.kind === 'moved') return edit;
  const note = await postMissing(report);
  if (note.kind === 'moved' || edit.kind === 'done') return note;
  return note.kind === 'done' ? edit : { kind: 'wait', waitMs: Math.min(edit.waitMs, note.waitMs) };
}

function putOff(runId: string): ExternalError {
  return new ExternalError(`The report of run ${runId} was put off: the bot stops.`, {
    code: 'KEYBUZZ_BOT_STOPPING',
    fix: 'The next bot goes on with it.',
  });
}

/**
 * What `engine.consumeReports` calls: brings a run's messages up to its newest state. The state is read again before each
 * call to Slack, so many events make one edit and the newest wins. A 429 only makes it wait; an outage throws
 * ExternalError and a refusal RefusedError, upon which the engine calls again, the latter not for ever.
 */
export function createReporter(parts: ReporterParts): (runId: string) => Promise<void> {
  const { engine, clock, signal } = parts;
  return async (runId) => {
    const posts: Posts = await engine.posts.load(runId);
    const save = async (fields: Posts) => {
      Object.assign(posts, fields);
      await engine.posts.save(runId, fields);
    };
    // While it waits for its turn the same thread is looked at again and again; a log is long.
    let drawn: { seq: number; thread: ReturnType<typeof threadOf> } | undefined;
    const threadAt = async (seq: number) => {
      drawn = drawn?.seq === seq ? drawn : { seq, thread: threadOf(runId, await engine.events(runId), parts.say) };
      return drawn.thread;
    };
    for (;;) {
      if (signal.aborted) throw putOff(runId);
      const state = await engine.run(runId);
      const channel = [posts.channel, firstChannel(state, parts.opsChannel)].find(Boolean) ?? parts.opsChannel;
      if (channel === undefined) return;
      const thread = () => threadAt(state.seq);
      const turn = await takeTurn({ parts, state, posts, save, channel, thread });
      if (turn.kind === 'done') {
        if (Number(posts.noted ?? '0') < state.seq) await save({ noted: String(state.seq) });
        return;
      }
      const nowMs = clock.nowMs();
      const lookMs = nowMs < heldUntilMs(posts, nowMs) ? LOOK_FOR_END_MS : LOOK_AGAIN_MS;
      if (turn.kind === 'wait') await clock.sleep(Math.min(turn.waitMs, lookMs), signal);
    }
  };
}
