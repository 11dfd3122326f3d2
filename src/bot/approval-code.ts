import type { App } from '@slack/bolt';
import { RefusedError } from '../errors.ts';
import type { Interaction } from '../jobs/index.ts';
import type { Forms } from './forms.ts';
import type { ListenerParts } from './listener-parts.ts';
import { record } from './record.ts';
import { CODE_MODAL, codeCommand, codeModal } from './views/code-modal.ts';

/** What a click on Approve stands for: `<run> <approval>`. */
const CLICKED = /^approve (\S+ \S+)$/;

/**
 * Opens the form that asks for a one-time code, when one is all that a click on Approve lacks. Gives false when it is not, or
 * no form opens any more (a trigger lives for 3 s): then the person reads the refusal, which says what to type.
 */
export async function askForCode(forms: Forms, interaction: Interaction, error: unknown): Promise<boolean> {
  const [, value] = CLICKED.exec(interaction.text) ?? [];
  const isAllThatLacks = error instanceof RefusedError && error.code === 'KEYBUZZ_TOTP_REQUIRED';
  if (!isAllThatLacks || interaction.isClick !== true || value === undefined) return false;
  try {
    await forms.open(interaction.key, codeModal(value), { channel: interaction.channel, responseUrl: '' });
    return true;
  } catch {
    return false;
  }
}

/** The form's answer is the click again, with the code. */
export function listenToCode(app: App, parts: ListenerParts, forms: Forms): void {
  app.view(CODE_MODAL.callback, async ({ view, body, ack }) => {
    const refuse = (problem: string) => ack({ response_action: 'errors', errors: { [CODE_MODAL.block]: problem } });
    const given = view.state.values[CODE_MODAL.block]?.[CODE_MODAL.input]?.value ?? '';
    const meant = codeCommand(view.private_metadata, given);
    if ('problem' in meant) {
      await refuse(meant.problem);
      return;
    }
    const recorded = await record(parts, {
      key: `${view.id}:${view.hash}`,
      userId: body.user.id,
      teamId: body.user.team_id ?? body.team?.id ?? '',
      channel: forms.from(view.id)?.channel ?? '',
      text: meant.command,
    });
    if (recorded !== undefined) {
      await refuse(recorded.problem);
      return;
    }
    forms.forget(view.id);
    await ack();
  });
}
