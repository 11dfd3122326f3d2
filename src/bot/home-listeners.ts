import type { AllMiddlewareArgs, App, BlockAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import { MODULES } from '../modules/index.ts';
import { clickOf } from './clicks.ts';
import type { Forms } from './forms.ts';
import type { Homes } from './home.ts';
import type { ListenerParts } from './listener-parts.ts';
import { chosenIn, listenToForm, type Form } from './submissions.ts';
import { HOME_ACTION_IDS } from './views/home.ts';
import { RUN_MODAL, runCommand, runModal, type RunKind } from './views/home-modals.ts';
import { silenceModal } from './views/silence-modal.ts';

type Arguments = SlackActionMiddlewareArgs<BlockAction> & AllMiddlewareArgs;

/** Modules that have the verb: a form offers nothing that does not exist. */
function modulesWith(kind: RunKind): string[] {
  return MODULES.filter(({ verbs }) => verbs.includes(kind)).map(({ name }) => name);
}

/** The trigger lives for 3 s, so the form is opened before anything else. */
function listenToButton(app: App, parts: ListenerParts, forms: Forms, name: 'deploy' | 'failover' | 'silence'): void {
  app.action(HOME_ACTION_IDS[name], async ({ body, ack }: Arguments) => {
    const click = clickOf(body, parts);
    await ack();
    const say = await parts.readers.wordingFor(click.userId);
    const names = MODULES.map((module) => module.name);
    const view =
      name === 'silence' ? silenceModal('', parts.clock.nowMs(), names, say) : runModal(name, modulesWith(name), say);
    try {
      await forms.open(click.triggerId, view, click);
    } catch (error) {
      // Nothing stands there that could be answered; the same click works again, and so does the command.
      parts.logger.warn({ err: error, form: name }, 'form of the home tab not opened');
    }
  });
}

const RUN_FORM: Form = {
  callback: RUN_MODAL.callback,
  field: RUN_MODAL.how,
  read(view, say) {
    const kind = view.private_metadata;
    const modules = kind === 'deploy' || kind === 'failover' ? modulesWith(kind) : [];
    const given = { module: chosenIn(view, RUN_MODAL.module), how: chosenIn(view, RUN_MODAL.how) };
    return runCommand(kind, given, modules, say);
  },
};

/** The home tab: drawn when somebody opens it, with buttons that open forms. */
export function listenToHome(app: App, parts: ListenerParts, forms: Forms, homes: Homes): void {
  app.event('app_home_opened', async ({ event, body }) => {
    if (event.tab === 'home') await homes.opened(event.user, body.team_id);
  });
  app.action(HOME_ACTION_IDS.refresh, async ({ body, ack }: Arguments) => {
    await ack();
    const click = clickOf(body, parts);
    await homes.opened(click.userId, click.teamId);
  });
  for (const name of ['deploy', 'failover', 'silence'] as const) listenToButton(app, parts, forms, name);
  listenToForm(app, parts, forms, RUN_FORM);
}
