import type { Message } from '../../../src/bot/views/text.ts';

interface Texty {
  text?: { text: string };
  elements?: (Texty & { text?: unknown })[];
  style?: string;
}

function textOf(part: Texty): string {
  const text: unknown = part.text;
  return typeof text === 'string' ? text : ((text as { text?: string } | undefined)?.text ?? '');
}

/** A message as a reader sees it, a block after the other; small print behind `~`, buttons in brackets. */
export function plainOf(message: Message): string {
  const blocks = message.blocks as unknown as (Texty & { type: string })[];
  return blocks
    .map((block) => {
      const elements = (block.elements ?? []).map(textOf);
      if (block.type === 'actions') return elements.map((each) => `[${each}]`).join(' ');
      if (block.type === 'context') return `~ ${elements.join(' ')}`;
      return textOf(block);
    })
    .join('\n');
}

/** The same in lines; `@<hour>` stands for one of our times, `#` for a hash. */
export function linesOf(message: Message): string[] {
  return plainOf(message)
    .replace(/`[0-9a-f]{12}`/g, '#')
    .replace(/<!date\^\d+\^\{date_short_pretty\} \{time\}\|2026-01-01T(\S+)Z>/g, '@$1')
    .split('\n');
}
