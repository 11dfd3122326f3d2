import { describe, expect, it } from '@jest/globals';
import { ExternalError, RefusedError } from '../../src/errors.ts';
import { createReportRetries } from '../../src/jobs/report-retries.ts';

const RUN = 'lusab-babad';
const outage = new ExternalError('Slack did not answer.', { code: 'KEYBUZZ_SLACK_UNAVAILABLE', fix: '' });
const refusal = new RefusedError('Slack refuses.', { code: 'KEYBUZZ_REPORT_REFUSED', fix: '' });

function open() {
  let nowMs = 0;
  const retries = createReportRetries(5000, () => nowMs);
  /** Seconds until it is due again; looks every second. */
  const pause = (seq: string) => {
    for (let seconds = 0; seconds <= 3600; seconds += 1) {
      if (retries.isDue(RUN, seq)) return seconds;
      nowMs += 1000;
    }
    return Infinity;
  };
  return { retries, pause };
}

describe('a report that failed', () => {
  it('is tried again ever more seldom, but within half a minute when it may be an outage', () => {
    const { retries, pause } = open();
    const pauses = Array.from({ length: 20 }, () => {
      expect(retries.failed(RUN, '4', outage)).toBe(false);
      return pause('4');
    });
    expect(pauses.slice(0, 5)).toEqual([5, 10, 20, 30, 30]);
    expect(Math.max(...pauses)).toBe(30);
  });

  it('is given up when it was refused eight times, until the run has a new event', () => {
    const { retries, pause } = open();
    const pauses = Array.from({ length: 7 }, () => {
      expect(retries.failed(RUN, '4', refusal)).toBe(false);
      return pause('4');
    });
    expect(pauses).toEqual([5, 10, 20, 40, 80, 160, 300]);
    expect(retries.failed(RUN, '4', refusal)).toBe(true);
    expect(pause('4')).toBe(Infinity);
    expect(pause('5')).toBe(0);
    expect(retries.failed(RUN, '5', refusal)).toBe(true);
    expect(pause('5')).toBe(Infinity);
  });

  it('is not given up for refusals with an outage between them', () => {
    const { retries } = open();
    const errors = Array.from({ length: 40 }, (_, index) => (index % 7 === 6 ? outage : refusal));
    expect(errors.map((error) => retries.failed(RUN, '4', error))).not.toContain(true);
  });

  it('holds back no other run, and nothing once it worked', () => {
    const { retries } = open();
    retries.failed(RUN, '4', refusal);
    expect(retries.isDue('gutih-tugad', '4')).toBe(true);
    expect(retries.isDue(RUN, '4')).toBe(false);
    retries.succeeded(RUN);
    expect(retries.isDue(RUN, '4')).toBe(true);
  });
});
