import type { App, ViewOutput } from '@slack/bolt';
import type { Wording } from '../language/index.ts';
import type { Forms } from './forms.ts';
import type { ListenerParts } from './listener-parts.ts';
import { record } from './record.ts';

/** What a filled-in form stands for: a command, as its person could have typed it, or what is wrong with which field. */
export type Meant = { command: string; channel?: string; thread?: string } | { problem: string; field?: string };

export interface Form {
  /** Callback id of its view. */
  callback: string;
  /** Block id of the field under which a problem is told that is no field's own. */
  field: string;
  read: (view: ViewOutput, say: Wording) => Meant;
}

/** Records what a form stands for, then closes it; a problem is told in the form, which stays open. */
export function listenToForm(app: App, parts: ListenerParts, forms: Forms, { callback, field, read }: Form): void {
  app.view(callback, async ({ view, body, ack }) => {
    const refuse = (problem: string, at = field) => ack({ response_action: 'errors', errors: { [at]: problem } });
    const say = await parts.readers.wordingFor(body.user.id);
    const meant = read(view, say);
    if ('problem' in meant) {
      await refuse(meant.problem, meant.field);
      return;
    }
    const { command: text, ...place } = meant;
    // Known only in the process that opened the form: where to answer, nothing that decides.
    const from = forms.from(view.id);
    const key = `${view.id}:${view.hash}`;
    if (from?.responseUrl) parts.responders.remember(key, from.responseUrl);
    const recorded = await record(parts, {
      ...{ key, userId: body.user.id, teamId: body.user.team_id ?? body.team?.id ?? '' },
      ...{ channel: from?.channel ?? '', ...place, text },
    });
    if (recorded !== undefined) {
      await refuse(recorded.problem(say));
      return;
    }
    forms.forget(view.id);
    await ack();
  });
}

/** The text in a form's field; empty when there is none. */
export const textIn = (view: ViewOutput, block: string, action = block): string =>
  view.state.values[block]?.[action]?.value ?? '';

/** What is chosen in a form's field; empty when nothing is. */
export const chosenIn = (view: ViewOutput, block: string): string =>
  view.state.values[block]?.[block]?.selected_option?.value ?? '';
