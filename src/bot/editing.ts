import type { Logger } from 'pino';
import { textOnly, type PostingParts } from './posting.ts';
import { faultOf, slackError, UNDRAWABLE } from './slack-faults.ts';
import type { Message } from './views/text.ts';

export interface EditingParts extends Pick<PostingParts, 'clients' | 'budget'> {
  logger: Logger;
}

/** One message that is to look different. */
export interface Edit {
  channel: string;
  ts: string;
  /** People wait for it. */
  isUrgent: boolean;
  message: Message;
  /** What it reports, for the log. */
  about: string;
}

export type EditResult = { kind: 'edited' } | { kind: 'wait'; waitMs: number } | { kind: 'refused'; code: string };

/** Edits; blocks that Slack does not take are left out, so that a defect of a view hides nothing. */
async function update({ clients, logger }: EditingParts, { channel, ts, message, about }: Edit): Promise<void> {
  try {
    await clients.background.chat.update({ channel, ts, ...message });
  } catch (error) {
    const fault = faultOf(error);
    if (fault.kind !== 'refused' || !UNDRAWABLE.has(fault.code)) throw error;
    logger.error({ about, err: error }, 'Slack does not take the blocks');
    await clients.background.chat.update({ channel, ts, ...textOnly(message) });
  }
}

/** Edits a message when the budget has room for it. Throws ExternalError when Slack did not answer. */
export async function editMessage(parts: EditingParts, edit: Edit): Promise<EditResult> {
  const waitMs = await parts.budget.edit(`${edit.channel} ${edit.ts}`, edit.isUrgent);
  if (waitMs > 0) return { kind: 'wait', waitMs };
  try {
    await update(parts, edit);
    return { kind: 'edited' };
  } catch (error) {
    const fault = faultOf(error);
    if (fault.kind === 'unknown') throw slackError('edit a message', error);
    if (fault.kind === 'refused') return { kind: 'refused', code: fault.code };
    parts.budget.pause('edit', fault.retryAfterMs);
    return { kind: 'wait', waitMs: fault.retryAfterMs };
  } finally {
    parts.budget.answered({ kind: 'edit' });
  }
}
