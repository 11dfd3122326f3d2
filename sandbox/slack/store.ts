import { without } from './blocks.ts';
import { SlackFault, type Channel, type Message, type User } from './model.ts';
import { announce, newId, type World } from './world.ts';

/** A conversation by id, by `#name` or by bare name; undefined when there is none. */
export function channelOf(world: World, nameOrId: string): Channel | undefined {
  const byId = world.channels.get(nameOrId);
  if (byId) return byId;
  const name = nameOrId.replace(/^#/, '');
  return [...world.channels.values()].find((channel) => !channel.is_im && channel.name === name);
}

/** A user by id, `@name` or name. */
export function userNamed(world: World, wanted: string): User | undefined {
  const name = wanted.replace(/^@/, '');
  return [...world.users.values()].find((each) => each.id === wanted || each.name === name);
}

/** The direct messages between the bot and a person; made when it is first needed. */
export function directChannel(world: World, userId: string): Channel {
  const known = [...world.channels.values()].find((channel) => channel.is_im && channel.members.includes(userId));
  if (known) return known;
  const members = [userId, world.app.botUserId];
  const made: Channel = { id: newId('D'), name: '', members, is_private: true, is_archived: false, is_im: true };
  world.channels.set(made.id, made);
  return made;
}

/** The conversation the bot named, or Slack's `channel_not_found`: a private one without the bot does not exist for it. */
export function visibleChannel(world: World, nameOrId: string): Channel {
  if (world.users.has(nameOrId)) return directChannel(world, nameOrId);
  const channel = channelOf(world, nameOrId);
  if (!channel || (channel.is_private && !channel.members.includes(world.app.botUserId))) {
    throw new SlackFault('channel_not_found');
  }
  return channel;
}

/** The same, and the bot is in it. */
export function joinedChannel(world: World, nameOrId: string): Channel {
  const channel = visibleChannel(world, nameOrId);
  if (!channel.members.includes(world.app.botUserId)) throw new SlackFault('not_in_channel');
  return channel;
}

/** All messages of a conversation, oldest first, thread replies included. */
export function messagesOf(world: World, channelId: string): Message[] {
  return world.messages.get(channelId) ?? [];
}

/** One message, or undefined. */
export function findMessage(world: World, channelId: string, ts: string): Message | undefined {
  return messagesOf(world, channelId).find((message) => message.ts === ts);
}

/** A thread: its root, then its replies. */
export function threadOf(world: World, channelId: string, ts: string): Message[] {
  return messagesOf(world, channelId).filter((message) => message.ts === ts || message.thread_ts === ts);
}

/** Puts a message at the end of its conversation and tells everybody. */
export function addMessage(world: World, message: Message): Message {
  world.messages.set(message.channel, [...messagesOf(world, message.channel), message]);
  announce(world, 'message', message);
  return message;
}

/** Puts a newer version in the place of the one with its ts. */
export function replaceMessage(world: World, message: Message, event: 'update' | 'reaction' = 'update'): Message {
  const others = messagesOf(world, message.channel);
  world.messages.set(
    message.channel,
    others.map((each) => (each.ts === message.ts ? message : each)),
  );
  announce(world, event, message);
  return message;
}

/** Takes a message away. */
export function removeMessage(world: World, message: Message): void {
  const rest = messagesOf(world, message.channel).filter((each) => each.ts !== message.ts);
  world.messages.set(message.channel, rest);
  announce(world, 'delete', message);
}

/** Shows a message to one person only. */
export function addEphemeral(world: World, message: Message & { visibleTo: string }): Message {
  world.ephemerals.push(message);
  announce(world, 'ephemeral', message);
  return message;
}

/** The fields every message of the app has. */
export function appMessage(world: World, channelId: string, text: string): Message {
  const { app, team } = world;
  return {
    type: 'message',
    channel: channelId,
    ts: world.nextTs(),
    text,
    user: app.botUserId,
    bot_id: app.botId,
    app_id: app.appId,
    team: team.id,
  };
}

/** A message as the API shows it: without what only the sandbox keeps. */
export function wireMessage(world: World, message: Message, withMetadata = true): Record<string, unknown> {
  const replies = threadOf(world, message.channel, message.ts).filter((each) => each.thread_ts === message.ts);
  const last = replies.at(-1);
  const { metadata, files } = message;
  return {
    ...without(message, 'channel', 'visibleTo', 'metadata', 'files', 'unfurl_links', 'unfurl_media'),
    ...(metadata && withMetadata ? { metadata } : {}),
    ...(files ? { files: files.map(({ id, name, title, length }) => ({ id, name, title, size: length })) } : {}),
    ...(last ? { thread_ts: message.ts, reply_count: replies.length, latest_reply: last.ts } : {}),
  };
}
