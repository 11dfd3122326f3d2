import { sign } from '../../sandbox/slack/index.ts';
import type { openBot } from './bench.ts';

type Bench = Awaited<ReturnType<typeof openBot>>;

/** A request as an attacker, or Slack, may send it. */
export interface SignedRequest {
  url: string;
  body: string;
  headers: Record<string, string>;
}

const FORM = 'application/x-www-form-urlencoded';

/** Signed with the right secret, unless told. */
export function signed(
  { slack, door }: Bench,
  body: string,
  given: Partial<{ atSeconds: number; secret: string; contentType: string }> = {},
): SignedRequest {
  const { atSeconds = Math.floor(Date.now() / 1000), secret = slack.signingSecret, contentType = FORM } = given;
  const headers = {
    'content-type': contentType,
    'x-slack-request-timestamp': String(atSeconds),
    'x-slack-signature': sign(secret, atSeconds, body),
  };
  return { url: door.httpUrl, body, headers };
}

/** `/keybuzz <text>` of the operator; every call is another interaction. */
export function commandBody(text: string, triggerId = `${Date.now()}.${Math.random()}`): string {
  return new URLSearchParams({
    team_id: 'T0KEYBUZZ',
    channel_id: 'C0OPS',
    user_id: 'U0OPERATOR',
    command: '/keybuzz',
    text,
    api_app_id: 'A0KEYBUZZ',
    response_url: 'http://127.0.0.1:9/response',
    trigger_id: triggerId,
  }).toString();
}

/** Sends it; gives status and text. */
export async function send({ url, body, headers }: SignedRequest): Promise<{ status: number; text: string }> {
  const answer = await fetch(url, { method: 'POST', body, headers: { ...headers, connection: 'close' } });
  return { status: answer.status, text: await answer.text() };
}
