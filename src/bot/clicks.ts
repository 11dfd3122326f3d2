import type { BlockAction } from '@slack/bolt';
import type { ListenerParts } from './listener-parts.ts';
import { postToResponseUrl, slackUrl } from './responders.ts';
import { section, type Message } from './views/text.ts';

/** A click as we need it; nothing of it is authority, the command it stands for is authorised when it runs. */
export interface Click {
  triggerId: string;
  userId: string;
  teamId: string;
  channel: string;
  /** `<run>` or `<run> <approval>`; empty when it is not one of our values. */
  value: string;
  responseUrl: string;
}

function oneLine(text: string): Message {
  return { text, blocks: [section(text)] };
}

/** What of a click counts, each part read as if anybody could have sent it. */
export function clickOf(body: BlockAction, { clients }: ListenerParts): Click {
  const [action] = body.actions;
  const value = action?.type === 'button' ? (action.value ?? '') : '';
  return {
    triggerId: body.trigger_id,
    userId: body.user.id,
    teamId: body.user.team_id ?? body.team?.id ?? '',
    channel: body.channel?.id ?? '',
    value: /^[a-z0-9-]{1,60}(?: [a-z0-9-]{1,80})?$/.test(value) ? value : '',
    responseUrl: slackUrl(body.response_url, clients.interactive.slackApiUrl),
  };
}

/** Tells the person, and nobody else, beside the message that was clicked. */
export async function tell({ clients, logger }: ListenerParts, click: Click, text: string): Promise<void> {
  if (await postToResponseUrl(click.responseUrl, oneLine(text))) return;
  try {
    const { channel, userId: user } = click;
    await clients.interactive.chat.postEphemeral({ channel, user, ...oneLine(text) });
  } catch (error) {
    logger.warn({ err: error, user: click.userId }, 'could not answer a click');
  }
}
