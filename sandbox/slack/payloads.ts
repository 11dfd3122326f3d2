import { isInteractive, without } from './blocks.ts';
import type { Block, Channel, Element, Json, Message, User, View } from './model.ts';
import { stateOf, valueOf, type Choice, type Choices } from './state.ts';
import { wireMessage } from './store.ts';
import { newResponseUrl, type World } from './world.ts';

/** Who, where, and with which trigger something was done. */
export interface Doing {
  user: User;
  triggerId: string;
}

function common(world: World, { user, triggerId }: Doing): Json {
  return {
    token: 'verification',
    team: { id: world.team.id, domain: world.team.domain },
    user: { id: user.id, username: user.name, name: user.name, team_id: user.team_id },
    api_app_id: world.app.appId,
    is_enterprise_install: false,
    enterprise: null,
    trigger_id: triggerId,
  };
}

/** A slash command. */
export function commandPayload(
  world: World,
  doing: Doing,
  typed: { channel: Channel; command: string; text: string },
): Json {
  const { user, triggerId } = doing;
  return {
    token: 'verification',
    team_id: world.team.id,
    team_domain: world.team.domain,
    channel_id: typed.channel.id,
    channel_name: typed.channel.is_im ? 'directmessage' : typed.channel.name,
    user_id: user.id,
    user_name: user.name,
    command: typed.command,
    text: typed.text,
    api_app_id: world.app.appId,
    is_enterprise_install: 'false',
    response_url: newResponseUrl(world, { userId: user.id, channel: typed.channel.id }),
    trigger_id: triggerId,
  };
}

/** The touched element as `actions[0]`. */
function action(world: World, touched: { block: Block; element: Element }, choice?: Choice): Json {
  const { block, element } = touched;
  const { text, value, style } = element;
  return {
    type: element.type,
    action_id: element.action_id,
    block_id: block.block_id,
    ...(element.type === 'button'
      ? { text, ...(value === undefined ? {} : { value }), ...(style ? { style } : {}) }
      : {}),
    ...(isInteractive(element.type) ? valueOf(element, choice) : {}),
    action_ts: world.nextTs(),
  };
}

/** A touch in a message. */
export interface MessageTouch {
  message: Message;
  touched: { block: Block; element: Element };
  choice?: Choice | undefined;
  state?: Choices | undefined;
}

/** `block_actions` from a message; an ephemeral one travels without its content, as in Slack. */
export function messageActionPayload(world: World, doing: Doing, touch: MessageTouch): Json {
  const { message, touched } = touch;
  const ephemeral = message.visibleTo !== undefined;
  const channel = world.channels.get(message.channel);
  const original = { ts: message.ts, ephemeral };
  const thread = message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts };
  return {
    type: 'block_actions',
    ...common(world, doing),
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: message.channel,
      is_ephemeral: ephemeral,
      ...thread,
    },
    channel: { id: message.channel, name: channel?.is_im === true ? 'directmessage' : channel?.name },
    ...(ephemeral ? {} : { message: wireMessage(world, message) }),
    state: stateOf(message.blocks ?? [], touch.state),
    response_url: newResponseUrl(world, { userId: doing.user.id, channel: message.channel, original, ...thread }),
    actions: [action(world, touched, touch.choice)],
  };
}

/** `block_actions` from a modal or the home tab. */
export function viewActionPayload(
  world: World,
  doing: Doing,
  touch: { view: View; touched: { block: Block; element: Element }; choice?: Choice | undefined },
): Json {
  const { view, touched } = touch;
  return {
    type: 'block_actions',
    ...common(world, doing),
    container: { type: 'view', view_id: view.id },
    view,
    actions: [action(world, touched, touch.choice)],
  };
}

/** `view_submission`. */
export function submissionPayload(world: World, doing: Doing, view: View): Json {
  return { type: 'view_submission', ...common(world, doing), view, response_urls: [] };
}

/** `view_closed`; it has no trigger. */
export function closedPayload(world: World, user: User, view: View): Json {
  const rest = without(common(world, { user, triggerId: '' }), 'trigger_id');
  return { type: 'view_closed', ...rest, view, is_cleared: false };
}

/** A message shortcut: the menu beside a message. */
export function messageShortcutPayload(
  world: World,
  doing: Doing,
  about: { callbackId: string; message: Message },
): Json {
  const { callbackId, message } = about;
  const original = { ts: message.ts, ephemeral: false };
  return {
    type: 'message_action',
    ...common(world, doing),
    callback_id: callbackId,
    message_ts: message.ts,
    action_ts: world.nextTs(),
    channel: { id: message.channel, name: world.channels.get(message.channel)?.name },
    message: wireMessage(world, message),
    response_url: newResponseUrl(world, { userId: doing.user.id, channel: message.channel, original }),
  };
}

/** A global shortcut: the lightning menu. */
export function globalShortcutPayload(world: World, doing: Doing, callbackId: string): Json {
  return { type: 'shortcut', ...common(world, doing), callback_id: callbackId, action_ts: world.nextTs() };
}
