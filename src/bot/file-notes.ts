import type { Engine, RunState } from '../jobs/index.ts';
import { ExternalError } from '../errors.ts';
import type { Wording } from '../language/index.ts';
import { textOf, type Attachment } from './attachments.ts';
import type { FileNote } from './notes.ts';
import { deliverOnce, postOnce, type PostingParts, type PostResult, type Posts, type Sent } from './posting.ts';
import { code, fallback, line, section, type Message } from './views/text.ts';

/**
 * Slack shows a file in its thread some time after the call that shares it. A bot that was killed in between looks for it so
 * long before it uploads it again.
 */
const SETTLE_MS = 15_000;

/** Uploads go to another host than all other calls, which a proxy may keep from us for ever. */
const TRIES_MAX = 4;

/** Where a run's files go, and what is remembered of them. */
export interface FilePlace {
  parts: PostingParts & { engine: Pick<Engine, 'output' | 'posts'>; say: Wording };
  state: RunState;
  posts: Posts;
  save: (fields: Posts) => Promise<void>;
  channel: string;
  threadTs: string;
}

/** Fields of `posts` that belong to one file. */
function slotsOf({ key }: FileNote) {
  const slot = `note-${key}`;
  return { slot, tries: `${slot}-tries`, why: `${slot}-why` };
}

/** What stands in the thread in place of a file that can't be there. */
function insteadOf({ runId }: RunState, { title, kind }: Attachment, why: string, say: Wording): Message {
  const command = kind === 'outputs' ? `keybuzz logs ${runId}` : `keybuzz show ${runId} --json`;
  const text = `:paperclip: ${say.files.notUploaded(line(why, 100), line(title, 200), code(command))}`;
  return { text: fallback([text], say), blocks: [section(text)] };
}

/** Never repeated by the SDK, since its last call makes the file appear. Slack gives the file's id, not the message's. */
async function upload({ parts, channel, threadTs }: FilePlace, attachment: Attachment, text: string): Promise<Sent> {
  const { name, title } = attachment;
  const answer = await parts.clients.posting.filesUploadV2({
    ...{ channel_id: channel, thread_ts: threadTs, filename: name, title },
    file: Buffer.from(text, 'utf8'),
  });
  const [{ files = [] } = {}] = answer.files;
  return { ts: files[0]?.id ?? 'uploaded', threadTs };
}

/** Uploads the file unless it stands there already. Its name, unique in the run, is how it is found again. */
async function uploadOnce(place: FilePlace, note: FileNote, text: string): Promise<PostResult> {
  const { parts, state, posts, save, channel, threadTs } = place;
  const { slot, tries, why } = slotsOf(note);
  const { attachment } = note;
  try {
    return await deliverOnce(parts, posts, {
      ...{ runId: state.runId, slot, channel, threadTs, isUrgent: false, settleMs: SETTLE_MS },
      isIt: ({ files = [] }) => files.some(({ name }) => name === attachment.name),
      send: async () => {
        await save({ [tries]: String(Number(posts[tries] ?? '0') + 1) });
        return upload(place, attachment, text);
      },
    });
  } catch (error) {
    const isLast = error instanceof ExternalError && Number(posts[tries] ?? '0') >= TRIES_MAX;
    if (!isLast) throw error;
    await save({ [slot]: '', [why]: parts.say.files.givenUp(TRIES_MAX) });
    return { kind: 'wait', waitMs: 0 };
  }
}

/**
 * Brings one file of a run into its thread, once; a file that Slack refuses, or that never gets through, becomes a message
 * that says where its content is. What a message shows already becomes nothing.
 */
export async function putFile(place: FilePlace, note: FileNote): Promise<PostResult> {
  const { parts, state, posts, save, channel, threadTs } = place;
  const { slot, why } = slotsOf(note);
  const reason = posts[why];
  if (reason !== undefined) {
    const message = insteadOf(state, note.attachment, reason, parts.say);
    const request = { runId: state.runId, slot, key: note.key, channel, threadTs, isUrgent: false, message };
    return postOnce(parts, posts, request);
  }
  const text = await textOf(parts.engine, state, note.attachment, parts.say);
  if (text === undefined) return { kind: 'posted', ts: 'none', threadTs, isFound: false };
  const result = await uploadOnce(place, note, text);
  if (result.kind !== 'refused') return result;
  await save({ [why]: result.code });
  return { kind: 'wait', waitMs: 0 };
}
