import type { AllMiddlewareArgs, App, BlockAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import type { Clock } from './clock.ts';
import { clickOf, tell } from './clicks.ts';
import type { Forms } from './forms.ts';
import type { ListenerParts } from './listener-parts.ts';
import { record } from './record.ts';
import { chosenIn, listenToForm, textIn, type Form } from './submissions.ts';
import { ALERT_ACTION_IDS, alertCommand, type AlertAction } from './views/alert-actions.ts';
import { RUN_MODAL } from './views/home-modals.ts';
import { SILENCE_MODAL, silenceCommand, silenceModal } from './views/silence-modal.ts';
import { code } from './views/text.ts';

type Arguments = SlackActionMiddlewareArgs<BlockAction> & AllMiddlewareArgs;

/** A click is what the person could have typed: `ack redis-12`. */
function listenToButton(app: App, parts: ListenerParts, name: Exclude<AlertAction, 'silenceUntil'>): void {
  app.action(ALERT_ACTION_IDS[name], async ({ body, ack }: Arguments) => {
    const click = clickOf(body, parts);
    const { triggerId: key, userId, teamId, channel, value } = click;
    if (click.responseUrl) parts.responders.remember(key, click.responseUrl);
    const recorded = await record(parts, { key, userId, teamId, channel, text: alertCommand(name, value).trim() });
    await ack();
    if (recorded !== undefined)
      await tell(parts, click, `:x: ${recorded.problem(await parts.readers.wordingFor(userId))}`);
  });
}

/** Asks until when first: the trigger lives for 3 s, so the form is opened before anything else. */
function listenToUntil(app: App, parts: ListenerParts, forms: Forms, clock: Clock): void {
  app.action(ALERT_ACTION_IDS.silenceUntil, async ({ body, ack }: Arguments) => {
    const click = clickOf(body, parts);
    await ack();
    const say = await parts.readers.wordingFor(click.userId);
    try {
      await forms.open(click.triggerId, silenceModal(click.value, clock.nowMs(), [], say), click);
    } catch (error) {
      parts.logger.warn({ err: error, alert: click.value }, 'silence form not opened');
      await tell(parts, click, `:x: ${say.slack.formInstead(code(`/keybuzz silence ${click.value} 4h`))}`);
    }
  });
}

const silenceForm = (clock: Clock): Form => ({
  callback: SILENCE_MODAL.callback,
  field: SILENCE_MODAL.until,
  read(view, say) {
    const field = view.state.values[SILENCE_MODAL.until]?.[SILENCE_MODAL.until];
    const untilSeconds = field?.selected_date_time ?? NaN;
    const given = { untilSeconds, reason: textIn(view, SILENCE_MODAL.reason) };
    return silenceCommand(view.private_metadata || chosenIn(view, RUN_MODAL.module), given, clock.nowMs(), say);
  },
});

/** The buttons under an alert, and the form that asks until when it is to be silent. */
export function listenToAlerts(app: App, parts: ListenerParts, forms: Forms): void {
  for (const name of ['ack', 'silence', 'unsilence', 'status', 'deploy'] as const) listenToButton(app, parts, name);
  listenToUntil(app, parts, forms, parts.clock);
  listenToForm(app, parts, forms, silenceForm(parts.clock));
}
