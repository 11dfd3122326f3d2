import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import {
  clip,
  escapeControl,
  escapeLines,
  formatDuration,
  formatTable,
  formatTime,
  pad,
  paint,
  widthOf,
} from '../../src/terminal/text.ts';
import { PLAIN } from './fixtures.ts';

describe('text for a terminal', () => {
  it('shows control characters instead of sending them', () => {
    expect(escapeControl('\u001B[31mred\u0007\tend\u202E')).toBe('\\x1b[31mred\\x07  end\\u202e');
  });

  it('lets no control character through, whatever a host prints', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeLines(text).join('')).not.toMatch(/\p{Cc}|[\u202A-\u202E\u2066-\u2069]/u);
      }),
    );
  });

  it('keeps within the width, counting wide characters twice', () => {
    expect(widthOf('é日本')).toBe(5);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, columns) => {
        expect(widthOf(clip(text, columns))).toBeLessThanOrEqual(columns);
      }),
    );
  });

  it('leaves text that fits alone and marks a cut', () => {
    expect(clip('redis', 5)).toBe('redis');
    expect(clip('redis-01', 5)).toBe('redi…');
    expect(pad('日', 4)).toBe('日  ');
  });

  it('writes times in the zone of the reader with its offset, in summer and winter', () => {
    expect(formatTime('2026-03-01T13:00:00.000Z', 'Europe/Paris')).toBe('2026-03-01 14:00:00 +01:00');
    expect(formatTime('2026-07-01T13:00:00.000Z', 'Europe/Paris')).toBe('2026-07-01 15:00:00 +02:00');
    expect(formatTime('2026-07-01T13:00:00.000Z', 'UTC')).toBe('2026-07-01 13:00:00 +00:00');
  });

  it('says lengths of time as people do', () => {
    expect([400, 12_300, 200_000, 120_000, 7_500_000].map(formatDuration)).toEqual([
      '0.4 s',
      '12 s',
      '3 min 20 s',
      '2 min',
      '2 h 5 min',
    ]);
  });

  it('colours only if the style says so', () => {
    expect(paint('ok', 'green', PLAIN)).toBe('ok');
    expect(paint('ok', 'green', { ...PLAIN, isColour: true })).toBe('\u001B[32mok\u001B[0m');
  });

  it('aligns columns and ends no line in spaces', () => {
    const rows = [
      ['a', 'bb', ''],
      ['aaa', 'b', 'c'],
    ];
    expect(formatTable(rows, PLAIN)).toEqual(['a    bb', 'aaa  b   c']);
  });
});
