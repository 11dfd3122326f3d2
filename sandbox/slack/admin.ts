import type { Delivering } from './delivery.ts';
import { SandboxError, type Message, type User, type UserGroup } from './model.ts';
import { userNamed, channelOf, removeMessage } from './store.ts';
import { changeUser } from './user-change.ts';
import type { World } from './world.ts';

/** What an administrator of the workspace changes behind the app's back. */
export interface Admin {
  /** New members of a user group (by id or handle); the app gets `subteam_members_changed` and `subteam_updated`. */
  setGroup: (group: string, userIds: string[]) => void;
  /** Deactivates a person, makes one a guest, renames; the app gets `user_change`. */
  changeUser: (person: string, change: Partial<Omit<User, 'id'>>) => void;
  addBot: (channel: string) => void;
  removeBot: (channel: string) => void;
  archive: (channel: string) => void;
  /** Deletes anybody's message: the app learns it when it touches it next. */
  deleteMessage: (message: Message) => void;
}

function change(world: World, channel: string, members: (old: string[]) => string[]): void {
  const found = channelOf(world, channel);
  if (!found) throw new SandboxError('no_channel', `There is no channel ${channel}.`);
  world.channels.set(found.id, { ...found, members: members(found.members) });
  world.events.emit('change');
}

function tell(world: World, delivering: Delivering, group: UserGroup, old: UserGroup): void {
  const added_users = group.users.filter((id) => !old.users.includes(id));
  const removed_users = old.users.filter((id) => !group.users.includes(id));
  const subteam_id = group.id;
  const events = [
    { type: 'subteam_members_changed', subteam_id, team_id: world.team.id, added_users, removed_users },
    { type: 'subteam_updated', subteam: { ...group, user_count: group.users.length } },
  ];
  for (const event of events) {
    if (world.app.botEvents.includes(event.type)) void delivering.sendEvent({ ...event, event_ts: world.nextTs() });
  }
}

/** The administrator of one world. */
export function createAdmin(world: World, delivering: Delivering): Admin {
  const { botUserId } = world.app;
  return {
    setGroup: (name, users) => {
      const old = [...world.groups.values()].find((each) => each.id === name || each.handle === name);
      if (!old) throw new SandboxError('no_group', `There is no user group ${name}.`);
      const group = { ...old, users };
      world.groups.set(group.id, group);
      tell(world, delivering, group, old);
    },
    changeUser: (name, changes) => {
      const user = userNamed(world, name);
      if (!user) throw new SandboxError('no_person', `There is nobody called ${name}.`);
      changeUser(world, delivering, user, changes);
    },
    addBot: (channel) => change(world, channel, (old) => [...new Set([...old, botUserId])]),
    removeBot: (channel) => change(world, channel, (old) => old.filter((id) => id !== botUserId)),
    deleteMessage: (message) => removeMessage(world, message),
    archive: (channel) => {
      const found = channelOf(world, channel);
      if (!found) throw new SandboxError('no_channel', `There is no channel ${channel}.`);
      world.channels.set(found.id, { ...found, is_archived: true });
    },
  };
}
