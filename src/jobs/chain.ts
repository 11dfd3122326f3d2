import { hashOf } from '../canonical.ts';
import { DefectError } from '../errors.ts';
import type { LogStore } from './append.ts';
import { keysOf } from './keys.ts';
import { answered } from './redis.ts';

/** JSON of ours out of Redis; undefined when somebody put something else there. */
export function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null') as unknown;
  } catch {
    return undefined;
  }
}

/** What a chain is checked on: the events as they were written, with whatever a newer version put into them. */
export type WrittenEvent = Record<string, unknown>;

/** Every event of a log as it was written, unparsed: a hash covers also what this version does not know. */
export async function readWritten(store: LogStore, runId: string): Promise<WrittenEvent[]> {
  const entries = await answered(store.redis.xrange(keysOf(store.prefix).log(runId), '-', '+'));
  return entries.map(([, fields]) => {
    const event = parseJson(fields[1]);
    return typeof event === 'object' && event !== null ? (event as WrittenEvent) : {};
  });
}

/** The hash an event should have; undefined for what can't have been written by us. */
function hashOfWritten(open: WrittenEvent): string | undefined {
  try {
    return hashOf(open);
  } catch (error) {
    if (error instanceof DefectError) return undefined;
    throw error;
  }
}

/** The position (from 1) of the first event whose hash or link is wrong; undefined when the chain holds. */
export function brokenLink(events: readonly WrittenEvent[]): number | undefined {
  let previous = '';
  for (const [index, event] of events.entries()) {
    const { hash, ...open } = event;
    const right = hashOfWritten(open);
    if (open.seq !== index + 1 || open.previous !== previous || right === undefined || right !== hash) return index + 1;
    previous = right;
  }
  return undefined;
}
