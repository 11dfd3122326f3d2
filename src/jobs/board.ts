import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import { Queue } from 'bullmq';
import { isPassword, isShown } from '../bearer.ts';
import type { RedisEndpoint } from '../config.ts';
import type { Secret } from '../secret.ts';
import type { Closer } from './consuming.ts';
import { QUEUE_NAMES } from './queues.ts';
import { openRedis } from './redis.ts';

export interface BoardOptions {
  endpoint: RedisEndpoint;
  prefix: string;
  /** 0 lets the kernel choose. */
  port: number;
  /** Whoever shows it sees the queues. */
  token: Secret;
}

/** The queues hold nothing but wake-ups: to see them is of use, to change them is not. */
const LOOKING = ['GET', 'HEAD'];

/** Nothing from elsewhere, and nobody else's page may show ours. The page's own address is its `base`. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** Why a request is not let through; undefined: it is. */
function refusalOf(
  { method = '', headers }: IncomingMessage,
  token: Secret,
): [status: number, text: string] | undefined {
  if (!isShown(headers.authorization, token) && !isPassword(headers.authorization, token)) {
    return [401, 'Show the token: Authorization: Bearer ..., or as the password of any user.'];
  }
  return LOOKING.includes(method) ? undefined : [405, 'The queues can be looked at, not changed.'];
}

/** What people typed may hold a one-time code: of an interaction is shown who did what kind of thing where. */
function shownOf(data: unknown): unknown {
  const { userId, channel, text } = data as { userId?: unknown; channel?: unknown; text?: unknown };
  return { userId, channel, verb: typeof text === 'string' ? text.trim().split(/\s/)[0] : undefined };
}

/**
 * Shows all queues on 127.0.0.1 to whoever has the token, and lets nobody change anything. Rejects when the port is taken.
 */
export async function serveBoard({
  endpoint,
  prefix,
  port,
  token,
}: BoardOptions): Promise<{ port: number; close: Closer }> {
  const connection = openRedis(endpoint);
  const queues = QUEUE_NAMES.map((name) => new Queue(name, { connection, prefix: `{${prefix}}` }));
  for (const queue of queues) queue.on('error', () => undefined);
  const adapters = queues.map((queue) => {
    const adapter = new BullMQAdapter(queue, { readOnlyMode: true });
    if (queue.name === 'interaction') adapter.setFormatter('data', shownOf);
    return adapter;
  });
  const serverAdapter = new ExpressAdapter().setBasePath('/');
  createBullBoard({ queues: adapters, serverAdapter, options: { uiConfig: { boardTitle: 'KeyBuzz queues' } } });
  const page = serverAdapter.getRouter() as (request: IncomingMessage, response: ServerResponse) => void;
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const refusal = refusalOf(request, token);
    if (refusal === undefined) {
      page(request, response);
      return;
    }
    const [status, text] = refusal;
    const ask = status === 401 ? { 'www-authenticate': 'Basic realm="KeyBuzz queues", charset="UTF-8"' } : {};
    response
      .writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close', ...ask })
      .end(`${text}\n`);
  });
  const closeQueues = async () => {
    await Promise.all(queues.map((queue) => queue.close()));
    connection.disconnect();
  };
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    await closeQueues();
    throw error;
  }
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      if (!server.listening) return;
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      await closeQueues();
    },
  };
}
