import { z } from 'zod';
import { DAYS, isZone, localTime, type Day, type LocalTime } from '../local-time.ts';

function isDay(text: string): boolean {
  const date = new Date(`${text}Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

const zone = z.string().refine(isZone, 'should be a time zone such as Europe/Paris or UTC');
const windowName = z.string().min(1, 'should be the name to show').max(60, 'should have at most 60 characters');
const clock = z
  .string()
  .regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, 'should be a time of day such as 08:00 or 24:00');
const moment = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d$/, 'should be a time such as 2026-12-24T00:00')
  .refine(isDay, 'should be a day that there is');

/** A window of every week. `to` at or before `from` is of the next day. */
const Weekly = z.strictObject({
  name: windowName,
  days: z
    .array(z.enum(DAYS))
    .min(1, 'should name at least one day')
    .default([...DAYS]),
  from: clock.default('00:00'),
  to: clock.default('24:00'),
  zone: zone.optional(),
});
type Weekly = z.infer<typeof Weekly>;

/** A window that comes once: from the first moment until, not with, the second. */
const Dated = z
  .strictObject({ name: windowName, from: moment, to: moment, zone: zone.optional() })
  .refine(({ from, to }) => from < to, { message: 'should end after it begins', path: ['to'] });

/** When nothing that changes anything begins. */
export const FreezePolicy = z.strictObject({
  /** Of windows that name none. */
  zone: zone.default('UTC'),
  weekly: z.array(Weekly).default([]),
  dated: z.array(Dated).default([]),
});
export type FreezePolicy = z.infer<typeof FreezePolicy>;

/** Who may go ahead alone in an emergency, and how far. */
export const BreakGlassPolicy = z.strictObject({
  by: z.array(z.string()).default([]),
  upTo: z.enum(['disruptive', 'destructive']).default('disruptive'),
});
export type BreakGlassPolicy = z.infer<typeof BreakGlassPolicy>;

/** A window that is open now, as people read of it. */
export interface OpenWindow {
  name: string;
  /** In the window's own time: `24:00 today, Europe/Paris`. */
  until: string;
}

const dayBefore = (day: Day): Day => DAYS[(DAYS.indexOf(day) + DAYS.length - 1) % DAYS.length] ?? 'mon';

/** When the window ends that is open at this moment; undefined: it is not open. */
function weeklyUntil({ days, from, to }: Weekly, { day, time }: LocalTime): string | undefined {
  const isOvernight = to <= from;
  if (days.includes(day) && time >= from && (isOvernight || time < to)) {
    return isOvernight ? `${to} tomorrow` : `${to} today`;
  }
  return isOvernight && days.includes(dayBefore(day)) && time < to ? `${to} today` : undefined;
}

/** The first window of the policy that is open at this moment (epoch ms); undefined: none is. */
export function windowAt(freeze: FreezePolicy, nowMs: number): OpenWindow | undefined {
  for (const window of freeze.dated) {
    const at = localTime(nowMs, window.zone ?? freeze.zone);
    const isOpen = at.stamp >= window.from && at.stamp < window.to;
    if (isOpen) return { name: window.name, until: `${window.to.replace('T', ' ')}, ${window.zone ?? freeze.zone}` };
  }
  for (const window of freeze.weekly) {
    const until = weeklyUntil(window, localTime(nowMs, window.zone ?? freeze.zone));
    if (until !== undefined) return { name: window.name, until: `${until}, ${window.zone ?? freeze.zone}` };
  }
  return undefined;
}

/** What a one-time code is asked for, besides everything else. */
export const TotpPolicy = z.strictObject({
  /** Of whoever approves a run of these impacts. */
  impacts: z.array(z.enum(['disruptive', 'destructive'])).default([]),
  /** Of whoever breaks the glass. */
  breakGlass: z.boolean().default(false),
  /** Who may have somebody else's codes forgotten. */
  resetBy: z.array(z.string()).default([]),
});
