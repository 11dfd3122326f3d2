import { z } from 'zod';
import { asJson } from '../blocks.ts';
import { method, nested, word, type Method } from '../method.ts';
import { SlackFault, type Json, type Trigger } from '../model.ts';
import { checkView } from '../view-limits.ts';
import { findView, makeView, openView, pushView, replaceView } from '../view-stack.ts';
import { announce, type World } from '../world.ts';

/** Slack: "you have 3 seconds". */
const TRIGGER_LIFE_MS = 3_000;

/** Uses a trigger up: three seconds, and only once. */
function takeTrigger(world: World, id: string): Trigger {
  const trigger = world.triggers.get(id);
  if (!trigger) throw new SlackFault('invalid_trigger_id');
  if (trigger.used) throw new SlackFault('exchanged_trigger_id');
  if (world.nowMs() - trigger.madeAtMs > TRIGGER_LIFE_MS) throw new SlackFault('expired_trigger_id');
  trigger.used = true;
  return trigger;
}

const view = nested.transform((value): Json => asJson(value) ?? {});

/** Modals and the home tab. */
export const viewMethods: Record<string, Method> = {
  'views.open': method({
    token: 'bot',
    tier: 4,
    params: z.object({ trigger_id: word, view }),
    run: (params, world) => {
      checkView(params.view, 'modal');
      return { view: openView(world, takeTrigger(world, params.trigger_id).userId, params.view) };
    },
  }),
  'views.push': method({
    token: 'bot',
    tier: 4,
    params: z.object({ trigger_id: word, view }),
    run: (params, world) => {
      checkView(params.view, 'modal');
      return { view: pushView(world, takeTrigger(world, params.trigger_id).userId, params.view) };
    },
  }),
  'views.update': method({
    token: 'bot',
    tier: 4,
    params: z.object({ view_id: word.optional(), external_id: word.optional(), hash: word.optional(), view }),
    run: (params, world) => {
      const old = findView(world, { id: params.view_id, external: params.external_id });
      if (!old) throw new SlackFault('not_found');
      return { view: replaceView(world, old, params.view, params.hash) };
    },
  }),
  'views.publish': method({
    token: 'bot',
    tier: 4,
    params: z.object({ user_id: word, hash: word.optional(), view }),
    run: (params, world) => {
      if (!world.users.has(params.user_id)) throw new SlackFault('user_not_found');
      const old = world.homes.get(params.user_id);
      if (params.hash !== undefined && old && params.hash !== old.hash) throw new SlackFault('hash_conflict');
      const published = makeView(world, checkView(params.view, 'home'), old);
      world.homes.set(params.user_id, published);
      announce(world, 'home', params.user_id, published);
      return { view: published };
    },
  }),
};
