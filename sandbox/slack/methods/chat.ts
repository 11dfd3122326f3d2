import { z } from 'zod';
import { withIds, without } from '../blocks.ts';
import { checkMessageBlocks, checkMetadata } from '../block-limits.ts';
import { BROKEN, flag, method, nested, word, type Method } from '../method.ts';
import { SlackFault, type Channel, type Json, type Message } from '../model.ts';
import {
  addEphemeral,
  addMessage,
  appMessage,
  channelOf,
  findMessage,
  removeMessage,
  replaceMessage,
  threadOf,
  visibleChannel,
  wireMessage,
} from '../store.ts';
import type { World } from '../world.ts';

/** Slack cuts a new message here. */
const POST_TEXT_MAX = 40_000;
/** Slack refuses an edit above this. */
const UPDATE_TEXT_MAX = 4_000;

const content = {
  channel: word,
  text: word.optional(),
  blocks: nested.optional(),
  attachments: nested.optional(),
  metadata: nested.optional(),
};

interface Content {
  text?: string | undefined;
  blocks?: unknown;
  attachments?: unknown;
  metadata?: unknown;
}

/** The checked content of a message; throws Slack's refusal. Blocks may be absent, but not everything may. */
export function contentOf(given: Content): Pick<Message, 'text' | 'blocks' | 'attachments' | 'metadata'> {
  if (given.blocks === BROKEN) throw new SlackFault('invalid_blocks_format');
  if (given.attachments === BROKEN) throw new SlackFault('invalid_attachments');
  const hasBlocks = Array.isArray(given.blocks) && given.blocks.length > 0;
  const attachments = z.array(z.record(z.string(), z.unknown())).safeParse(given.attachments).data ?? [];
  if (!hasBlocks && attachments.length === 0 && (given.text ?? '').trim() === '') throw new SlackFault('no_text');
  if (attachments.length > 100) throw new SlackFault('too_many_attachments');
  if (given.blocks !== undefined) checkMessageBlocks(given.blocks, '/blocks');
  attachments.forEach((each, index) => {
    if (each.blocks !== undefined) checkMessageBlocks(each.blocks, `/attachments/${index}/blocks`);
  });
  const metadata = given.metadata === undefined ? undefined : checkMetadata(given.metadata);
  return {
    text: given.text ?? '',
    ...(hasBlocks ? { blocks: withIds(given.blocks) } : {}),
    ...(attachments.length > 0
      ? { attachments: attachments.map((each, index) => ({ id: index + 1, ...each, ...storedBlocks(each) })) }
      : {}),
    ...(metadata ? { metadata } : {}),
  };
}

function storedBlocks(attachment: Json): Json {
  return attachment.blocks === undefined ? {} : { blocks: withIds(attachment.blocks) };
}

/** The channel one may post in: joined, or public with the scope for it. */
function postable(world: World, name: string): Channel {
  const channel = visibleChannel(world, name);
  const joined = channel.members.includes(world.app.botUserId);
  if (!joined && (channel.is_private || !world.app.scopes.includes('chat:write.public'))) {
    throw new SlackFault('not_in_channel');
  }
  if (channel.is_archived) throw new SlackFault('is_archived');
  return channel;
}

/** A message of the app itself; edits and deletes of others' are refused with `fault`. */
function ownMessage(world: World, channelId: string, ts: string, fault: string): Message {
  const channel = channelOf(world, channelId);
  if (channel?.id !== channelId) throw new SlackFault('channel_not_found');
  const message = findMessage(world, channelId, ts);
  if (!message) throw new SlackFault('message_not_found');
  if (message.bot_id !== world.app.botId) throw new SlackFault(fault);
  return message;
}

/**
 * The thread a reply goes to. Where the root is gone and no reply is left, Slack answers ok and posts into the channel:
 * only the missing `thread_ts` in the answer tells (slack-go/slack #1571).
 */
function threadFor(world: World, channel: Channel, ts: string | undefined): string | undefined {
  if (ts === undefined) return undefined;
  const root = findMessage(world, channel.id, ts);
  if (root) return root.thread_ts ?? root.ts;
  return threadOf(world, channel.id, ts).length > 0 ? ts : undefined;
}

const postMessage = method({
  token: 'bot',
  scope: 'chat:write',
  tier: 'post',
  params: z.object({
    ...content,
    thread_ts: word.optional(),
    reply_broadcast: flag.optional(),
    unfurl_links: flag.optional(),
    unfurl_media: flag.optional(),
  }),
  run: (params, world) => {
    const channel = postable(world, params.channel);
    const checked = contentOf(params);
    const thread = threadFor(world, channel, params.thread_ts);
    const message: Message = {
      ...appMessage(world, channel.id, ''),
      ...checked,
      text: checked.text.slice(0, POST_TEXT_MAX),
      ...(thread === undefined ? {} : { thread_ts: thread }),
      ...(thread !== undefined && params.reply_broadcast === true ? { reply_broadcast: true } : {}),
      ...(params.unfurl_links === undefined ? {} : { unfurl_links: params.unfurl_links }),
      ...(params.unfurl_media === undefined ? {} : { unfurl_media: params.unfurl_media }),
    };
    addMessage(world, message);
    const cut = checked.text.length > POST_TEXT_MAX ? { response_metadata: { warnings: ['message_truncated'] } } : {};
    return { channel: channel.id, ts: message.ts, message: wireMessage(world, message), ...cut };
  },
});

const update = method({
  token: 'bot',
  scope: 'chat:write',
  tier: 3,
  params: z.object({ ...content, ts: word, reply_broadcast: flag.optional() }),
  run: (params, world) => {
    const old = ownMessage(world, params.channel, params.ts, 'cant_update_message');
    if ((params.text ?? '').length > UPDATE_TEXT_MAX) throw new SlackFault('msg_too_long');
    const checked = contentOf(params);
    // What is not sent stays, except blocks when there is a text (docs of chat.update).
    const kept = params.text === undefined ? old : without(old, 'blocks');
    const edited = { user: world.app.botUserId, ts: world.nextTs() };
    const message = replaceMessage(world, { ...kept, ...checked, text: params.text ?? old.text, edited });
    return { channel: message.channel, ts: message.ts, text: message.text, message: wireMessage(world, message) };
  },
});

const remove = method({
  token: 'bot',
  scope: 'chat:write',
  tier: 3,
  params: z.object({ channel: word, ts: word }),
  run: (params, world) => {
    removeMessage(world, ownMessage(world, params.channel, params.ts, 'cant_delete_message'));
    return { channel: params.channel, ts: params.ts };
  },
});

const postEphemeral = method({
  token: 'bot',
  scope: 'chat:write',
  tier: 4,
  params: z.object({ ...content, user: word, thread_ts: word.optional() }),
  run: (params, world) => {
    const channel = postable(world, params.channel);
    if (!channel.members.includes(params.user)) throw new SlackFault('user_not_in_channel');
    const message = {
      ...appMessage(world, channel.id, ''),
      ...contentOf(params),
      visibleTo: params.user,
      ...(params.thread_ts === undefined ? {} : { thread_ts: params.thread_ts }),
    };
    addEphemeral(world, message);
    return { message_ts: message.ts };
  },
});

const getPermalink = method({
  token: 'bot',
  tier: 'wide',
  params: z.object({ channel: word, message_ts: word }),
  run: (params, world) => {
    const channel = visibleChannel(world, params.channel);
    const message = findMessage(world, channel.id, params.message_ts);
    if (!message) throw new SlackFault('message_not_found');
    const at = `${world.origin}/archives/${channel.id}/p${message.ts.replace('.', '')}`;
    const thread = message.thread_ts === undefined ? '' : `?thread_ts=${message.thread_ts}&cid=${channel.id}`;
    return { channel: channel.id, permalink: at + thread };
  },
});

const addReaction = method({
  token: 'bot',
  scope: 'reactions:write',
  tier: 3,
  params: z.object({ channel: word, timestamp: word, name: word }),
  run: (params, world) => {
    const message = findMessage(world, visibleChannel(world, params.channel).id, params.timestamp);
    if (!message) throw new SlackFault('message_not_found');
    const reactions = message.reactions ?? [];
    if (reactions.some((each) => each.name === params.name)) throw new SlackFault('already_reacted');
    const added = { name: params.name, users: [world.app.botUserId] };
    replaceMessage(world, { ...message, reactions: [...reactions, added] }, 'reaction');
    return {};
  },
});

/** Everything about messages. */
export const chatMethods: Record<string, Method> = {
  'chat.postMessage': postMessage,
  'chat.update': update,
  'chat.delete': remove,
  'chat.postEphemeral': postEphemeral,
  'chat.getPermalink': getPermalink,
  'reactions.add': addReaction,
};
