import { asText } from './blocks.ts';
import { SandboxError, type Json } from './model.ts';

/** What goes wrong on demand; `…-after-store` kinds do the work first, so that the app can't know. */
export type FaultKind =
  '429' | '500' | 'error' | 'reset' | 'reset-after-store' | 'timeout' | 'timeout-after-store' | 'too_many_websockets';

/** One order for trouble. */
export interface Fault {
  /** A Web API method, `upload`, `response_url`, `*` for all Web API methods, or `websocket` for new connections. */
  method: string;
  kind: FaultKind;
  /** How many requests are spared first; none unless told. */
  skip?: number;
  /** How many requests it hits; 1 unless told, `Infinity` until it is cleared. */
  times?: number;
  /** Only requests about this channel id. */
  channel?: string;
  /** For `429`; 1 unless told. */
  retryAfterS?: number;
  /** For `error`: Slack's code, for example `is_archived`. */
  error?: string;
}

/** What the HTTP end does about a fault. */
export interface FaultEffect {
  /** `refuse` is for WebSockets: a disconnect frame in the place of the greeting. */
  before?: 'cut' | 'hang' | 'refuse';
  after?: 'cut' | 'hang';
  answer?: { status: number; body: string; headers?: Record<string, string> };
}

/** The orders not used up yet. */
export interface Faults {
  /** Adds an order; the function takes it back. */
  add: (fault: Fault) => () => void;
  /** The effect on this request, counted as used. */
  take: (method: string, params: Json) => FaultEffect | undefined;
}

function effectOf(fault: Fault): FaultEffect {
  switch (fault.kind) {
    case '429': {
      const headers = { 'retry-after': String(fault.retryAfterS ?? 1), 'content-type': 'application/json' };
      return { answer: { status: 429, body: '{"ok":false,"error":"ratelimited"}', headers } };
    }
    case '500':
      return { answer: { status: 500, body: 'Internal Server Error' } };
    case 'error': {
      const body = JSON.stringify({ ok: false, error: fault.error ?? 'internal_error' });
      return { answer: { status: 200, body, headers: { 'content-type': 'application/json' } } };
    }
    case 'reset':
      return { before: 'cut' };
    case 'reset-after-store':
      return { after: 'cut' };
    case 'timeout':
      return { before: 'hang' };
    case 'timeout-after-store':
      return { after: 'hang' };
    case 'too_many_websockets':
      return { before: 'refuse' };
  }
}

/** No trouble at first. */
export function createFaults(): Faults {
  let orders: { fault: Fault; left: number; spared: number }[] = [];
  return {
    add: (fault) => {
      const isOfSockets = [fault.method === 'websocket', fault.kind === 'too_many_websockets'];
      if (new Set(isOfSockets).size > 1) {
        throw new SandboxError('bad_fault', 'websocket and too_many_websockets go only together.');
      }
      const order = { fault, left: fault.times ?? 1, spared: fault.skip ?? 0 };
      if (!(order.left > 0)) throw new SandboxError('bad_fault', `times must be above 0, not ${String(fault.times)}.`);
      orders.push(order);
      return () => {
        orders = orders.filter((each) => each !== order);
      };
    },
    take: (method, params) => {
      const order = orders.find(
        ({ fault }) =>
          (fault.method === method || (fault.method === '*' && method.includes('.'))) &&
          (fault.channel === undefined || fault.channel === asText(params.channel)),
      );
      if (!order) return undefined;
      if (order.spared > 0) {
        order.spared -= 1;
        return undefined;
      }
      order.left -= 1;
      if (order.left <= 0) orders = orders.filter((each) => each !== order);
      return effectOf(order.fault);
    },
  };
}
