import { KeybuzzError, sentenceOf } from '../../errors.ts';
import { english, type Wording } from '../../language/index.ts';
import { code, context, fallback, line, section, type Message } from './text.ts';

/** An error for the person who met it: what happened, what to do, and the code to search the log for. */
export function errorMessage(error: unknown, say: Wording = english): Message {
  if (!(error instanceof KeybuzzError)) {
    const sentence = line(sentenceOf(error, say), 1500);
    return { text: fallback([`:x: ${sentence}`], say), blocks: [section(`:x: ${sentence}`)] };
  }
  const told = error.told(say);
  const fix = told.fix === '' ? '' : `\n${say.errors.toDo} ${line(told.fix, 1000)}`;
  const text = `:x: ${line(told.message, 1500)}${fix}`;
  return { text: fallback([text], say), blocks: [section(text), context(code(error.code))] };
}
