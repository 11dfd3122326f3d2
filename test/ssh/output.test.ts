import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createRedact, Secret } from '../../src/secret.ts';
import { createOutputReader, type ReadOutput } from '../../src/ssh/output.ts';
import { makeVisible } from '../../src/ssh/visible.ts';
import { heldBytes } from '../helpers/memory.ts';

const plain = createRedact();

function readAll(chunks: Uint8Array[], redact = plain, outputBytesMax?: number): ReadOutput {
  const reader = createOutputReader({ redact, outputBytesMax });
  chunks.forEach((chunk) => reader.push(chunk));
  return reader.end();
}

/** The bytes in pieces that ignore where characters and lines end. */
function cut(bytes: Buffer, at: number[]): Uint8Array[] {
  const places = [0, ...at.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, n) => bytes.subarray(places[n], end));
}

describe('the output reader', () => {
  it('reads the same however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.array(fc.nat(), { maxLength: 6 }), (text, at) => {
        const bytes = Buffer.from(text);
        expect(readAll(cut(bytes, at))).toEqual(readAll([bytes]));
      }),
    );
  });

  it('replaces bytes that are no UTF-8 and keeps the lines around them', () => {
    const { output, lines } = readAll([Buffer.from([0x61, 0x0a, 0xff, 0xfe, 0xc3, 0x0a, 0x62])]);
    expect(output).toBe('a\n\ufffd\ufffd\ufffd\nb\n');
    expect(lines.length).toBe(3);
  });

  it('writes out what would drive a terminal', () => {
    const { output } = readAll([Buffer.from('\u001b[2Jx\u0007\r\n\u202eevil\u009b1m\ttab\rback\n')]);
    expect(output).toBe('\\x1b[2Jx\\x07\n\\u202eevil\\x9b1m\ttab\\x0dback\n');
  });

  it('leaves no control character whatever came in', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const { output } = readAll([bytes]);
        expect(makeVisible(output)).toBe(output);
      }),
    );
  });

  it('hides a secret that arrives in pieces, and one that stands where a line is cut', () => {
    const secret = new Secret('REDIS_PASSWORD', 'correct-horse-battery');
    const redact = createRedact([secret]);
    const bytes = Buffer.from(
      `p=${secret.reveal()}\n${'x'.repeat(16 * 1024 - 10)}${secret.reveal()}${'y'.repeat(99_999)}\n`,
    );
    for (const size of [1, 7, 4096]) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
        bytes.subarray(n * size, (n + 1) * size),
      );
      const { output } = readAll(chunks, redact);
      expect(output).toContain('p=[REDACTED:REDIS_PASSWORD]');
      for (let length = 6; length <= 21; length++) expect(output).not.toContain(secret.reveal().slice(0, length));
    }
  });

  it('hides a secret whose lines are too short to be known by themselves', () => {
    const redact = createRedact([new Secret('PASSPHRASE', 'tulip\nmaple\nbirch')]);
    const { output } = readAll([Buffer.from('it is tulip\nmaple\nbirch\n')], redact);
    expect(output).toBe('it is [REDACTED:PASSPHRASE]\n');
  });

  it('hides every line of a private key', () => {
    const key = [
      '-----BEGIN OPENSSH PRIVATE KEY-----',
      'b3BlbnNzaC1rZXk',
      'AAAAB3Nz',
      '-----END OPENSSH PRIVATE KEY-----',
    ];
    const { output, lines } = readAll([Buffer.from(`before\n${key.join('\n')}\nafter\n`)]);
    expect(output).not.toMatch(/b3Blbn|AAAAB3/);
    expect(output).toMatch(/^before\n[^]*\nafter\n$/);
    expect(JSON.stringify(lines)).not.toMatch(/b3Blbn|AAAAB3/);
  });

  it('keeps head and tail of a long output and says how much is missing', () => {
    const all = Array.from({ length: 10_000 }, (_, n) => `line ${n}`);
    const { output, outputBytes } = readAll([Buffer.from(`${all.join('\n')}\n`)], plain, 2_000);
    expect(outputBytes).toBe(all.join('\n').length + 1);
    expect(output.length).toBeLessThan(2_100);
    expect(output).toMatch(/^line 0\nline 1\n[^]*\n\[\.\.\. \d+ bytes left out \.\.\.\]\n[^]*line 9999\n$/);
    const missing = Number(/(\d+) bytes left out/.exec(output)?.[1]);
    const shown = output.replace(/\[\.\.\..*\n/, '').length;
    expect(shown + missing).toBe(outputBytes);
  });

  it('says what was not fetched and drops the line that was broken by it', () => {
    const reader = createOutputReader({ redact: plain });
    reader.push(Buffer.from('one\nhalf a li'));
    reader.skip(500);
    reader.push(Buffer.from('ne\ntwo\n'));
    expect(reader.end()).toMatchObject({
      output: 'one\n[... 500 bytes were not fetched ...]\ntwo\n',
      outputBytes: 520,
    });
  });

  it('holds 256 MB, and as much without one end of line, in a few MB of memory', () => {
    const chunk = Buffer.from(`${'x'.repeat(99)}\n`.repeat(10_000));
    const endless = Buffer.alloc(1_000_000, 0x78);
    const reader = createOutputReader({ redact: plain });
    for (const piece of [chunk, endless]) {
      const before = heldBytes();
      for (let n = 0; n < 256; n++) reader.push(piece);
      expect(heldBytes() - before).toBeLessThan(8 * 1024 * 1024);
    }
    expect(reader.end().output.length).toBeLessThan(300 * 1024);
  });
});
