import type { InputBlock, ModalView, PlainTextOption } from '@slack/types';
import { english, type Wording } from '../../language/index.ts';
import { plain } from './text.ts';

export const RUN_MODAL = { callback: 'keybuzz_home_run', module: 'module', how: 'how' } as const;
export type RunKind = 'deploy' | 'failover';

/** What a deployment or failover may be asked for: to show only what it would do, or to do it after approval. */
const HOWS = ['plan', 'run'] as const;

function option(text: string, value: string): PlainTextOption {
  return { text: plain(text, 75), value };
}

/** A field to choose a module from; at most the hundred that Slack takes. */
export function moduleField(names: readonly string[], label: string): InputBlock {
  return {
    type: 'input',
    block_id: RUN_MODAL.module,
    label: plain(label, 150),
    element: {
      type: 'static_select',
      action_id: RUN_MODAL.module,
      options: names.slice(0, 100).map((name) => option(name, name.slice(0, 75))),
    },
  };
}

/** Asks what to deploy or fail over, and how. `kind` is all it carries: who may do it is decided when the answer comes. */
export function runModal(kind: RunKind, modules: readonly string[], say: Wording = english): ModalView {
  const { forms } = say;
  const how = HOWS.map((value) => option(forms[value], value));
  const [only] = how;
  return {
    type: 'modal',
    callback_id: RUN_MODAL.callback,
    private_metadata: kind,
    title: plain(forms[kind], 24),
    submit: plain(forms.start, 24),
    close: plain(forms.back, 24),
    blocks: [
      moduleField(modules, forms.whichModule),
      {
        type: 'input',
        block_id: RUN_MODAL.how,
        label: plain(forms.what, 150),
        hint: plain(forms.where, 150),
        element: {
          type: 'radio_buttons',
          action_id: RUN_MODAL.how,
          options: how,
          ...(only === undefined ? {} : { initial_option: only }),
        },
      },
    ],
  };
}

/** The command that a filled-in form stands for; a sentence for the person, and the field it is about, when it can't be. */
export function runCommand(
  kind: string,
  given: { module: string; how: string },
  modules: readonly string[],
  { forms }: Wording = english,
): { command: string } | { problem: string; field: string } {
  if (kind !== 'deploy' && kind !== 'failover') return { problem: forms.openAgain, field: RUN_MODAL.how };
  if (!modules.includes(given.module)) return { problem: forms.chooseModule, field: RUN_MODAL.module };
  if (given.how === 'run') return { command: `${kind} ${given.module}` };
  if (given.how !== 'plan') return { problem: forms.chooseWhat, field: RUN_MODAL.how };
  return { command: kind === 'deploy' ? `plan ${given.module}` : `plan ${kind} ${given.module}` };
}
