import { z } from 'zod';
import { count, flag, method, word, type Method } from '../method.ts';
import { SlackFault, type Json, type UserGroup } from '../model.ts';
import { wireUser } from '../user-change.ts';
import { newId, type World } from '../world.ts';

function wireGroup(group: UserGroup, world: World): Json {
  return { ...group, team_id: world.team.id, is_usergroup: true, user_count: group.users.length, date_delete: 0 };
}

/** auth, app connections, users and user groups. */
export const directoryMethods: Record<string, Method> = {
  'auth.test': method({
    token: 'bot',
    tier: 'wide',
    params: z.object({}),
    run: (_params, { team, app, origin, users }) => ({
      url: `${origin}/`,
      team: team.name,
      user: users.get(app.botUserId)?.name,
      team_id: team.id,
      user_id: app.botUserId,
      bot_id: app.botId,
      is_enterprise_install: false,
    }),
  }),
  'apps.connections.open': method({
    token: 'app',
    tier: 1,
    params: z.object({}),
    run: (_params, world) => {
      const ticket = newId('').toLowerCase() + newId('').toLowerCase();
      world.tickets.set(ticket, world.nowMs());
      const host = world.origin.replace(/^http/, 'ws');
      return { url: `${host}/link/?ticket=${ticket}&app_id=${world.app.appId}` };
    },
  }),
  'users.info': method({
    token: 'bot',
    scope: 'users:read',
    tier: 4,
    params: z.object({ user: word, include_locale: flag.optional() }),
    run: ({ user: id, include_locale }, { users }) => {
      const user = users.get(id);
      if (!user) throw new SlackFault('user_not_found');
      return { user: wireUser(user, include_locale === true) };
    },
  }),
  'users.list': method({
    token: 'bot',
    scope: 'users:read',
    tier: 2,
    params: z.object({ limit: count.optional() }),
    run: (_params, { users }) => ({
      members: [...users.values()].map((one) => wireUser(one, false)),
      response_metadata: { next_cursor: '' },
    }),
  }),
  'usergroups.list': method({
    token: 'bot',
    scope: 'usergroups:read',
    tier: 2,
    params: z.object({ include_users: flag.optional() }),
    run: (params, world) => ({
      usergroups: [...world.groups.values()].map((group) => {
        const { users, ...rest } = wireGroup(group, world);
        return params.include_users === true ? { ...rest, users } : rest;
      }),
    }),
  }),
  'usergroups.users.list': method({
    token: 'bot',
    scope: 'usergroups:read',
    tier: 2,
    params: z.object({ usergroup: word }),
    run: (params, { groups }) => {
      const group = groups.get(params.usergroup);
      if (!group) throw new SlackFault('no_such_subteam');
      return { users: group.users };
    },
  }),
};
