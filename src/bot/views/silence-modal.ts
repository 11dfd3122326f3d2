import type { ModalView } from '@slack/types';
import { english, type Wording } from '../../language/index.ts';
import { moduleField } from './home-modals.ts';
import { plain } from './text.ts';

export const SILENCE_MODAL = {
  callback: 'keybuzz_silence',
  until: 'until',
  reason: 'reason',
} as const;

const REASON_CHARS_MAX = 500;

/**
 * Asks until when, and why. `alert` is all it carries: who may silence is decided when the answer comes. Without one it asks
 * which of `modules` is to be silent.
 */
export function silenceModal(
  alert: string,
  nowMs: number,
  modules: readonly string[] = [],
  { forms }: Wording = english,
): ModalView {
  return {
    type: 'modal',
    callback_id: SILENCE_MODAL.callback,
    private_metadata: alert,
    title: plain(forms.silence, 24),
    submit: plain(forms.silenceYes, 24),
    close: plain(forms.back, 24),
    blocks: [
      ...(alert === '' ? [moduleField(modules, forms.whichModule)] : []),
      {
        type: 'input',
        block_id: SILENCE_MODAL.until,
        label: plain(alert === '' ? forms.silenceIt : forms.silenceAlert(alert), 150),
        hint: plain(forms.ownZone, 150),
        element: {
          type: 'datetimepicker',
          action_id: SILENCE_MODAL.until,
          initial_date_time: Math.ceil(nowMs / 3_600_000 + 3) * 3600,
        },
      },
      {
        type: 'input',
        optional: true,
        block_id: SILENCE_MODAL.reason,
        label: plain(forms.why, 150),
        element: { type: 'plain_text_input', action_id: SILENCE_MODAL.reason, max_length: REASON_CHARS_MAX },
      },
    ],
  };
}

/** The command that a filled-in form stands for; a sentence for the person when it can't be. */
export function silenceCommand(
  alert: string,
  given: { untilSeconds: number; reason: string },
  nowMs: number,
  { forms }: Wording = english,
): { command: string } | { problem: string } {
  if (!/^[a-z0-9][a-z0-9-]{0,50}$/.test(alert)) return { problem: forms.openAgain };
  const untilMs = given.untilSeconds * 1000;
  if (!Number.isFinite(untilMs) || untilMs <= nowMs) return { problem: forms.timeAhead };
  if (untilMs > nowMs + 30 * 86_400_000) return { problem: forms.timeNear };
  const until = new Date(untilMs).toISOString().replace(/\.\d+Z$/, 'Z');
  const reason = given.reason.replace(/\s+/g, ' ').trim().slice(0, REASON_CHARS_MAX);
  return { command: `silence ${alert} ${until} ${reason}`.trim() };
}
