import { actionIds, asJson, findElement } from './blocks.ts';
import { SandboxError, type Block, type Element, type Json, type Message } from './model.ts';
import * as payloads from './payloads.ts';
import {
  channelFor,
  delivered,
  send,
  show,
  type ClickOptions,
  type DeliverOptions,
  type Delivery,
  type Hands,
} from './person-hands.ts';
import { respond } from './response-url.ts';
import { addMessage, findMessage } from './store.ts';
import type { World } from './world.ts';

/** Types a slash command; shows what the ack carries, as Slack does. */
export async function command(
  hands: Hands,
  typed: { channel: string; command: string; text: string },
  options: DeliverOptions = {},
): Promise<Delivery> {
  const { world, user } = hands;
  const channel = channelFor(hands, typed.channel);
  if (!world.app.commands.includes(typed.command)) {
    throw new SandboxError(
      'no_command',
      `${typed.command} is not a command here; there are: ${world.app.commands.join(', ')}.`,
    );
  }
  const label = `${typed.command} ${typed.text}`.trim();
  const make = (triggerId: string): Json =>
    payloads.commandPayload(world, { user, triggerId }, { channel, command: typed.command, text: typed.text });
  const delivery = await send(hands, label, make, { ...options, type: 'slash_commands' });
  if (delivery.payload.response_type === 'in_channel') {
    addMessage(world, { type: 'message', channel: channel.id, ts: world.nextTs(), user: user.id, text: label });
  }
  if (!delivery.payload.text && !delivery.payload.blocks) return delivery;
  const about = { userId: user.id, channel: channel.id };
  const shown = show(hands, label, () => respond(world, about, delivery.payload));
  return { ...delivery, ...(shown ? { shown } : {}) };
}

/** The version of a message that is on the person's screen. */
function onScreen(hands: Hands, message: Message, stale: boolean): Message {
  const { world, user } = hands;
  if (message.visibleTo !== undefined && message.visibleTo !== user.id) {
    throw new SandboxError('not_visible', `${user.name} can't see a message that only ${message.visibleTo} sees.`);
  }
  if (stale) return message;
  const ephemeral = world.ephemerals.find((each) => each.ts === message.ts);
  const now = message.visibleTo === undefined ? findMessage(world, message.channel, message.ts) : ephemeral;
  if (!now)
    throw new SandboxError('message_gone', `The message ${message.ts} is not there any more: "${message.text}".`);
  return now;
}

/** All blocks of a message, those of its attachments included. */
function blocksOf(message: Message): Block[] {
  const attached = (message.attachments ?? []).flatMap((each) => (each.blocks ?? []) as Block[]);
  return [...(message.blocks ?? []), ...attached];
}

function elementIn(message: Message, actionId: string, blockId?: string): { block: Block; element: Element } {
  const found = findElement(blocksOf(message), actionId, blockId);
  if (found) return found;
  const there = actionIds(blocksOf(message)).join(', ') || 'nothing to click';
  throw new SandboxError('no_element', `The message "${message.text}" has no ${actionId}; it has: ${there}.`);
}

/** Touches an element of a message. A confirmation dialog is agreed to and noted. */
export async function click(
  hands: Hands,
  message: Message,
  actionId: string,
  options: ClickOptions = {},
): Promise<Delivery> {
  const { world, user } = hands;
  const seen = onScreen(hands, message, options.stale === true);
  const touched = elementIn(seen, actionId, options.blockId);
  const touch = { message: seen, touched, choice: options.choice, state: options.state };
  const make = (triggerId: string): Json => payloads.messageActionPayload(world, { user, triggerId }, touch);
  const delivery = await send(hands, `click ${actionId}`, make, options);
  const confirm = asJson(touched.element.confirm);
  return { ...delivery, ...(confirm ? { confirm } : {}) };
}

/** Writes a message as the person. */
export function say(hands: Hands, where: { channel: string; thread_ts?: string | undefined }, text: string): Message {
  const { world, user } = hands;
  const channel = channelFor(hands, where.channel);
  const thread = where.thread_ts === undefined ? {} : { thread_ts: where.thread_ts };
  const message: Message = {
    type: 'message',
    channel: channel.id,
    ts: world.nextTs(),
    user: user.id,
    team: world.team.id,
    text,
    ...thread,
  };
  addMessage(world, message);
  const subscription = channel.is_im ? 'message.im' : 'message.channels';
  if (world.app.botEvents.includes(subscription)) {
    const kind = channel.is_im ? 'im' : 'channel';
    void hands.delivering.sendEvent({ ...message, channel_type: kind, event_ts: message.ts });
  }
  return message;
}

/** How a mention reaches the app. */
export interface MentionOptions extends DeliverOptions {
  /** Fields of the event that are otherwise than what a person's new message has: `edited`, `bot_id`, `user_team`, … */
  change?: Json;
}

/** Slack sends only what the manifest subscribes to. */
function subscribed(world: World, event: string): void {
  if (world.app.botEvents.includes(event)) return;
  throw new SandboxError('not_subscribed', `The app's manifest does not subscribe to ${event}.`);
}

/** Writes `@bot …`; the app gets the `app_mention` event. */
export async function mention(
  hands: Hands,
  where: { channel: string; thread_ts?: string | undefined },
  text: string,
  options: MentionOptions = {},
): Promise<Delivery & { message: Message }> {
  const { world } = hands;
  subscribed(world, 'app_mention');
  const message = say(hands, where, `<@${world.app.botUserId}> ${text}`);
  const event = { ...message, type: 'app_mention', event_ts: message.ts, ...options.change };
  const outcome = await hands.delivering.sendEvent(event, options.duplicate === true ? 2 : 1);
  return { ...delivered(hands, `mention "${text}"`, outcome, ''), message };
}

/** Uses a shortcut: of the lightning menu, or of a message's menu. */
export async function shortcut(
  hands: Hands,
  what: { callbackId: string; message?: Message },
  options: DeliverOptions = {},
): Promise<Delivery> {
  const { world, user } = hands;
  const { callbackId, message } = what;
  const { shortcuts } = world.app;
  if (!shortcuts.includes(callbackId)) {
    throw new SandboxError('no_shortcut', `${callbackId} is not a shortcut here; there are: ${shortcuts.join(', ')}.`);
  }
  const seen = message ? onScreen(hands, message, false) : undefined;
  const make = (triggerId: string): Json =>
    seen
      ? payloads.messageShortcutPayload(world, { user, triggerId }, { callbackId, message: seen })
      : payloads.globalShortcutPayload(world, { user, triggerId }, callbackId);
  return send(hands, `shortcut ${callbackId}`, make, options);
}
