import { z } from 'zod';
import { count, flag, method, word, type Method } from '../method.ts';
import { SlackFault, type Channel, type Json, type Message } from '../model.ts';
import { findMessage, joinedChannel, messagesOf, threadOf, visibleChannel, wireMessage } from '../store.ts';
import type { World } from '../world.ts';

/** Slack's default page. */
const PAGE = 100;

function wireChannel(world: World, channel: Channel): Json {
  const kind = { is_channel: !channel.is_im, is_im: channel.is_im, is_private: channel.is_private };
  return {
    id: channel.id,
    name: channel.name,
    ...kind,
    is_archived: channel.is_archived,
    is_member: channel.members.includes(world.app.botUserId),
    num_members: channel.members.length,
  };
}

const page = {
  channel: word,
  limit: count.optional(),
  oldest: word.optional(),
  latest: word.optional(),
  inclusive: flag.optional(),
  cursor: word.optional(),
  include_all_metadata: flag.optional(),
};

interface Page {
  limit?: number | undefined;
  oldest?: string | undefined;
  latest?: string | undefined;
  inclusive?: boolean | undefined;
  cursor?: string | undefined;
  include_all_metadata?: boolean | undefined;
}

/** The part of a list that was asked for; the cursor is the place in the list. */
function cut(world: World, all: readonly Message[], asked: Page): Json {
  const edge = asked.inclusive === true;
  const within = all.filter(({ ts }) => {
    const afterOldest = asked.oldest === undefined || ts > asked.oldest || (edge && ts === asked.oldest);
    const beforeLatest = asked.latest === undefined || ts < asked.latest || (edge && ts === asked.latest);
    return afterOldest && beforeLatest;
  });
  const from = Number(asked.cursor ?? 0);
  const to = from + (asked.limit ?? PAGE);
  const more = to < within.length;
  return {
    messages: within.slice(from, to).map((each) => wireMessage(world, each, asked.include_all_metadata === true)),
    has_more: more,
    response_metadata: { next_cursor: more ? String(to) : '' },
  };
}

const inChannel = (message: Message): boolean =>
  message.thread_ts === undefined || message.thread_ts === message.ts || message.reply_broadcast === true;

/** Channels, their members and what was said in them. */
export const conversationMethods: Record<string, Method> = {
  'conversations.info': method({
    token: 'bot',
    scope: 'channels:read',
    tier: 3,
    params: z.object({ channel: word }),
    run: (params, world) => ({ channel: wireChannel(world, visibleChannel(world, params.channel)) }),
  }),
  'conversations.list': method({
    token: 'bot',
    scope: 'channels:read',
    tier: 2,
    params: z.object({ exclude_archived: flag.optional() }),
    run: (params, world) => {
      const bot = world.app.botUserId;
      const seen = [...world.channels.values()].filter(
        (each) => !each.is_im && (!each.is_private || each.members.includes(bot)),
      );
      const shown = params.exclude_archived === true ? seen.filter((each) => !each.is_archived) : seen;
      return { channels: shown.map((each) => wireChannel(world, each)), response_metadata: { next_cursor: '' } };
    },
  }),
  'conversations.members': method({
    token: 'bot',
    scope: 'channels:read',
    tier: 4,
    params: z.object({ channel: word }),
    run: (params, world) => ({
      members: visibleChannel(world, params.channel).members,
      response_metadata: { next_cursor: '' },
    }),
  }),
  'conversations.join': method({
    token: 'bot',
    scope: 'channels:join',
    tier: 3,
    params: z.object({ channel: word }),
    run: (params, world) => {
      const channel = visibleChannel(world, params.channel);
      if (channel.is_private) throw new SlackFault('method_not_supported_for_channel_type');
      if (channel.is_archived) throw new SlackFault('is_archived');
      const joined = { ...channel, members: [...new Set([...channel.members, world.app.botUserId])] };
      world.channels.set(channel.id, joined);
      return { channel: wireChannel(world, joined) };
    },
  }),
  'conversations.history': method({
    token: 'bot',
    scope: 'channels:history',
    tier: 3,
    params: z.object(page),
    run: (params, world) => {
      const channel = joinedChannel(world, params.channel);
      return cut(world, messagesOf(world, channel.id).filter(inChannel).reverse(), params);
    },
  }),
  'conversations.replies': method({
    token: 'bot',
    scope: 'channels:history',
    tier: 3,
    params: z.object({ ...page, ts: word }),
    run: (params, world) => {
      const channel = joinedChannel(world, params.channel);
      const thread = threadOf(world, channel.id, findMessage(world, channel.id, params.ts)?.thread_ts ?? params.ts);
      if (thread.length === 0) throw new SlackFault('thread_not_found');
      return cut(world, thread, params);
    },
  }),
};
