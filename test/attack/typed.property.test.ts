import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { english } from '../../src/language/index.ts';
import { errorMessage } from '../../src/bot/views/error.ts';
import { replyMessage } from '../../src/bot/views/reply.ts';
import { COMMAND_VERBS } from '../../src/commands/command-spec.ts';
import { complete } from '../../src/commands/complete.ts';
import { parse, textOf, vocabularyOf } from '../../src/commands/grammar.ts';
import { joinWords } from '../../src/commands/words.ts';
import { CommandError } from '../../src/errors.ts';
import { printableJson } from '../../src/printable-json.ts';
import { jsonOfError } from '../../src/terminal/json.ts';
import { renderError, renderReply } from '../../src/terminal/render.ts';
import { inventory, modules } from '../commands/fakes.ts';
import { PLAIN, runState, WAITING } from '../terminal/fixtures.ts';
import { hostile, inputsOf, mixed, SHARES_SUM, TIMEOUT_MS } from './inputs.ts';
import { assertMessage, assertPrintedJson, assertTerminal } from './safe.ts';

const vocabulary = vocabularyOf(inventory.hosts, modules);
const KNOWN = [
  'redis',
  'redis-01',
  'lusab-babad',
  'role=redis',
  '--open',
  '--limit',
  '--limit=5',
  'redis-01.keybuzz.io',
];

const words = fc
  .tuple(fc.constantFrom<string>('', '@U0BOT', '<@U0BOT>', '/keybuzz'), mixed(COMMAND_VERBS))
  .chain(([address, verb]) =>
    fc.array(mixed(KNOWN), { maxLength: 4 }).map((more) => [address, verb, ...more].filter((word) => word !== '')),
  );

/** What comes back to the typist, wherever they typed it. */
function assertRefusal(error: unknown): void {
  if (!(error instanceof CommandError)) throw error;
  if (error.message === '' || error.fix === '' || error.code === '') throw new Error('a refusal that does not help');
  assertMessage(errorMessage(error));
  assertTerminal(renderError(error, PLAIN));
  assertPrintedJson(printableJson(JSON.stringify(jsonOfError(error, 2, english))));
}

function assertCommand(text: string): void {
  let command: string;
  try {
    command = textOf(parse(text, vocabulary));
  } catch (error) {
    assertRefusal(error);
    return;
  }
  const state = runState({ ...WAITING, command });
  assertMessage(replyMessage({ kind: 'started', state, duplicate: false }));
  assertTerminal(renderReply({ kind: 'started', state, duplicate: false }, PLAIN));
}

describe('whatever is typed', () => {
  it(
    'in Slack is refused by our own errors alone, and comes back as text: no mention, no link, no control',
    () => {
      fc.assert(
        fc.property(
          fc.oneof(
            words.map((all) => all.join(' ')),
            hostile,
          ),
          assertCommand,
        ),
        inputsOf('typed'),
      );
    },
    TIMEOUT_MS,
  );

  it(
    'as words of a terminal is the same, and so is what a half typed one is completed to',
    () => {
      fc.assert(
        fc.property(words, (all) => {
          const text = joinWords(all);
          assertCommand(text);
          assertTerminal(complete(text, vocabulary, ['lusab-babad']));
        }),
        inputsOf('terminal words'),
      );
    },
    TIMEOUT_MS,
  );

  it(
    'as a reason reaches Slack, terminal and JSON as text',
    () => {
      fc.assert(
        fc.property(hostile, hostile, (reason, name) => {
          const person = { id: 'olga', name, slack: 'U0OPERATOR' };
          const denied = { ...WAITING.approval, decision: 'denied', deniedBy: person, reason };
          const state = runState({ ...WAITING, person, approval: denied as never });
          const lock = { lock: 'redis', run: '', owner: name, reason, since: '', fence: 1, queue: [] };
          for (const reply of [
            { kind: 'run', state, events: [] },
            { kind: 'locks', locks: [lock] },
            { kind: 'locked', lock },
          ] as const) {
            assertMessage(replyMessage(reply as never));
            assertTerminal(renderReply(reply as never, PLAIN));
            assertPrintedJson(printableJson(JSON.stringify(reply)));
          }
        }),
        inputsOf('free text'),
      );
    },
    TIMEOUT_MS,
  );
});

it('the shares of all properties are the whole', () => {
  expect(SHARES_SUM).toBeCloseTo(1, 9);
});
