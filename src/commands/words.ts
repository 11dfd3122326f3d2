/** A word of a command as it was typed. */
export interface Word {
  text: string;
  /** Any part stood in quotes: never taken for a flag. */
  isQuoted: boolean;
  /** Its closing quote is missing. */
  isUnclosed: boolean;
  /** Where it begins in the normalised text. */
  at: number;
}

/** `<@U123|olga>`, `<#C1|ops>`, `<!subteam^S1|@ops>`, `<https://redis-01.keybuzz.io|redis-01.keybuzz.io>` of Slack. */
const SLACK_REFERENCE = /<([@#!]?)([^<>|]{1,500})(?:\|([^<>|]{0,500}))?>/g;

const ENTITIES: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' };

function plainReference(_whole: string, sign: string, id: string, label: string | undefined): string {
  // Slack makes a link of every host name with a domain: what was typed is its label.
  if (sign === '') return label ?? id.replace(/^(?:https?:\/\/|mailto:)/, '');
  return `${sign}${id}`;
}

/**
 * The text as a desktop keyboard would have given it: Slack's references and entities resolved, the quotes, dashes and
 * spaces of phone keyboards straightened. A dash at the beginning of a word was meant as `--`.
 */
export function normalise(text: string): string {
  return text
    .replace(SLACK_REFERENCE, plainReference)
    .replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(/[\u200B-\u200D\u2060\uFEFF]/g, '')
    .replace(/[\u201C\u201D\u201E\u00AB\u00BB]/g, '"')
    .replace(/[\u2018\u2019\u201A]/g, "'")
    .replace(/[\s\u00A0\u202F]/g, ' ')
    .replace(/(^| )[\u2013\u2014\u2015](?=\S)/g, '$1--')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .trim();
}

interface Piece {
  text: string;
  end: number;
  isClosed: boolean;
}

/** What stands between the quote at `from` and its partner; a backslash keeps the quote or backslash after it. */
function readQuoted(text: string, from: number): Piece {
  const quote = text.charAt(from);
  let content = '';
  for (let at = from + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    const next = text.charAt(at + 1);
    if (char === quote) return { text: content, end: at + 1, isClosed: true };
    const isEscape = char === '\\' && (next === quote || next === '\\');
    content += isEscape ? next : char;
    if (isEscape) at += 1;
  }
  return { text: content, end: text.length, isClosed: false };
}

/** A quote opens only at a word's beginning or after `=`, so that "don't" stays one word. */
function opensQuote(text: string, at: number, start: number): boolean {
  const char = text.charAt(at);
  return (char === '"' || char === "'") && (at === start || text.charAt(at - 1) === '=');
}

/** The words of a normalised text. Never throws: an unclosed quote is marked, since free text may contain one. */
export function splitWords(text: string): Word[] {
  const words: Word[] = [];
  let at = 0;
  while (at < text.length) {
    if (text.charAt(at) === ' ') {
      at += 1;
      continue;
    }
    const word: Word = { text: '', isQuoted: false, isUnclosed: false, at };
    while (at < text.length && text.charAt(at) !== ' ') {
      if (opensQuote(text, at, word.at)) {
        const piece = readQuoted(text, at);
        word.text += piece.text;
        word.isQuoted = word.isQuoted || at === word.at;
        word.isUnclosed = !piece.isClosed;
        at = piece.end;
      } else {
        word.text += text.charAt(at);
        at += 1;
      }
    }
    words.push(word);
  }
  return words;
}

/** Words that would not come back as they are. */
const NEEDS_QUOTES = /^$|\s|^["']|=["']/;

/** One command text of separate words (a terminal's arguments): `splitWords(normalise(joinWords(words)))` gives them back. */
export function joinWords(words: readonly string[]): string {
  return words.map((word) => (NEEDS_QUOTES.test(word) ? `"${word.replace(/["\\]/g, '\\$&')}"` : word)).join(' ');
}
