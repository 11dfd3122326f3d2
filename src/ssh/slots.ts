/** So many at a time; the rest waits in line. */
export interface Slots {
  /** Resolves with the function that gives the slot back. Rejects with the signal's reason when it aborts first. */
  take(signal?: AbortSignal): Promise<() => void>;
}

export function createSlots(slotsMax: number): Slots {
  let taken = 0;
  const waiting = new Set<() => void>();

  const giveBack = (): (() => void) => {
    let isGiven = false;
    return () => {
      if (isGiven) return;
      isGiven = true;
      taken -= 1;
      const [next] = waiting;
      next?.();
    };
  };
  const take = (signal?: AbortSignal): Promise<() => void> =>
    new Promise((resolve, reject) => {
      const start = (): void => {
        taken += 1;
        waiting.delete(start);
        signal?.removeEventListener('abort', abort);
        resolve(giveBack());
      };
      const abort = (): void => {
        waiting.delete(start);
        reject(signal?.reason as Error);
      };
      if (signal?.aborted) {
        abort();
      } else if (taken < slotsMax) {
        start();
      } else {
        waiting.add(start);
        signal?.addEventListener('abort', abort, { once: true });
      }
    });
  return { take };
}
