import { describe, expect, it } from '@jest/globals';
import { withFigures } from './page.ts';
import { measureInTurn, percentileOf, ratiosOf, samplesOf, shown, spreadOf, tableOf, verdictOf } from './stats.ts';

describe('a spread', () => {
  it('has the middle sample, or the mean of the two in the middle, whatever their order', () => {
    expect(spreadOf([9, 1, 5])).toEqual({ median: 5, min: 1, max: 9, samples: 3 });
    expect(spreadOf([4, 1, 2, 9]).median).toBe(3);
  });

  it('is not made of nothing', () => {
    expect(() => spreadOf([])).toThrow('at least one sample');
  });
});

describe('a percentile', () => {
  it('is one of the samples, and the worst one when there are few', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
    expect(percentileOf(hundred, 0.99)).toBe(99);
    expect(percentileOf([3, 1, 2], 0.99)).toBe(3);
  });
});

describe('ratios', () => {
  it('pair the samples of the same round', () => {
    expect(ratiosOf([1, 20], [2, 10])).toEqual([0.5, 2]);
  });

  it('refuse samples of different rounds', () => {
    expect(() => ratiosOf([1], [1, 2])).toThrow('cannot be paired');
  });
});

describe('measuring in turn', () => {
  it('counts every round but the first, and begins each with another contender', async () => {
    const seen: string[] = [];
    const contender = (name: string) => ({ name, measure: () => Promise.resolve(seen.push(name)) });
    const samples = await measureInTurn([contender('a'), contender('b'), contender('c')], 3);
    expect(seen.join('')).toBe('abc' + 'abc' + 'bac' + 'cab');
    expect(samplesOf(samples, 'a')).toEqual([4, 8, 11]);
    expect(samplesOf(samples, 'c')).toHaveLength(3);
  });

  it('knows only what took part', () => {
    expect(() => samplesOf(new Map(), 'clush')).toThrow('clush');
  });
});

describe('a table', () => {
  const figure = { what: 'warm: a / b', unit: 'x' as const, ...spreadOf([0.411, 0.4, 0.45]), target: 0.45 };

  it('shows median, ends, samples, target and whether it is met', () => {
    expect(tableOf([figure]).split('\n')[2]).toBe('| warm: a / b | 0.41 x | 0.40 x | 0.45 x | 3   | ≤ 0.45 x | met |');
  });

  it('says when a target is missed, and nothing without a target', () => {
    expect(verdictOf({ ...figure, median: 0.46 })).toBe('missed');
    expect(verdictOf({ what: '', unit: 'ms', ...spreadOf([1]) })).toBe('');
  });

  it('shows digits that can be compared', () => {
    expect([3.168, 41.23, 1204.4, 7].map(shown)).toEqual(['3.17', '41.2', '1204', '7']);
  });
});

describe('the page', () => {
  const page = 'before\n<!-- figures of a -->\nold\n<!-- end of a -->\nafter\n';

  it('takes new figures in the place of the old ones', () => {
    const once = withFigures(page, 'a', 'new');
    expect(once).toBe('before\n<!-- figures of a -->\n\nnew\n\n<!-- end of a -->\nafter\n');
    expect(withFigures(once, 'a', 'new')).toBe(once);
  });

  it('refuses figures that it has no place for', () => {
    expect(() => withFigures(page, 'b', 'new')).toThrow('no place for b');
  });
});
