import type { AllMiddlewareArgs, App, BlockAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import type { Interaction } from '../jobs/index.ts';
import { listenToAlerts } from './alert-listeners.ts';
import { CODE_FORM } from './approval-code.ts';
import { clickOf, tell } from './clicks.ts';
import type { Forms } from './forms.ts';
import type { Homes } from './home.ts';
import { listenToHome } from './home-listeners.ts';
import { listenToMentions } from './mentions.ts';
import type { ListenerParts } from './listener-parts.ts';
import { record } from './record.ts';
import { slackUrl } from './responders.ts';
import { listenToCommandShortcut } from './shortcut.ts';
import { listenToForm, textIn, type Form } from './submissions.ts';
import { ACTION_IDS } from './views/actions.ts';
import { DENY_MODAL, denyModal, REASON_CHARS_MAX } from './views/deny-modal.ts';
import { code } from './views/text.ts';

export const SLASH_COMMAND = '/keybuzz';

function listenToCommand(app: App, parts: ListenerParts): void {
  app.command(SLASH_COMMAND, async ({ command, ack }) => {
    const text = command.text.trim() || 'help';
    const interaction: Interaction = {
      key: command.trigger_id,
      userId: command.user_id,
      teamId: command.team_id,
      channel: command.channel_id,
      text,
    };
    const responseUrl = slackUrl(command.response_url, parts.clients.interactive.slackApiUrl);
    if (responseUrl) parts.responders.remember(interaction.key, responseUrl);
    const reading = parts.readers.wordingFor(interaction.userId);
    const recorded = await record(parts, interaction);
    const say = await reading;
    const answer = recorded === undefined ? say.answers.working(code(text, 200)) : `:x: ${recorded.problem(say)}`;
    await ack({ response_type: 'ephemeral', text: answer });
  });
}

/** The text of a click is what the person could have typed: `approve <run>`. */
function listenToButton(app: App, parts: ListenerParts, name: Exclude<keyof typeof ACTION_IDS, 'deny'>): void {
  type Arguments = SlackActionMiddlewareArgs<BlockAction> & AllMiddlewareArgs;
  app.action(ACTION_IDS[name], async ({ body, ack }: Arguments) => {
    const click = clickOf(body, parts);
    const { triggerId: key, userId, teamId, channel, value } = click;
    if (click.responseUrl) parts.responders.remember(key, click.responseUrl);
    const recorded = await record(parts, {
      key,
      userId,
      teamId,
      channel,
      text: `${name} ${value}`.trim(),
      isClick: true,
    });
    await ack();
    if (recorded !== undefined)
      await tell(parts, click, `:x: ${recorded.problem(await parts.readers.wordingFor(userId))}`);
  });
}

/** Deny asks why first: the trigger lives for 3 s, so the modal is opened before anything else. */
function listenToDeny(app: App, parts: ListenerParts, forms: Forms): void {
  type Arguments = SlackActionMiddlewareArgs<BlockAction> & AllMiddlewareArgs;
  app.action(ACTION_IDS.deny, async ({ body, ack }: Arguments) => {
    const click = clickOf(body, parts);
    const [runId = ''] = click.value.split(' ');
    await ack();
    const say = await parts.readers.wordingFor(click.userId);
    try {
      await forms.open(click.triggerId, denyModal(runId, say), click);
    } catch (error) {
      parts.logger.warn({ err: error, run: runId }, 'deny modal not opened');
      await tell(parts, click, `:x: ${say.slack.formInstead(code(`/keybuzz deny ${runId} <reason>`))}`);
    }
  });
}

const REASON_FORM: Form = {
  callback: DENY_MODAL.callback,
  field: DENY_MODAL.block,
  read(view, { forms }) {
    const given = textIn(view, DENY_MODAL.block, DENY_MODAL.input);
    const reason = given.replace(/\s+/g, ' ').trim().slice(0, REASON_CHARS_MAX);
    if (reason === '') return { problem: forms.denyEmpty };
    return { command: `deny ${view.private_metadata} ${reason}` };
  },
};

/** Everything the bot hears. Each does one Redis write keyed by the interaction, then acks; a consumer does the rest. */
export function registerListeners(app: App, parts: ListenerParts, forms: Forms, homes: Homes): void {
  listenToCommand(app, parts);
  for (const name of ['approve', 'cancel', 'resume', 'abandon', 'logs', 'review'] as const)
    listenToButton(app, parts, name);
  listenToDeny(app, parts, forms);
  listenToForm(app, parts, forms, REASON_FORM);
  listenToForm(app, parts, forms, CODE_FORM);
  listenToAlerts(app, parts, forms);
  listenToHome(app, parts, forms, homes);
  listenToMentions(app, parts);
  listenToCommandShortcut(app, parts, forms);
}
