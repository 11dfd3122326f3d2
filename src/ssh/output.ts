import type { Redact } from '../secret.ts';
import { createBoundedText } from './bounded.ts';
import { createLineReader, type ProtocolLine } from './protocol.ts';
import { makeVisible } from './visible.ts';

/** Output kept of one script, in bytes, when the caller names no other bound. */
export const OUTPUT_BYTES_MAX = 256 * 1024;

/** Characters kept of one line; what is longer is cut, and says so. */
const LINE_LENGTH_MAX = 16 * 1024;

/** Where counting ends: a host may say that it skipped more than any disk holds, again and again. */
const OUTPUT_COUNTED_MAX = 1e15;

/** Read beyond the cut before redacting, so that a secret at the cut is seen whole and never shown in part. */
const LINE_SLACK = 8 * 1024;

const KEY_BEGIN = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;
const KEY_END = /-----END [A-Z ]*PRIVATE KEY-----/;

export interface OutputOptions {
  redact: Redact;
  /** Called once per line, as soon as it is complete. */
  onLine?: ((line: ProtocolLine) => void) | undefined;
  outputBytesMax?: number | undefined;
}

/** What a script printed. */
export interface ReadOutput {
  lines: ProtocolLine[];
  malformed: string[];
  /** Redacted, control characters written out, head and tail. */
  output: string;
  outputBytes: number;
}

/** Turns a script's bytes, in any pieces, into lines and kept output. Its memory is bounded whatever arrives. */
export interface OutputReader {
  push(chunk: Uint8Array): void;
  /** So many bytes were not fetched: the line at hand is given up, and so is the one the next bytes begin in. */
  skip(bytes: number): void;
  /** Takes in a last line without an end of line. Nothing may be pushed afterwards. */
  end(): ReadOutput;
}

export function createOutputReader(options: OutputOptions): OutputReader {
  const decoder = { text: new TextDecoder() };
  const reader = createLineReader();
  const kept = createBoundedText(options.outputBytesMax ?? OUTPUT_BYTES_MAX);
  const clean = createCleaner(options.redact);
  let pending = '';
  let isGivenUp = false;
  let outputBytes = 0;

  const takeLine = (): void => {
    const shown = isGivenUp ? undefined : clean(pending);
    pending = '';
    isGivenUp = false;
    if (shown === undefined) return;
    kept.add(shown);
    const line = reader.read(shown);
    if (line) options.onLine?.(line);
  };
  const takeText = (text: string): void => {
    let from = 0;
    for (let end = text.indexOf('\n', from); end !== -1; end = text.indexOf('\n', from)) {
      grow(text.slice(from, end));
      takeLine();
      from = end + 1;
    }
    grow(text.slice(from));
  };
  const grow = (piece: string): void => {
    const room = LINE_LENGTH_MAX + LINE_SLACK - pending.length;
    if (room > 0) pending += piece.slice(0, room);
  };
  return {
    push(chunk) {
      outputBytes += chunk.byteLength;
      takeText(decoder.text.decode(chunk, { stream: true }));
    },
    skip(bytes) {
      outputBytes = Math.min(outputBytes + bytes, OUTPUT_COUNTED_MAX);
      decoder.text = new TextDecoder();
      pending = '';
      isGivenUp = true;
      kept.add(`[... ${bytes} bytes were not fetched ...]`);
    },
    end() {
      takeText(decoder.text.decode());
      if (pending !== '') takeLine();
      const output = options.redact(kept.text());
      return { lines: [...reader.lines], malformed: [...reader.malformed], output, outputBytes };
    },
  };
}

/** One line made fit to show: redacted, cut, control characters written out; lines inside a private key vanish. */
function createCleaner(redact: Redact): (line: string) => string {
  let isInKey = false;
  return (raw) => {
    // A flood of empty lines costs next to nothing so.
    if (raw === '' && !isInKey) return raw;
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (isInKey) {
      isInKey = !KEY_END.test(line);
      return '[REDACTED]';
    }
    isInKey = KEY_BEGIN.test(line) && !KEY_END.test(line);
    const redacted = redact(line);
    if (redacted.length <= LINE_LENGTH_MAX) return makeVisible(redacted);
    return `${makeVisible(redacted.slice(0, LINE_LENGTH_MAX))} [line cut]`;
  };
}
