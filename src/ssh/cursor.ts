import type { OutputReader } from './output.ts';
import type { FollowAnswer } from './work-ending.ts';

/** Bytes of output fetched per poll. */
const CHUNK_BYTES_MAX = 256 * 1024;

/** Fetched of what comes after the bound, from its end. */
const TAIL_BYTES = 64 * 1024;

/** How far the output of detached work was read. */
export interface Cursor {
  /** For follow.sh: offset, bytes_max and tail_bytes. */
  readonly offset: number;
  readonly bytesMax: number;
  /** 0 until the bound is read: then a backlog is passed over except for its end. */
  readonly tailBytes: number;
  /** Hands the fetched bytes to the reader. False when the link broke before all of them had come. */
  take(answer: FollowAnswer, bytes: Buffer): boolean;
  /** All that was there at the time of the answer has been read. */
  isAtEnd(answer: FollowAnswer): boolean;
}

export function createCursor(reader: OutputReader, outputBytesMax: number): Cursor {
  let offset = 0;
  let fetched = 0;
  return {
    get offset() {
      return offset;
    },
    bytesMax: CHUNK_BYTES_MAX,
    get tailBytes() {
      return fetched > outputBytesMax ? TAIL_BYTES : 0;
    },
    take(answer, bytes) {
      if (answer.offset > offset) reader.skip(answer.offset - offset);
      const wanted = bytes.subarray(0, answer.length);
      offset = answer.offset + wanted.length;
      fetched += wanted.length;
      if (wanted.length > 0) reader.push(wanted);
      return wanted.length === answer.length;
    },
    isAtEnd: (answer) => offset >= answer.size,
  };
}
