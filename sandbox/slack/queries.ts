import type { Call } from './journal.ts';
import { SandboxError, type Channel, type Message, type SlackFile, type User, type View } from './model.ts';
import { namesOf, renderMessage, renderView, renderWorkspace } from './render-text.ts';
import { userNamed, channelOf, messagesOf, threadOf } from './store.ts';
import type { World } from './world.ts';

/** Looking at the workspace. */
export interface Queries {
  /** What a channel shows, oldest first: thread replies only if they were broadcast. `#ops` or an id. */
  messages: (channel: string) => Message[];
  /** A thread: the root, then its replies. */
  thread: (channel: string, ts: string) => Message[];
  /** What only this person sees, oldest first. */
  ephemerals: (person: string) => Message[];
  /** The modals open in front of this person; the last is on top. */
  modals: (person: string) => View[];
  home: (person: string) => View | undefined;
  /** Files that were shared. */
  files: () => SlackFile[];
  users: () => User[];
  channels: () => Channel[];
  /** Everything that crossed the wire, in order; only these names if given. */
  calls: (...names: string[]) => Call[];
  /** The same as one text, answers included: what a canary looks for secrets in. */
  wire: () => string;
  /** Everything people can see, as plain text (`ansi` for a terminal), and the last requests that were refused. */
  dump: (ansi?: boolean) => string;
  /** One message as plain text. */
  render: (message: Message, ansi?: boolean) => string;
  /** A modal or a home tab as plain text. */
  renderView: (view: View, ansi?: boolean) => string;
}

/** What the workspace refused lately: nearly always the reason why something is not there. */
function refusals(world: World): string[] {
  const refused = world.journal.entries().filter((each) => each.answer.includes('"ok":false') || each.status >= 400);
  return refused.slice(-5).map((each) => `refused: ${each.name} ${each.status} ${each.answer.slice(0, 500)}`);
}

/** The questions about one world. */
export function createQueries(world: World): Queries {
  const channel = (name: string): Channel => {
    const found = channelOf(world, name);
    if (found) return found;
    const there = [...world.channels.values()].map((each) => `#${each.name}`).join(', ');
    throw new SandboxError('no_channel', `There is no channel ${name}; there are: ${there}.`);
  };
  const userId = (name: string): string => {
    const user = userNamed(world, name);
    if (!user) throw new SandboxError('no_person', `There is nobody called ${name}.`);
    return user.id;
  };
  return {
    messages: (name) =>
      messagesOf(world, channel(name).id).filter(
        (each) => each.thread_ts === undefined || each.thread_ts === each.ts || each.reply_broadcast === true,
      ),
    thread: (name, ts) => threadOf(world, channel(name).id, ts),
    ephemerals: (name) => {
      const id = userId(name);
      return world.ephemerals.filter((each) => each.visibleTo === id);
    },
    modals: (name) => world.modals.get(userId(name)) ?? [],
    home: (name) => world.homes.get(userId(name)),
    users: () => [...world.users.values()],
    channels: () => [...world.channels.values()],
    files: () => [...world.files.values()].filter((file) => file.state === 'shared'),
    calls: (...names) => world.journal.entries().filter((each) => names.length === 0 || names.includes(each.name)),
    wire: () =>
      world.journal
        .entries()
        .map((each) => `${each.raw}\n${each.answer}`)
        .join('\n'),
    dump: (ansi) => [renderWorkspace(world, ansi), ...refusals(world)].join('\n'),
    render: (message, ansi = false) => renderMessage(message, { nameOf: namesOf(world), ansi }),
    renderView: (view, ansi = false) => renderView(view, { nameOf: namesOf(world), ansi }),
  };
}
