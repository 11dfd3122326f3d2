import type { ModalView } from '@slack/types';
import { english, type Wording } from '../../language/index.ts';
import { plain } from './text.ts';

export const CODE_MODAL = { callback: 'keybuzz_approval_code', block: 'code', input: 'code' } as const;

/** Asks for the one-time code of an approval. `value` is the button's own, `<run> <approval>`: all that it carries. */
export function codeModal(value: string, { buttons, forms }: Wording = english): ModalView {
  const [run = ''] = value.split(' ');
  return {
    type: 'modal',
    callback_id: CODE_MODAL.callback,
    private_metadata: value,
    title: plain(forms.code, 24),
    submit: plain(buttons.approve, 24),
    close: plain(forms.back, 24),
    blocks: [
      {
        type: 'input',
        block_id: CODE_MODAL.block,
        label: plain(forms.codeFor(run), 150),
        hint: plain(forms.codeHint, 150),
        element: {
          type: 'plain_text_input',
          action_id: CODE_MODAL.input,
          placeholder: plain('123 456', 150),
          max_length: 20,
          focus_on_load: true,
        },
      },
    ],
  };
}

/** The command that a filled-in form stands for; a sentence for the person when it can't be. */
export function codeCommand(
  value: string,
  given: string,
  { forms }: Wording = english,
): { command: string } | { problem: string } {
  const code = given.replace(/\s+/g, '');
  if (!/^\d{6}$/.test(code)) return { problem: forms.codeDigits };
  if (!/^[a-z0-9-]{1,60} [a-z0-9-]{1,80}$/.test(value)) return { problem: forms.openAgain };
  return { command: `approve ${value} --code ${code}` };
}
