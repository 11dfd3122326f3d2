/** Text of any length, of which a head and a tail are kept. */
export interface BoundedText {
  add(line: string): void;
  /** Head, a marker that says how much is missing, tail. */
  text(): string;
}

/**
 * Keeps whole lines, at most about `bytesMax` bytes: half of them from the start, half from the end. The end has the
 * reason of a failure, the start what was meant to be done.
 */
export function createBoundedText(bytesMax: number): BoundedText {
  const half = Math.floor(bytesMax / 2);
  const head: string[] = [];
  let headBytes = 0;
  let tail: { line: string; bytes: number }[] = [];
  let tailStart = 0;
  let tailBytes = 0;
  let droppedBytes = 0;

  const dropOldest = (): void => {
    while (tailBytes > half && tailStart < tail.length) {
      const oldest = tail[tailStart]?.bytes ?? 0;
      tailBytes -= oldest;
      droppedBytes += oldest;
      tailStart += 1;
    }
    if (tailStart > 1024 && tailStart > tail.length / 2) {
      tail = tail.slice(tailStart);
      tailStart = 0;
    }
  };
  const add = (line: string): void => {
    const bytes = Buffer.byteLength(line) + 1;
    if (tail.length === 0 && headBytes + bytes <= half) {
      head.push(line);
      headBytes += bytes;
      return;
    }
    tail.push({ line, bytes });
    tailBytes += bytes;
    dropOldest();
  };
  const text = (): string => {
    const marker = droppedBytes === 0 ? [] : [`[... ${droppedBytes} bytes left out ...]`];
    const lines = [...head, ...marker, ...tail.slice(tailStart).map(({ line }) => line)];
    return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
  };
  return { add, text };
}
