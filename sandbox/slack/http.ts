import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { asJson } from './blocks.ts';
import type { Faults } from './faults.ts';
import type { Call } from './journal.ts';
import type { Limits } from './limits.ts';
import { METHODS } from './methods/index.ts';
import { storeUpload } from './methods/files.ts';
import { SlackFault, type Json } from './model.ts';
import { useResponseUrl } from './response-url.ts';
import type { World } from './world.ts';

/** What an answer is made of. */
interface Answer {
  status: number;
  body: string;
  headers?: Record<string, string>;
}

/** What the HTTP end needs. */
export interface HttpParts {
  world: World;
  limits: Limits;
  faults: Faults;
}

function json(body: Json, status = 200, headers: Record<string, string> = {}): Answer {
  return {
    status,
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The parameters of a form or of a JSON body; an unreadable body has none. */
function parseBody(request: IncomingMessage, body: string, url: URL): Json {
  const query = Object.fromEntries(url.searchParams);
  if ((request.headers['content-type'] ?? '').includes('json')) {
    try {
      return { ...query, ...asJson(JSON.parse(body)) };
    } catch {
      return query;
    }
  }
  return { ...query, ...Object.fromEntries(new URLSearchParams(body)) };
}

/** Checks the token for a method; the answer's scopes are those of the token. */
function authorize(world: World, request: IncomingMessage, wanted: { token: 'bot' | 'app'; scope?: string }): void {
  const { app } = world;
  const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (given === undefined) throw new SlackFault('not_authed');
  if (given !== app.botToken && given !== app.appToken) throw new SlackFault('invalid_auth');
  if ((given === app.botToken ? 'bot' : 'app') !== wanted.token) throw new SlackFault('not_allowed_token_type');
  if (wanted.scope !== undefined && !app.scopes.includes(wanted.scope)) {
    throw new SlackFault('missing_scope', { needed: wanted.scope, provided: app.scopes.join(',') });
  }
}

/** Answers one Web API request. */
function callMethod(parts: HttpParts, request: IncomingMessage, call: Call): Answer {
  const { world, limits } = parts;
  const scopes = { 'x-oauth-scopes': world.app.scopes.join(',') };
  try {
    const method = METHODS.get(call.name);
    if (!method) throw new SlackFault('unknown_method', { req_method: call.name });
    authorize(world, request, method);
    const waitS = limits.take(call.name, method.tier, call.params);
    if (waitS > 0) return json({ ok: false, error: 'ratelimited' }, 429, { 'retry-after': String(waitS) });
    return json({ ok: true, ...method.call(call.params, world) }, 200, scopes);
  } catch (error) {
    if (error instanceof SlackFault) return json(error.body, 200, scopes);
    throw error;
  }
}

/** Finds what an address means and does it. */
function route(parts: HttpParts, request: IncomingMessage, work: { call: Call; body: Buffer }): Answer {
  const { call, body } = work;
  if (call.kind === 'api') return callMethod(parts, request, call);
  if (call.kind === 'upload') {
    const stored = storeUpload(parts.world, call.name, { body, contentType: request.headers['content-type'] ?? '' });
    return stored ? { status: 200, body: `OK - ${body.length}` } : { status: 404, body: 'no such upload' };
  }
  return useResponseUrl(parts.world, call.name, call.params);
}

const PLACES = [
  { kind: 'api', pattern: /^\/api\/([\w.]+)$/ },
  { kind: 'upload', pattern: /^\/upload\/(\w+)$/ },
  { kind: 'response_url', pattern: /^\/response\/(\w+)$/ },
] as const;

async function serve(parts: HttpParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const body = await readBody(request);
  const raw = body.toString('utf8');
  const place = PLACES.find(({ pattern }) => pattern.test(url.pathname));
  const name = place?.pattern.exec(url.pathname)?.[1];
  if (!place || name === undefined) {
    response.writeHead(404).end('not found');
    return;
  }
  const startedAtMs = parts.world.nowMs();
  const params = place.kind === 'upload' ? {} : parseBody(request, raw, url);
  const call = parts.world.journal.note({ kind: place.kind, name, raw, params });
  const fault = parts.faults.take(place.kind === 'api' ? name : place.kind, params);
  if (fault?.before === 'cut') return void response.destroy();
  if (fault?.before === 'hang') return;
  const answer = fault?.answer ?? route(parts, request, { call, body });
  if (fault?.after === 'cut') return void response.destroy();
  if (fault?.after === 'hang') return;
  Object.assign(call, { answer: answer.body, status: answer.status, latencyMs: parts.world.nowMs() - startedAtMs });
  response.writeHead(answer.status, answer.headers).end(answer.body);
}

/** The listening HTTP end. */
export interface HttpEnd {
  server: Server;
  close: () => Promise<void>;
}

/** Listens on loopback; `port` 0 takes a free one and the world learns its origin. */
export async function listen(parts: HttpParts, port: number): Promise<HttpEnd> {
  const server = createServer((request, response) => {
    serve(parts, request, response).catch((error: unknown) => {
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      if (!response.headersSent) response.writeHead(500);
      response.end(`sandbox defect: ${detail}`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  parts.world.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
