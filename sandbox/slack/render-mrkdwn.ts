import { withEmoji } from './emoji.ts';

/** How ids become names and text becomes bold. */
export interface RenderOptions {
  /** `@operator` for U0OPERATOR, `#ops` for C0OPS, `@operators` for S0OPERATORS; the id itself when unknown. */
  nameOf: (id: string) => string;
  /** With terminal escapes for bold, dim and struck text; without them the marks are simply gone. */
  ansi: boolean;
}

const ESC = '\u001b[';

/** Text in one of the terminal's styles. */
export function styled(text: string, style: 'bold' | 'dim' | 'italic' | 'strike', options: RenderOptions): string {
  const [on, off] = { bold: [1, 22], dim: [2, 22], italic: [3, 23], strike: [9, 29] }[style] as [number, number];
  return options.ansi && text !== '' ? `${ESC}${on}m${text}${ESC}${off}m` : text;
}

function reference(inner: string, options: RenderOptions): string {
  const [target = '', label] = inner.split('|', 2);
  if (/^[@#]/.test(target)) return options.nameOf(target.slice(1));
  if (target.startsWith('!subteam^')) return options.nameOf(target.slice('!subteam^'.length));
  if (target.startsWith('!date^')) return label ?? target;
  if (target.startsWith('!')) return `@${target.slice(1)}`;
  return label === undefined || label === target ? target : `${label} (${target})`;
}

function unescaped(text: string): string {
  return text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
}

/** A mark binds at a word's edge only: `2*3*4` is no bold. */
function marked(text: string, options: RenderOptions): string {
  const at = (mark: string): RegExp =>
    new RegExp(`(^|[\\s(\\[{>"'.,:;!?])\\${mark}(\\S(?:[^\\n]*?\\S)??)\\${mark}(?![\\w])`, 'gm');
  return text
    .replace(at('*'), (_, before: string, inner: string) => before + styled(inner, 'bold', options))
    .replace(at('_'), (_, before: string, inner: string) => before + styled(inner, 'italic', options))
    .replace(at('~'), (_, before: string, inner: string) => before + styled(inner, 'strike', options));
}

function prose(text: string, options: RenderOptions): string {
  // References first: an address may hold marks that mean nothing there. U+E000 is for private use: no message has it.
  const kept: string[] = [];
  const held = text.replace(
    /<([^<>\n]+)>/g,
    (_, inner: string) => `\uE000${kept.push(reference(inner, options)) - 1}\uE000`,
  );

  const placed = marked(withEmoji(held), options).replace(
    /\uE000(\d+)\uE000/g,
    (_, index: string) => kept[Number(index)] ?? '',
  );
  return unescaped(placed);
}

/** Slack's mrkdwn as plain text: names for ids, emoji, no marks; code is left as it is written. */
export function renderMrkdwn(text: string, options: RenderOptions): string {
  return text
    .split(/\n?(```[\s\S]*?```)\n?|(`[^`\n]+`)/)
    .map((part: string | undefined) => {
      if (part === undefined) return '';
      if (part.startsWith('```') && part.length > 5) return `\n${indent(code(part), '│ ')}\n`;
      return /^`[^`]+`$/.test(part) ? code(part) : prose(part, options);
    })
    .join('')
    .replace(/^\n|\n$/g, '');
}

function code(part: string): string {
  return unescaped(part.replace(/^`+\n?|\n?`+$/g, ''));
}

/** A plain_text object's text: emoji, no marks, no references. */
export function renderPlain(text: string): string {
  return unescaped(withEmoji(text));
}

/** Every line with something before it. */
export function indent(text: string, by: string): string {
  return text
    .split('\n')
    .map((line) => by + line)
    .join('\n');
}
