import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { HTTPReceiver, type App } from '@slack/bolt';
import type { Logger } from 'pino';
import { ConfigError, KeybuzzError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import { boltLogger } from './bolt-logger.ts';
import type { Clock } from './clock.ts';
import type { Door, DoorHealth } from './door.ts';
import { REPLAYED } from './replays.ts';

export interface HttpParts {
  signingSecret: Secret;
  /** 0 lets the kernel choose. */
  port: number;
  logger: Logger;
  clock: Clock;
  onHealth: (health: DoorHealth) => void;
}

/** Where Slack sends everything: the one address in the app's manifest. */
export const HTTP_PATH = '/slack/events';

/** Slack's own window, which Bolt checks only towards the past. */
export const SKEW_SECONDS_MAX = 300;

/** The largest that Slack sends is a click with its whole message, far below it. */
const BODY_BYTES_MAX = 1024 * 1024;
const CLOSE_DEADLINE_MS = 5000;

/** Slack sends in one piece; whoever trickles is cut off. */
const SERVER_OPTIONS = {
  headersTimeout: 5000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 2000,
};

/**
 * Why the headers are refused, before the body is read; undefined: Bolt checks the signature. Only Slack's exact spelling
 * is let through, since Bolt would take `v0=<hash>=x` and `1e9` for the same, and each would be a new request to the
 * memory of replays. A request without signature is Bolt's to refuse: it answers Slack's `ssl_check`, which has none.
 */
function faultOfHeaders(request: IncomingMessage, nowMs: number): string | undefined {
  const { 'x-slack-request-timestamp': at, 'x-slack-signature': signature } = request.headers;
  if (at === undefined && signature === undefined) return undefined;
  if (typeof at !== 'string' || !/^\d{1,12}$/.test(at)) return 'its time is not a number';
  if (typeof signature !== 'string' || !/^v0=[0-9a-f]{64}$/.test(signature)) return 'its signature has no known shape';
  const skewSeconds = Number(at) - Math.floor(nowMs / 1000);
  return Math.abs(skewSeconds) > SKEW_SECONDS_MAX ? `its time is ${skewSeconds} s from ours` : undefined;
}

function refuse(response: ServerResponse, status: number): void {
  if (response.headersSent) return;
  // Slack need not send it again: it would be refused again.
  response.writeHead(status, { 'x-slack-no-retry': '1', connection: 'close' }).end();
}

function receiverOf({ signingSecret, logger, clock }: HttpParts): HTTPReceiver {
  const receiver = new HTTPReceiver({
    signingSecret: signingSecret.reveal(),
    endpoints: HTTP_PATH,
    bodyLimit: BODY_BYTES_MAX,
    logger: boltLogger(logger),
    customPropertiesExtractor: ({ headers }) => ({ signature: headers['x-slack-signature'] }),
    processEventErrorHandler: ({ error, response }) => {
      const isReplay = error instanceof KeybuzzError && error.code === REPLAYED;
      logger.warn({ err: error }, isReplay ? 'a replayed request is refused' : 'not acked: Slack sends it again');
      if (isReplay) refuse(response, 401);
      else if (!response.headersSent) response.writeHead(503).end();
      return Promise.resolve(true);
    },
  });
  const serve = receiver.requestListener;
  receiver.requestListener = (request, response) => {
    const fault = faultOfHeaders(request, clock.nowMs());
    if (fault === undefined) {
      serve(request, response);
      return;
    }
    logger.warn({ from: request.socket.remoteAddress }, `a request is refused: ${fault}`);
    refuse(response, 401);
  };
  return receiver;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** HTTP mode: Slack calls us, through whatever ends TLS in front of us. */
export function openHttp(parts: HttpParts): Door {
  const { port, logger, clock, onHealth } = parts;
  const receiver = receiverOf(parts);
  let server: Server | undefined;
  const tell = (isOpen: boolean, trouble: string, listening = port) =>
    onHealth({ isOpen, connections: isOpen ? 1 : 0, wanted: 1, trouble, port: listening });
  return {
    receiver,
    async open(app: App) {
      receiver.init(app);
      try {
        server = await receiver.start(port, SERVER_OPTIONS);
      } catch (cause) {
        throw new ConfigError(`Port ${port} can't be listened on: ${cause instanceof Error ? cause.message : ''}.`, {
          code: 'KEYBUZZ_PORT_TAKEN',
          fix: 'Set PORT to a free port that Slack reaches through your TLS proxy.',
          cause,
        });
      }
      logger.info({ port: portOf(server) }, 'listening for Slack');
      tell(true, '', portOf(server));
    },
    async close() {
      tell(false, 'the bot stops');
      if (server === undefined) return;
      const listening = server;
      server = undefined;
      const deadline = new AbortController();
      const closed = new Promise((resolve) => listening.close(resolve));
      await Promise.race([closed, clock.sleep(CLOSE_DEADLINE_MS, deadline.signal)]);
      deadline.abort();
      listening.closeAllConnections();
    },
  };
}
