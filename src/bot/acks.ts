import type { App, ReceiverEvent } from '@slack/bolt';
import type { Logger } from 'pino';
import { KeybuzzError } from '../errors.ts';
import type { Wording } from '../language/index.ts';
import { NOT_RECORDED } from './record.ts';
import { code } from './views/text.ts';

/** Slack gives up after 3 s; from here on the log says that it was close. */
const SLOW_ACK_MS = 2500;

export interface AckParts {
  logger: Logger;
  /** For whom it is not known who reads. */
  say: Wording;
  nowMs: () => number;
  /** Milliseconds from an envelope's arrival to its ack, for metrics and tests. */
  onAck?: (latencyMs: number) => void;
}

/** What the envelope says it is. Its body can be anything: Slack's, or of whoever has the signing secret. */
function bodyOf({ body }: ReceiverEvent): Record<string, unknown> {
  return typeof body === 'object' && (body as unknown) !== null ? body : {};
}

function fallbackFor(event: ReceiverEvent, { slack }: Wording): unknown {
  const { command } = bodyOf(event);
  if (typeof command !== 'string') return undefined;
  return {
    response_type: 'ephemeral',
    text: slack.notServed(code(command, 60)),
  };
}

/**
 * Wraps the one place every envelope passes, whatever the door: an ack goes out once, its latency is measured, a lost
 * socket does not break the listener, and what no listener acked is acked when all have finished (Bolt 5.1
 * does none of it in Socket Mode). An event, which Bolt would ack before anybody heard of it, is acked when its listeners
 * have finished; one that throws `NOT_RECORDED` leaves it unacked, so that Slack delivers it again. An envelope
 * that Bolt can't read is logged and acked: it would end the process.
 */
export function guardAcks(app: App, { logger, say, nowMs, onAck }: AckParts): void {
  const processEvent = app.processEvent.bind(app);

  app.processEvent = async (event) => {
    const arrivedMs = nowMs();
    const send = event.ack as (response?: unknown) => Promise<void>;
    const envelope = { isAcked: false };

    const ack = async (response?: unknown): Promise<void> => {
      if (envelope.isAcked) return;
      envelope.isAcked = true;
      const latencyMs = nowMs() - arrivedMs;
      onAck?.(latencyMs);
      if (latencyMs >= SLOW_ACK_MS) logger.warn({ latencyMs }, 'slow ack');
      try {
        await send(response);
      } catch (error) {
        logger.warn({ err: error }, 'ack not sent: Slack has gone or given up');
      }
    };

    const { type, command } = bodyOf(event);
    const isEvent = type === 'event_callback';
    try {
      await processEvent({ ...event, ack: isEvent ? () => Promise.resolve() : ack });
    } catch (error) {
      if (error instanceof KeybuzzError && error.code === NOT_RECORDED) throw error;
      logger.error({ err: error }, 'an envelope that can not be read');
    }
    if (isEvent) {
      await ack();
    } else if (!envelope.isAcked) {
      logger.warn({ type, command }, 'no listener acked');
      await ack(fallbackFor(event, say));
    }
  };
}
