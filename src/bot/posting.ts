import { hashOf } from '../canonical.ts';
import { ExternalError } from '../errors.ts';
import type { Engine } from '../jobs/index.ts';
import type { Budget } from './budget.ts';
import { TIMEOUT_MS, type SlackClients } from './clients.ts';
import type { Clock } from './clock.ts';
import { faultOf, slackError, UNDRAWABLE } from './slack-faults.ts';
import { section, type Message } from './views/text.ts';

/** What the bot remembers of a run's messages, by field; absent and empty mean the same. */
export type Posts = Record<string, string>;

export interface PostingParts {
  engine: Pick<Engine, 'posts'>;
  clients: SlackClients;
  budget: Budget;
  clock: Clock;
}

/** One message that must stand exactly once. */
export interface PostRequest {
  runId: string;
  /** Field of `posts`: empty, `posting:<epoch ms>` or `unsure:<epoch ms>` while the outcome is open, or the message's ts. */
  slot: string;
  /** Unique in the run; in the message's metadata, by which it is found again. */
  key: string;
  channel: string;
  threadTs: string | undefined;
  /** People wait for it: it goes before what they can do without for a while. */
  isUrgent: boolean;
  message: Message;
}

export type PostResult =
  /** `threadTs`: the thread it really stands in; Slack posts into the channel when the thread's root is gone. */
  | { kind: 'posted'; ts: string; threadTs: string | undefined; isFound: boolean }
  | { kind: 'wait'; waitMs: number }
  | { kind: 'refused'; code: string };

export const EVENT_TYPE = 'keybuzz_run';

/** Once its call is over, a message whose answer was lost may still appear for so long before it is posted again. */
const SETTLE_MS = 3000;
const LOOKUP_PAGES_MAX = 5;
/** Slack's clock and ours may differ by so much: an hour that nobody noticed, and some minutes. */
const CLOCK_SKEW_MS = 2 * 3_600_000;

/** What identifies a drawing: two equal ones need no edit. */
export function fingerprint(message: Message): string {
  return hashOf(message).slice(0, 16);
}

/** The message as text alone, for when Slack does not take its blocks. */
export function textOnly(message: Message): Message {
  return { text: message.text, blocks: [section(message.text)] };
}

/**
 * A post whose outcome is open: from when on it may stand there, and when its call is over at the latest. Undefined: none is.
 * `posting` was begun by a bot that may be gone, or still wait for Slack; `unsure` ended without an answer that tells.
 */
function openPost(slot: string | undefined): { sinceMs: number; overMs: number } | undefined {
  const [, how, at] = /^(posting|unsure):(\d+)$/.exec(slot ?? '') ?? [];
  if (at === undefined) return undefined;
  return { sinceMs: Number(at), overMs: Number(at) + (how === 'posting' ? TIMEOUT_MS : 0) };
}

/** True while nobody knows whether what was begun stands there: it has to be looked for. */
export function isPostOpen(slot: string | undefined): boolean {
  return openPost(slot) !== undefined;
}

/** The ts in a slot; undefined when nothing stands there. */
export function postedTs(slot: string | undefined): string | undefined {
  return slot === undefined || slot === '' || isPostOpen(slot) ? undefined : slot;
}

function takenOver(id: string): ExternalError {
  return new ExternalError(`Another bot posts for ${id} now.`, {
    code: 'KEYBUZZ_POST_TAKEN_OVER',
    fix: 'Nothing is lost: it is tried again from what that bot wrote down.',
  });
}

/** A message of the channel's history, as far as ours are told by it. */
export interface Found {
  ts?: string;
  metadata?: { event_type?: string; event_payload?: object };
  files?: { name?: string }[];
}

/** Something that must stand in a channel exactly once. */
export interface Delivery {
  runId: string;
  /** Field of `posts`: empty, `posting:<epoch ms>` or `unsure:<epoch ms>` while the outcome is open, or what `send` gave. */
  slot: string;
  channel: string;
  threadTs: string | undefined;
  isUrgent: boolean;
  /** Once its call is over, what was sent and whose answer was lost may still appear for so long before it is sent again. */
  settleMs: number;
  /** Tells it from everything else that stands there. */
  isIt: (message: Found) => boolean;
  send: () => Promise<Sent>;
}

/** Looks for a message of ours, newest first. Throws ExternalError when Slack can't be asked. */
async function find(parts: PostingParts, delivery: Delivery, sinceMs: number): Promise<string | undefined> {
  const { conversations } = parts.clients.background;
  const { channel, threadTs, isIt } = delivery;
  const query = { channel, include_all_metadata: true, oldest: String((sinceMs - CLOCK_SKEW_MS) / 1000), limit: 200 };
  let cursor: string | undefined;
  try {
    for (let page = 0; page < LOOKUP_PAGES_MAX; page += 1) {
      const paged = cursor === undefined ? query : { ...query, cursor };
      const answer =
        threadTs === undefined
          ? await conversations.history(paged)
          : await conversations.replies({ ...paged, ts: threadTs });
      const found = (answer.messages as Found[] | undefined)?.find(isIt);
      if (found?.ts !== undefined) return found.ts;
      cursor = answer.response_metadata?.next_cursor;
      if (cursor === undefined || cursor === '') return undefined;
    }
    return undefined;
  } catch (error) {
    // A channel the bot can't read holds nothing that could be found: a second message is better than none.
    if (faultOf(error).kind === 'refused') return undefined;
    throw slackError('show its messages', error);
  }
}

/** Where it stands now. */
export type Sent = Pick<Extract<PostResult, { kind: 'posted' }>, 'ts' | 'threadTs'>;

async function send(parts: PostingParts, request: PostRequest, message: Message): Promise<Sent> {
  const { channel, threadTs, runId, key } = request;
  const answer = await parts.clients.posting.chat.postMessage({
    channel,
    ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
    ...message,
    metadata: { event_type: EVENT_TYPE, event_payload: { run: runId, key } },
    unfurl_links: false,
    unfurl_media: false,
  });
  return { ts: answer.ts ?? '', threadTs: threadTs === undefined ? undefined : answer.message?.thread_ts };
}

/** Sends; blocks that Slack does not take are left out, so that a defect of a view hides nothing. */
async function sendDrawable(parts: PostingParts, request: PostRequest): Promise<Sent> {
  try {
    return await send(parts, request, request.message);
  } catch (error) {
    const fault = faultOf(error);
    if (fault.kind !== 'refused' || !UNDRAWABLE.has(fault.code)) throw error;
    return send(parts, request, textOnly(request.message));
  }
}

/**
 * Sets a slot and what is remembered of it, while it still is what this bot last saw there. Throws ExternalError when another
 * bot was first: the report begins anew, from what that bot wrote down.
 */
export async function claim(
  { engine }: Pick<PostingParts, 'engine'>,
  posts: Posts,
  { runId, slot, value }: { runId: string; slot: string; value: string },
): Promise<void> {
  if (!(await engine.posts.claim(runId, slot, { seen: posts[slot] ?? '', value }))) throw takenOver(runId);
  posts[slot] = value;
}

/**
 * Brings about what must stand exactly once: `posting` is kept before the call; if its outcome is not known, the message
 * is looked for before it is sent again, and given time to appear. It is kept only upon what this bot last saw there: one
 * that stood still while another went on learns of it before it sends. Throws ExternalError then, and while the outcome is
 * not known. `posts` is kept up to date; the caller saves the ts.
 */
export async function deliverOnce(parts: PostingParts, posts: Posts, delivery: Delivery): Promise<PostResult> {
  const { budget, clock } = parts;
  const { runId, slot, channel, threadTs } = delivery;
  const open = openPost(posts[slot]);
  if (open !== undefined) {
    const found = await find(parts, delivery, open.sinceMs);
    if (found !== undefined) return { kind: 'posted', ts: found, threadTs, isFound: true };
    const settlesInMs = open.overMs + delivery.settleMs - clock.nowMs();
    if (settlesInMs > 0) return { kind: 'wait', waitMs: settlesInMs };
  }
  const waitMs = await budget.post(channel, delivery.isUrgent);
  if (waitMs > 0) return { kind: 'wait', waitMs };

  const attempt = async (): Promise<PostResult> => {
    await claim(parts, posts, { runId, slot, value: `posting:${clock.nowMs()}` });
    try {
      return { kind: 'posted', ...(await delivery.send()), isFound: false };
    } catch (error) {
      const fault = faultOf(error);
      await claim(parts, posts, { runId, slot, value: fault.kind === 'unknown' ? `unsure:${clock.nowMs()}` : '' });
      if (fault.kind === 'unknown') throw slackError('confirm a message', error);
      if (fault.kind === 'refused') return { kind: 'refused', code: fault.code };
      budget.pause('post', fault.retryAfterMs);
      return { kind: 'wait', waitMs: fault.retryAfterMs };
    }
  };
  return attempt().finally(() => budget.answered({ kind: 'post', channel }));
}

/** Posts a message that must stand exactly once: it is found again by its metadata. */
export async function postOnce(parts: PostingParts, posts: Posts, request: PostRequest): Promise<PostResult> {
  const { runId, slot, key, channel, threadTs, isUrgent } = request;
  return deliverOnce(parts, posts, {
    ...{ runId, slot, channel, threadTs, isUrgent, settleMs: SETTLE_MS },
    isIt: ({ metadata }) => {
      const payload = metadata?.event_payload as Record<string, unknown> | undefined;
      return metadata?.event_type === EVENT_TYPE && payload?.run === runId && payload.key === key;
    },
    send: () => sendDrawable(parts, request),
  });
}
