import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { english } from '../../../src/language/index.ts';
import { digestMessage } from '../../../src/bot/views/digest.ts';
import { digestOf, type DigestFacts } from '../../../src/commands/digest.ts';
import { MODULES } from '../../../src/modules/index.ts';
import { renderDigest } from '../../../src/terminal/render-digest.ts';
import { widthOf } from '../../../src/terminal/text.ts';
import { alertOf, snapshot, subjectOf } from './alert-arbitraries.ts';
import { check, runState, text } from './arbitraries.ts';
import { holds } from './holds.ts';

const answer = fc.constantFrom('pass' as const, 'warn' as const, 'fail' as const, 'unknown' as const);
const module = fc.constantFrom(...MODULES.map(({ name }) => name));
const iso = fc
  .date({ noInvalidDate: true, min: new Date(0), max: new Date('2099-01-01') })
  .map((date) => date.toISOString());
const everything = MODULES.flatMap(({ name }) => [{ module: name, everyMs: 1000 }]);
const proof = fc.tuple(module, check).map(([name, rest]) => ({ ...rest, check: `moved-${name}` }));
const ofModule = fc.tuple(module, snapshot).map(([name, rest]) => ({ ...rest, module: name }));

/** As much as there can be to tell. */
const facts: fc.Arbitrary<DigestFacts> = fc.record({
  ...{ now: fc.oneof(iso, text), modules: fc.constant(MODULES) },
  snapshots: fc.array(fc.oneof(snapshot, ofModule), { maxLength: 15 }),
  monitored: fc.oneof(fc.constant(everything), fc.constant([]), fc.array(fc.record({ module, everyMs: fc.nat() }))),
  subjects: fc.array(
    alertOf(8).chain((alert) => subjectOf(alert)),
    { maxLength: 40 },
  ),
  runs: fc.record({ newest: fc.array(runState, { maxLength: 4 }), isCut: fc.boolean() }),
  open: fc.array(runState, { maxLength: 4 }),
  unreviewed: fc.array(runState, { maxLength: 4 }),
  proofs: fc.array(proof, { maxLength: 15 }),
  before: fc.option(
    fc.record({ at: fc.oneof(iso, text), answers: fc.dictionary(fc.oneof(module, text), fc.dictionary(text, answer)) }),
    { nil: undefined },
  ),
});
const runs = { numRuns: 20, endOnFailure: true };

describe('A digest of any facts', () => {
  it("is a message within Slack's limits in which nothing from outside is markup", () => {
    fc.assert(
      fc.property(facts, (given) => holds(digestMessage(digestOf(given)))),
      runs,
    );
  });

  it('stays within them when a thousand things wait and every module has a hundred troubles', () => {
    fc.assert(
      fc.property(facts, text, (given, words) => {
        const digest = digestOf(given);
        const waiting = {
          run: words,
          command: words,
          person: words,
          what: 'approval' as const,
          requestedAt: given.now,
        };
        const turned = { module: words, check: words, from: 'pass' as const, to: 'fail' as const };
        const many = <T>(one: T) => Array.from({ length: 1000 }, () => one);
        holds(digestMessage({ ...digest, waiting: many(waiting), turned: many(turned), unasked: many(words) }));
      }),
      { numRuns: 6, endOnFailure: true },
    );
  });

  it('is lines for a terminal that steer nothing and are no wider than it', () => {
    fc.assert(
      fc.property(facts, fc.integer({ min: 20, max: 200 }), (given, columns) => {
        const style = { columns, isColour: false, timeZone: 'Europe/Paris', say: english };
        for (const line of renderDigest({ kind: 'digest', digest: digestOf(given) }, style)) {
          // eslint-disable-next-line no-control-regex -- control characters are what must not be there
          expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
          expect(widthOf(line)).toBeLessThanOrEqual(columns);
        }
      }),
      runs,
    );
  });
});
