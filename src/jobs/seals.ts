import { z } from 'zod';
import type { LogStore } from './append.ts';
import { openChained, type Chained } from './chained.ts';
import { keysOf } from './keys.ts';
import { answered } from './redis.ts';

/** How far the log of a run went when it had ended: what is cut off it later is missed. */
export const Seal = z.object({ run: z.string(), seq: z.number().int().positive(), head: z.string() });
export type Seal = z.infer<typeof Seal>;

const SealEvent = z.object({
  seq: z.number().int().positive(),
  at: z.string(),
  previous: z.string(),
  hash: z.string(),
  body: Seal,
});

/** Runs ended so many at most are sealed by one sweep. */
const SEALED_AT_ONCE = 200;

/** The seals of a prefix, in a chain of their own. */
export function openSeals(store: LogStore): Chained<Seal, z.infer<typeof SealEvent>> {
  return openChained(store, { key: keysOf(store.prefix).seals, name: 'chain of seals', entry: SealEvent });
}

/** What is noted of an ended run with its last event, until it is sealed: `<seq> <hash>`. */
function parseNote(run: string, note: string | null): Seal | undefined {
  const [, seq, head = ''] = /^(\d+) ([0-9a-f]{64})$/.exec(note ?? '') ?? [];
  return seq === undefined ? undefined : { run, seq: Number(seq), head };
}

/** Seals the runs that have ended since. Several may do it at once: each run is sealed once for each end of its log. */
export async function sealEnded(store: LogStore): Promise<void> {
  const { unsealed } = keysOf(store.prefix);
  const ended = await answered(store.redis.hkeys(unsealed));
  const seals = openSeals(store);
  for (const run of ended.slice(0, SEALED_AT_ONCE)) {
    await seals.enter(async () => {
      const body = parseNote(run, await answered(store.redis.hget(unsealed, run)));
      return body && { body, effect: { key: unsealed, command: 'HDEL', args: [run] } };
    });
  }
}
