import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createLineReader, formatLine, parseLine, type ProtocolLine } from '../../src/ssh/protocol.ts';

const word = fc.stringMatching(/^[A-Za-z0-9][\w.-]{0,20}$/);
const solid = fc.stringMatching(/^[^\s]{1,20}$/u);
const text = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((value) => !/[\n\r]/.test(value));
const count = fc.integer({ min: 0, max: 999 });

const lines: fc.Arbitrary<ProtocolLine> = fc.oneof(
  fc.record({
    kind: fc.constant('check' as const),
    id: word,
    answer: fc.constantFrom('pass' as const, 'warn' as const, 'fail' as const, 'unknown' as const),
    value: solid,
    text,
  }),
  fc.record({
    kind: fc.constant('change' as const),
    changeKind: word,
    target: solid,
    detail: text,
    diff: fc.constant(0).map((): string[] => []),
  }),
  fc
    .record({ kind: fc.constant('progress' as const), done: count, more: count, text })
    .map(({ more, ...line }) => ({ ...line, total: line.done + more })),
  fc.record({ kind: fc.constant('fact' as const), key: word, value: text }),
  text.filter((value) => !value.startsWith('::')).map((value) => ({ kind: 'log' as const, text: value })),
);

describe('parseLine', () => {
  it('gives back every line that was formatted', () => {
    fc.assert(fc.property(lines, (line) => expect(parseLine(formatLine(line))).toEqual(line)));
  });

  it('never throws, and calls a line log text only when it does not start with two colons', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (raw, isMarked) => {
        const line = parseLine(isMarked ? `::${raw}` : raw);
        expect(line.kind === 'log').toBe(!(isMarked || raw.startsWith('::')));
      }),
    );
  });

  it.each([
    ['::chek a pass 1 x', 'there is no such kind of line'],
    ['::constructor a', 'there is no such kind of line'],
    [':: check a pass 1', 'there is no such kind of line'],
    ['::check a PASS 1 x', 'it must read ::check <id> <pass|warn|fail|unknown> <value> <text>'],
    ['::check a pass', 'it must read ::check <id> <pass|warn|fail|unknown> <value> <text>'],
    ['::change file', 'it must read ::change <kind> <target> [<detail>]'],
    ['::progress 3/2 x', 'it must read ::progress <n>/<total> <text>'],
    ['::progress -1/2', 'it must read ::progress <n>/<total> <text>'],
    ['::fact', 'it must read ::fact <key> <value>'],
    ['::fact ../x y', 'it must read ::fact <key> <value>'],
  ])('reports %j as malformed', (line, reason) => {
    expect(parseLine(line)).toEqual({ kind: 'malformed', text: line, reason });
  });
});

describe('the line reader', () => {
  it('gives lines that begin with a bar to the change before, up to the next protocol line', () => {
    const reader = createLineReader();
    const said = ['| early', '::change file /etc/a v1', '| -old', 'a log line', '| +new', '::fact a b', '| late'];
    said.forEach((line) => reader.read(line));
    expect(reader.lines).toEqual([
      { kind: 'log', text: '| early' },
      { kind: 'change', changeKind: 'file', target: '/etc/a', detail: 'v1', diff: ['-old', '+new'] },
      { kind: 'log', text: 'a log line' },
      { kind: 'fact', key: 'a', value: 'b' },
      { kind: 'log', text: '| late' },
    ]);
  });

  it('keeps a bounded number of lines, says so, and still keeps protocol lines after a flood of text', () => {
    const reader = createLineReader();
    for (let n = 0; n < 20_000; n++) reader.read(`text ${n}`);
    reader.read('::fact still here');
    expect(reader.lines.length).toBe(5001);
    expect(reader.lines.at(-1)).toEqual({ kind: 'fact', key: 'still', value: 'here' });
    for (let n = 0; n < 20_000; n++) reader.read(`::fact n ${n}`);
    expect(reader.lines.length).toBe(10_000);
    expect(reader.malformed).toEqual(['more than 5000 protocol lines, or 1024 KiB of them; the rest was not read']);
  });

  it('bounds the diff of one change', () => {
    const reader = createLineReader();
    reader.read('::change file /etc/a');
    for (let n = 0; n < 5_000; n++) reader.read(`| +${n}`);
    const [change] = reader.lines;
    expect(change?.kind === 'change' && change.diff.length).toBe(401);
    expect(change?.kind === 'change' && change.diff.at(-1)).toBe('[more lines were left out]');
  });
});
