import { randomBytes } from 'node:crypto';
import { asJson, asText, withIds } from './blocks.ts';
import { SlackFault, type Json, type View } from './model.ts';
import { stateOf } from './state.ts';
import { announce, newId, type World } from './world.ts';
import { checkView } from './view-limits.ts';

/** Slack's own limit of modals on top of each other. */
const STACK_MAX = 3;

/** A view as stored, from what the app sent; `old` keeps its id and place when it is replaced. */
export function makeView(world: World, given: Json, old?: View): View {
  const id = old?.id ?? newId('V');
  const { team, app } = world;
  const part = (name: 'title' | 'submit' | 'close'): Json => {
    const text = asJson(given[name]);
    return text ? { [name]: text } : {};
  };
  const blocks = withIds(given.blocks);
  return {
    id,
    type: given.type === 'home' ? 'home' : 'modal',
    hash: `${Math.floor(world.nowMs() / 1000)}.${randomBytes(4).toString('hex')}`,
    callback_id: asText(given.callback_id),
    external_id: asText(given.external_id),
    private_metadata: asText(given.private_metadata),
    blocks,
    state: stateOf(blocks),
    root_view_id: old?.root_view_id ?? id,
    previous_view_id: old?.previous_view_id ?? null,
    app_id: app.appId,
    bot_id: app.botId,
    team_id: team.id,
    clear_on_close: given.clear_on_close === true,
    notify_on_close: given.notify_on_close === true,
    ...part('title'),
    ...part('submit'),
    ...part('close'),
  };
}

/** The person whose stack has this view, and the stack. */
export function stackOf(world: World, viewId: string): { userId: string; stack: View[] } | undefined {
  for (const [userId, stack] of world.modals) {
    if (stack.some((view) => view.id === viewId)) return { userId, stack };
  }
  return undefined;
}

/** Opens a modal alone in front of a person. */
export function openView(world: World, userId: string, given: Json): View {
  const view = makeView(world, checkView(given, 'modal'));
  if (view.external_id !== '' && findView(world, { external: view.external_id })) {
    throw new SlackFault('duplicate_external_id');
  }
  world.modals.set(userId, [view]);
  announce(world, 'view', view, 'opened');
  return view;
}

/** Puts a modal on top of the others. */
export function pushView(world: World, userId: string, given: Json): View {
  const stack = world.modals.get(userId) ?? [];
  const below = stack.at(-1);
  if (!below) throw new SlackFault('not_found');
  if (stack.length >= STACK_MAX) throw new SlackFault('push_limit_reached');
  const made = makeView(world, checkView(given, 'modal'));
  const view = { ...made, root_view_id: below.root_view_id, previous_view_id: below.id };
  world.modals.set(userId, [...stack, view]);
  announce(world, 'view', view, 'pushed');
  return view;
}

/** An open modal by id or external id. */
export function findView(
  world: World,
  by: { id?: string | undefined; external?: string | undefined },
): View | undefined {
  const all = [...world.modals.values()].flat();
  return all.find((view) => view.id === by.id || (by.external !== undefined && view.external_id === by.external));
}

/** Replaces an open modal in its place; with a `hash` only if nobody did so since. */
export function replaceView(world: World, old: View, given: Json, hash?: string): View {
  const place = stackOf(world, old.id);
  if (!place) throw new SlackFault('not_found');
  if (hash !== undefined && hash !== old.hash) throw new SlackFault('hash_conflict');
  const view = makeView(world, checkView(given, 'modal'), old);
  world.modals.set(
    place.userId,
    place.stack.map((each) => (each.id === old.id ? view : each)),
  );
  announce(world, 'view', view, 'updated');
  return view;
}

/** Takes modals away: this one, or with `all` the whole stack. */
export function closeView(world: World, view: View, all = false): void {
  const place = stackOf(world, view.id);
  if (!place) return;
  const rest = all ? [] : place.stack.filter((each) => each.id !== view.id);
  world.modals.set(place.userId, rest);
  announce(world, 'view', view, 'closed');
}

/** What the app's ack of a submission did to the form. */
export interface SubmissionResult {
  responseAction: 'close' | 'errors' | 'update' | 'push' | 'clear';
  /** By block_id, when the form stays open with errors. */
  errors: Record<string, string>;
  /** The view now in front of the person. */
  view?: View;
}

/** Does what the ack of a submission asks for; throws SlackFault for what Slack would not show. */
export function applySubmission(world: World, view: View, payload: Json): SubmissionResult {
  const userId = stackOf(world, view.id)?.userId ?? '';
  const front = (responseAction: SubmissionResult['responseAction'], errors = {}): SubmissionResult => {
    const top = world.modals.get(userId)?.at(-1);
    return { responseAction, errors, ...(top ? { view: top } : {}) };
  };
  switch (payload.response_action) {
    case undefined:
      closeView(world, view);
      return front('close');
    case 'clear':
      closeView(world, view, true);
      return front('clear');
    case 'update':
      replaceView(world, view, asJson(payload.view) ?? {});
      return front('update');
    case 'push':
      pushView(world, userId, asJson(payload.view) ?? {});
      return front('push');
    case 'errors':
      return front('errors', checkErrors(view, asJson(payload.errors) ?? {}));
    default:
      throw new SlackFault('invalid_response_action', { given: payload.response_action });
  }
}

function checkErrors(view: View, errors: Json): Record<string, string> {
  const entries = Object.entries(errors);
  if (entries.length === 0) throw new SlackFault('missing_errors');
  for (const [blockId, text] of entries) {
    const block = view.blocks.find((each) => each.block_id === blockId);
    if (block?.type !== 'input' || typeof text !== 'string')
      throw new SlackFault('invalid_errors', { block_id: blockId });
  }
  return errors as Record<string, string>;
}
