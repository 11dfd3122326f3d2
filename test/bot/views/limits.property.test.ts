import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { KeybuzzError } from '../../../src/errors.ts';
import { endingNote, interruptionNote } from '../../../src/bot/views/ending-note.ts';
import { errorMessage } from '../../../src/bot/views/error.ts';
import { previewNote } from '../../../src/bot/views/preview-note.ts';
import { replyMessage } from '../../../src/bot/views/reply.ts';
import { rootMessage } from '../../../src/bot/views/root.ts';
import { failureNote, stepNote } from '../../../src/bot/views/step-note.ts';
import { lock, person, runState, step, text } from './arbitraries.ts';
import { holds } from './holds.ts';

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
});
