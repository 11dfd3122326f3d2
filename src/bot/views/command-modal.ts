import type { ModalView } from '@slack/types';
import { english, type Wording } from '../../language/index.ts';
import { plain } from './text.ts';

export const COMMAND_SHORTCUT = 'keybuzz_command';
export const COMMAND_MODAL = { callback: 'keybuzz_command_form', block: 'command', input: 'command' } as const;

const COMMAND_CHARS_MAX = 2000;

/** A place in Slack: a channel, and a thread in it. */
export interface Place {
  channel: string;
  thread: string;
}

/** Asks for a command whose answer goes to that place. The place decides nothing; who may do it is asked afterwards. */
export function commandModal({ channel, thread }: Place, { forms }: Wording = english): ModalView {
  return {
    type: 'modal',
    callback_id: COMMAND_MODAL.callback,
    private_metadata: `${channel} ${thread}`,
    title: plain(forms.command, 24),
    submit: plain(forms.send, 24),
    close: plain(forms.back, 24),
    blocks: [
      {
        type: 'input',
        block_id: COMMAND_MODAL.block,
        label: plain(forms.commandWhat, 150),
        hint: plain(forms.commandHint, 150),
        element: {
          type: 'plain_text_input',
          action_id: COMMAND_MODAL.input,
          placeholder: plain('status redis', 150),
          max_length: COMMAND_CHARS_MAX,
          focus_on_load: true,
        },
      },
    ],
  };
}

/** The place a form was opened for; undefined when the text is none of ours. */
export function placeOf(privateMetadata: string): Place | undefined {
  const [, channel, thread] = /^([CGD][A-Z0-9]{2,20}) (\d{1,12}\.\d{6})$/.exec(privateMetadata) ?? [];
  return channel === undefined || thread === undefined ? undefined : { channel, thread };
}
