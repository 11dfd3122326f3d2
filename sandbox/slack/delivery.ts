import { randomUUID } from 'node:crypto';
import { asJson } from './blocks.ts';
import type { Json } from './model.ts';
import { newId, type World } from './world.ts';

/** What goes to the app; the same for Socket Mode and for HTTP. */
export interface Envelope {
  envelope_id: string;
  type: 'slash_commands' | 'interactive' | 'events_api';
  accepts_response_payload: boolean;
  payload: Json;
  retry_attempt?: number;
  retry_reason?: string;
}

/** One answer of the app to an envelope. */
export interface Ack {
  /** What the app put into its ack; empty when nothing. A text alone comes as `{text}`. */
  payload: Json;
  latencyMs: number;
}

/** How a delivery ended. */
export interface Outcome {
  envelopeId: string;
  acks: Ack[];
  /** Set when no ack came: there was nobody, or nobody answered in time. */
  failure?: 'no_connection' | 'no_ack';
}

/** Carries an envelope to the app; false when nobody is there. Acks come back through `onAck`. */
export type Carry = (envelope: Envelope) => boolean;

/** Delivering envelopes and waiting for their acks. */
export interface Delivering {
  /** Sends a command or an interaction, in this very tick; `copies: 2` sends the same envelope twice. */
  send: (type: 'slash_commands' | 'interactive', payload: Json, copies?: number) => Promise<Outcome>;
  /** Sends an event, again and again (three retries) until it is acked. */
  sendEvent: (event: Json, copies?: number) => Promise<Outcome>;
  onAck: (envelopeId: string, payload: unknown) => void;
  /** No ack will come; `isFinal`: and an event is not to be sent again. */
  onRefusal: (envelopeId: string, isFinal: boolean) => void;
  close: () => void;
}

/** Slack gives an event this many further chances. */
const RETRIES_MAX = 3;

interface Waiting {
  envelope: Envelope;
  sentAtMs: number;
  wanted: number;
  acks: Ack[];
  timer: NodeJS.Timeout;
  /** Called when all acks are there, or the time is over. */
  finish: () => void;
}

/** Delivers over `carry`, with Slack's three seconds as `ackTimeoutMs`. */
export function createDelivering(world: World, carry: Carry, ackTimeoutMs: number): Delivering {
  const waiting = new Map<string, Waiting>();
  const final = new Set<string>();
  let closed = false;

  const once = async (envelope: Envelope, copies: number): Promise<Outcome> => {
    const envelopeId = envelope.envelope_id;
    const done = new Promise<Ack[]>((resolve) => {
      const finish = (): void => {
        clearTimeout(entry.timer);
        waiting.delete(envelopeId);
        resolve(entry.acks);
      };
      const timer = setTimeout(finish, ackTimeoutMs);
      const entry: Waiting = { envelope, sentAtMs: world.nowMs(), wanted: copies, acks: [], timer, finish };
      waiting.set(envelopeId, entry);
    });
    let sent = 0;
    for (let copy = 0; copy < copies; copy++) if (carry(envelope)) sent++;
    if (sent === 0) waiting.get(envelopeId)?.finish();
    const acks = await done;
    if (acks.length > 0) return { envelopeId, acks };
    return { envelopeId, acks, failure: sent === 0 ? 'no_connection' : 'no_ack' };
  };

  return {
    send: (type, payload, copies = 1) =>
      once({ envelope_id: randomUUID(), type, accepts_response_payload: true, payload }, copies),
    sendEvent: async (event, copies = 1) => {
      const base = eventEnvelope(world, event);
      let outcome = await once(base, copies);
      const isOver = (): boolean => closed || final.has(base.envelope_id);
      for (let attempt = 1; outcome.failure === 'no_ack' && attempt <= RETRIES_MAX && !isOver(); attempt++) {
        outcome = await once({ ...base, retry_attempt: attempt, retry_reason: 'timeout' }, 1);
      }
      return outcome;
    },
    onAck: (envelopeId, payload) => {
      const entry = waiting.get(envelopeId);
      const latencyMs = entry ? world.nowMs() - entry.sentAtMs : 0;
      const raw = JSON.stringify({ envelope_id: envelopeId, payload });
      const ack = { payload: asJson(payload) ?? (typeof payload === 'string' ? { text: payload } : {}), latencyMs };
      const name = entry ? entry.envelope.type : 'late';
      world.journal.note({ kind: 'ack', name, raw, params: { envelope_id: envelopeId, ...ack.payload }, latencyMs });
      if (!entry) return;
      entry.acks.push(ack);
      if (entry.acks.length >= entry.wanted) entry.finish();
    },
    onRefusal: (envelopeId, isFinal) => {
      if (isFinal) final.add(envelopeId);
      const entry = waiting.get(envelopeId);
      if (!entry) return;
      entry.wanted -= 1;
      if (entry.acks.length >= entry.wanted) entry.finish();
    },
    close: () => {
      closed = true;
      [...waiting.values()].forEach((entry) => entry.finish());
    },
  };
}

function eventEnvelope(world: World, event: Json): Envelope {
  const { team, app } = world;
  const payload = {
    type: 'event_callback',
    token: 'verification',
    team_id: team.id,
    api_app_id: app.appId,
    event,
    event_id: newId('Ev'),
    event_time: Math.floor(world.nowMs() / 1000),
    authorizations: [{ enterprise_id: null, team_id: team.id, user_id: app.botUserId, is_bot: true }],
    is_ext_shared_channel: false,
  };
  const rest = { accepts_response_payload: false, payload, retry_attempt: 0, retry_reason: '' };
  return { envelope_id: randomUUID(), type: 'events_api', ...rest };
}
