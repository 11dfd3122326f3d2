/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** A whole number from `min` to `max`, both included. */
  whole(min: number, max: number): number;
  pick<T>(from: readonly [T, ...T[]]): T;
  /** True once in `times` on average. */
  oneIn(times: number): boolean;
}

/** The generator mulberry32 (Tommy Ettinger, public domain): 32 bits of state, good enough to spread moments. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const whole = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  return {
    whole,
    pick: (from) => from[whole(0, from.length - 1)] ?? from[0],
    oneIn: (times) => whole(1, times) === 1,
  };
}
