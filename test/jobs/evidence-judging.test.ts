import { describe, expect, it } from '@jest/globals';
import { judgeCredentials, judgeProof, proofOf } from '../../src/jobs/evidence-judging.ts';
import type { RunState } from '../../src/jobs/index.ts';
import { deploy } from '../helpers/rehearsal.ts';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const DAY_MS = 24 * 3_600_000;
const proof = (ageMs: number, outage = '2.31s') => {
  return { runId: 'lusab-babad', verb: 'drill', endedAt: new Date(NOW - ageMs).toISOString(), outage };
};

describe('the proof that a primary can move', () => {
  it.each([
    ['fresh', 0, 'pass', 'drill, run lusab-babad, outage 2.31s, 0 days ago'],
    ['of yesterday', DAY_MS, 'pass', 'drill, run lusab-babad, outage 2.31s, 1 day ago'],
    ['30 days old to the millisecond', 30 * DAY_MS, 'pass', '30 days ago'],
    ['a millisecond older', 30 * DAY_MS + 1, 'warn', '30 days ago, more than 30'],
    ['of a clock that ran ahead', -DAY_MS, 'pass', '0 days ago'],
  ])('%s', (_, ageMs, answer, text) => {
    const result = judgeProof('redis', proof(ageMs), NOW);
    expect(result).toMatchObject({ check: 'moved-redis', answer, text: expect.stringContaining(text) as unknown });
    expect(result.value).toBe(new Date(NOW - ageMs).toISOString().slice(0, 10));
  });

  it('fails when it never was, and says when nothing measured what it cost', () => {
    expect(judgeProof('redis', undefined, NOW)).toMatchObject({ answer: 'fail', value: 'never' });
    expect(judgeProof('redis', proof(0, ''), NOW).text).toContain('its outage was not measured');
  });

  it('is a run that ended well and measured nothing bad', () => {
    const told = (answer: 'pass' | 'fail' | 'unknown', ending: 'ok' | 'failed'): RunState => {
      const { state } = deploy();
      const check = { check: 'outage', answer, value: '1.20s', text: '' };
      const steps = state.steps.map((step) => ({
        ...step,
        hosts: step.hosts.map((one) => ({ ...one, checks: [check] })),
      }));
      return { ...state, steps, endedAt: '2026-11-28T10:00:00Z', ending: { ending, reason: '', fix: '' } };
    };
    expect(proofOf(told('pass', 'ok'))).toMatchObject({ runId: 'lusab-babad', outage: '1.20s' });
    expect(proofOf(told('fail', 'ok'))).toBeUndefined();
    expect(proofOf(told('unknown', 'ok'))).toBeUndefined();
    expect(proofOf(told('pass', 'failed'))).toBeUndefined();
    expect(proofOf(deploy().state)).toBeUndefined();
  });
});

describe('the files of credentials', () => {
  const good = { module: 'redis', mode: 0o600, missing: [], fault: '' };
  const survey = { directory: '/srv/credentials', directoryMode: 0o700, files: [good] };

  it('pass with the modes and names as evidence', () => {
    expect(judgeCredentials(survey, 'install-01')).toEqual({
      ...{ check: 'credentials', answer: 'pass', value: '1/1' },
      text: 'on install-01: /srv/credentials 0700; redis.env 0600, complete',
    });
  });

  it.each([
    ['a directory others may list', { ...survey, directoryMode: 0o755 }, '/srv/credentials is 0755, not 0700'],
    ['no directory', { ...survey, directoryMode: undefined }, '/srv/credentials is not there'],
    ['a file of others', { ...survey, files: [{ ...good, mode: 0o640 }] }, 'redis.env is 0640, not 0600'],
    ['no file', { ...survey, files: [{ ...good, mode: undefined }] }, 'redis.env is not there'],
    [
      'a missing one',
      { ...survey, files: [{ ...good, missing: ['REDIS_PASSWORD'] }] },
      'redis.env lacks REDIS_PASSWORD',
    ],
    ['a fault', { ...survey, files: [{ ...good, fault: 'line 3 is broken' }] }, 'line 3 is broken'],
  ])('fail for %s', (_, found, text) => {
    expect(judgeCredentials(found, 'install-01')).toMatchObject({
      answer: 'fail',
      text: expect.stringContaining(text) as unknown,
    });
  });
});
