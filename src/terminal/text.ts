import type { Wording } from '../language/index.ts';

/** How the terminal that reads us looks; `render` takes it as data so that it stays pure. */
export interface Style {
  /** Width in cells; lines are cut to it. `Infinity` when nobody looks at a screen. */
  columns: number;
  isColour: boolean;
  /** IANA name: `Europe/Paris`. */
  timeZone: string;
  /** The words for whoever reads. */
  say: Wording;
}

const COLOURS = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
export type Colour = keyof typeof COLOURS;

const ESCAPE = '\u001B';

/** Control characters and the marks that reorder text: what a host prints must not steer our terminal. */
// eslint-disable-next-line no-control-regex -- control characters are what this pattern is for
const CONTROL = /[\u0000-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]/g;

const WIDE = /\p{Emoji_Presentation}|[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60]/u;
const ZERO_WIDTH = /^\p{Mark}$|^\u200D$/u;

/** One line of foreign text with each control character shown as `\xNN` (tabs as two spaces). */
export function escapeControl(text: string): string {
  return text.replace(CONTROL, (character) => {
    if (character === '\t') return '  ';
    const code = character.charCodeAt(0);
    return code > 0xff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\x${code.toString(16).padStart(2, '0')}`;
  });
}

/** Foreign text of several lines, each escaped; a last empty line is dropped. */
export function escapeLines(text: string): string[] {
  const lines = text.split(/\r?\n/).map(escapeControl);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/** Cells that the text takes on a screen; it must hold no escape sequences. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += ZERO_WIDTH.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

/** The text cut to a width, the cut shown by `…`. */
export function clip(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let kept = '';
  let width = 0;
  for (const character of text) {
    width += widthOf(character);
    if (width > columns - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** The text filled up with spaces to a width. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)));
}

/** The text in a colour, if the style has colours; call it last, after clipping and padding. */
export function paint(text: string, colour: Colour, style: Style): string {
  return style.isColour ? `${ESCAPE}[${COLOURS[colour]}m${text}${ESCAPE}[0m` : text;
}

/** An ISO time in the reader's zone with its offset: `2026-03-01 14:05:09 +01:00`; text that is no time stays. */
export function formatTime(iso: string, timeZone: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return escapeControl(iso);
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    dateStyle: undefined,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
  }).formatToParts(time);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? '';
  const offset = part('timeZoneName').replace('GMT', '') || '+00:00';
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}:${part('second')} ${offset}`;
}

/** A length of time as people say it: `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 9_950) return `${(Math.max(0, durationMs) / 1000).toFixed(1)} s`;
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Rows in columns, two spaces apart, each column as wide as its widest cell; lines are cut to the style's width. */
export function formatTable(rows: readonly (readonly string[])[], style: Style): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, widthOf(cell))));
  return rows.map((row) => {
    const cells = row.map((cell, at) => (at === row.length - 1 ? cell : pad(cell, widths[at] ?? 0)));
    return clip(cells.join('  ').trimEnd(), style.columns);
  });
}
