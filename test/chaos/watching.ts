import { setTimeout as delay } from 'node:timers/promises';
import { reduce, type Engine, type RunEvent, type RunState } from '../../src/jobs/index.ts';

/** A run's log as it grows, whatever happens to Redis meanwhile. */
export interface Watching {
  readonly runId: string;
  readonly events: readonly RunEvent[];
  readonly state: RunState | undefined;
  /** Resolves with what `find` gives once it gives something; rejects after `timeoutMs` with where the run stands. */
  until<T>(what: string, timeoutMs: number, find: (watching: Watching) => T | undefined | false): Promise<T>;
  stop(): Promise<void>;
}

const AGAIN_MS = 100;

/** Watches a run until its end or until stopped. An engine that does not answer is asked again. */
export function watchChaos(engine: Engine, runId: string): Watching {
  let events: readonly RunEvent[] = [];
  const stopping = new AbortController();
  const listeners = new Set<() => void>();

  async function follow(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        for await (const { seq } of engine.watch(runId, { signal: stopping.signal, untilWaiting: false })) {
          if (seq > events.length) events = await engine.events(runId);
          for (const listener of [...listeners]) listener();
        }
        if (events.at(-1)?.body.type === 'run.ended') return;
      } catch {
        await delay(AGAIN_MS);
      }
    }
  }

  const following = follow();
  const watching: Watching = {
    runId,
    get events() {
      return events;
    },
    get state() {
      return reduce(runId, events);
    },
    until: (what, timeoutMs, find) =>
      new Promise((resolve, reject) => {
        const end = () => {
          clearTimeout(timer);
          listeners.delete(look);
        };
        const look = () => {
          const found = find(watching);
          if (found === undefined || found === false) return;
          end();
          resolve(found);
        };
        const timer = setTimeout(() => {
          end();
          const { state } = watching;
          const last = events.at(-1)?.body.type ?? 'no event';
          reject(
            new Error(
              `${what}: not within ${timeoutMs / 1000} s; run ${runId} is ${state?.status ?? '?'} after ${last}`,
            ),
          );
        }, timeoutMs);
        listeners.add(look);
        look();
      }),
    async stop() {
      stopping.abort();
      await following;
    },
  };
  return watching;
}
