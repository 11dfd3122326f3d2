// Imported before everything else of a process: its wall clock is off by so many ms, as on a machine that nobody set.
// Timers are not: they run on the monotonic clock, which has no date.

const shiftMs = Number(process.env.KEYBUZZ_CHAOS_CLOCK_SHIFT_MS ?? '0');
const RealDate = globalThis.Date;

class ShiftedDate extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + shiftMs);
    else super(...args);
  }

  static now() {
    return RealDate.now() + shiftMs;
  }
}

globalThis.Date = ShiftedDate;
