import type { KnownBlock, MrkdwnElement, PlainTextElement, SectionBlock } from '@slack/types';
import type { Person } from '../../jobs/index.ts';
import { english, type Noun, type Wording } from '../../language/index.ts';
import { wellFormedText } from '../../well-formed.ts';

/** What every view gives: the blocks, and the text that notifications and screen readers use. */
export interface Message {
  text: string;
  blocks: KnownBlock[];
}

/** Slack takes 3000 characters in a section; the rest is room for what a caller puts around a list. */
export const SECTION_CHARS_MAX = 2900;

/** chat.update refuses a `text` above 4000 characters. */
const FALLBACK_CHARS_MAX = 3000;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function safe(character: string): string {
  return ENTITIES[character] ?? character;
}

/** Control characters but line break and tab, and the marks that turn the direction of text: `safe` must not read `efas`. */
const UNSEEN = /[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** Text of visible characters, lines and tabs alone. */
function seen(text: string): string {
  return wellFormedText(text.replace(/\r\n?/g, '\n').replace(UNSEEN, ''));
}

/** A line that can't end the code block around it. */
function fenced(text: string): string {
  return clip(seen(text).replaceAll('```', "'''").replaceAll('\n', ' '), 400);
}

/**
 * Untrusted text as mrkdwn that mentions nobody and links nothing, at most `charsMax` long after escaping: it is cut
 * between characters, never inside an entity, and ends in `…` then. Control
 * characters but line breaks are dropped, and so is what turns the direction of text.
 */
export function clip(text: string, charsMax: number): string {
  const pieces = Array.from(seen(text), safe);
  let length = 0;
  for (const [index, piece] of pieces.entries()) {
    if (length + piece.length > charsMax - 1) {
      const rest = pieces.slice(index).reduce((sum, each) => sum + each.length, 0);
      return length + rest <= charsMax ? pieces.join('') : `${pieces.slice(0, index).join('')}…`;
    }
    length += piece.length;
  }
  return pieces.join('');
}

/** Like `clip`, on one line, which opens no code block: that would swallow what stands below. */
export function line(text: string, charsMax = 300): string {
  return clip(text.replace(/\s+/g, ' ').replaceAll('```', "'''").trim(), charsMax);
}

/** A name in code font, on one line. */
export function code(text: string, charsMax = 100): string {
  return `\`${line(text.replaceAll('`', "'"), charsMax) || ' '}\``;
}

/** The last lines that fit, in a code block; says how many are left out above. */
export function tailBlock(lines: readonly string[], charsMax: number, say: Wording = english): string {
  const clean = lines.map(fenced);
  let length = 0;
  let from = clean.length;
  while (from > 0 && length + (clean[from - 1]?.length ?? 0) + 1 <= charsMax - 60) {
    from -= 1;
    length += (clean[from]?.length ?? 0) + 1;
  }
  const above = from === 0 ? [] : [say.linesAbove(from)];
  return `\`\`\`\n${[...above, ...clean.slice(from)].join('\n')}\n\`\`\``;
}

/** The first lines that fit, in a code block; says how many are left out below. */
export function headBlock(lines: readonly string[], charsMax: number, say: Wording = english): string {
  const clean = lines.map(fenced);
  return `\`\`\`\n${fitLines(clean, charsMax - 10, 'line', say).join('\n')}\n\`\`\``;
}

/** As many whole lines as fit into `charsMax`, the last one saying how many more there are. */
export function fitLines(lines: readonly string[], charsMax: number, noun: Noun, say: Wording = english): string[] {
  const total = lines.reduce((sum, each) => sum + each.length + 1, 0);
  if (total <= charsMax) return [...lines];
  const fitting: string[] = [];
  let length = 40;
  for (const each of lines) {
    length += each.length + 1;
    if (length > charsMax) break;
    fitting.push(each);
  }
  return [...fitting, `… ${say.more(lines.length - fitting.length, noun)}`];
}

/** Lines as at most `blocksMax` sections; the last line says how many are left out. A line has at most 2900 characters. */
export function lineSections(
  lines: readonly string[],
  blocksMax: number,
  noun: Noun,
  say: Wording = english,
): SectionBlock[] {
  const sections: SectionBlock[] = [];
  let left = [...lines];
  while (left.length > 0) {
    if (sections.length === blocksMax - 1) {
      sections.push(section(fitLines(left, SECTION_CHARS_MAX, noun, say).join('\n')));
      break;
    }
    let length = 0;
    const taken = left.findIndex((each) => (length += each.length + 1) > SECTION_CHARS_MAX);
    const here = taken === -1 ? left.length : Math.max(taken, 1);
    sections.push(section(left.slice(0, here).join('\n')));
    left = left.slice(here);
  }
  return sections;
}

/** Slack refuses blank text. */
function filled(text: string): string {
  return text.trim() === '' ? '…' : text;
}

/** Verbatim: or Slack itself makes links and mentions of what stands in it without any markup. */
function verbatim(mrkdwn: string): MrkdwnElement {
  return { type: 'mrkdwn', text: filled(mrkdwn), verbatim: true };
}

/** A section of mrkdwn that is safe already. */
export function section(mrkdwn: string): SectionBlock {
  return { type: 'section', text: verbatim(mrkdwn) };
}

/** Small grey text; safe mrkdwn. */
export function context(mrkdwn: string): KnownBlock {
  return { type: 'context', elements: [verbatim(mrkdwn)] };
}

/** Plain text, cut. */
export function plain(text: string, charsMax: number): PlainTextElement {
  return { type: 'plain_text', text: filled(line(text, charsMax)), emoji: true };
}

/** `text` of a message from lines that are safe already; emoji codes stay, they are read out as words. */
export function fallback(lines: readonly string[], say: Wording = english): string {
  const shown = fitLines(
    lines.filter((each) => each !== ''),
    FALLBACK_CHARS_MAX,
    'line',
    say,
  );
  return filled(shown.join('\n'));
}

/** "1 host", "3 hosts". */
export function count(number: number, noun: Noun, say: Wording = english): string {
  return say.count(number, noun);
}

/** A mention when the Slack user is known, else the name. */
export function mention(person: Person): string {
  return /^[UW][A-Z0-9]{2,20}$/.test(person.slack ?? '') ? `<@${person.slack ?? ''}>` : line(person.name, 80);
}

/** An ISO time as the reader's own; outside Slack's apps it reads as UTC. Anything unparsable is shown as it is. */
export function time(iso: string): string {
  const epochMs = Date.parse(iso);
  if (Number.isNaN(epochMs)) return line(iso, 40);
  const utc = new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z');
  return `<!date^${Math.floor(epochMs / 1000)}^{date_short_pretty} {time}|${utc}>`;
}

/** "2 min 5 s" between two ISO times; empty when one is missing or unreadable. */
export function duration(from: string | undefined, to: string | undefined): string {
  const seconds = Math.round((Date.parse(to ?? '') - Date.parse(from ?? '')) / 1000);
  if (!Number.isFinite(seconds) || seconds < 0) return '';
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return `${seconds} s`;
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${minutes} min ${seconds % 60} s` : `${hours} h ${minutes % 60} min`;
}
