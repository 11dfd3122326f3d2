import { SocketModeReceiver, type App, type Logger } from '@slack/bolt';
import { z } from 'zod';
import { ExternalError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import type { Clock } from './clock.ts';

export interface LinkParts {
  appToken: Secret;
  apiUrl: string;
  logger: Logger;
  clock: Clock;
}

/** One open WebSocket to Slack. */
export interface Link {
  /** How many connections of this app Slack counts, this one included. */
  connections: number;
  /** Resolves with Slack's reason (`refresh_requested`, `warning` …), or `lost`, when another link has to take over. */
  left: Promise<string>;
  /** Sends the acks that are still due, then closes. Resolves when the socket is closed, or after a deadline. */
  retire(): Promise<void>;
}

/** Every connection that Slack allows this app (10) is taken. */
export const TOO_MANY_LINKS = 'KEYBUZZ_SLACK_CONNECTIONS';

/** The pong deadline. Written out: a smaller one cuts healthy sockets. */
const CLIENT_PING_TIMEOUT_MS = 5000;
const SERVER_PING_TIMEOUT_MS = 30_000;
/** Slack waits 3 s for an ack; one that is later helps nobody. */
const DRAIN_DEADLINE_MS = 2500;
const CLOSE_DEADLINE_MS = 5000;

const Frame = z.object({
  type: z.string(),
  reason: z.string().optional(),
  envelope_id: z.string().optional(),
  num_connections: z.number().optional(),
});

function frameOf(data: unknown): z.infer<typeof Frame> {
  try {
    return Frame.parse(JSON.parse(String(data)));
  } catch {
    return { type: '' };
  }
}

/**
 * A receiver of its own. Its client options are an object of its own with `retryConfig` set, and without headers: the SDK
 * shares and changes what it is given, up to sending the bot token where the app token belongs (seen in Bolt 5.1). It
 * does not reconnect by itself: the SDK would pause 5 s first, and end the process when Slack is away for long.
 */
function receiverOf({ appToken, apiUrl, logger }: LinkParts): SocketModeReceiver {
  return new SocketModeReceiver({
    appToken: appToken.reveal(),
    logger,
    autoReconnectEnabled: false,
    clientPingTimeout: CLIENT_PING_TIMEOUT_MS,
    serverPingTimeout: SERVER_PING_TIMEOUT_MS,
    customPropertiesExtractor: (envelope: { envelope_id?: string; type?: string }) => ({
      envelopeId: envelope.envelope_id,
      envelopeType: envelope.type,
    }),
    installerOptions: {
      clientOptions: {
        slackApiUrl: apiUrl,
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
        timeout: 15_000,
      },
    },
  });
}

/** Resolves when `done` does, or after `ms`. */
async function atMost(clock: Clock, ms: number, done: Promise<unknown>): Promise<void> {
  const deadline = new AbortController();
  await Promise.race([done, clock.sleep(ms, deadline.signal)]);
  deadline.abort();
}

function refusedBy(reason: string): ExternalError {
  if (reason !== 'too_many_websockets') {
    return new ExternalError(`Slack closed a new connection at once (${reason}).`, {
      code: 'KEYBUZZ_SLACK_UNAVAILABLE',
      fix: 'It is tried again; if it stays so, see status.slack.com.',
    });
  }
  return new ExternalError('Slack has no room for another connection of this app: it allows 10, two for each bot.', {
    code: TOO_MANY_LINKS,
    fix: 'Stop bots that nobody needs; it is tried again meanwhile.',
  });
}

/**
 * Connects once. A disconnect frame does not close the socket at once, as Bolt would do: what came in over it is acked
 * first, since an ack goes only over the socket that brought the envelope. Throws what `apps.connections.open` throws, or
 * ExternalError.
 */
export async function openLink(parts: LinkParts, app: App): Promise<Link> {
  const { clock } = parts;
  const receiver = receiverOf(parts);
  receiver.init(app);
  const { client } = receiver;
  /** Envelopes that wait for their ack. */
  const due = new Set<string>();
  let connections = 0;
  let leave: (reason: string) => void = () => undefined;
  let acked: () => void = () => undefined;
  const left = new Promise<string>((resolve) => (leave = resolve));

  const handlers = client.listeners('ws_message');
  client.removeAllListeners('ws_message');
  let refusal = '';
  let isOpen = false;
  client.on('ws_message', (data: unknown, isBinary: boolean) => {
    const { type, reason = 'unknown', envelope_id, num_connections } = frameOf(data);
    // The next frame may be read before start() resolves.
    if (type === 'hello') isOpen = true;
    if (num_connections !== undefined) connections = num_connections;
    if (type === 'disconnect') {
      leave(reason);
      if (isOpen) return;
      refusal = reason;
      void client.disconnect();
      return;
    }
    if (envelope_id !== undefined) due.add(envelope_id);
    for (const handle of handlers) (handle as (data: unknown, isBinary: boolean) => unknown)(data, isBinary);
  });
  client.on('outgoing_message', ({ envelope_id }: { envelope_id: string }) => {
    due.delete(envelope_id);
    if (due.size === 0) acked();
  });
  for (const event of ['close', 'disconnected']) {
    client.on(event, () => {
      leave('lost');
      acked();
    });
  }

  try {
    await client.start();
  } catch (error) {
    // The SDK rejects with nothing when the socket closes before Slack's hello.
    throw error instanceof Error ? error : refusedBy(refusal || 'no hello');
  }
  return {
    connections,
    left,
    async retire() {
      const drained = new Promise<void>((resolve) => (acked = resolve));
      if (due.size > 0) await atMost(clock, DRAIN_DEADLINE_MS, drained);
      // receiver.stop() would resolve before the socket is closed.
      await atMost(clock, CLOSE_DEADLINE_MS, client.disconnect());
    },
  };
}
