import type { KnownBlock, SectionBlock } from '@slack/types';
import { english, type Wording } from '../../language/index.ts';
import { fitLines, section } from './text.ts';

/** Slack refuses a message of more than about 13,000 characters in all its blocks with `msg_blocks_too_long`. */
const MESSAGE_CHARS_MAX = 12_500;

function charsOf(blocks: readonly KnownBlock[]): number {
  let chars = 0;
  JSON.stringify(blocks, (key, value: unknown) => {
    if (key === 'text' && typeof value === 'string') chars += value.length;
    return value;
  });
  return chars;
}

/** The lines of a list; a code block is none, as it would lose its end. */
function linesOf(block: KnownBlock | undefined): string[] {
  const text = block?.type === 'section' ? (block.text?.text ?? '') : '';
  return text === '' || text.includes('```') ? [] : text.split('\n');
}

function shortened(lines: readonly string[], excess: number, say: Wording): SectionBlock {
  const charsMax = Math.max(lines.join('\n').length - excess, 0);
  return section(fitLines(lines, charsMax, 'line', say).join('\n'));
}

/**
 * The same blocks, with lists shortened from the bottom up until Slack takes the message: several lists that fit alone may
 * be too long together, and what is decided and why stands above the lists.
 */
export function fitMessage(blocks: readonly KnownBlock[], say: Wording = english): KnownBlock[] {
  const fitting = [...blocks];
  for (let index = blocks.length - 1; index >= 0; index -= 1) {
    const excess = charsOf(fitting) - MESSAGE_CHARS_MAX;
    if (excess <= 0) break;
    const lines = linesOf(blocks[index]);
    if (lines.length > 1) fitting[index] = shortened(lines, excess, say);
  }
  return fitting;
}
