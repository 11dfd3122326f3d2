/**
 * What goes wrong on demand: `lost` does the work and cuts the line before its answer, `cut` cuts it before the work; `slow`
 * and `action-error` are what becomes of an action that the request begins.
 */
export type FaultKind = '409' | '423' | '429' | '500' | '502' | '504' | 'lost' | 'cut' | 'slow' | 'action-error';

/** One order for trouble. */
export interface Fault {
  kind: FaultKind;
  /** `GET`, `POST` ...; any unless told. */
  method?: string;
  /** A part of the path: `add_target`; any unless told. */
  path?: string;
  /** How many requests are spared first; none unless told. */
  skip?: number;
  /** How many it hits; 1 unless told. */
  times?: number;
}

/** A request as faults see it. */
export interface Asked {
  method: string;
  path: string;
}

export type Disturb = (asked: Asked) => FaultKind | undefined;

export interface Faults {
  /** Adds an order; the function takes it back. */
  add: (fault: Fault) => () => void;
  /** Asks this of every request that no order hits; the function ends it. */
  disturb: (disturb: Disturb) => () => void;
  /** What happens to this request, counted as used. */
  take: (asked: Asked) => FaultKind | undefined;
}

/** Answers that stand in the place of the API's own. A 502 comes from what stands before it, and is no JSON. */
export const FAULT_ANSWERS: Partial<Record<FaultKind, { status: number; body: string; type: string }>> = {
  '502': {
    status: 502,
    type: 'text/html',
    body: '<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>',
  },
  '504': json(504, 'timeout', 'timed out'),
  '500': json(500, 'server_error', 'internal server error'),
  '409': json(409, 'conflict', 'load balancer has changed during request'),
  '423': json(423, 'locked', 'an action is running on this resource'),
  '429': json(429, 'rate_limit_exceeded', 'limit of 3600 requests per hour reached'),
};

function json(status: number, code: string, message: string) {
  const body = JSON.stringify({ error: { code, message, details: null } });
  return { status, body, type: 'application/json' };
}

/** No trouble at first. */
export function createFaults(): Faults {
  let orders: { fault: Fault; left: number; spared: number }[] = [];
  const disturbing = new Set<Disturb>();
  return {
    disturb(one) {
      disturbing.add(one);
      return () => void disturbing.delete(one);
    },
    add(fault) {
      const order = { fault, left: fault.times ?? 1, spared: fault.skip ?? 0 };
      orders.push(order);
      return () => void (orders = orders.filter((one) => one !== order));
    },
    take(asked) {
      const isMeant = ({ fault: { method = asked.method, path = '' } }: (typeof orders)[number]) =>
        method === asked.method && asked.path.includes(path);
      const order = orders.find(isMeant);
      if (order === undefined) return [...disturbing].map((one) => one(asked)).find((kind) => kind !== undefined);
      if (order.spared > 0) {
        order.spared -= 1;
        return undefined;
      }
      order.left -= 1;
      if (order.left <= 0) orders = orders.filter((one) => one !== order);
      return order.fault.kind;
    },
  };
}
