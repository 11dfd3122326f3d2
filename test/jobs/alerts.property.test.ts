import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CHECK_RULE, isBad, TOLD_RULE, type Observation } from '../../src/jobs/alert-rules.ts';
import { alarming, newSubject, type AlertEvent, type SubjectState } from '../../src/jobs/alert-state.ts';
import { reduceAlerts, type AlertInput } from '../../src/jobs/reduce-alerts.ts';

const person = { id: 'olga', name: 'Olga' };
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

type Answer = Observation['answer'];
const observation = (key: string, answer: Answer): Observation => ({
  ...{ key, answer, value: '', text: answer, severity: 'critical' },
});

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
    fc.record({ type: fc.constant('tick' as const) }),
  ),
  { maxLength: 120 },
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
    case 'tick':
      return { type: 'tick', at: at(minute), escalateAfterMs: 5 * 60_000 };
    default:
      return { type: drawn.type, at: at(minute), person };
  }
}

interface Played {
  states: SubjectState[];
  events: AlertEvent[];
}

function play(all: readonly AlertInput[]): Played {
  const played: Played = { states: [newSubject('redis')], events: [] };
  for (const input of all) {
    const { state, events } = reduceAlerts(played.states.at(-1) ?? newSubject('redis'), input);
    played.states.push(state);
    played.events.push(...events);
  }
  return played;
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
        const answers = all.flatMap((input) =>
          input.type === 'observed' ? input.observations.filter(({ key }) => key === 'one') : [],
        );
        const turns = answers.flatMap((one, index) => {
          const before = answers[index - 1];
          return before === undefined || before.answer === one.answer ? [] : [`${before.answer} ${one.answer}`];
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

const observed = (answers: readonly Answer[], rest: Partial<Extract<AlertInput, { type: 'observed' }>> = {}) =>
  answers.map((one, minute): AlertInput => ({
    ...{ type: 'observed', at: at(minute), observations: [observation('one', one)], isWhole: true, rule: CHECK_RULE },
    ...{ silent: [], mute: '', ...rest },
  }));
const types = (all: readonly AlertInput[]) =>
  play(all)
    .events.map(({ type }) => type)
    .filter((type) => type !== 'turned');
const times = (count: number, one: Answer): Answer[] => Array.from({ length: count }, () => one);

describe('An alert', () => {
  it('opens with the third bad answer of five, and is resolved by the third good one in a row', () => {
    expect(types(observed(['fail', 'fail']))).toEqual([]);
    expect(types(observed(['fail', 'pass', 'fail', 'pass', 'fail']))).toContain('opened');
    expect(types(observed([...times(3, 'fail'), 'pass', 'pass']))).toEqual(['opened']);
    expect(types(observed([...times(3, 'fail'), ...times(3, 'pass')]))).toEqual(['opened', 'left', 'resolved']);
  });

  it('of what three ask about at a time opens as late as if one did, and is over as late', () => {
    const rule = { ...CHECK_RULE, apartMs: 45_000 };
    const asked = (answers: Answer[]) =>
      types(observed(answers, { rule }).map((one, turn) => ({ ...one, at: at(Math.floor(turn / 3)) })));
    expect(asked(times(6, 'fail'))).toEqual([]);
    expect(asked([...times(9, 'fail'), ...times(6, 'pass')])).toEqual(['opened']);
    expect(asked([...times(9, 'fail'), ...times(7, 'pass')])).toEqual(['opened', 'left', 'resolved']);
  });

  it('opens for unknown, which is never ok, and never for a warning', () => {
    expect(types(observed(times(3, 'unknown')))).toEqual(['opened']);
    expect(types(observed(times(30, 'warn')))).toEqual([]);
    expect(isBad({ answer: 'warn' })).toBe(false);
  });

  it('is one while a check flaps, and is over when it was steady for long', () => {
    const flapping = Array.from({ length: 60 }, (_, index): Answer => (index % 2 === 0 ? 'fail' : 'pass'));
    const told = types(observed([...flapping, ...times(20, 'pass')]));
    expect(told.filter((type) => type === 'opened')).toHaveLength(1);
    expect(told.slice(-3)).toEqual(['steady', 'left', 'resolved']);
  });

  it('of a check does not open while the silence of a host explains it, and does when it fails without one', () => {
    const silent = { silent: ['redis-01'] };
    expect(types(observed(times(30, 'fail'), silent))).toEqual([]);
    // The host is back and the check still fails: that is no longer its silence.
    expect(types([...observed(times(5, 'fail'), silent), ...observed(times(3, 'fail'))])).toEqual(['opened']);
    // It failed long after the host was known to be down.
    expect(types([...observed(times(5, 'pass'), silent), ...observed(times(3, 'fail'), silent)])).toEqual(['opened']);
    // It gets worse while the host is down.
    expect(types([...observed(times(5, 'unknown'), silent), ...observed(times(3, 'fail'), silent)])).toEqual([
      'opened',
    ]);
  });

  it('does not open for what fails while somebody works there, and says that it was muted', () => {
    const muted = observed(times(30, 'fail'), { mute: 'run lusab-babad of Olga is at work: deploy redis' });
    expect(types(muted)).toEqual(['muted']);
    expect(types([...muted, ...observed(times(3, 'fail'))])).toEqual(['muted', 'unmuted', 'opened']);
  });

  it('that somebody looks after calls again when something else fails', () => {
    const ack: AlertInput = { type: 'acknowledge', at: at(4), person };
    const two = (minute: number): AlertInput => ({
      ...{ type: 'observed', at: at(minute), isWhole: true, rule: CHECK_RULE, silent: [], mute: '' },
      observations: [observation('one', 'fail'), observation('two', 'fail')],
    });
    const { states, events } = play([...observed(times(3, 'fail')), ack, two(5), two(6), two(7)]);
    expect(events.map(({ type }) => type)).toEqual(['opened', 'acknowledged', 'joined', 'voided']);
    expect(states.at(-1)?.alert).toMatchObject({ voided: [{ person, check: 'two' }] });
    expect(states.at(-1)?.alert?.acknowledged).toBeUndefined();
  });

  it('is escalated once when nobody acknowledges it, and again only when something joins', () => {
    const tick = (minute: number): AlertInput => ({ type: 'tick', at: at(minute), escalateAfterMs: 15 * 60_000 });
    expect(types([...observed(times(3, 'fail')), tick(10), tick(17), tick(18), tick(60)])).toEqual([
      'opened',
      'escalated',
    ]);
    const ack: AlertInput = { type: 'acknowledge', at: at(4), person };
    expect(types([...observed(times(3, 'fail')), ack, tick(60)])).toEqual(['opened', 'acknowledged']);
  });

  it('under a silence calls nobody until its end, and then people have their time', () => {
    const silence: AlertInput = { type: 'silence', at: at(0), person, until: at(60), reason: '' };
    const tick = (minute: number): AlertInput => ({ type: 'tick', at: at(minute), escalateAfterMs: 15 * 60_000 });
    const told = types([silence, ...observed(times(3, 'fail')), tick(59), tick(61), tick(70), tick(77)]);
    expect(told).toEqual(['silenced', 'opened', 'unsilenced', 'escalated']);
  });

  it('of somebody who only tells what is certain opens and ends at once', () => {
    const told = (answers: Answer[]) => types(observed(answers, { rule: TOLD_RULE }));
    expect(told(['fail'])).toEqual(['opened']);
    expect(told(['fail', 'pass'])).toEqual(['opened', 'left', 'resolved']);
  });
});
