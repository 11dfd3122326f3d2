import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CHECK_RULE } from '../../src/jobs/alert-rules.ts';
import { alarming, newSubject, type SubjectState } from '../../src/jobs/alert-state.ts';
import { reduceAlerts, type AlertInput } from '../../src/jobs/reduce-alerts.ts';
import { at, observation, person, play, type Answer } from '../helpers/played-alerts.ts';

const answer = fc.constantFrom<Answer>('pass', 'warn', 'fail', 'unknown');
const checks = ['one', 'two', 'three'];

/** Whatever can happen to a subject, in any order. */
const inputs = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        type: fc.constant('observed' as const),
        answers: fc.tuple(answer, answer, answer),
        silent: fc.constantFrom<string[]>([], [], [], ['redis-01']),
        mute: fc.constantFrom('', '', '', 'Olga holds the lock redis'),
      }),
    },
    fc.record({ type: fc.constant('acknowledge' as const) }),
    fc.record({ type: fc.constant('silence' as const), minutes: fc.integer({ min: 1, max: 10 }) }),
    fc.record({ type: fc.constant('unsilence' as const) }),
    fc.record({ type: fc.constant('forget' as const), keys: fc.subarray(checks) }),
    fc.record({ type: fc.constant('tick' as const) }),
  ),
  { maxLength: 120, size: 'max' },
);
type Drawn = typeof inputs extends fc.Arbitrary<(infer One)[]> ? One : never;

function inputOf(drawn: Drawn, minute: number): AlertInput {
  switch (drawn.type) {
    case 'observed': {
      const observations = checks.map((key, index) => observation(key, drawn.answers[index] ?? 'pass'));
      const { silent, mute } = drawn;
      return { type: 'observed', at: at(minute), observations, isWhole: true, rule: CHECK_RULE, silent, mute };
    }
    case 'silence':
      return { type: 'silence', at: at(minute), person, until: at(minute + drawn.minutes), reason: '' };
    case 'forget':
      return { type: 'forget', at: at(minute), keys: drawn.keys, why: 'nobody asks' };
    case 'tick':
      return { type: 'tick', at: at(minute), escalateAfterMs: 5 * 60_000 };
    default:
      return { type: drawn.type, at: at(minute), person };
  }
}

const drawn = inputs.map((all) => all.map(inputOf));

describe('Whatever is answered and decided, in any order', () => {
  it('an alert is resolved before the next one opens, and each has a name of its own', () => {
    fc.assert(
      fc.property(drawn, (all) => {
        const turns = play(all).events.filter(({ type }) => type === 'opened' || type === 'resolved');
        turns.forEach(({ type, alert }, index) => {
          expect(type).toBe(index % 2 === 0 ? 'opened' : 'resolved');
          expect(alert).toBe(`redis-${Math.floor(index / 2) + 1}`);
        });
      }),
    );
  });

  it('an alert is open exactly while something alarms, and shows exactly that', () => {
    fc.assert(
      fc.property(drawn, (all) => {
        for (const { watches, alert } of play(all).states) {
          const alarms = Object.entries(watches).flatMap(([key, watch]) => (watch.isAlarming ? [key] : []));
          expect(alert !== undefined).toBe(alarms.length > 0);
          expect(
            alert === undefined
              ? []
              : alarming(alert)
                  .map(([key]) => key)
                  .sort(),
          ).toEqual(alarms.sort());
        }
      }),
    );
  });

  it('the same inputs make the same alerts, and no input changes what was before', () => {
    fc.assert(
      fc.property(drawn, (all) => {
        const once = play(all);
        const frozen = JSON.stringify(once);
        expect(JSON.stringify(play(all))).toBe(frozen);
        for (const [index, input] of all.entries()) reduceAlerts(once.states[index] ?? newSubject('redis'), input);
        expect(JSON.stringify(once)).toBe(frozen);
      }),
    );
  });

  it('no change of an answer is lost: the events tell them all, in order', () => {
    fc.assert(
      fc.property(drawn, (all) => {
        const told = play(all).events.filter(({ type, what }) => type === 'turned' && what === 'one');
        // What was forgotten is asked as if for the first time.
        const answers = all.flatMap((input): (Answer | undefined)[] => {
          if (input.type === 'forget') return input.keys.includes('one') ? [undefined] : [];
          return input.type === 'observed'
            ? input.observations.flatMap(({ key, answer: given }) => (key === 'one' ? [given] : []))
            : [];
        });
        const turns = answers.flatMap((one, index) => {
          const before = answers[index - 1];
          return before === undefined || one === undefined || before === one ? [] : [`${before} ${one}`];
        });
        expect(told.map(({ text }) => text)).toEqual(turns);
      }),
    );
  });

  it('nothing opens while somebody works there, and nobody is called who silenced or acknowledged it', () => {
    fc.assert(
      fc.property(drawn, (all) => {
        let state = newSubject('redis');
        for (const input of all) {
          const { state: next, events } = reduceAlerts(state, input);
          const types = events.map(({ type }) => type);
          if (input.type === 'observed' && input.mute !== '' && !hasSteadyTurns(state)) {
            expect(types).not.toContain('opened');
          }
          if (types.includes('escalated')) {
            expect(next.silence).toBeUndefined();
            expect(next.alert?.acknowledged).toBeUndefined();
          }
          state = next;
        }
      }),
    );
  });
});

/** A good answer counts also while it is muted: with many turns before it, it can be the one that makes it flap. */
function hasSteadyTurns({ watches }: SubjectState): boolean {
  return Object.values(watches).some(({ recent }) => recent.includes('10') || recent.includes('01'));
}
