import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FreezePolicy, windowAt } from '../../src/commands/policy-freeze.ts';

const at = (freeze: object, iso: string) => windowAt(FreezePolicy.parse(freeze), Date.parse(iso));
const open = (freeze: object, iso: string) => at(freeze, iso) !== undefined;
const faultsOf = (freeze: object) =>
  FreezePolicy.safeParse(freeze).error?.issues.map(({ path, message }) => `${path.join('/')}: ${message}`);

describe('a weekly window', () => {
  const fridays = { zone: 'Europe/Paris', weekly: [{ name: 'Friday afternoon', days: ['fri'], from: '16:00' }] };

  it('is open on its days and hours by the clocks of its zone, in winter and in summer', () => {
    expect(at(fridays, '2026-01-02T15:00Z')).toEqual({ name: 'Friday afternoon', until: '24:00 today, Europe/Paris' });
    expect(open(fridays, '2026-01-02T14:59Z')).toBe(false);
    expect(open(fridays, '2026-07-03T14:00Z')).toBe(true);
    expect(open(fridays, '2026-07-03T13:59Z')).toBe(false);
    expect(open(fridays, '2026-01-02T22:59Z')).toBe(true);
    expect(open(fridays, '2026-01-02T23:00Z')).toBe(false);
  });

  it('goes on over midnight into the next day, and only after its own days', () => {
    const nights = { weekly: [{ name: 'night', days: ['sat'], from: '22:00', to: '06:00' }] };
    expect(at(nights, '2026-01-03T23:00Z')?.until).toBe('06:00 tomorrow, UTC');
    expect(at(nights, '2026-01-04T05:59Z')?.until).toBe('06:00 today, UTC');
    expect(open(nights, '2026-01-04T06:00Z')).toBe(false);
    expect(open(nights, '2026-01-03T05:00Z')).toBe(false);
  });

  it('is open all day every day when nothing narrows it down', () => {
    fc.assert(
      fc.property(
        fc.date({ noInvalidDate: true, min: new Date('2020-01-01'), max: new Date('2040-01-01') }),
        (date) => {
          expect(windowAt(FreezePolicy.parse({ weekly: [{ name: 'ever' }] }), date.getTime())).toBeDefined();
        },
      ),
    );
  });
});

describe('a dated window', () => {
  const sale = { dated: [{ name: 'Sale', from: '2026-11-27T00:00', to: '2026-11-30T08:00', zone: 'Asia/Tokyo' }] };

  it('is open from its first moment until its last, in its own zone', () => {
    expect(open(sale, '2026-11-26T14:59Z')).toBe(false);
    expect(at(sale, '2026-11-26T15:00Z')).toEqual({ name: 'Sale', until: '2026-11-30 08:00, Asia/Tokyo' });
    expect(open(sale, '2026-11-29T22:59Z')).toBe(true);
    expect(open(sale, '2026-11-29T23:00Z')).toBe(false);
  });

  it.each([
    [{ dated: [{ name: 'x', from: '2026-02-30T00:00', to: '2026-03-01T00:00' }] }, 'dated/0/from: should be a day'],
    [{ dated: [{ name: 'x', from: '2026-03-02T00:00', to: '2026-03-01T00:00' }] }, 'dated/0/to: should end after'],
    [{ zone: 'Europe/Pris' }, 'zone: should be a time zone'],
    [{ weekly: [{ name: 'x', from: '25:00' }] }, 'weekly/0/from: should be a time of day'],
    [{ weekly: [{ name: 'x', days: [] }] }, 'weekly/0/days: should name at least one day'],
    [{ weekly: [{ name: 'x', days: ['sunday'] }] }, 'weekly/0/days/0'],
  ])('is refused when it makes no sense: %j', (freeze, fault) => {
    expect(faultsOf(freeze)?.join()).toContain(fault);
  });
});
