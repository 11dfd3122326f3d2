import { createHmac } from 'node:crypto';
import { request, type ClientRequest } from 'node:http';
import { asText } from './blocks.ts';
import type { Envelope } from './delivery.ts';
import type { World } from './world.ts';

/** Delivers by signed HTTP requests instead of sockets. */
export interface HttpCarrier {
  /** Where the app listens; undefined while sockets are used. */
  url: string | undefined;
  send: (envelope: Envelope) => boolean;
  close: () => void;
}

/** An envelope's body as Slack posts it: events as JSON, the others as forms. */
function encode(envelope: Envelope): { body: string; contentType: string } {
  const { type, payload } = envelope;
  const form = 'application/x-www-form-urlencoded';
  if (type === 'events_api') return { body: JSON.stringify(payload), contentType: 'application/json' };
  if (type === 'interactive') {
    return { body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString(), contentType: form };
  }
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries(payload)) fields.set(name, asText(value));
  return { body: fields.toString(), contentType: form };
}

/** The signature Slack sends along: HMAC-SHA256 over version, time and body. */
export function sign(secret: string, timestampS: number, body: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestampS}:${body}`).digest('hex')}`;
}

function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text === '' ? undefined : text;
  }
}

/** What the app answered to a delivery. */
export interface HttpAnswers {
  onAck: (envelopeId: string, payload: unknown) => void;
  /** Anything but 200, or no answer; `isFinal`: the app asked not to be tried again. */
  onRefusal: (envelopeId: string, isFinal: boolean) => void;
}

/** A carrier; a 200 is an ack with the answer's body as its payload, anything else is none. */
export function createHttpCarrier(world: World, { onAck, onRefusal }: HttpAnswers): HttpCarrier {
  const open = new Set<ClientRequest>();
  const carrier: HttpCarrier = {
    url: undefined,
    send: (envelope) => {
      if (carrier.url === undefined) return false;
      const { body, contentType } = encode(envelope);
      const timestampS = Math.floor(world.nowMs() / 1000);
      const attempt = envelope.retry_attempt ?? 0;
      const retry = { 'x-slack-retry-num': String(attempt), 'x-slack-retry-reason': 'http_timeout' };
      const headers = {
        'content-type': contentType,
        'content-length': String(Buffer.byteLength(body)),
        'x-slack-request-timestamp': String(timestampS),
        'x-slack-signature': sign(world.app.signingSecret, timestampS, body),
        ...(attempt > 0 ? retry : {}),
      };
      world.journal.note({ kind: 'envelope', name: envelope.type, raw: body, params: { ...envelope } });
      const outgoing = request(carrier.url, { method: 'POST', headers, agent: false }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          if (answer.statusCode === 200) onAck(envelope.envelope_id, parseAnswer(text));
          else onRefusal(envelope.envelope_id, answer.headers['x-slack-no-retry'] === '1');
        });
      });
      open.add(outgoing);
      outgoing.on('error', () => onRefusal(envelope.envelope_id, false));
      outgoing.on('close', () => open.delete(outgoing));
      outgoing.end(body);
      return true;
    },
    close: () => open.forEach((each) => each.destroy()),
  };
  return carrier;
}
