import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fixOf, hashPreview, notCovered, reasonOf, sortTroubles } from '../../src/jobs/preview.ts';
import type { Change } from '../../src/jobs/events.ts';

const word = fc.constantFrom('a', 'b', 'c');
const change: fc.Arbitrary<Change> = fc.record({
  host: word,
  step: word,
  kind: word,
  target: word,
  detail: fc.constantFrom('sha256:1', 'sha256:2', 'newest, predicted'),
});

describe('previews', () => {
  it('have the same hash in whatever order their hosts answered', () => {
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        expect(hashPreview([...changes].reverse())).toBe(hashPreview(changes));
      }),
    );
  });

  it('are covered by themselves and by anything larger, and name exactly what is new', () => {
    fc.assert(
      fc.property(fc.array(change), fc.array(change), (some, more) => {
        expect(notCovered(some, [...more, ...some])).toEqual([]);
        for (const left of notCovered(some, more)) expect(more).not.toContainEqual(left);
      }),
    );
  });

  it('let a predicted change cover only its own host, step, kind and target', () => {
    const shown = { host: 'a', step: 'a', kind: 'package', target: 'redis', detail: 'newest, predicted' };
    expect(notCovered([{ ...shown, detail: '5:8.0' }], [shown])).toEqual([]);
    for (const part of ['host', 'step', 'kind', 'target']) {
      expect(notCovered([{ ...shown, [part]: 'other' }], [shown])).toHaveLength(1);
    }
  });

  it('let a step make something else of a target that another approved step changes before it, and of no other', () => {
    const shown = {
      host: 'a',
      step: 'redis',
      kind: 'file',
      target: '/etc/sysctl.d/60-keybuzz.conf',
      detail: 'sha256:1',
    };
    const later = { ...shown, detail: 'sha256:2' };
    const before = { ...shown, step: 'base', detail: 'sha256:3' };
    expect(notCovered([later], [shown])).toEqual([later]);
    expect(notCovered([later], [before, shown])).toEqual([]);
    expect(notCovered([later], [{ ...before, host: 'b' }, shown])).toEqual([later]);
    expect(notCovered([later], [before])).toEqual([later]);
  });

  it('tell the trouble of a host that says nothing before what others see of it', () => {
    const trouble = (host: string) => ({ host, step: 's', reason: 'r', fix: 'f' });
    const sorted = sortTroubles([
      { troubles: [trouble('redis-01')], isSilent: false },
      { troubles: [trouble('redis-03')], isSilent: true },
    ]);
    expect(sorted.map(({ host }) => host)).toEqual(['redis-03', 'redis-01']);
  });

  it('are told host by host, with each fix once', () => {
    const told = ['a', 'b', 'c', 'd'].map((host) => ({ host, reason: `${host} is down.`, fix: 'Start it.' }));
    expect(reasonOf(told)).toBe('a: a is down. b: b is down. c: c is down. (and 1 more host)');
    expect(fixOf(told)).toBe('Start it.');
    expect(fixOf([...told.slice(0, 1), { host: 'b', reason: '', fix: 'Stop nginx.' }])).toBe(
      'a: Start it. b: Stop nginx.',
    );
    expect(fixOf([])).toBe('');
  });
});
