import type { Message, View } from './model.ts';
import type { ClickOptions, DeliverOptions, Delivery, Hands } from './person-hands.ts';
import * as messages from './person-messages.ts';
import * as views from './person-views.ts';
import type { Choices } from './state.ts';
import { changeUser } from './user-change.ts';
import type { SubmissionResult } from './view-stack.ts';
import type { WaitFor } from './wait.ts';

/**
 * A person of the workspace, doing things. Each sends in the very tick it is called in (two clicks in one tick are
 * two clicks of the same millisecond) and rejects with SandboxError: `no_ack`, `no_connection`, or what a person
 * could not have done here (`no_element`, `not_a_member`, `form_incomplete`, …).
 */
export interface Person {
  readonly id: string;
  readonly name: string;
  command: (channel: string, command: string, text?: string, options?: DeliverOptions) => Promise<Delivery>;
  click: (message: Message, actionId: string, options?: ClickOptions) => Promise<Delivery>;
  /** Clicks, and waits for the modal that the app opens with the click's trigger. */
  openModal: (message: Message, actionId: string, options?: ClickOptions) => Promise<Delivery & { view: View }>;
  clickInView: (view: View, actionId: string, options?: ClickOptions) => Promise<Delivery>;
  /** `values` by action_id or block_id; what is left out keeps its initial value. */
  submitView: (view: View, values?: Choices, options?: DeliverOptions) => Promise<Delivery & SubmissionResult>;
  /** Closes a modal; undefined when the app did not ask to hear of it (`notify_on_close`). */
  closeView: (view: View) => Promise<Delivery | undefined>;
  /** Writes `@bot text`, in a thread when `thread_ts` is given. */
  mention: (
    channel: string,
    text: string,
    thread_ts?: string,
    options?: messages.MentionOptions,
  ) => Promise<Delivery & { message: Message }>;
  /** Writes a plain message; the app hears of it only if its manifest subscribes to messages. */
  say: (channel: string, text: string, thread_ts?: string) => Message;
  messageShortcut: (message: Message, callbackId: string, options?: DeliverOptions) => Promise<Delivery>;
  shortcut: (callbackId: string, options?: DeliverOptions) => Promise<Delivery>;
  openHome: () => Promise<Delivery>;
  /** Chooses the language of their Slack: `fr-FR`; the app gets `user_change`. */
  setLocale: (locale: string) => void;
}

/** The person these hands belong to. */
export function createPerson(hands: Hands, waitFor: WaitFor): Person {
  const { id, name } = hands.user;
  const modals = (): View[] => hands.world.modals.get(id) ?? [];
  return {
    id,
    name,
    command: (channel, command, text = '', options = {}) =>
      messages.command(hands, { channel, command, text }, options),
    click: (message, actionId, options) => messages.click(hands, message, actionId, options),
    openModal: async (message, actionId, options) => {
      const before = new Set(modals().map((view) => view.id));
      const delivery = await messages.click(hands, message, actionId, options);
      const view = await waitFor(() => modals().find((each) => !before.has(each.id)), undefined, `a modal for ${name}`);
      return { ...delivery, view };
    },
    clickInView: (view, actionId, options) => views.clickInView(hands, view, actionId, options),
    submitView: (view, values, options) => views.submitView(hands, view, values, options),
    closeView: (view) => views.close(hands, view),
    mention: (channel, text, thread_ts, options) => messages.mention(hands, { channel, thread_ts }, text, options),
    say: (channel, text, thread_ts) => messages.say(hands, { channel, thread_ts }, text),
    messageShortcut: (message, callbackId, options) => messages.shortcut(hands, { callbackId, message }, options),
    shortcut: (callbackId, options) => messages.shortcut(hands, { callbackId }, options),
    openHome: () => views.openHome(hands),
    setLocale: (locale) => {
      const { world, delivering, user } = hands;
      changeUser(world, delivering, world.users.get(id) ?? user, { locale });
    },
  };
}
