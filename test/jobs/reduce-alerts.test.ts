import { describe, expect, it } from '@jest/globals';
import { CHECK_RULE, isBad, TOLD_RULE } from '../../src/jobs/alert-rules.ts';
import type { AlertInput } from '../../src/jobs/reduce-alerts.ts';
import { at, observation, observed, person, play, times, types, type Answer } from '../helpers/played-alerts.ts';

const two = (minute: number): AlertInput => ({
  ...{ type: 'observed', at: at(minute), isWhole: true, rule: CHECK_RULE, silent: [], mute: '' },
  observations: [observation('one', 'fail'), observation('two', 'fail')],
});

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
    const { states, events } = play([...observed(times(3, 'fail')), ack, two(5), two(6), two(7)]);
    expect(events.map(({ type }) => type)).toEqual(['opened', 'acknowledged', 'joined', 'voided']);
    expect(states.at(-1)?.alert).toMatchObject({ voided: [{ person, check: 'two' }] });
    expect(states.at(-1)?.alert?.acknowledged).toBeUndefined();
  });

  it('is escalated once when nobody acknowledges it, and again only when something joins', () => {
    const tick = (minute: number): AlertInput => ({ type: 'tick', at: at(minute), escalateAfterMs: 15 * 60_000 });
    const escalated = [...observed(times(3, 'fail')), tick(10), tick(17), tick(18), tick(60)];
    expect(types(escalated)).toEqual(['opened', 'escalated']);
    const joined = [...escalated, two(61), two(62), two(63)];
    expect(types([...joined, tick(77)])).toEqual(['opened', 'escalated', 'joined']);
    expect(types([...joined, tick(78), tick(120)])).toEqual(['opened', 'escalated', 'joined', 'escalated']);
    const ack: AlertInput = { type: 'acknowledge', at: at(4), person };
    expect(types([...observed(times(3, 'fail')), ack, tick(60)])).toEqual(['opened', 'acknowledged']);
  });

  it('is escalated in time though something joins it meanwhile, and anew only after somebody had acknowledged it', () => {
    const tick = (minute: number): AlertInput => ({ type: 'tick', at: at(minute), escalateAfterMs: 15 * 60_000 });
    const spreading = [two(8), two(9), two(10)];
    expect(types([...observed(times(3, 'fail')), ...spreading, tick(16)])).toEqual(['opened', 'joined']);
    expect(types([...observed(times(3, 'fail')), ...spreading, tick(18)])).toEqual(['opened', 'joined', 'escalated']);
    const ack: AlertInput = { type: 'acknowledge', at: at(4), person };
    const taken = [...observed(times(3, 'fail')), ack, ...spreading];
    expect(types([...taken, tick(24)])).toEqual(['opened', 'acknowledged', 'joined', 'voided']);
    expect(types([...taken, tick(25)])).toEqual(['opened', 'acknowledged', 'joined', 'voided', 'escalated']);
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
