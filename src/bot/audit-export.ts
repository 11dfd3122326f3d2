import { sha256 } from '../canonical.ts';
import type { Reply } from '../commands/reply.ts';
import type { Engine, Interaction } from '../jobs/index.ts';
import type { Wording } from '../language/index.ts';
import { deliverOnce, postedTs, postOnce, type PostingParts, type PostResult, type Posts } from './posting.ts';
import { slackRefusal } from './slack-faults.ts';
import { code, fallback, line, section } from './views/text.ts';

export interface ExportParts extends Omit<PostingParts, 'engine'> {
  engine: Pick<Engine, 'alerts'>;
  signal: AbortSignal;
  /** In which all who see the channel read. */
  say: Wording;
}

/** Once its upload is over, a file whose answer was lost may still appear for so long before it is uploaded again. */
const SETTLE_MS = 10_000;

/** Tries until Slack has taken it. Throws RefusedError when it never will, ExternalError while nobody knows. */
async function untilPosted({ clock, signal }: ExportParts, attempt: () => Promise<PostResult>): Promise<string> {
  for (;;) {
    const result = await attempt();
    if (result.kind === 'posted') return result.ts;
    if (result.kind === 'refused') throw slackRefusal('take the export here', result.code);
    await clock.sleep(result.waitMs, signal);
    signal.throwIfAborted();
  }
}

/**
 * Brings an export as a file into the thread it was asked in, else into one of its own that says who asked. Once, however
 * often the interaction comes. Throws RefusedError where the bot can not post.
 */
export async function putExport(
  parts: ExportParts,
  { key, channel, thread, userId }: Interaction,
  reply: Extract<Reply, { kind: 'audit-export' }>,
): Promise<void> {
  const { title, lines } = reply;
  const id = `audit-${sha256(key).slice(0, 16)}`;
  const { posts: store } = parts.engine.alerts;
  const { say } = parts;
  const posting: PostingParts = { ...parts, engine: { posts: store } };
  const posts: Posts = await store.load(id);
  const save = (slot: string, ts: string) => store.save(id, { [slot]: ts });
  let threadTs = thread ?? posts.thread;
  if (threadTs === undefined) {
    const text = `:page_facing_up: ${say.governance.exports(`<@${userId}>`, lines.length, code(title, 200))}`;
    const message = { text: fallback([text], say), blocks: [section(text)] };
    const request = { runId: id, slot: 'root', key: 'root', channel, threadTs: undefined, isUrgent: true, message };
    threadTs = await untilPosted(parts, () => postOnce(posting, posts, request));
    await save('thread', threadTs);
  }
  if (postedTs(posts.file) !== undefined) return;
  const name = `${id}.jsonl`;
  const place = { channel_id: channel, thread_ts: threadTs, filename: name, title: line(title, 200) };
  const file = Buffer.from(`${lines.join('\n')}\n`, 'utf8');
  const ts = await untilPosted(parts, () =>
    deliverOnce(posting, posts, {
      ...{ runId: id, slot: 'file', channel, threadTs, isUrgent: false, settleMs: SETTLE_MS },
      isIt: ({ files = [] }) => files.some((one) => one.name === name),
      send: async () => {
        await parts.clients.posting.filesUploadV2({ ...place, file });
        return { ts: 'uploaded', threadTs };
      },
    }),
  );
  await save('file', ts);
}
