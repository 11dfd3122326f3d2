import type { Ack, Delivering, Outcome } from './delivery.ts';
import { SandboxError, SlackFault, type Channel, type Json, type Message, type User } from './model.ts';
import type { Choice, Choices } from './state.ts';
import { channelOf, directChannel } from './store.ts';
import { newTrigger, type World } from './world.ts';

/** What came of something a person did. */
export interface Delivery {
  envelopeId: string;
  /** Empty where Slack gives none. */
  triggerId: string;
  /** What the app put into its (first) ack. */
  payload: Json;
  latencyMs: number;
  /** One per copy that was acked. */
  acks: Ack[];
  /** The message that the ack itself made. */
  shown?: Message;
  /** The confirmation dialog the person agreed to first. */
  confirm?: Json;
}

/** How something is delivered. */
export interface DeliverOptions {
  /** Send the same envelope twice, as Slack does when an ack is lost. */
  duplicate?: boolean;
  /** The trigger is so many ms old when it arrives: above 3000 it opens no form any more. */
  triggerAgeMs?: number;
}

/** How a person touches an element. */
export interface ClickOptions extends DeliverOptions {
  /** For selects, checkboxes and the like: the option's value, an id, a date. */
  choice?: Choice;
  /** When several blocks have the same action_id. */
  blockId?: string;
  /** What the other fields hold at that moment. */
  state?: Choices;
  /** The person's screen still shows this old version: the given object counts, not what is stored now. */
  stale?: boolean;
}

/** One person and the means to reach the app. */
export interface Hands {
  world: World;
  delivering: Delivering;
  user: User;
  /** How long an ack may take, for what the errors say. */
  ackTimeoutMs: number;
}

/** Makes the trigger, sends, and turns a missing ack into an error a test can't overlook. */
export async function send(
  hands: Hands,
  label: string,
  make: (triggerId: string) => Json,
  options: DeliverOptions & { type?: 'slash_commands'; viewId?: string } = {},
): Promise<Delivery> {
  const trigger = newTrigger(hands.world, hands.user.id, options.viewId);
  trigger.madeAtMs -= options.triggerAgeMs ?? 0;
  const payload = make(trigger.id);
  const outcome = await hands.delivering.send(
    options.type ?? 'interactive',
    payload,
    options.duplicate === true ? 2 : 1,
  );
  return delivered(hands, label, outcome, trigger.id);
}

/** An outcome as a delivery; rejects with `no_ack` or `no_connection`. */
export function delivered(hands: Hands, label: string, outcome: Outcome, triggerId: string): Delivery {
  const [first] = outcome.acks;
  if (!first) {
    const code = outcome.failure ?? 'no_ack';
    const why = code === 'no_connection' ? 'no app is connected' : `no ack within ${hands.ackTimeoutMs} ms`;
    throw new SandboxError(code, `${hands.user.name}: ${label}: ${why} (envelope ${outcome.envelopeId}).`);
  }
  return {
    envelopeId: outcome.envelopeId,
    triggerId,
    payload: first.payload,
    latencyMs: first.latencyMs,
    acks: outcome.acks,
  };
}

/** Does what an ack asks for; what Slack would refuse to show is an error. */
export function show<T>(hands: Hands, label: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SlackFault)) throw error;
    throw new SandboxError(
      'bad_ack',
      `${hands.user.name}: ${label}: Slack refuses the ack: ${JSON.stringify(error.body)}`,
    );
  }
}

/** The conversation the person is in. `@bot` is the direct messages with the bot. */
export function channelFor(hands: Hands, name: string): Channel {
  const { world, user } = hands;
  if (name === '@bot') return directChannel(world, user.id);
  const channel = channelOf(world, name);
  if (!channel) {
    const there = [...world.channels.values()].map((each) => `#${each.name}`).join(', ');
    throw new SandboxError('no_channel', `There is no channel ${name}; there are: ${there}.`);
  }
  if (!channel.members.includes(user.id)) {
    throw new SandboxError('not_a_member', `${user.name} is not in ${name}.`);
  }
  return channel;
}
