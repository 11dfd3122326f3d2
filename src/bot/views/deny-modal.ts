import type { ModalView } from '@slack/types';
import { plain } from './text.ts';

export const DENY_MODAL = { callback: 'keybuzz_deny_reason', block: 'reason', input: 'reason' } as const;

/** A command has room for so much of a reason. */
export const REASON_CHARS_MAX = 1500;

/** Asks why. `runId` is all it carries: who may deny is decided when the answer comes. */
export function denyModal(runId: string): ModalView {
  return {
    type: 'modal',
    callback_id: DENY_MODAL.callback,
    private_metadata: runId,
    title: plain('Deny the run', 24),
    submit: plain('Deny', 24),
    close: plain('Back', 24),
    blocks: [
      {
        type: 'input',
        block_id: DENY_MODAL.block,
        label: plain(`Why is run ${runId} denied?`, 150),
        hint: plain('Everybody who sees the run sees the reason.', 150),
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
