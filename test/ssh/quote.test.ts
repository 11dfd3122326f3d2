import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { quote, quoteAll } from '../../src/ssh/quote.ts';
import { bash } from './bash.ts';

/** Anything a variable can hold; lone surrogates can't be written as UTF-8 at all. */
const anyText = fc.string({ unit: 'binary', maxLength: 60 }).filter((text) => !text.includes('\0'));
const nasty = fc.constantFrom(
  "'",
  '"',
  '$(id)',
  '`id`',
  '\\',
  '\n',
  '!!',
  '-n',
  '*',
  '~',
  '',
  '\r',
  "'\\''",
  'é',
  '😀',
);
const words = fc.array(fc.oneof(anyText, nasty), { maxLength: 20 });

describe('quote', () => {
  it('gives back through bash exactly what went in, whatever it was', () => {
    fc.assert(
      fc.property(words, (texts) => {
        const { stdout, code } = bash(['-s'], `printf '%s\\0' ${quoteAll(texts)}`);
        expect(code).toBe(0);
        expect(stdout).toBe(texts.length === 0 ? '\0' : texts.map((text) => `${text}\0`).join(''));
      }),
      { numRuns: 150 },
    );
  });

  it('keeps a word in a command line from being run', () => {
    expect(bash(['-c', `printf %s ${quote('$(echo ran)`echo ran`')}`], '').stdout).toBe('$(echo ran)`echo ran`');
  });

  it('refuses NUL, which no argument can hold', () => {
    expect(() => quote('a\0b')).toThrow(expect.objectContaining({ code: 'KEYBUZZ_SCRIPT_DEFECT' }));
  });
});
