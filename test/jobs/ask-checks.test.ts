import { describe, expect, it } from '@jest/globals';
import { notPassing } from '../../src/jobs/ask-checks.ts';

describe('checks that must pass', () => {
  it('count a missing answer as unknown, and unknown as not passing; a warning passes', () => {
    const answers = [
      { check: 'a', answer: 'pass' as const, value: '', text: '' },
      { check: 'b', answer: 'warn' as const, value: '', text: '' },
      { check: 'c', answer: 'unknown' as const, value: '', text: '' },
      { check: 'd', answer: 'fail' as const, value: '', text: '' },
    ];
    const open = notPassing(answers, ['a', 'b', 'c', 'd', 'quorum']);
    expect(open.map(({ check, answer }) => `${check} ${answer}`)).toEqual(['c unknown', 'd fail', 'quorum unknown']);
  });
});
