import { actionIds, asJson, findElement } from './blocks.ts';
import { SandboxError, type Json, type View } from './model.ts';
import * as payloads from './payloads.ts';
import {
  delivered,
  send,
  show,
  type ClickOptions,
  type DeliverOptions,
  type Delivery,
  type Hands,
} from './person-hands.ts';
import { formFaults, stateOf, type Choices } from './state.ts';
import { directChannel } from './store.ts';
import { applySubmission, closeView, type SubmissionResult } from './view-stack.ts';

/** The stored version of a view that is open in front of this person. */
function openNow(hands: Hands, view: View): View {
  const { world, user } = hands;
  const stack = world.modals.get(user.id) ?? [];
  const now = view.type === 'home' ? world.homes.get(user.id) : stack.find((each) => each.id === view.id);
  if (now) return now;
  const open = stack.map((each) => each.callback_id).join(', ') || 'none';
  throw new SandboxError(
    'view_gone',
    `${user.name} has no ${view.type} ${view.callback_id} (${view.id}); open: ${open}.`,
  );
}

/** Touches an element of a modal or of the home tab. */
export async function clickInView(
  hands: Hands,
  view: View,
  actionId: string,
  options: ClickOptions = {},
): Promise<Delivery> {
  const { world, user } = hands;
  const now = options.stale === true ? view : openNow(hands, view);
  const touched = findElement(now.blocks, actionId, options.blockId);
  if (!touched) {
    const there = actionIds(now.blocks).join(', ') || 'nothing to click';
    throw new SandboxError('no_element', `The view ${now.callback_id} has no ${actionId}; it has: ${there}.`);
  }
  const shown = { ...now, state: stateOf(now.blocks, options.state) };
  const touch = { view: shown, touched, choice: options.choice };
  const make = (triggerId: string): Json => payloads.viewActionPayload(world, { user, triggerId }, touch);
  const delivery = await send(hands, `click ${actionId} in ${now.callback_id}`, make, { ...options, viewId: now.id });
  const confirm = asJson(touched.element.confirm);
  return { ...delivery, ...(confirm ? { confirm } : {}) };
}

/** Fills a form in and sends it. What Slack's own client would refuse never reaches the app. */
export async function submitView(
  hands: Hands,
  view: View,
  values: Choices = {},
  options: DeliverOptions = {},
): Promise<Delivery & SubmissionResult> {
  const { world, user } = hands;
  const now = openNow(hands, view);
  const state = stateOf(now.blocks, values);
  const faults = formFaults(now.blocks, state);
  if (faults.length > 0) {
    throw new SandboxError('form_incomplete', `${now.callback_id} can't be submitted: ${faults.join('; ')}.`);
  }
  const label = `submit ${now.callback_id}`;
  const make = (triggerId: string): Json => payloads.submissionPayload(world, { user, triggerId }, { ...now, state });
  const delivery = await send(hands, label, make, { ...options, viewId: now.id });
  return { ...delivery, ...show(hands, label, () => applySubmission(world, now, delivery.payload)) };
}

/** Closes a modal; gives undefined when the app did not ask to hear of it. */
export async function close(hands: Hands, view: View): Promise<Delivery | undefined> {
  const now = openNow(hands, view);
  closeView(hands.world, now);
  if (!now.notify_on_close) return undefined;
  return send(hands, `close ${now.callback_id}`, () => payloads.closedPayload(hands.world, hands.user, now));
}

/** Opens the app's home tab; the app gets `app_home_opened`. */
export async function openHome(hands: Hands): Promise<Delivery> {
  const { world, user } = hands;
  const channel = directChannel(world, user.id).id;
  const view = world.homes.get(user.id);
  const event_ts = world.nextTs();
  const event = { type: 'app_home_opened', user: user.id, channel, tab: 'home', event_ts, ...(view ? { view } : {}) };
  return delivered(hands, 'open the home tab', await hands.delivering.sendEvent(event), '');
}
