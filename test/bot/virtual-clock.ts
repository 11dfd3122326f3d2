import type { Clock } from '../../src/bot/clock.ts';

/** A clock whose sleepers wake at once, each having moved the time forward: minutes pass in no time. */
export interface VirtualClock extends Clock {
  sleptMs: number[];
}

export function createVirtualClock(startMs = 1_767_225_600_000): VirtualClock {
  let now = startMs;
  const sleptMs: number[] = [];
  return {
    sleptMs,
    nowMs: () => now,
    sleep: (ms) => {
      now += ms;
      sleptMs.push(ms);
      return new Promise((resolve) => setImmediate(resolve));
    },
  };
}
