import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { settle } from './actions.ts';
import { FAULT_ANSWERS, type FaultKind, type Faults } from './faults.ts';
import { ApiFault, type World } from './model.ts';
import { route, type Answer } from './routes.ts';

/** One request and what was answered, as a test may want to look at it. */
export interface Exchange {
  method: string;
  path: string;
  query: string;
  body: unknown;
  /** 0: no answer was sent. */
  status: number;
  answer: unknown;
  fault: FaultKind | undefined;
}

export interface Parts {
  world: World;
  faults: Faults;
  token: string;
  /** May only read. */
  readOnlyToken: string;
  /** Requests of an hour, which is how the bucket fills up again. */
  limit: number;
  /** Asked before anything that shows health. */
  askBackends: () => Promise<void>;
  told: (exchange: Exchange) => void;
}

interface Bucket {
  remaining: number;
  atMs: number;
}

/** Takes one request out of the bucket; undefined: it is empty. */
function take(bucket: Bucket, { limit, world }: Parts): boolean {
  const now = world.nowMs();
  bucket.remaining = Math.min(limit, bucket.remaining + ((now - bucket.atMs) / 3_600_000) * limit);
  bucket.atMs = now;
  if (bucket.remaining < 1) return false;
  bucket.remaining -= 1;
  return true;
}

function headersOf(bucket: Bucket, { limit, world }: Parts): Record<string, string> {
  const lacking = limit - bucket.remaining;
  return {
    'ratelimit-limit': String(limit),
    'ratelimit-remaining': String(Math.floor(bucket.remaining)),
    // When it is full again, not when the next request may be made.
    'ratelimit-reset': String(Math.ceil(world.nowMs() / 1000 + (lacking / limit) * 3600)),
    'x-correlation-id': randomUUID().replaceAll('-', ''),
  };
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiFault(400, 'json_error', 'invalid JSON');
  }
}

function authorize({ token, readOnlyToken }: Parts, request: IncomingMessage): void {
  const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (given !== token && given !== readOnlyToken) throw new ApiFault(401, 'unauthorized', 'unable to authenticate');
  if (given === readOnlyToken && request.method !== 'GET')
    throw new ApiFault(401, 'token_readonly', 'token is readonly');
}

function refusal(error: unknown): Answer {
  if (!(error instanceof ApiFault)) throw error;
  const { status, code, message, details } = error;
  return { status, body: { error: { code, message, details } } };
}

/** How much longer than usual a slow action takes. */
const SLOW = 8;

/** What becomes of an action that was begun under a fault. */
function spoil({ world }: Parts, { action }: Answer, fault: FaultKind | undefined): void {
  if (action === undefined) return;
  if (fault === 'slow') action.endsMs += SLOW * world.actionMs;
  if (fault === 'action-error') action.error = { code: 'service_error', message: 'the service had an error' };
}

async function answer(parts: Parts, request: IncomingMessage, url: URL, text: string): Promise<Answer> {
  try {
    authorize(parts, request);
    const body = parseJson(text);
    const path = url.pathname.replace(/^\/v1/, '');
    if (path.startsWith('/load_balancers') && request.method === 'GET') await parts.askBackends();
    settle(parts.world);
    return route(parts.world, { method: request.method ?? 'GET', path, query: url.searchParams, body });
  } catch (error) {
    return refusal(error);
  }
}

async function serve(parts: Parts, bucket: Bucket, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const text = await readText(request);
  const method = request.method ?? 'GET';
  const path = url.pathname.replace(/^\/v1/, '');
  const fault = parts.faults.take({ method, path });
  const exchange: Exchange = {
    ...{ method, path, query: url.search, fault, status: 0, answer: undefined },
    body: text === '' ? undefined : text,
  };
  const isAllowed = take(bucket, parts);
  const headers = headersOf(bucket, parts);
  const instead = FAULT_ANSWERS[isAllowed ? (fault ?? 'lost') : '429'];
  if (fault === 'cut') {
    parts.told(exchange);
    response.destroy();
    return;
  }
  if (instead !== undefined) {
    parts.told({ ...exchange, status: instead.status, answer: instead.body });
    response.writeHead(instead.status, { ...headers, 'content-type': instead.type }).end(instead.body);
    return;
  }
  const given = await answer(parts, request, url, text);
  spoil(parts, given, fault);
  if (fault === 'lost') {
    parts.told(exchange);
    response.destroy();
    return;
  }
  parts.told({ ...exchange, status: given.status, answer: given.body });
  const content = given.body === undefined ? undefined : JSON.stringify(given.body);
  response.writeHead(given.status, { ...headers, 'content-type': 'application/json' }).end(content);
}

/** Listens on loopback, on a free port unless told. */
export async function listen(parts: Parts, port: number): Promise<Server> {
  const bucket: Bucket = { remaining: parts.limit, atMs: parts.world.nowMs() };
  const server = createServer((request, response) => {
    serve(parts, bucket, request, response).catch((error: unknown) => {
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
      response.end(`sandbox defect: ${detail}`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}
