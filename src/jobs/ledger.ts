import { z } from 'zod';
import type { LogStore } from './append.ts';
import { openChained, type Chained } from './chained.ts';
import { Person } from './events.ts';
import { keysOf } from './keys.ts';

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

/** What people decided outside of runs, in order. */
export type Ledger = Chained<LedgerBody, LedgerEvent>;

/** Opens the ledger of a prefix. Every method throws ExternalError when Redis does not answer. */
export function openLedger(store: LogStore): Ledger {
  return openChained(store, { key: keysOf(store.prefix).ledger, name: 'ledger', entry: LedgerEvent });
}
