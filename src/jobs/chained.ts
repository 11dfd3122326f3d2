import type { z } from 'zod';
import { hashOf } from '../canonical.ts';
import { DefectError } from '../errors.ts';
import { wellFormed } from '../well-formed.ts';
import type { LogStore } from './append.ts';
import { parseJson, type WrittenEvent } from './chain.ts';
import { HEEDED_SECONDS, openHeeded } from './heeded.ts';
import { answered, requireReplicas } from './redis.ts';

/** A write that belongs to an entry: both happen or none. */
export interface Effect {
  key: string;
  command: 'SET' | 'DEL' | 'HSET' | 'HDEL';
  args: readonly string[];
}

/**
 * Compare-and-set append of one entry with what it changes. KEYS: chain, what the entry changes, the interaction (the chain
 * again where none asks). ARGV: previous hash, sequence, event JSON, its hash, seconds to note the interaction ('' where none
 * asks), command ('' for none), its arguments. Gives 1, or 0 when somebody else was first.
 */
const ENTER = `
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
if (newest and newest[2][4] or '') ~= ARGV[1] then return 0 end
redis.call('XADD', KEYS[1], ARGV[2] .. '-0', 'event', ARGV[3], 'hash', ARGV[4])
if ARGV[5] ~= '' then redis.call('SET', KEYS[3], '1', 'EX', ARGV[5]) end
if ARGV[6] ~= '' then redis.call(ARGV[6], KEYS[2], unpack(ARGV, 7)) end
return 1`;

/** What is to be entered, and what it changes. */
export interface Proposed<Body> {
  body: Body;
  effect?: Effect;
}

/** Entries in order, beside the logs of runs: append-only, each with the hash of the one before. */
export interface Chained<Body, Entry> {
  /**
   * Enters what `propose` says, asked again whenever somebody else was first; undefined: nothing. What it reads of the
   * `effect`'s keys is what counts when the entry is taken, as long as every writer of them goes through here.
   * With an interaction: `repeated`, and nothing is asked or entered, when it was here before, whatever came of it then.
   */
  enter(propose: () => Promise<Proposed<Body> | undefined>, interaction?: string): Promise<'done' | 'repeated'>;
  /** All entries, oldest first. Throws DefectError when one can't be read. */
  events(): Promise<Entry[]>;
  /** The same as they were written, unparsed. */
  written(): Promise<WrittenEvent[]>;
}

/** Opens the chain in a stream; `name` is what people call it. Every method throws ExternalError when Redis does not answer. */
export function openChained<Body, Entry extends { body: Body }>(
  { redis, prefix, clock, replicated }: LogStore,
  { key, name, entry }: { key: string; name: string; entry: z.ZodType<Entry> },
): Chained<Body, Entry> {
  const heeded = openHeeded({ redis, prefix });
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

  /** Gives what ENTER gives. */
  async function write(last: { seq: number; hash: string }, { body, effect }: Proposed<Body>, interaction?: string) {
    const open = {
      seq: last.seq + 1,
      at: new Date(clock.nowMs()).toISOString(),
      previous: last.hash,
      body: wellFormed(body),
    };
    const hash = hashOf(open);
    entry.parse({ ...open, hash });
    return answered(
      redis.eval(
        ENTER,
        3,
        ...[key, effect?.key ?? key, interaction === undefined ? key : heeded.key(interaction)],
        ...[open.previous, open.seq, JSON.stringify({ ...open, hash }), hash],
        interaction === undefined ? '' : HEEDED_SECONDS,
        ...[effect?.command ?? '', ...(effect?.args ?? [])],
      ),
    );
  }

  async function enter(propose: () => Promise<Proposed<Body> | undefined>, interaction?: string) {
    await clock.sync();
    for (;;) {
      const [newest] = await answered(redis.xrevrange(key, '+', '-', 'COUNT', 1));
      const last = { seq: Number.parseInt(newest?.[0] ?? '0', 10), hash: newest?.[1][3] ?? '' };
      // After the head: had this interaction been entered since, by another bot, the head would be another.
      if (interaction !== undefined && (await heeded.isKnown(interaction))) return 'repeated';
      const proposed = await propose();
      if (proposed === undefined) {
        if (interaction !== undefined) await heeded.note(interaction);
        return 'done';
      }
      if ((await write(last, proposed, interaction)) === 0) continue;
      if (replicated) await requireReplicas(redis);
      return 'done';
    }
  }

  return {
    enter: (propose, interaction) =>
      interaction === undefined ? enter(propose) : heeded.refusing(interaction, () => enter(propose, interaction)),
    events: async () => (await all()).map(([, fields]) => parseEntry(fields[1])),
    written: async () =>
      (await all()).map(([, fields]) => {
        const event = parseJson(fields[1]);
        return typeof event === 'object' && event !== null ? (event as WrittenEvent) : {};
      }),
  };
}
