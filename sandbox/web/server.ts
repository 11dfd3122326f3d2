import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { WebSocketServer, type WebSocket } from 'ws';
import type { SlackSandbox } from '../slack/index.ts';
import { perform, type Done } from './acts.ts';
import type { Faults } from './faults.ts';
import { Request, type Push } from './protocol.ts';
import { seenBy, type SeenParts } from './seen.ts';

export interface WebOptions {
  slack: SlackSandbox;
  /** Trouble that the page offers. */
  faults: Faults;
  parts: Omit<SeenParts, 'faults'>;
  /** The built page. */
  directory: string;
  /** A free one unless told. */
  port?: number;
}

/** The page, served on 127.0.0.1. */
export interface Web {
  url: string;
  close: () => Promise<void>;
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Nothing from elsewhere, and nobody else's page may show ours. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'",
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

/** Many changes within so many ms are shown as one. */
const TOGETHER_MS = 40;

/** True when the browser asks for this very address: another site's page, or a name that was bent to us, does not. */
function isOurs(request: IncomingMessage, port: number): boolean {
  const { host = '', origin } = request.headers;
  const names = [`127.0.0.1:${port}`, `localhost:${port}`];
  return names.includes(host) && (origin === undefined || names.some((name) => origin === `http://${name}`));
}

async function serveFile(directory: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
  const file = normalize(join(directory, pathname === '/' ? 'index.html' : pathname));
  const content = file.startsWith(directory) ? await readFile(file).catch(() => undefined) : undefined;
  if (content === undefined) return void response.writeHead(404, HEADERS).end('There is no such page.');
  const type = TYPES[extname(file)] ?? 'application/octet-stream';
  response.writeHead(200, { ...HEADERS, 'content-type': type }).end(content);
}

/** One open page, and whom it acts as. */
interface Page {
  socket: WebSocket;
  person: string;
}

async function answer({ slack, faults }: WebOptions, page: Page, text: string): Promise<Push & { type: 'answer' }> {
  const read = Request.safeParse(parse(text));
  if (!read.success)
    return { type: 'answer', id: -1, error: 'The page sent what its server does not know: reload it.' };
  const { id, act } = read.data;
  try {
    let done: Done = {};
    if (act.do === 'become') page.person = slack.person(act.person).id;
    else if (act.do === 'fault') await faults.set(act.fault, act.on);
    else done = await perform(slack, page.person, act);
    return { type: 'answer', id, ...done };
  } catch (error) {
    return { type: 'answer', id, error: error instanceof Error ? error.message : String(error) };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Serves the page and everything that is live on it. Rejects with the server's error when the port is taken. */
export async function startWeb(options: WebOptions): Promise<Web> {
  const { slack, faults, parts, directory } = options;
  const pages = new Set<Page>();
  const server = createServer((request, response) => {
    if (isOurs(request, port)) void serveFile(directory, request, response);
    else response.writeHead(403, HEADERS).end('This page is only for this machine.');
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const push = (page: Page, what: Push) => page.socket.send(JSON.stringify(what));
  const show = (page: Page) =>
    push(page, { type: 'seen', seen: seenBy(slack, page.person, { ...parts, faults: faults.list() }) });
  let timer: NodeJS.Timeout | undefined;
  const showAll = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      pages.forEach(show);
    }, TOGETHER_MS);
  };
  const stops = [slack.on('change', showAll), slack.on('connections', showAll), faults.onChange(showAll)];

  const sockets = new WebSocketServer({ noServer: true, maxPayload: 100_000 });
  server.on('upgrade', (request, socket, head) => {
    if (!isOurs(request, port)) return void socket.destroy();
    sockets.handleUpgrade(request, socket, head, (opened) => {
      const page: Page = { socket: opened, person: slack.person('operator').id };
      pages.add(page);
      opened.on('close', () => pages.delete(page));
      opened.on('error', () => opened.terminate());
      opened.on('message', (data: Buffer) => {
        void answer(options, page, data.toString('utf8')).then((what) => {
          push(page, what);
          show(page);
        });
      });
      show(page);
    });
  });
  return {
    url: `http://127.0.0.1:${port}/`,
    async close() {
      stops.forEach((stop) => stop());
      clearTimeout(timer);
      pages.forEach(({ socket }) => socket.terminate());
      sockets.close();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
