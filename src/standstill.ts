/** Whoever watches looks at the clock so often, ms. */
const BEAT_MS = 250;

/** A process that did not get to look for so long stood still: SIGSTOP, a paused machine, one with far too much to do. */
export const STANDSTILL_MS = 2_000;

/**
 * Watches whether this process stands still, from now until the function that it gives is called, which says whether it did.
 * Who asked something before has then not waited for the answer: a timer that is overdue runs before what came is read.
 */
export function watchStandstill(): () => boolean {
  let lookedMs = performance.now();
  let stoodStill = false;
  let isOver = false;
  const look = (): void => {
    const nowMs = performance.now();
    stoodStill ||= nowMs - lookedMs >= STANDSTILL_MS;
    lookedMs = nowMs;
  };
  const timer = setInterval(look, BEAT_MS).unref();
  return () => {
    clearInterval(timer);
    if (!isOver) look();
    isOver = true;
    return stoodStill;
  };
}
