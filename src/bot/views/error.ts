import { KeybuzzError, sentenceOf } from '../../errors.ts';
import { code, context, fallback, line, section, type Message } from './text.ts';

/** An error for the person who met it: what happened, what to do, and the code to search the log for. */
export function errorMessage(error: unknown): Message {
  if (!(error instanceof KeybuzzError)) {
    const sentence = line(sentenceOf(error), 1500);
    return { text: fallback([`:x: ${sentence}`]), blocks: [section(`:x: ${sentence}`)] };
  }
  const fix = error.fix === '' ? '' : `\n*To do:* ${line(error.fix, 1000)}`;
  const text = `:x: ${line(error.message, 1500)}${fix}`;
  return { text: fallback([text]), blocks: [section(text), context(code(error.code))] };
}
