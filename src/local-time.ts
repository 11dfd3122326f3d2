/** As calendars begin their week. */
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof DAYS)[number];

/** True for a name that the time zone database has: `Europe/Paris`. */
export function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** A moment as clocks and calendars of a zone show it. */
export interface LocalTime {
  day: Day;
  /** `08:05`. */
  time: string;
  /** `2026-11-28T08:05`. */
  stamp: string;
}

/** A moment (epoch ms) in a zone. */
export function localTime(nowMs: number, timeZone: string): LocalTime {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    ...{ weekday: 'short', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
  });
  const parts = new Map(format.formatToParts(nowMs).map(({ type, value }) => [type, value]));
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
  const time = `${of('hour')}:${of('minute')}`;
  const day = DAYS.find((one) => one === of('weekday').toLowerCase()) ?? 'mon';
  return { day, time, stamp: `${of('year').padStart(4, '0')}-${of('month')}-${of('day')}T${time}` };
}
