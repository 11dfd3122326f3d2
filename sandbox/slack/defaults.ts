import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Channel, User, UserGroup } from './model.ts';
import type { AppIdentity } from './world.ts';

/** The team all people are in unless told. */
export const TEAM = { id: 'T0KEYBUZZ', domain: 'keybuzz', name: 'KeyBuzz' };

const BOT_USER_ID = 'U0KEYBUZZ';

/** What the sandbox and its page know the app by; test/bot/manifest.test.ts checks all of the file. */
const Manifest = z.object({
  features: z.object({
    shortcuts: z.array(z.object({ callback_id: z.string(), name: z.string() })),
    slash_commands: z.array(z.object({ command: z.string(), description: z.string(), usage_hint: z.string() })),
  }),
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
  settings: z.object({ event_subscriptions: z.object({ bot_events: z.array(z.string()) }) }),
});

/** The app's manifest.json, as far as it is of use here. */
export function readManifest(): z.infer<typeof Manifest> {
  return Manifest.parse(JSON.parse(readFileSync(new URL('../../manifest.json', import.meta.url), 'utf8')));
}

/** The app as its manifest installs it, with tokens of its own. */
export function defaultApp(): AppIdentity {
  const { features, oauth_config, settings } = readManifest();
  const random = (): string => randomBytes(12).toString('hex');
  return {
    appId: 'A0KEYBUZZ',
    botId: 'B0KEYBUZZ',
    botUserId: BOT_USER_ID,
    botToken: `xoxb-1-${random()}`,
    appToken: `xapp-1-A0KEYBUZZ-${random()}`,
    signingSecret: random(),
    scopes: oauth_config.scopes.bot,
    commands: features.slash_commands.map(({ command }) => command),
    shortcuts: features.shortcuts.map(({ callback_id }) => callback_id),
    botEvents: settings.event_subscriptions.bot_events,
  };
}

/** A user as far as anybody cares to say. */
export type GivenUser = Partial<User> & { id: string; name: string };

/** A user; what is left out is the ordinary case. */
export function user(given: GivenUser): User {
  const flags = { is_bot: false, deleted: false, is_restricted: false, is_ultra_restricted: false };
  return { real_name: given.name, team_id: TEAM.id, locale: 'en-US', ...flags, ...given };
}

/** A channel; what is left out is the ordinary case: public, open, nobody in it. */
export function channel(given: Partial<Channel> & { id: string; name: string }): Channel {
  return { members: [], is_private: false, is_archived: false, is_im: false, ...given };
}

/** Four people with the roles the policy's examples use, and the bot. */
export function defaultUsers(): GivenUser[] {
  return [
    { id: 'U0OPERATOR', name: 'operator', real_name: 'Olga Operator' },
    { id: 'U0APPROVER', name: 'approver', real_name: 'Anne Approver' },
    { id: 'U0APPROVER2', name: 'approver2', real_name: 'Aldo Approver' },
    { id: 'U0VIEWER', name: 'viewer', real_name: 'Victor Viewer' },
  ];
}

/** The bot's own user. */
export function botUser(app: AppIdentity): User {
  return user({ id: app.botUserId, name: 'keybuzz', real_name: 'KeyBuzz', is_bot: true });
}

/** #ops and #ops-alerts with everybody in them. */
export function defaultChannels(people: readonly User[], botUserId: string): Channel[] {
  const members = [...people.map((person) => person.id), botUserId];
  return [channel({ id: 'C0OPS', name: 'ops', members }), channel({ id: 'C0OPSALERTS', name: 'ops-alerts', members })];
}

/** Two groups, of those who operate and those who approve. */
export function defaultGroups(): UserGroup[] {
  return [
    { id: 'S0OPERATORS', handle: 'operators', name: 'Operators', users: ['U0OPERATOR'] },
    { id: 'S0APPROVERS', handle: 'approvers', name: 'Approvers', users: ['U0APPROVER', 'U0APPROVER2'] },
  ];
}
