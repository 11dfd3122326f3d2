import type { IncomingMessage, ServerResponse } from 'node:http';
import { isShown } from './bearer.ts';
import type { Secret } from './secret.ts';

/** Somebody else's machine that tells us something by POST. */
export interface Webhook {
  path: string;
  /** What it must show as `Authorization: Bearer ...`. */
  token: Secret;
  /** Takes the JSON. Rejects with WebhookRefusal when it is none of what is taken here; with anything else: try again. */
  take: (body: unknown) => Promise<void>;
}

/** The sender has to change something: to send the same again is of no use. */
export class WebhookRefusal extends Error {}

/** Alertmanager sends about 1 KB an alert, and groups of hundreds are common. */
const BODY_BYTES_MAX = 4 * 1024 * 1024;
/** Whoever trickles is cut off. */
const BODY_DEADLINE_MS = 10_000;

/** The body, or undefined when it is too long. Rejects when the sender breaks off or takes too long. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > BODY_BYTES_MAX) return undefined;
  const deadline = setTimeout(() => request.destroy(new Error('the body took too long')), BODY_DEADLINE_MS);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > BODY_BYTES_MAX) return undefined;
      chunks.push(chunk);
    }
  } finally {
    clearTimeout(deadline);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new WebhookRefusal('The body is no JSON.');
  }
}

async function statusOf(webhook: Webhook, request: IncomingMessage): Promise<[status: number, text: string]> {
  if (request.method !== 'POST') return [405, 'Send a POST.'];
  if (!isShown(request.headers.authorization, webhook.token)) return [401, 'Show the token: Authorization: Bearer ...'];
  const text = await readBody(request);
  if (text === undefined) return [413, `At most ${BODY_BYTES_MAX} bytes are read.`];
  try {
    await webhook.take(parsed(text));
    return [200, 'taken'];
  } catch (error) {
    if (error instanceof WebhookRefusal) return [400, error.message];
    // The sender tries again: nothing was taken, or it is taken twice to the same effect.
    return [503, 'Not taken now; send it again.'];
  }
}

/** Answers a webhook: 200 once it is durable, 503 when it should be sent again, 4xx when that would not help. */
export async function answerWebhook(
  webhook: Webhook,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const [status, text] = await statusOf(webhook, request);
    const headers = { 'content-type': 'text/plain; charset=utf-8', ...(status === 200 ? {} : { connection: 'close' }) };
    response.writeHead(status, headers).end(`${text}\n`);
  } catch {
    response.destroy();
  }
}
