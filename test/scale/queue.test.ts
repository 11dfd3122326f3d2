import { describe, expect, it } from '@jest/globals';
import { latenessOf, measureQueue } from './queue.ts';

describe('more runs than workers', () => {
  it('start in the order in which they were asked for, none is left out, and no sweep makes the queue longer', async () => {
    const runs = 60;
    const figures = await measureQueue({ runs, workers: 4, answerMs: 100, sweepMs: 200 });
    expect(figures.lost).toBe(0);
    expect(figures.latenessMax).toBeLessThan(runs / 2);
    // A sweep may wake a run once more that was opened and is only about to be put in the queue.
    expect(figures.wakeUpsMax).toBeLessThan(2 * runs);
  });

  it('are late by the places that others went ahead', () => {
    expect(latenessOf(['a', 'b', 'c'], ['a', 'b', 'c'])).toEqual([0, 0, 0]);
    expect(latenessOf(['a', 'b', 'c'], ['b', 'c', 'a'])).toEqual([2, -1, -1]);
    expect(latenessOf(['a', 'b'], ['a'])).toEqual([0, 0]);
  });
});
