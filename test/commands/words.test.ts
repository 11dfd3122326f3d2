import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { joinWords, normalise, splitWords } from '../../src/commands/words.ts';

const texts = (text: string) => splitWords(normalise(text)).map((word) => word.text);

describe('normalise', () => {
  it.each([
    ['“redis-01” ‘a’ «b»', '"redis-01" \'a\' "b"'],
    ['runs —open –limit 5', 'runs --open --limit 5'],
    ['deploy redis–01 and a — b', 'deploy redis-01 and a - b'],
    ['runs\u00A0\n\t--open', 'runs   --open'],
    ['enroll <http://redis-01.keybuzz.io|redis-01.keybuzz.io>', 'enroll redis-01.keybuzz.io'],
    ['enroll <https://redis-01.keybuzz.io>', 'enroll redis-01.keybuzz.io'],
    ['<@U0BOT|bot> help <#C0OPS|ops>', '@U0BOT help #C0OPS'],
    ['deny x a &lt; b &amp;&amp; c &gt; d', 'deny x a < b && c > d'],
    ['dep\u200Bloy', 'deploy'],
  ])('makes of %j %j', (text, expected) => {
    expect(normalise(text)).toBe(expected);
  });

  it('does not make an escaped bracket a reference', () => {
    expect(normalise('&lt;@U0BOT&gt;')).toBe('<@U0BOT>');
  });
});

describe('splitWords', () => {
  it('keeps quoted words together, and lets a flag have a quoted value', () => {
    expect(texts('show "a b" \'c "d"\' --x="e f" "g \\" h"')).toEqual(['show', 'a b', 'c "d"', '--x=e f', 'g " h']);
  });

  it('takes an apostrophe within a word as it is', () => {
    expect(texts("deny x we don't want o'clock")).toEqual(['deny', 'x', 'we', "don't", 'want', "o'clock"]);
  });

  it('marks quotes: a quoted flag is no flag, an open quote is no word', () => {
    const [first, second] = splitWords('"--open" "rest of');
    expect(first).toMatchObject({ text: '--open', isQuoted: true, isUnclosed: false });
    expect(second).toMatchObject({ text: 'rest of', isUnclosed: true });
  });

  it('finds each word where it begins', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const plain = normalise(text);
        for (const { at } of splitWords(plain)) expect(plain.charAt(at)).toMatch(/\S/);
      }),
    );
  });
});

describe('joinWords', () => {
  it('leaves what needs no quotes alone', () => {
    expect(joinWords(['deny', 'x', "don't", '--limit=5'])).toBe("deny x don't --limit=5");
  });

  it('gives words that split into the same words', () => {
    const word = fc.string().filter((text) => !/[<&\p{Cc}]/u.test(text));
    fc.assert(
      fc.property(fc.array(word), (words) => {
        expect(texts(joinWords(words))).toEqual(words);
      }),
    );
  });
});
