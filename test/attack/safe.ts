import { checkMessageBlocks } from '../../sandbox/slack/block-limits.ts';
import type { Message } from '../../src/bot/views/text.ts';

/** C0 but line break and tab, DEL, C1, and what turns the direction of text or breaks lines unseen. */
const STEERING = /[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;
/** References of our own making: a time, and a person's Slack user id. */
const OURS = /<!date\^-?\d+\^\{date_short_pretty\} \{time\}\|[0-9TZ:.+-]+>|<@U0?OPERATOR>|<@UAPPROVER>|<#C0OPS>/g;
const HALF = /\p{Surrogate}/u;

function shown(text: string): string {
  return JSON.stringify(text.length > 300 ? `${text.slice(0, 300)}…` : text);
}

function fault(what: string, text: string): never {
  throw new Error(`${what}: ${shown(text)}`);
}

/** Throws when Slack would make anything of the text but text: a mention, a link, an entity of the attacker's choice. */
export function assertMrkdwn(text: string): void {
  const rest = text.replace(OURS, '');
  if (/[<>]/.test(rest)) fault('a reference that is not ours', text);
  if (/&(?!amp;|lt;|gt;)/.test(rest)) fault('a bare ampersand', text);
  if (STEERING.test(text)) fault('a steering character in Slack', text);
  if (HALF.test(text)) fault('half a character in Slack', text);
}

interface TextObject {
  type?: unknown;
  text?: unknown;
  verbatim?: unknown;
}

/** Throws when a message breaks Slack's limits, or carries anything that Slack would make a mention or a link of. */
export function assertMessage(message: Message): void {
  checkMessageBlocks(message.blocks, '/blocks');
  assertMrkdwn(message.text);
  JSON.stringify(message.blocks, (_, value: unknown) => {
    const { type, text, verbatim } = (value ?? {}) as TextObject;
    if (typeof text !== 'string') return value;
    assertMrkdwn(text);
    if (type === 'mrkdwn' && verbatim !== true) fault('mrkdwn in which Slack makes links of plain text', text);
    return value;
  });
}

/** Throws when a line for a terminal holds anything that the terminal would obey instead of showing it. */
export function assertTerminal(lines: readonly string[]): void {
  for (const line of lines) {
    if (line.includes('\n')) fault('a line break inside a line', line);
    if (STEERING.test(line)) fault('a steering character in the terminal', line);
  }
}

/** Throws when a JSON document or record of ours would steer the terminal that shows it, or is no JSON. */
export function assertPrintedJson(json: string): void {
  JSON.parse(json);
  if (STEERING.test(json)) fault('a steering character in JSON', json);
}
