import { RefusedError } from '../errors.ts';
import type { Wording } from '../language/index.ts';
import type { Interaction } from '../jobs/index.ts';
import type { Forms } from './forms.ts';
import { textIn, type Form } from './submissions.ts';
import { CODE_MODAL, codeCommand, codeModal } from './views/code-modal.ts';

/** What a click on Approve stands for: `<run> <approval>`. */
const CLICKED = /^approve (\S+ \S+)$/;

/**
 * Opens the form that asks for a one-time code, when one is all that a click on Approve lacks. Gives false when it is not, or
 * no form opens any more (a trigger lives for 3 s): then the person reads the refusal, which says what to type.
 */
export async function askForCode(
  forms: Forms,
  interaction: Interaction,
  error: unknown,
  say: Wording,
): Promise<boolean> {
  const [, value] = CLICKED.exec(interaction.text) ?? [];
  const isAllThatLacks = error instanceof RefusedError && error.code === 'KEYBUZZ_TOTP_REQUIRED';
  if (!isAllThatLacks || interaction.isClick !== true || value === undefined) return false;
  try {
    await forms.open(interaction.key, codeModal(value, say), { channel: interaction.channel, responseUrl: '' });
    return true;
  } catch {
    return false;
  }
}

/** The form's answer is the click again, with the code. */
export const CODE_FORM: Form = {
  callback: CODE_MODAL.callback,
  field: CODE_MODAL.block,
  read: (view, say) => codeCommand(view.private_metadata, textIn(view, CODE_MODAL.block, CODE_MODAL.input), say),
};
