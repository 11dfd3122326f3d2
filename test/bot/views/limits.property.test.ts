import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KeybuzzError } from '../../../src/errors.ts';
import { denyModal } from '../../../src/bot/views/deny-modal.ts';
import { endingNote, interruptionNote } from '../../../src/bot/views/ending-note.ts';
import { errorMessage } from '../../../src/bot/views/error.ts';
import { previewNote } from '../../../src/bot/views/preview-note.ts';
import { replyMessage } from '../../../src/bot/views/reply.ts';
import { rootMessage } from '../../../src/bot/views/root.ts';
import { failureNote, stepNote } from '../../../src/bot/views/step-note.ts';
import type { Message } from '../../../src/bot/views/text.ts';
import { checkMessageBlocks } from '../../../sandbox/slack/block-limits.ts';
import { lock, person, runState, step, text } from './arbitraries.ts';

/** Slack's own answer says nothing of this size; beyond about 13,000 characters it refuses with msg_blocks_too_long. */
const MESSAGE_CHARS_MAX = 12_500;

/** All text a message carries, with the references that are ours taken out. */
function shownText(message: Message): string[] {
  const texts: string[] = [message.text];
  JSON.stringify(message.blocks, (key, value: unknown) => {
    if (key === 'text' && typeof value === 'string') texts.push(value);
    return value;
  });
  return texts.map((each) =>
    each.replace(/<!date\^-?\d+\^\{date_short_pretty\} \{time\}\|[0-9TZ:.+-]+>/g, '').replace(/<@U0OPERATOR>/g, ''),
  );
}

function holds(message: Message): void {
  checkMessageBlocks(message.blocks, '/blocks');
  expect(message.text.trim()).not.toBe('');
  expect(message.text.length).toBeLessThanOrEqual(3000);
  const texts = shownText(message);
  expect(texts.filter((each) => /[<>]/.test(each))).toEqual([]);
  expect(texts.filter((each) => /&(?!amp;|lt;|gt;)/.test(each))).toEqual([]);
  expect(texts.slice(1).join('').length).toBeLessThanOrEqual(MESSAGE_CHARS_MAX);
}

/** Without shrinking: a state has thousands of parts, and the first counterexample tells enough. */
const runs = { numRuns: 60, endOnFailure: true };

describe("Slack's limits hold, and nothing from outside becomes markup, for any", () => {
  it('root message', () => {
    fc.assert(
      fc.property(runState, (state) => holds(rootMessage(state))),
      runs,
    );
  });

  it('note of a step', () => {
    fc.assert(
      fc.property(step, (each) => {
        holds(stepNote(each));
        holds(failureNote(each, 'compensation'));
      }),
      runs,
    );
  });

  it('note of a preview, an interruption, an end', () => {
    fc.assert(
      fc.property(runState, (state) => {
        holds(previewNote(state));
        holds(interruptionNote(state));
        holds(endingNote(state));
      }),
      runs,
    );
  });

  it('answer about a run', () => {
    fc.assert(
      fc.property(runState, text, text, text, (state, stepId, host, output) => {
        holds(replyMessage({ kind: 'started', state, duplicate: true }));
        holds(replyMessage({ kind: 'decided', state, decision: 'approved' }));
        holds(replyMessage({ kind: 'decided', state, decision: 'cancelled' }));
        holds(replyMessage({ kind: 'logs', state, step: stepId, host, text: output }));
        holds(replyMessage({ kind: 'run', state, events: [] }));
      }),
      runs,
    );
  });

  it('list', () => {
    const usage = fc.record({ usage: text, summary: text });
    fc.assert(
      fc.property(
        fc.array(runState, { maxLength: 50 }),
        fc.array(usage, { maxLength: 40 }),
        person,
        text,
        (all, may, who, title) => {
          holds(replyMessage({ kind: 'runs', runs: all }));
          holds(replyMessage({ kind: 'help', title, lines: may, notes: [title] }));
          holds(replyMessage({ kind: 'whoami', person: who, mapped: false, roles: [title], may }));
        },
      ),
      { numRuns: 15 },
    );
  });

  it('lock', () => {
    fc.assert(
      fc.property(fc.array(lock, { maxLength: 30 }), lock, (all, one) => {
        holds(replyMessage({ kind: 'locks', locks: all }));
        holds(replyMessage({ kind: 'locked', lock: one }));
        holds(replyMessage({ kind: 'unlocked', lock: one.lock }));
      }),
      runs,
    );
  });

  it('error', () => {
    fc.assert(
      fc.property(text, text, (message, fix) => {
        holds(errorMessage(new KeybuzzError(message, { code: 'KEYBUZZ_TEST', fix })));
        holds(errorMessage(new Error(message)));
      }),
      runs,
    );
  });

  it('inventory of 200 hosts', () => {
    const hosts = Array.from({ length: 200 }, (_, index) => ({
      ...{ name: `host-${index}<!channel>`, env: 'prod', publicIp: '', privateIp: `10.0.0.${index}`, fqdn: '' },
      ...{ user: 'root', pool: '', role: 'redis', subrole: 'replica', stack: '', core: '', notes: '', line: index },
    }));
    holds(replyMessage({ kind: 'inventory', title: 'All hosts', hosts }));
  });

  it('form', () => {
    const view = denyModal('lusab-babad');
    expect(view.title.text.length).toBeLessThanOrEqual(24);
  });
});
