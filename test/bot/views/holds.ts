import { expect } from '@jest/globals';
import { checkMessageBlocks } from '../../../sandbox/slack/block-limits.ts';
import type { Message } from '../../../src/bot/views/text.ts';

/** Slack's own answer says nothing of this size; beyond about 13,000 characters it refuses with msg_blocks_too_long. */
const MESSAGE_CHARS_MAX = 12_500;

/** References that are ours: times, and the people of the tests. */
const OURS = /<!date\^-?\d+\^\{date_short_pretty\} \{time\}\|[0-9TZ:.+-]+>|<@U0OPERATOR>|<@UOPERATOR>|<@UAPPROVER2?>/g;

/** All text a message carries, with the references that are ours taken out. */
function shownText(message: Message): string[] {
  const texts: string[] = [message.text];
  JSON.stringify(message.blocks, (key, value: unknown) => {
    if (key === 'text' && typeof value === 'string') texts.push(value);
    return value;
  });
  return texts.map((each) => each.replace(OURS, ''));
}

/** Fails unless Slack takes the message and nothing in it that came from outside is markup. */
export function holds(message: Message): void {
  checkMessageBlocks(message.blocks, '/blocks');
  expect(message.text.trim()).not.toBe('');
  expect(message.text.length).toBeLessThanOrEqual(3000);
  const texts = shownText(message);
  expect(texts.filter((each) => /[<>]/.test(each))).toEqual([]);
  expect(texts.filter((each) => /&(?!amp;|lt;|gt;)/.test(each))).toEqual([]);
  expect(texts.slice(1).join('').length).toBeLessThanOrEqual(MESSAGE_CHARS_MAX);
}
