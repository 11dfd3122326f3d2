import type { Clock } from './clock.ts';
import type { Message } from './views/text.ts';

/** Slack's own bounds of a response_url are 30 min and 5 uses; we use each once. */
const LIFETIME_MS = 30 * 60_000;
/** Above it the oldest are forgotten: the answer then goes by chat.postEphemeral. */
const REMEMBERED_MAX = 2000;
const TIMEOUT_MS = 5000;

/** Where an interaction can be answered, kept in the process that received it. They are secrets: never logged or stored. */
export interface Responders {
  remember(key: string, responseUrl: string): void;
  take(key: string): string | undefined;
}

/** An empty memory of response_urls. */
export function createResponders(clock: Clock): Responders {
  const known = new Map<string, { responseUrl: string; untilMs: number }>();
  return {
    remember(key, responseUrl) {
      const now = clock.nowMs();
      for (const [each, { untilMs }] of known) if (untilMs <= now || known.size >= REMEMBERED_MAX) known.delete(each);
      known.set(key, { responseUrl, untilMs: now + LIFETIME_MS });
    },
    take(key) {
      const found = known.get(key);
      known.delete(key);
      return found === undefined || found.untilMs <= clock.nowMs() ? undefined : found.responseUrl;
    },
  };
}

/**
 * A payload's response_url, if it leads to Slack; else empty. Payloads are signed, but whoever has the signing secret could
 * otherwise make the bot post to any address it reaches.
 */
export function slackUrl(url: unknown, apiUrl: string): string {
  if (typeof url !== 'string' || !URL.canParse(url)) return '';
  const [given, api] = [new URL(url), new URL(apiUrl)];
  const isBelow = given.protocol === 'https:' && given.hostname.endsWith(`.${api.hostname}`);
  return given.origin === api.origin || isBelow ? url : '';
}

/** Posts an ephemeral message through a response_url. False when Slack did not take it: expired, used up, unreachable. */
export async function postToResponseUrl(
  responseUrl: string,
  message: Message & { thread_ts?: string },
): Promise<boolean> {
  try {
    const response = await fetch(responseUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...message, response_type: 'ephemeral', replace_original: false }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
