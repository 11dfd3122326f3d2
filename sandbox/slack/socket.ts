import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { asJson, asText } from './blocks.ts';
import type { Envelope } from './delivery.ts';
import type { Faults } from './faults.ts';
import { announce, type World } from './world.ts';

/** Slack's cap per app. */
const CONNECTIONS_MAX = 10;
/** How long a ticket waits for its connection. */
const TICKET_LIFE_MS = 30_000;

interface Link {
  socket: WebSocket;
  /** Told to go away: gets nothing any more. */
  draining: boolean;
}

/** Why a connection is told to go away. */
export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled' | 'too_many_websockets';

/** The Socket Mode end of the workspace. */
export interface SocketMode {
  upgrade: (request: IncomingMessage, stream: Duplex, head: Buffer) => void;
  /** Gives the envelope to one connection, taking turns; false when there is none. */
  send: (envelope: Envelope) => boolean;
  /** Sends a disconnect frame to every connection, or to the one with this number (0 is the oldest). */
  disconnect: (reason: DisconnectReason, which?: number) => void;
  /** Cuts the TCP connections without a word, as a network does. */
  cut: () => void;
  /** How many connections can take an envelope. */
  connections: () => number;
  close: () => Promise<void>;
}

/** What the socket end needs to know. */
export interface SocketParts {
  world: World;
  faults: Faults;
  /** Between WebSocket pings. */
  pingIntervalMs: number;
  /** An ack arrived. */
  onAck: (envelopeId: string, payload: unknown) => void;
}

function takeTicket(world: World, request: IncomingMessage): boolean {
  const url = new URL(request.url ?? '/', 'ws://127.0.0.1');
  const ticket = url.searchParams.get('ticket') ?? '';
  const madeAtMs = world.tickets.get(ticket);
  world.tickets.delete(ticket);
  return url.pathname === '/link/' && madeAtMs !== undefined && world.nowMs() - madeAtMs <= TICKET_LIFE_MS;
}

function frame(world: World, link: Link, body: Record<string, unknown>, kind: 'frame' | 'envelope' = 'frame'): void {
  const raw = JSON.stringify(body);
  world.journal.note({ kind, name: asText(body.type), raw, params: body });
  link.socket.send(raw);
}

function readAck(parts: SocketParts, text: string): void {
  let body: Record<string, unknown> | undefined;
  try {
    body = asJson(JSON.parse(text));
  } catch {
    body = undefined;
  }
  const envelopeId = asText(body?.envelope_id);
  if (envelopeId !== '') parts.onAck(envelopeId, body?.payload);
  else parts.world.journal.note({ kind: 'frame', name: 'unreadable', raw: text });
}

/** A Socket Mode server over an HTTP server's upgrades. */
export function createSocketMode(parts: SocketParts): SocketMode {
  const { world, faults } = parts;
  const server = new WebSocketServer({ noServer: true });
  let links: Link[] = [];
  let turn = 0;
  const debug = { host: 'sandbox-applink', build_number: 1, approximate_connection_time: 18_060 };
  const ready = (): Link[] => links.filter((link) => !link.draining && link.socket.readyState === link.socket.OPEN);

  const accept = (socket: WebSocket): void => {
    const link: Link = { socket, draining: false };
    links = [...links, link];
    socket.on('message', (data: Buffer) => readAck(parts, data.toString('utf8')));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      links = links.filter((each) => each !== link);
      announce(world, 'connections', ready().length);
    });
    if (links.length > CONNECTIONS_MAX || faults.take('websocket', {}) !== undefined) {
      link.draining = true;
      frame(world, link, { type: 'disconnect', reason: 'too_many_websockets', debug_info: { host: debug.host } });
      socket.close(1008);
      return;
    }
    const info = { app_id: world.app.appId };
    frame(world, link, { type: 'hello', num_connections: ready().length, debug_info: debug, connection_info: info });
    announce(world, 'connections', ready().length);
  };

  const pings = setInterval(() => ready().forEach((link) => link.socket.ping()), parts.pingIntervalMs);

  return {
    upgrade: (request, stream, head) => {
      if (takeTicket(world, request)) server.handleUpgrade(request, stream, head, accept);
      else stream.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
    },
    send: (envelope) => {
      const open = ready();
      const link = open[turn++ % Math.max(open.length, 1)];
      if (!link) return false;
      frame(world, link, { ...envelope }, 'envelope');
      return true;
    },
    disconnect: (reason, which) => {
      ready().forEach((link, index) => {
        if (which !== undefined && which !== index) return;
        link.draining = true;
        frame(world, link, { type: 'disconnect', reason, debug_info: { host: debug.host } });
      });
    },
    cut: () => links.forEach((link) => link.socket.terminate()),
    connections: () => ready().length,
    close: async () => {
      clearInterval(pings);
      links.forEach((link) => link.socket.terminate());
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
