import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fillTemplate, matchTemplate, readTemplate } from '../../src/language/fr/template.ts';
import { wordingOf } from '../../src/language/index.ts';

const { retold } = wordingOf('fr');

const found = (template: string, text: string) => {
  const filled = matchTemplate(readTemplate(template), text);
  return filled === undefined ? undefined : Object.fromEntries(filled);
};

describe('A template', () => {
  it('finds what was filled in', () => {
    expect(found('{1} says nothing: {2}', 'redis-01 says nothing: was not asked')).toEqual({
      1: 'redis-01',
      2: 'was not asked',
    });
    expect(found('{1} of {2}', '3 of ')).toEqual({ 1: '3', 2: '' });
    expect(found('no swap', 'no swap')).toEqual({});
  });

  it('is not found in what says more, less, or something else', () => {
    expect(found('no swap', 'no swap on redis-01')).toBeUndefined();
    expect(found('{1} has {2}, not {3}', 'redis-01 has 3')).toBeUndefined();
    expect(found('on {1} on', 'on on')).toBeUndefined();
    expect(found('{1} down', 'redis-01 is up')).toBeUndefined();
  });

  it('with the same place twice is no template', () => {
    expect(() => readTemplate('{1} and {1}')).toThrow('{1} and {1}');
  });

  it('gives back any text that was filled in, as long as no literal is part of it', () => {
    const word = fc.stringMatching(/^[a-z0-9.-]{1,12}$/);
    const literal = fc.stringMatching(/^ [A-Z]{1,6} $/);
    fc.assert(
      fc.property(fc.array(fc.tuple(word, literal), { minLength: 1, maxLength: 6 }), (parts) => {
        const template = parts.map(([, between], index) => `{${index + 1}}${between}`).join('');
        const filled = new Map(parts.map(([text], index) => [index + 1, text]));
        const text = fillTemplate(template, filled);
        expect(matchTemplate(readTemplate(template), text)).toEqual(filled);
      }),
    );
  });

  it('never throws, and is done in no time, whatever a host said', () => {
    const long = `${'a says nothing: b; '.repeat(200)}c`;
    for (const text of [long, '; '.repeat(900), 'x'.repeat(1_000_000)]) {
      const before = performance.now();
      retold(text);
      expect(performance.now() - before).toBeLessThan(500);
    }
    fc.assert(fc.property(fc.string(), (text) => typeof retold(text) === 'string'));
  });
});

describe('A sentence that was kept in English', () => {
  it('is told in French, with what is filled in told too', () => {
    expect(retold('redis-01 says nothing: was not asked')).toBe("redis-01 ne dit rien : n'a pas été interrogé");
  });

  it('is told one by one where there are several, what nobody knows as it is', () => {
    expect(retold('a says nothing: was not asked; Segmentation fault; b says nothing: x')).toBe(
      "a ne dit rien : n'a pas été interrogé ; Segmentation fault ; b ne dit rien : x",
    );
  });

  it('that is none of ours is given back as it is', () => {
    for (const text of ['', 'No space left on device', '{1} {2}', 'constructor']) expect(retold(text)).toBe(text);
  });
});
