import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'hcloud-js';
import type { z } from 'zod';
import { readBudget, waitMsOf, type Budget } from './budget.ts';
import { fixOf, HetznerError, isLost } from './errors.ts';
import { ActionAnswer, ErrorAnswer, PageAnswer } from './schemas.ts';
import type { Secret } from '../secret.ts';

/** How to reach a project. */
export interface HetznerSettings {
  token: Secret;
  /** Ends in /v1. */
  endpoint: string;
  /** Before the first repetition of a read, ms; each further one waits twice as long. */
  retryMs: number;
  /** Between the first two questions how an action is, ms. */
  pollMs: number;
  /** A read that nobody answers, or an action that does not end, is given up after so long, ms. */
  patienceMs: number;
}

/** What lasts beyond one conversation: what Hetzner said of the requests that are left. */
export interface Shared {
  budget: Budget | undefined;
}

/** A conversation with the API; over when its signal aborts. Every method throws HetznerError, or the signal's reason. */
export interface Talk {
  /** The entry of an answer under `key`; asked again while nobody answers. */
  read<T>(path: string, key: string, schema: z.ZodType<T>): Promise<T>;
  /** Every entry of a list, page by page. */
  list<T>(path: string, key: string, schema: z.ZodType<T>, params?: Record<string, string>): Promise<T[]>;
  /** Asks once for a change, then waits for its action; the answer may get lost. */
  act(ask: (client: Client) => Promise<unknown>): Promise<void>;
  pause(ms: number): Promise<void>;
}

const REQUEST_MS = 15_000;
const REPEAT_MS_MAX = 8_000;
const POLL_MS_MAX = 5_000;
const PER_PAGE = '50';

interface AxiosFault {
  message: string;
  code?: string;
  config?: { method?: string; url?: string };
  response?: { status: number; data: unknown; headers: Record<string, unknown> };
}

const headerOf = (headers: Readonly<Record<string, unknown>>, name: string): string => {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
};

/** The error without anything that axios keeps in it: its configuration holds the token. */
function toHetznerError({ message, code = '', config, response }: AxiosFault): HetznerError {
  const request = `${(config?.method ?? 'get').toUpperCase()} ${config?.url ?? ''}`;
  const cause = new Error(`${code} ${message}`.trim());
  if (response === undefined) {
    const fix = 'See whether the worker reaches HCLOUD_ENDPOINT; what was asked may have been done.';
    const parts = { status: 0, reason: 'no_answer', correlationId: '', request, fix, cause };
    return new HetznerError(`Hetzner's API did not answer: ${code || message}`, parts);
  }
  const told = ErrorAnswer.safeParse(response.data);
  const reason = told.success ? told.data.error.code : 'no_json';
  const correlationId = headerOf(response.headers, 'x-correlation-id');
  const text = told.success ? told.data.error.message : 'something that is not the API answered';
  const parts = { status: response.status, reason, correlationId, request, fix: fixOf(reason), cause };
  return new HetznerError(`Hetzner's API refused: ${text}`, parts);
}

function notUnderstood(request: string, what: string): HetznerError {
  const fix = 'Report this: the API answers otherwise than the bot knows.';
  const parts = { status: 0, reason: 'not_understood', correlationId: '', request, fix };
  return new HetznerError(`Hetzner's API answered what we can't read: ${what}`, parts);
}

function parse<T>(schema: z.ZodType<T>, value: unknown, request: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw notUnderstood(request, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

/**
 * hcloud-js with its own axios: errors become ours with status, code and correlation id (its interceptor loses them and
 * throws a TypeError at an HTML page), the budget is read from refusals, too, and the signal ends what is under way.
 */
function openClient({ token, endpoint }: HetznerSettings, shared: Shared, signal: AbortSignal): Client {
  const client = new Client({ token: token.reveal(), baseURL: endpoint, timeout: REQUEST_MS });
  const note = (headers: unknown) => {
    shared.budget = readBudget(headers as Record<string, unknown>, performance.now()) ?? shared.budget;
  };
  client.axios.interceptors.response.eject(0);
  // The API redirects nowhere, and the token would go along.
  client.axios.defaults.maxRedirects = 0;
  client.axios.interceptors.request.use((config) => Object.assign(config, { signal }));
  client.axios.interceptors.response.use(
    (response) => {
      note(response.headers);
      return response;
    },
    (error: AxiosFault) => {
      if (error.response !== undefined) note(error.response.headers);
      return Promise.reject(toHetznerError(error));
    },
  );
  return client;
}

/** True when reading it again may well succeed. */
const isWorthRepeating = (error: HetznerError) =>
  error.reason !== 'not_understood' && (isLost(error) || [409, 423, 429].includes(error.status));

/**
 * Begins a conversation. Its deadlines are judged before the question: who stood still in the middle of one has not heard
 * the answer, and it is not Hetzner that is silent.
 */
export function openTalk(settings: HetznerSettings, shared: Shared, signal: AbortSignal): Talk {
  const client = openClient(settings, shared, signal);
  const pause = (ms: number) =>
    delay(ms, undefined, { signal }).catch((error: unknown) => {
      // A timer says only that it was aborted, not why.
      signal.throwIfAborted();
      throw error;
    });

  /** One request, when the budget allows it. */
  async function ask<T>(request: () => Promise<T>): Promise<T> {
    const waitMs = waitMsOf(shared.budget, performance.now());
    if (waitMs > 0) await pause(waitMs);
    signal.throwIfAborted();
    try {
      return await request();
    } finally {
      signal.throwIfAborted();
    }
  }

  async function repeat<T>(request: () => Promise<T>): Promise<T> {
    const deadlineMs = performance.now() + settings.patienceMs;
    for (let waitMs = settings.retryMs; ; waitMs = Math.min(2 * waitMs, REPEAT_MS_MAX)) {
      const isLast = performance.now() + waitMs > deadlineMs;
      try {
        return await ask(request);
      } catch (error) {
        if (isLast || !(error instanceof HetznerError) || !isWorthRepeating(error)) throw error;
        await pause(waitMs * (0.5 + Math.random() / 2));
      }
    }
  }

  const get = (path: string, params: Record<string, string>) =>
    repeat(async () => (await client.axios.get<Record<string, unknown>>(path, { params })).data);

  async function untilOver(action: ActionAnswer): Promise<void> {
    const deadlineMs = performance.now() + settings.patienceMs;
    let now = action;
    for (let waitMs = settings.pollMs; now.status === 'running'; waitMs = Math.min(1.5 * waitMs, POLL_MS_MAX)) {
      await pause(waitMs);
      const isLast = performance.now() > deadlineMs;
      now = parse(ActionAnswer, await repeat(() => client.actions.get(action.id)), `GET /actions/${action.id}`);
      if (isLast && now.status === 'running') throw actionError(now, 'it does not end', 0, 'timeout');
    }
    if (now.status === 'error') throw actionError(now, now.error?.message ?? 'no reason', 422, now.error?.code ?? '');
  }

  return {
    pause,
    async read(path, key, schema) {
      return parse(schema, (await get(path, {}))[key], `GET ${path}`);
    },
    async list(path, key, schema, params = {}) {
      const all = [];
      for (let page: number | null = 1; page !== null;) {
        const data: unknown = await get(path, { ...params, page: String(page), per_page: PER_PAGE });
        const entries = (data as Record<string, unknown>)[key];
        if (!Array.isArray(entries)) throw notUnderstood(`GET ${path}`, `no ${key}`);
        all.push(...entries.map((entry) => parse(schema, entry, `GET ${path}`)));
        page = parse(PageAnswer, data, `GET ${path}`).meta.pagination.next_page;
      }
      return all;
    },
    async act(request) {
      await untilOver(parse(ActionAnswer, await ask(() => request(client)), 'an action'));
    },
  };
}

function actionError({ id, command }: ActionAnswer, text: string, status: number, reason: string): HetznerError {
  const parts = { status, reason, correlationId: '', request: `action ${id} ${command}`, fix: fixOf(reason) };
  return new HetznerError(`Hetzner's action ${command} failed: ${text}`, parts);
}

/** The id, if it is one. Throws HetznerError. */
export function integer(id: number): number {
  if (Number.isSafeInteger(id) && id > 0) return id;
  throw notUnderstood('an id', `${id} is no id`);
}
