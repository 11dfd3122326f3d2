import { describe, expect, it } from '@jest/globals';
import { english, languageOf, wordingOf, type Noun } from '../../src/language/index.ts';
import { leavesOf, marksIn, spoken, type Leaf } from './leaves.ts';

const french = wordingOf('fr');

/** What is the same word in both languages. */
const SAME: readonly string[] = [
  'home.modules',
  'alerts.buttons.silence',
  'digest.parts.modules',
  'terminal.columns.alerts.4',
  'terminal.columns.audit.5',
  'terminal.columns.inventory.4',
  'terminal.columns.inventory.5',
];

/** Whose argument is a word of our own, told in the reader's language. */
const OWN_WORDS: readonly string[] = [
  ...['count', 'more', 'states.answers', 'grammar.none', 'grammar.runHasNo', 'titled', 'criterion', 'retold'],
];

const pairs = leavesOf(english).map(({ path, value }): [string, Leaf['value'], Leaf['value']] => {
  const other = leavesOf(french).find((leaf) => leaf.path === path);
  if (other === undefined) throw new Error(`no French for ${path}`);
  return [path, value, other.value];
});
const sentences = pairs.filter(([path]) => path !== 'language' && !OWN_WORDS.includes(path));

describe('The catalogue', () => {
  it('has the same keys in both languages, and many', () => {
    const keys = (wording: typeof english) => leavesOf(wording).map(({ path }) => path);
    expect(keys(french)).toEqual(expect.arrayContaining(keys(english)));
    expect(keys(french)).toHaveLength(keys(english).length);
    expect(pairs.length).toBeGreaterThan(400);
  });

  it('says something in each, and another thing in French but for words that are the same', () => {
    const odd = sentences.filter(([, en, fr]) => {
      const [there, here] = [spoken(en), spoken(fr)];
      return here.trim() === '' ? there.trim() !== '' : here === there;
    });
    expect(odd.map(([path]) => path).sort()).toEqual([...SAME].sort());
  });

  it('fills in the same things in both', () => {
    const odd = sentences.filter(([, en, fr]) => marksIn(spoken(en)).join() !== marksIn(spoken(fr)).join());
    expect(odd.map(([path, en, fr]) => [path, spoken(en), spoken(fr)])).toEqual([]);
  });

  it('writes French as it is printed: a space before high punctuation, no straight quotation marks', () => {
    const odd = sentences.filter(([, , fr]) => / :$|[^\s\d:`/<]:(?=\s)|\S[;?](?=\s|$)|"/.test(shown(spoken(fr))));
    expect(odd.map(([path, , fr]) => [path, spoken(fr)])).toEqual([]);
  });

  it('counts in each language: in French nothing and one are singular', () => {
    expect([0, 1, 2].map((number) => english.count(number, 'entry'))).toEqual(['0 entries', '1 entry', '2 entries']);
    expect([0, 1, 2].map((number) => french.count(number, 'host'))).toEqual(['0 hôte', '1 hôte', '2 hôtes']);
    expect([1, 3].map((number) => english.more(number, 'host'))).toEqual(['1 more host', '3 more hosts']);
    expect([1, 3].map((number) => french.more(number, 'host'))).toEqual(['1 autre hôte', '3 autres hôtes']);
    expect(french.states.answers(2, 'fail')).toBe('2 échecs');
    expect(french.grammar.none('host' satisfies Noun, '`redis-99`')).toBe("Il n'y a pas d'hôte `redis-99`.");
  });

  it('knows its languages by a locale', () => {
    expect(['fr-FR', 'fr', 'FR_ca', 'en-US', 'en-GB', 'de-DE', ''].map(languageOf)).toEqual([
      ...['fr', 'fr', 'fr', 'en', 'en', undefined, undefined],
    ]);
  });
});

/** Without emoji codes and what is filled in: their colons are none of French. */
function shown(text: string): string {
  return text.replace(/:[a-z_]+:|`[^`]*`|§[^§]*§|«[^»]*»|https?:\S+/g, 'x').replace(/ :/g, '');
}
