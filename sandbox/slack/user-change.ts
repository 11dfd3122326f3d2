import type { Delivering } from './delivery.ts';
import type { Json, User } from './model.ts';
import type { World } from './world.ts';

/** A person as the Web API and events tell of them; the Web API tells the locale only to whom asks for it. */
export function wireUser({ locale, ...user }: User, hasLocale: boolean): Json {
  return {
    ...user,
    ...(hasLocale ? { locale } : {}),
    profile: { real_name: user.real_name, display_name: user.name },
    tz: 'Europe/Paris',
    is_app_user: false,
  };
}

/** Changes what the workspace knows of a person; the app gets `user_change`. Slack sends only what the manifest subscribes to. */
export function changeUser(world: World, delivering: Delivering, old: User, changes: Partial<Omit<User, 'id'>>): void {
  const user = { ...old, ...changes };
  world.users.set(user.id, user);
  world.events.emit('change');
  if (!world.app.botEvents.includes('user_change')) return;
  const cache_ts = Math.floor(world.nowMs() / 1000);
  const event = { type: 'user_change', user: wireUser(user, true), cache_ts, event_ts: world.nextTs() };
  void delivering.sendEvent(event);
}
