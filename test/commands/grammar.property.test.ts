import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { COMMAND_VERBS } from '../../src/commands/command-spec.ts';
import { parse, textOf, vocabularyOf } from '../../src/commands/grammar.ts';
import { CommandError } from '../../src/errors.ts';
import { inventory, modules } from './fakes.ts';

const vocabulary = vocabularyOf(inventory.hosts, modules);
const read = (text: string) => parse(text, vocabulary);

const fragment = fc.oneof(
  fc.constantFrom(...COMMAND_VERBS, 'redis', 'redis-01', 'role=db', '--open', '--limit', '--limit=', '=', '--', '"'),
  fc.constantFrom('all', '1h', '“ “', '"a b"', '--limit 3', '--emergency x'),
  fc.constantFrom('--break-glass', '--override', '--break-glass "it is --prune"', '--override="a b"', '--prune'),
  fc.constantFrom('“', '—', '<@U0A|b>', '&lt;', '<', "'", '\\', '__proto__', 'constructor', 'lusab-babad', '\u0000'),
  fc.string({ unit: 'binary' }),
);

describe('parse, for any text', () => {
  it('throws nothing but CommandError with a fix', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fragment, { maxLength: 8 }).map((all) => all.join(' ')),
    );
    fc.assert(
      fc.property(text, (typed) => {
        try {
          read(typed);
        } catch (error) {
          expect(error).toBeInstanceOf(CommandError);
          expect((error as CommandError).fix).not.toBe('');
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('understands its own writing of a command as the same command', () => {
    fc.assert(
      fc.property(fc.constantFrom(...COMMAND_VERBS), fc.array(fragment, { maxLength: 6 }), (verb, parts) => {
        let command;
        try {
          command = read([verb, ...parts].join(' '));
        } catch {
          return;
        }
        expect(read(textOf(command))).toEqual(command);
      }),
      { numRuns: 1000 },
    );
  });
});
