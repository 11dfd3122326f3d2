import { CommandError } from '../errors.ts';

const UNIT_SECONDS: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };
/** A silence that outlives everybody's memory of it hides the next trouble. */
const SECONDS_MAX = 30 * 86_400;

const DURATION = /^[1-9]\d{0,3}[mhd]$/;
const TIME = /^\d{4}-\d{2}-\d{2}t\d{2}:\d{2}(?::\d{2})?(?:z|[+-]\d{2}:\d{2})$/;

/** True for what looks like a time or how long; whether it lies ahead is only known when the command is carried out. */
export function isUntil(word: string): boolean {
  return DURATION.test(word) || TIME.test(word);
}

/** Seconds from now until what `1h` or `2026-11-28t18:00z` says. Throws CommandError when that is over or too far away. */
export function secondsUntil(word: string, nowMs: number): number {
  const unit = UNIT_SECONDS[word.slice(-1)] ?? 0;
  const seconds = DURATION.test(word)
    ? Number(word.slice(0, -1)) * unit
    : Math.round((Date.parse(word.toUpperCase()) - nowMs) / 1000);
  if (seconds > 0 && seconds <= SECONDS_MAX) return seconds;
  throw new CommandError(
    (say) => say.grammar.silenceTooLong(Number.isFinite(seconds) ? `${seconds} s` : `\`${word}\``),
    {
      code: 'KEYBUZZ_COMMAND_INVALID',
      fix: (say) => say.grammar.timeAhead(SECONDS_MAX / 86_400),
    },
  );
}

/** The moment (epoch ms) that `7d` (so long before now) or a time with its zone names; undefined: neither. */
export function momentBefore(word: string, nowMs: number): number | undefined {
  const plain = word.toLowerCase();
  if (DURATION.test(plain)) return nowMs - Number(plain.slice(0, -1)) * (UNIT_SECONDS[plain.slice(-1)] ?? 0) * 1000;
  const ms = TIME.test(plain) ? Date.parse(plain.toUpperCase()) : NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
