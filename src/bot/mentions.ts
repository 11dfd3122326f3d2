import type { App } from '@slack/bolt';
import { z } from 'zod';
import { ExternalError } from '../errors.ts';
import type { Phrase } from '../language/index.ts';
import type { Interaction } from '../jobs/index.ts';
import type { ListenerParts } from './listener-parts.ts';
import { NOT_RECORDED, record } from './record.ts';
import { code, section } from './views/text.ts';

/** An `app_mention` event with what surrounds it. */
const Mention = z.object({
  event_id: z.string().min(1),
  team_id: z.string().default(''),
  event: z.object({
    /** Missing when no person wrote it. */
    user: z.string().optional(),
    bot_id: z.string().optional(),
    subtype: z.string().optional(),
    edited: z.unknown().optional(),
    text: z.string(),
    channel: z.string(),
    ts: z.string(),
    thread_ts: z.string().optional(),
    /** The author's workspace: another one in a shared channel. */
    user_team: z.string().optional(),
    team: z.string().optional(),
  }),
});
type Mention = z.infer<typeof Mention>;

/** `<@U0KEYBUZZ> status` or `<@U0KEYBUZZ|keybuzz>: status`. */
const ADDRESSED = /^\s*<@([UW][A-Z0-9]{2,20})(?:\|[^<>]*)?>[\s,:]*/;

/**
 * The command in a message that begins with our name; undefined: it only speaks of us. A message that is edited is told
 * again with another event id, and must not be carried out again.
 */
function commandIn({ event }: Mention, botUserId: string): string | undefined {
  const [address = '', id] = ADDRESSED.exec(event.text) ?? [];
  return id === botUserId ? event.text.slice(address.length).trim() || 'help' : undefined;
}

async function tell({ clients, logger, readers }: ListenerParts, { event }: Mention, phrase: Phrase): Promise<void> {
  const { channel, user = '', thread_ts } = event;
  const text = phrase(await readers.wordingFor(user));
  const where = thread_ts === undefined ? { channel, user } : { channel, user, thread_ts };
  try {
    await clients.interactive.chat.postEphemeral({ ...where, text, blocks: [section(text)] });
  } catch (error) {
    logger.warn({ err: error, user }, 'could not answer a mention');
  }
}

const LATER: Phrase = ({ slack }) => `:hourglass: ${slack.later}`;

/** Throws ExternalError, upon which Slack delivers the event again; its id is recorded once. */
async function recordMention(
  parts: ListenerParts,
  mention: Mention,
  given: { text: string; isRetry: boolean },
): Promise<void> {
  const { event, event_id: key, team_id } = mention;
  const { channel, user: userId = '', thread_ts } = event;
  const thread = thread_ts === undefined ? {} : { thread: thread_ts };
  const teamId = event.user_team ?? event.team ?? team_id;
  const interaction: Interaction = { key, userId, teamId, channel, ...thread, text: given.text };
  if ((await record(parts, interaction)) === undefined) return;
  if (!given.isRetry) void tell(parts, mention, LATER);
  throw new ExternalError('A mention was not recorded.', {
    code: NOT_RECORDED,
    fix: "Look at the bot's Redis; Slack delivers the event again.",
  });
}

/** `@KeyBuzz <command>`, also in threads, where the answer and the report go then. */
export function listenToMentions(app: App, parts: ListenerParts): void {
  app.event('app_mention', async ({ body, context }) => {
    const parsed = Mention.safeParse(body);
    if (!parsed.success) {
      parts.logger.warn(
        { issues: parsed.error.issues.map(({ path }) => path.join('.')) },
        'a mention of no known shape',
      );
      return;
    }
    const { event } = parsed.data;
    const isPerson = event.user !== undefined && event.bot_id === undefined && event.subtype === undefined;
    if (!isPerson || event.edited !== undefined) return;
    const text = commandIn(parsed.data, context.botUserId ?? '');
    if (text !== undefined) {
      await recordMention(parts, parsed.data, { text, isRetry: (context.retryNum ?? 0) > 0 });
      return;
    }
    await tell(parts, parsed.data, ({ slack }) => slack.beginWithName(code('@KeyBuzz status redis')));
  });
}
