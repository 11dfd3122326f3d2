import { contentOf } from './methods/chat.ts';
import { asText, without } from './blocks.ts';
import { SlackFault, type Json, type Message, type ResponseUrl } from './model.ts';
import { addEphemeral, addMessage, appMessage, findMessage, removeMessage, replaceMessage } from './store.ts';
import { announce, type World } from './world.ts';

/** Slack: "up to 5 times within 30 minutes". */
const USES_MAX = 5;
const LIFE_MS = 30 * 60_000;

/** Puts the message of an ack or of a response_url where it belongs. */
export function respond(
  world: World,
  url: Omit<ResponseUrl, 'id' | 'madeAtMs' | 'uses'>,
  params: Json,
): Message | undefined {
  if (params.delete_original === true && url.original) {
    dropOriginal(world, url.channel, url.original);
    return undefined;
  }
  const checked = contentOf({ ...params, text: asText(params.text) });
  if (params.replace_original === true && url.original) return replaceOriginal(world, url, checked);
  const thread = asText(params.thread_ts);
  const message = {
    ...appMessage(world, url.channel, ''),
    ...checked,
    ...(thread === '' ? {} : { thread_ts: thread }),
  };
  if (params.response_type === 'in_channel') return addMessage(world, message);
  return addEphemeral(world, { ...message, visibleTo: url.userId });
}

function dropOriginal(world: World, channel: string, original: { ts: string; ephemeral: boolean }): void {
  const message = findMessage(world, channel, original.ts);
  if (message) removeMessage(world, message);
  const index = world.ephemerals.findIndex((each) => each.ts === original.ts);
  const [gone] = index < 0 ? [] : world.ephemerals.splice(index, 1);
  if (gone) announce(world, 'delete', gone);
}

function replaceOriginal(
  world: World,
  url: Pick<ResponseUrl, 'channel' | 'original'>,
  content: ReturnType<typeof contentOf>,
): Message | undefined {
  const ts = url.original?.ts ?? '';
  const kept = (old: Message): Message => ({ ...without(old, 'blocks'), ...content });
  const message = findMessage(world, url.channel, ts);
  if (message) return replaceMessage(world, kept(message));
  const index = world.ephemerals.findIndex((each) => each.ts === ts);
  const old = world.ephemerals[index];
  if (!old) throw new SlackFault('message_not_found');
  const replaced = kept(old);
  world.ephemerals[index] = replaced;
  announce(world, 'ephemeral', replaced);
  return replaced;
}

/** Answers a POST to a response_url: 200 `ok`, or 404 when it is unknown, used up or too old. */
export function useResponseUrl(world: World, id: string, params: Json): { status: number; body: string } {
  const url = world.responseUrls.get(id);
  if (!url) return { status: 404, body: JSON.stringify({ ok: false, error: 'invalid_url' }) };
  const expired = world.nowMs() - url.madeAtMs > LIFE_MS;
  if (expired || url.uses >= USES_MAX) {
    return { status: 404, body: JSON.stringify({ ok: false, error: expired ? 'expired_url' : 'used_url' }) };
  }
  url.uses += 1;
  try {
    respond(world, url, params);
    return { status: 200, body: 'ok' };
  } catch (error) {
    if (error instanceof SlackFault) return { status: 400, body: JSON.stringify(error.body) };
    throw error;
  }
}
