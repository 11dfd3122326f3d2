import type { Block } from '../slack/model.ts';
import type { ClickOptions } from '../slack/person-hands.ts';
import { SandboxError, type Message, type SlackSandbox, type View } from '../slack/index.ts';
import type { Act } from './protocol.ts';

/** What an act answers beside an error: a form's own errors, by block. */
export interface Done {
  fields?: Record<string, string>;
}

function messageAt(slack: SlackSandbox, person: string, { channel, ts }: { channel: string; ts: string }): Message {
  const all = [...slack.thread(channel, ts), ...slack.ephemerals(person)];
  const found = all.find((message) => message.ts === ts && message.channel === channel);
  if (found !== undefined) return found;
  throw new SandboxError('message_gone', 'The message is not there any more.');
}

function viewWith(slack: SlackSandbox, person: string, id: string): View {
  const home = slack.home(person);
  const found = [...slack.modals(person), ...(home === undefined ? [] : [home])].find((view) => view.id === id);
  if (found !== undefined) return found;
  throw new SandboxError('view_gone', 'The form is closed already.');
}

/** Where an element stands now: a block that the app gave no id has another one after each redraw, also while somebody clicks. */
function standing(blocks: readonly Block[] = [], block: string): ClickOptions {
  return blocks.some(({ block_id }) => block_id === block) ? { blockId: block } : {};
}

/** A slash command, a mention, or plain words: what Slack makes of a line. */
async function write(
  slack: SlackSandbox,
  person: string,
  { channel, text, thread }: { channel: string; text: string; thread?: string | undefined },
): Promise<void> {
  const line = text.trim();
  const me = slack.person(person);
  const [, command, rest = ''] = /^(\/\S+)(?:\s+([^]*))?$/.exec(line) ?? [];
  if (command !== undefined) {
    // Slack itself refuses it, with these words.
    if (thread !== undefined) {
      throw new SandboxError('no_thread', `${command} is not supported in threads. Mention @keybuzz instead.`);
    }
    await me.command(channel, command, rest);
    return;
  }
  const mention = /^@keybuzz\b\s*([^]*)$/i.exec(line);
  if (mention !== null) await me.mention(channel, mention[1] ?? '', thread);
  else if (line !== '') me.say(channel, line, thread);
}

/** Does what a person did on the page. Rejects with SandboxError, whose message people may read. */
export async function perform(
  slack: SlackSandbox,
  person: string,
  act: Exclude<Act, { do: 'become' | 'fault' }>,
): Promise<Done> {
  const me = slack.person(person);
  switch (act.do) {
    case 'write':
      await write(slack, person, act);
      return {};
    case 'click': {
      const message = messageAt(slack, person, act);
      await me.click(message, act.action, standing(message.blocks, act.block));
      return {};
    }
    case 'click-view': {
      const view = viewWith(slack, person, act.view);
      await me.clickInView(view, act.action, { ...standing(view.blocks, act.block), state: act.values });
      return {};
    }
    case 'submit': {
      const { errors } = await me.submitView(viewWith(slack, person, act.view), act.values);
      return Object.keys(errors).length === 0 ? {} : { fields: errors };
    }
    case 'close':
      await me.closeView(viewWith(slack, person, act.view));
      return {};
    case 'shortcut':
      await me.messageShortcut(messageAt(slack, person, act), act.callback);
      return {};
    case 'open-home':
      await me.openHome();
      return {};
    case 'set-locale':
      me.setLocale(act.locale);
      return {};
  }
}
