import { SandboxError } from './model.ts';
import type { World } from './world.ts';

/** What a predicate may give for "not yet". */
type NotYet = undefined | null | false;

/** Resolves with what `find` gives as soon as it gives something; rejects with a dump of the workspace when time is up. */
export type WaitFor = <T>(find: () => T | NotYet, timeoutMs?: number, label?: string) => Promise<T>;

const TIMEOUT_MS = 20_000;

/** Waits by listening: `find` is asked again after each change, never by the clock. */
export function createWaitFor(world: World, dump: () => string): WaitFor {
  return <T>(find: () => T | NotYet, timeoutMs = TIMEOUT_MS, label = find.toString()) =>
    new Promise<T>((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        world.events.off('change', look);
      };
      const look = (): void => {
        try {
          const found = find();
          if (found === undefined || found === null || found === false) return;
          stop();
          resolve(found);
        } catch (error) {
          stop();
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      const timer = setTimeout(() => {
        stop();
        reject(new SandboxError('timeout', `Not within ${timeoutMs} ms: ${label}\n\nThe workspace:\n${dump()}`));
      }, timeoutMs);
      world.events.on('change', look);
      look();
    });
}
