import type { Message, SlackFile, SlackSandbox, User, View } from '../slack/index.ts';
import {
  textOf,
  type Seen,
  type SeenFault,
  type SeenFile,
  type SeenMessage,
  type SeenUser,
  type SeenView,
} from './protocol.ts';

/** More of a file is not shown in place; the page says so. */
const FILE_CHARS_MAX = 20_000;

/** What belongs to the page and not to the workspace. */
export interface SeenParts {
  label: string;
  commands: Seen['commands'];
  shortcuts: Seen['shortcuts'];
  faults: readonly SeenFault[];
}

function userOf({ id, name, real_name, is_bot, locale }: User): SeenUser {
  return { id, name, realName: real_name, isBot: is_bot, locale };
}

function fileOf({ id, name, length, content }: SlackFile): SeenFile {
  return { id, name, bytes: length, text: content.toString('utf8').slice(0, FILE_CHARS_MAX) };
}

function messageOf(message: Message): SeenMessage {
  const { ts, channel, user = '', text, blocks = [], thread_ts, files = [] } = message;
  return {
    ...{ ts, channel, user, text, blocks },
    ...(thread_ts === undefined || thread_ts === ts ? {} : { threadTs: thread_ts }),
    isBroadcast: message.reply_broadcast === true,
    isEdited: message.edited !== undefined,
    isEphemeral: message.visibleTo !== undefined,
    files: files.map(fileOf),
  };
}

function viewOf(view: View): SeenView {
  const { id, type, title, submit, close, blocks } = view;
  return { id, type, title: textOf(title), submit: textOf(submit), close: textOf(close), blocks };
}

/** A channel with all its threads, and what only this person sees of it, in the order of time. */
function messagesIn(slack: SlackSandbox, channel: string, person: string): SeenMessage[] {
  const roots = slack.messages(channel);
  const replies = roots.flatMap(({ ts }) => slack.thread(channel, ts).filter((message) => message.ts !== ts));
  const own = slack.ephemerals(person).filter((message) => message.channel === channel);
  const all = new Map([...roots, ...replies, ...own].map((message) => [message.ts, message]));
  return [...all.values()].sort((a, b) => Number(a.ts) - Number(b.ts)).map(messageOf);
}

/** All that the person sees now. */
export function seenBy(slack: SlackSandbox, person: string, parts: SeenParts): Seen {
  const me = slack.person(person);
  const users = slack.users();
  const bot = users.find(({ id }) => id === slack.botUserId);
  const channels = slack.channels().filter(({ members, is_archived }) => members.includes(me.id) && !is_archived);
  const home = slack.home(me.id);
  return {
    team: 'KeyBuzz',
    me: me.id,
    bot: slack.botUserId,
    users: users.map(userOf),
    channels: channels.map(({ id, name, is_im }) => ({
      ...{ id, isDirect: is_im },
      name: is_im ? (bot?.real_name ?? '') : name,
    })),
    messages: Object.fromEntries(channels.map(({ id }) => [id, messagesIn(slack, id, me.id)])),
    modals: slack.modals(me.id).map(viewOf),
    home: home === undefined ? null : viewOf(home),
    connections: slack.connections(),
    ...parts,
    faults: [...parts.faults],
  };
}
