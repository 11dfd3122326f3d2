import type { ModalView } from '@slack/types';
import type { SlackClients } from './clients.ts';
import { faultOf } from './slack-faults.ts';

/** Where a form was asked for: where its answer goes, nothing that decides. */
export interface AskedFrom {
  channel: string;
  responseUrl: string;
}

/** The forms this process opened, by view id; the submission may reach another process, which answers without. */
export interface Forms {
  /** Opens a form for the interaction with this trigger. Throws what Slack answers. */
  open(triggerId: string, view: ModalView, from: AskedFrom): Promise<void>;
  from(viewId: string): AskedFrom | undefined;
  forget(viewId: string): void;
}

/** Above it the oldest are forgotten. */
const REMEMBERED_MAX = 500;

/** No forms at first. */
export function createForms(clients: SlackClients): Forms {
  const opened = new Map<string, AskedFrom>();
  return {
    async open(triggerId, view, from) {
      try {
        const { view: shown } = await clients.interactive.views.open({ trigger_id: triggerId, view });
        opened.set(shown?.id ?? '', from);
        const [oldest] = opened.keys();
        if (opened.size > REMEMBERED_MAX && oldest !== undefined) opened.delete(oldest);
      } catch (error) {
        // Each trigger opens one form: the same envelope came before, here or to another bot, and its form is there.
        const fault = faultOf(error);
        if (fault.kind !== 'refused' || fault.code !== 'exchanged_trigger_id') throw error;
      }
    },
    from: (viewId) => opened.get(viewId),
    forget: (viewId) => void opened.delete(viewId),
  };
}
