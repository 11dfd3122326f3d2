import type { App } from '@slack/bolt';
import { postToResponseUrl, slackUrl } from './responders.ts';
import type { Forms } from './forms.ts';
import type { ListenerParts } from './listener-parts.ts';
import { listenToForm, textIn, type Form } from './submissions.ts';
import { COMMAND_MODAL, COMMAND_SHORTCUT, commandModal, placeOf } from './views/command-modal.ts';
import { code, section } from './views/text.ts';

/** A message's menu: slash commands do not work in threads, this does. The trigger lives for 3 s, so the form comes first. */
function listenToShortcut(app: App, parts: ListenerParts, forms: Forms): void {
  app.shortcut({ type: 'message_action', callback_id: COMMAND_SHORTCUT }, async ({ shortcut, ack }) => {
    await ack();
    const say = await parts.readers.wordingFor(shortcut.user.id);
    const { channel, message, message_ts, trigger_id } = shortcut;
    const responseUrl = slackUrl(shortcut.response_url, parts.clients.interactive.slackApiUrl);
    const threadTs: unknown = message.thread_ts;
    const thread = typeof threadTs === 'string' ? threadTs : message_ts;
    try {
      await forms.open(trigger_id, commandModal({ channel: channel.id, thread }, say), {
        channel: channel.id,
        responseUrl,
      });
    } catch (error) {
      parts.logger.warn({ err: error }, 'command form not opened');
      const text = `:x: ${say.slack.formInThread(code('@KeyBuzz <command>'))}`;
      await postToResponseUrl(responseUrl, { text, blocks: [section(text)] });
    }
  });
}

const COMMAND_FORM: Form = {
  callback: COMMAND_MODAL.callback,
  field: COMMAND_MODAL.block,
  read(view, { forms }) {
    const command = textIn(view, COMMAND_MODAL.block, COMMAND_MODAL.input).trim();
    if (command === '') return { problem: forms.commandEmpty };
    const place = placeOf(view.private_metadata);
    return place === undefined ? { problem: forms.openAgain } : { command, ...place };
  },
};

/** The message shortcut, and the form it opens: the same grammar, answered in the message's thread. */
export function listenToCommandShortcut(app: App, parts: ListenerParts, forms: Forms): void {
  listenToShortcut(app, parts, forms);
  listenToForm(app, parts, forms, COMMAND_FORM);
}
