import fc from 'fast-check';

/** What part of all inputs each property gets: cheap ones more. Together 1. */
const SHARES = {
  typed: 0.2,
  'terminal words': 0.1,
  'free text': 0.05,
  'inventory cells': 0.1,
  'script arguments': 0.2,
  'detached arguments': 0.02,
  'host lines': 0.2,
  'host reports': 0.02,
  'host answers': 0.06,
  'slack payloads': 0.05,
} as const;

export type Share = keyof typeof SHARES;

/** `npm run test:long` asks a million; KEYBUZZ_ATTACK_INPUTS any number. */
export const isLong = process.env.KEYBUZZ_LONG === '1';
const INPUTS = Number(process.env.KEYBUZZ_ATTACK_INPUTS ?? (isLong ? 1_000_000 : 8000));

/** Long enough for a million inputs on a slow machine. */
export const TIMEOUT_MS = isLong ? 3_600_000 : 120_000;

/** How often fast-check asks a property. Without shrinking: big inputs tell enough by the first counterexample. */
export function inputsOf(share: Share): { numRuns: number; endOnFailure: boolean } {
  return { numRuns: Math.ceil(INPUTS * SHARES[share]), endOnFailure: INPUTS > 100_000 };
}

/** All shares together: a test sees that they are the whole. */
export const SHARES_SUM = Object.values(SHARES).reduce((sum, share) => sum + share, 0);

/** Pieces that mean something to a shell, to Slack, to a terminal, to JSON, to JavaScript, or to nobody. */
const PIECES = [
  ...[
    "'",
    '"',
    '`',
    '$(touch pwned)',
    '`id`',
    '${IFS}',
    '; touch pwned;',
    '&& touch pwned',
    '|',
    '>',
    '\\',
    "'\\''",
    '!!',
    '*',
    '~',
  ],
  ...['<!channel>', '<!here>', '<!everyone>', '<@U0VICTIM>', '<!subteam^S0OPS>', '<#C0OPS>', '<https://evil|click>'],
  ...[
    'https://evil.example/x',
    '@channel',
    '@here',
    '&lt;',
    '&amp;lt;!channel&gt;',
    '<',
    '>',
    '&',
    '```',
    '*',
    '_',
    '~',
  ],
  ...[
    '\u001b[2J',
    '\u001b]0;pwned\u0007',
    '\u001b]52;c;cHduZWQ=\u0007',
    '\u009b31m',
    '\u0090q',
    '\b\b\b',
    '\r',
    '\n',
    '\t',
  ],
  ...[
    '\u007f',
    '\u0000',
    '\u202e',
    '\u2066',
    '\u200f',
    '\u061c',
    '\u2028',
    '\ufeff',
    '\u200b',
    '🙂',
    '\ud83d',
    '\udc00',
  ],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', '%s%n', '%00', '../../etc/passwd', '-rf', '--', '-'],
  ...['::check a pass 1 x', '::fact reason ', '::change file /etc/x ', '| +', 'KEYBUZZ ', '"}', ',"x":', 'é', 'ﷺ'],
] as const;

export const piece = fc.constantFrom<string>(...PIECES);

/** Hostile text: such pieces in any order, or anything at all, half characters too. */
export const hostile: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
  { weight: 1, arbitrary: fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)), maxLength: 20 }) },
  { weight: 1, arbitrary: fc.tuple(piece, fc.nat(4100)).map(([text, times]) => text.repeat(Math.ceil(times / 9))) },
);

/** Of a few words, a hostile one more often than not. */
export function mixed(words: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(fc.constantFrom(...words), hostile);
}
