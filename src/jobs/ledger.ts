import { z } from 'zod';
import { hashOf } from '../canonical.ts';
import { DefectError } from '../errors.ts';
import { wellFormed } from '../well-formed.ts';
import type { LogStore } from './append.ts';
import { parseJson, type WrittenEvent } from './chain.ts';
import { Person } from './events.ts';
import { keysOf } from './keys.ts';
import { answered, requireReplica } from './redis.ts';

/** What people decide outside of runs. */
export const LedgerBody = z.discriminatedUnion('type', [
  z.object({ type: z.literal('frozen'), person: Person, reason: z.string() }),
  z.object({ type: z.literal('unfrozen'), person: Person, reason: z.string() }),
  z.object({ type: z.literal('lock.held'), person: Person, lock: z.string(), reason: z.string() }),
  z.object({ type: z.literal('lock.dropped'), person: Person, lock: z.string() }),
  z.object({ type: z.literal('totp.enrolled'), person: Person }),
  z.object({ type: z.literal('totp.forgotten'), person: Person, whose: Person }),
]);
export type LedgerBody = z.infer<typeof LedgerBody>;

/** An entry of the ledger: like an event of a run's log, in a chain of its own. */
export const LedgerEvent = z.object({
  seq: z.number().int().positive(),
  at: z.string(),
  previous: z.string(),
  hash: z.string(),
  body: LedgerBody,
});
export type LedgerEvent = z.infer<typeof LedgerEvent>;

/** A write that belongs to an entry: both happen or none. */
export interface Effect {
  key: string;
  command: 'SET' | 'DEL' | 'HSET' | 'HDEL';
  args: readonly string[];
}

/**
 * Compare-and-set append of one entry with what it changes. KEYS: ledger, what the entry changes. ARGV: previous hash,
 * sequence, event JSON, its hash, command ('' for none), its arguments. Gives 1, or 0 when somebody else was first.
 */
const ENTER = `
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
if (newest and newest[2][4] or '') ~= ARGV[1] then return 0 end
redis.call('XADD', KEYS[1], ARGV[2] .. '-0', 'event', ARGV[3], 'hash', ARGV[4])
if ARGV[5] ~= '' then redis.call(ARGV[5], KEYS[2], unpack(ARGV, 6)) end
return 1`;

function parseEntry(text: string | undefined): LedgerEvent {
  const parsed = LedgerEvent.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new DefectError('An entry of the ledger can not be read.', {
    code: 'KEYBUZZ_LEDGER_BROKEN',
    fix: 'A newer version may have written it: update this process. Otherwise it was changed: keybuzz audit verify.',
    cause: parsed.error,
  });
}

/** What people decided outside of runs, in order: append-only, each entry with the hash of the one before. */
export interface Ledger {
  /**
   * Enters what `propose` says, asked again whenever somebody else was first; undefined: nothing. What it reads of the
   * `effect`'s keys is what counts when the entry is taken, as long as every writer of them goes through here.
   */
  enter(propose: () => Promise<{ body: LedgerBody; effect?: Effect } | undefined>): Promise<void>;
  /** All entries, oldest first. */
  events(): Promise<LedgerEvent[]>;
  /** The same as they were written, unparsed. */
  written(): Promise<WrittenEvent[]>;
}

/** Opens the ledger of a prefix. Every method throws ExternalError when Redis does not answer. */
export function openLedger({ redis, prefix, clock, replicated }: LogStore): Ledger {
  const keys = keysOf(prefix);
  const all = () => answered(redis.xrange(keys.ledger, '-', '+'));
  return {
    async enter(propose) {
      await clock.sync();
      for (;;) {
        const [newest] = await answered(redis.xrevrange(keys.ledger, '+', '-', 'COUNT', 1));
        const last = newest === undefined ? undefined : { seq: Number.parseInt(newest[0], 10), hash: newest[1][3] };
        const proposed = await propose();
        if (proposed === undefined) return;
        const { body, effect } = proposed;
        const open = {
          seq: (last?.seq ?? 0) + 1,
          at: new Date(clock.nowMs()).toISOString(),
          previous: last?.hash ?? '',
          body: LedgerBody.parse(wellFormed(body)),
        };
        const hash = hashOf(open);
        const taken = await answered(
          redis.eval(
            ENTER,
            2,
            ...[keys.ledger, effect?.key ?? keys.ledger],
            ...[open.previous, open.seq, JSON.stringify({ ...open, hash }), hash],
            ...[effect?.command ?? '', ...(effect?.args ?? [])],
          ),
        );
        if (taken === 0) continue;
        if (replicated) await requireReplica(redis);
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
