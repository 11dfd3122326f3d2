import type { z } from 'zod';
import { hashOf } from '../canonical.ts';
import { DefectError } from '../errors.ts';
import { wellFormed } from '../well-formed.ts';
import type { LogStore } from './append.ts';
import { parseJson, type WrittenEvent } from './chain.ts';
import { answered, requireReplicas } from './redis.ts';

/** A write that belongs to an entry: both happen or none. */
export interface Effect {
  key: string;
  command: 'SET' | 'DEL' | 'HSET' | 'HDEL';
  args: readonly string[];
}

/**
 * Compare-and-set append of one entry with what it changes. KEYS: chain, what the entry changes. ARGV: previous hash,
 * sequence, event JSON, its hash, command ('' for none), its arguments. Gives 1, or 0 when somebody else was first.
 */
const ENTER = `
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
if (newest and newest[2][4] or '') ~= ARGV[1] then return 0 end
redis.call('XADD', KEYS[1], ARGV[2] .. '-0', 'event', ARGV[3], 'hash', ARGV[4])
if ARGV[5] ~= '' then redis.call(ARGV[5], KEYS[2], unpack(ARGV, 6)) end
return 1`;

/** Entries in order, beside the logs of runs: append-only, each with the hash of the one before. */
export interface Chained<Body, Entry> {
  /**
   * Enters what `propose` says, asked again whenever somebody else was first; undefined: nothing. What it reads of the
   * `effect`'s keys is what counts when the entry is taken, as long as every writer of them goes through here.
   */
  enter(propose: () => Promise<{ body: Body; effect?: Effect } | undefined>): Promise<void>;
  /** All entries, oldest first. Throws DefectError when one can't be read. */
  events(): Promise<Entry[]>;
  /** The same as they were written, unparsed. */
  written(): Promise<WrittenEvent[]>;
}

/** Opens the chain in a stream; `name` is what people call it. Every method throws ExternalError when Redis does not answer. */
export function openChained<Body, Entry extends { body: Body }>(
  { redis, clock, replicated }: LogStore,
  { key, name, entry }: { key: string; name: string; entry: z.ZodType<Entry> },
): Chained<Body, Entry> {
  const all = () => answered(redis.xrange(key, '-', '+'));

  function parseEntry(text: string | undefined): Entry {
    const parsed = entry.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    throw new DefectError(`An entry of the ${name} can not be read.`, {
      code: 'KEYBUZZ_LEDGER_BROKEN',
      fix: 'A newer version may have written it: update this process. Otherwise it was changed: keybuzz audit verify.',
      cause: parsed.error,
    });
  }

  return {
    async enter(propose) {
      await clock.sync();
      for (;;) {
        const [newest] = await answered(redis.xrevrange(key, '+', '-', 'COUNT', 1));
        const last = newest === undefined ? undefined : { seq: Number.parseInt(newest[0], 10), hash: newest[1][3] };
        const proposed = await propose();
        if (proposed === undefined) return;
        const { body, effect } = proposed;
        const open = {
          seq: (last?.seq ?? 0) + 1,
          at: new Date(clock.nowMs()).toISOString(),
          previous: last?.hash ?? '',
          body: wellFormed(body),
        };
        const hash = hashOf(open);
        entry.parse({ ...open, hash });
        const taken = await answered(
          redis.eval(
            ENTER,
            2,
            ...[key, effect?.key ?? key],
            ...[open.previous, open.seq, JSON.stringify({ ...open, hash }), hash],
            ...[effect?.command ?? '', ...(effect?.args ?? [])],
          ),
        );
        if (taken === 0) continue;
        if (replicated) await requireReplicas(redis);
        return;
      }
    },
    events: async () => (await all()).map(([, fields]) => parseEntry(fields[1])),
    written: async () =>
      (await all()).map(([, fields]) => {
        const event = parseJson(fields[1]);
        return typeof event === 'object' && event !== null ? (event as WrittenEvent) : {};
      }),
  };
}
