import type { ModalView } from '@slack/types';
import { english, type Wording } from '../../language/index.ts';
import { plain } from './text.ts';

export const DENY_MODAL = { callback: 'keybuzz_deny_reason', block: 'reason', input: 'reason' } as const;

/** A command has room for so much of a reason. */
export const REASON_CHARS_MAX = 1500;

/** Asks why. `runId` is all it carries: who may deny is decided when the answer comes. */
export function denyModal(runId: string, { forms }: Wording = english): ModalView {
  return {
    type: 'modal',
    callback_id: DENY_MODAL.callback,
    private_metadata: runId,
    title: plain(forms.deny, 24),
    submit: plain(forms.denyYes, 24),
    close: plain(forms.back, 24),
    blocks: [
      {
        type: 'input',
        block_id: DENY_MODAL.block,
        label: plain(forms.denyWhy(runId), 150),
        hint: plain(forms.denyRead, 150),
        element: {
          type: 'plain_text_input',
          action_id: DENY_MODAL.input,
          multiline: true,
          max_length: REASON_CHARS_MAX,
          focus_on_load: true,
        },
      },
    ],
  };
}
