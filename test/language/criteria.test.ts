import { describe, expect, it } from '@jest/globals';
import { replyMessage } from '../../src/bot/views/reply.ts';
import { help } from '../../src/commands/help.ts';
import { parts } from '../../src/language/fr/criteria/index.ts';
import { english, wordingOf } from '../../src/language/index.ts';
import { MODULES } from '../../src/modules/index.ts';
import { renderReply } from '../../src/terminal/render.ts';
import { policy } from '../commands/fakes.ts';
import { PLAIN } from '../terminal/fixtures.ts';

const french = wordingOf('fr');

const CRITERIA = [...new Set(MODULES.flatMap(({ checks }) => checks.map(({ criterion }) => criterion)))];

/** The numbers of a text, each as often as it is there, in a fixed order. */
const numbersOf = (text: string): string[] => (text.match(/\d+/g) ?? []).sort();

describe('The pass criteria that modules bring', () => {
  it('are many, and in English as they stand', () => {
    expect(CRITERIA.length).toBeGreaterThan(100);
    expect(CRITERIA.map(english.criterion)).toEqual(CRITERIA);
  });

  it('all have their French', () => {
    expect(CRITERIA.filter((criterion) => french.criterion(criterion) === criterion)).toEqual([]);
  });

  it('have no French without its English, and each English once', () => {
    const keys = Object.values(parts).flatMap((part) => Object.keys(part));
    expect(keys.filter((key) => !CRITERIA.includes(key))).toEqual([]);
    expect(keys).toHaveLength(new Set(keys).size);
  });

  it('keep their numbers', () => {
    const odd = CRITERIA.filter((text) => numbersOf(text).join() !== numbersOf(french.criterion(text)).join());
    expect(odd).toEqual([]);
  });

  it('are written as French is printed', () => {
    const told = CRITERIA.map(french.criterion);
    expect(told.filter((text) => /\S[:;?](?=\s)|"|’|«\S|\S»/.test(text))).toEqual([]);
  });

  it('are told as they are when nobody knows them', () => {
    for (const text of ['PING gives PONG', 'constructor', '']) expect(french.criterion(text)).toBe(text);
  });
});

describe('A French reader of the help of a module', () => {
  const person = { id: 'olga', name: 'Olga' };
  const actor = { person, isMapped: true, roles: [], via: 'terminal' as const, account: undefined };

  it.each(MODULES)('reads when the checks of $name pass, in Slack and in the terminal', ({ name, checks }) => {
    const reply = help(name, { policy, actor, modules: MODULES, say: french });
    expect(reply.notes.join('\n')).toContain('Réussi quand : ');
    for (const { criterion } of checks) {
      expect(reply.notes.join('\n')).toContain(french.criterion(criterion));
      expect(reply.notes.join('\n')).not.toContain(criterion);
    }
    const [first] = checks.map(({ criterion }) => french.criterion(criterion));
    expect(JSON.stringify(replyMessage(reply, french))).toContain(JSON.stringify(first).slice(1, -1));
    expect(renderReply(reply, { ...PLAIN, columns: 2_000, say: french }).join('\n')).toContain(first);
  });
});
