import { heldBySomeoneElse } from './decisions.ts';
import type { Engine, LockInfo } from './engine.ts';
import { openHeeded, overtaken } from './heeded.ts';
import { openLedger, type LedgerBody } from './ledger.ts';
import { openLocks, type Holder } from './locks.ts';
import type { LogStore } from './log.ts';
import type { Queues } from './queues.ts';

/** What people do with locks without a run. */
export function lockVerbs(
  { store, queues }: { store: LogStore; queues: Pick<Queues, 'wake'> },
  warn: (what: string, error: unknown) => void,
): Pick<Engine, 'locks' | 'lock' | 'unlock'> {
  const locks = openLocks(store.redis, store.prefix);
  const ledger = openLedger(store);
  const heeded = openHeeded(store);
  const enter = (body: LedgerBody) => ledger.enter(() => Promise.resolve({ body }));
  const holderOf = async (lock: string) => (await locks.list()).find((one) => one.lock === lock);
  const withQueue = async ({ lock, run, ownerId, owner, reason, since, fence }: Holder): Promise<LockInfo> => {
    return { lock, run, ownerId, owner, reason, since, fence, queue: await locks.queue(lock) };
  };
  return {
    async locks() {
      const held = await Promise.all((await locks.list()).map(withQueue));
      return held.sort((a, b) => (a.lock < b.lock ? -1 : 1));
    },
    async lock(lock, { person, reason, interaction }) {
      const isHeld = (await holderOf(lock)) !== undefined;
      const holder = await locks.hold(lock, { ownerId: person.id, owner: person.name, reason, interaction });
      if (holder === undefined) throw overtaken();
      if (holder.run !== '' || holder.ownerId !== person.id) throw heldBySomeoneElse(holder);
      if (!isHeld) await enter({ type: 'lock.held', person, lock, reason });
      return withQueue(holder);
    },
    async unlock(lock, person, interaction) {
      const holder = await holderOf(lock);
      if (holder === undefined) return heeded.note(interaction);
      if (holder.run !== '' || holder.ownerId !== person.id) {
        await heeded.note(interaction);
        throw heldBySomeoneElse(holder);
      }
      const waiting = await locks.drop(holder, interaction);
      if (waiting === undefined) {
        if ((await holderOf(lock)) !== undefined) throw overtaken();
        return;
      }
      await enter({ type: 'lock.dropped', person, lock });
      for (const runId of waiting) {
        await queues.wake(runId).catch((error: unknown) => warn('wake-up', error));
      }
    },
  };
}
