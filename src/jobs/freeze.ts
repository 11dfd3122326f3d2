import { z } from 'zod';
import { DefectError, RefusedError } from '../errors.ts';
import type { Phrase } from '../language/index.ts';
import type { LogStore } from './append.ts';
import { parseJson } from './chain.ts';
import { Person } from './events.ts';
import { overtaken } from './heeded.ts';
import { keysOf } from './keys.ts';
import { openLedger } from './ledger.ts';
import { answered } from './redis.ts';

/** Somebody has switched off everything that changes anything. */
export const Freeze = z.object({ person: Person, reason: z.string(), at: z.string() });
export type Freeze = z.infer<typeof Freeze>;

/** Why nothing begins now, as sentences. */
export interface Standstill {
  /** `switch`: somebody froze everything, which also holds up runs that have begun. `window`: the policy's calendar. */
  by: 'switch' | 'window';
  reason: Phrase;
  fix: Phrase;
}

/** The sentence about a freeze: who, since when, why. */
export function freezeSentence({ person, reason, at }: Freeze): Phrase {
  return (say) => say.policy.frozenBy(person.name, at, reason);
}

/** The standstill that a freeze is. */
export function standstillOf(freeze: Freeze): Standstill {
  return { by: 'switch', reason: freezeSentence(freeze), fix: (say) => say.policy.untilLifted };
}

/** The kill-switch, towards commands. */
export interface FreezeSwitch {
  /** The freeze that holds now; undefined: none does. */
  frozen(): Promise<Freeze | undefined>;
  /** Gives the freeze that holds then: also an earlier one of somebody else, which stays as it is. */
  freeze(person: Person, reason: string, interaction: string): Promise<Freeze>;
  /** Lifts the freeze that holds; when the interaction comes again, no newer one. Throws RefusedError when nothing is frozen. */
  unfreeze(person: Person, reason: string, interaction: string): Promise<void>;
}

/** Why there is nothing to lift. */
export function notFrozen(): RefusedError {
  return new RefusedError((say) => say.decisions.notFrozen, {
    code: 'KEYBUZZ_NOT_FROZEN',
    fix: (say) => say.decisions.windowEnds,
  });
}

/** Reads the freeze that holds. Throws DefectError when what stands there is none: then nothing may begin either. */
export async function readFreeze({ redis, prefix }: Pick<LogStore, 'redis' | 'prefix'>): Promise<Freeze | undefined> {
  const text = await answered(redis.get(keysOf(prefix).freeze));
  if (text === null) return undefined;
  const parsed = Freeze.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new DefectError("The freeze in the bot's Redis can not be read, so nothing may begin.", {
    code: 'KEYBUZZ_FREEZE_BROKEN',
    fix: 'A newer version may have written it: update this process. Otherwise: keybuzz audit verify.',
    cause: parsed.error,
  });
}

/** Opens the kill-switch. Each turn of it stands in the ledger. */
export function openFreeze(store: LogStore): FreezeSwitch {
  const { freeze: key } = keysOf(store.prefix);
  const ledger = openLedger(store);
  return {
    frozen: () => readFreeze(store),
    async freeze(person, reason, interaction) {
      let standing: Freeze | undefined;
      const outcome = await ledger.enter(async () => {
        standing = await readFreeze(store);
        if (standing !== undefined) return undefined;
        standing = { person, reason, at: new Date(store.clock.nowMs()).toISOString() };
        const effect = { key, command: 'SET' as const, args: [JSON.stringify(standing)] };
        return { body: { type: 'frozen', person, reason }, effect };
      }, interaction);
      if (outcome === 'repeated') standing = await readFreeze(store);
      if (outcome === 'repeated' && standing === undefined) throw overtaken();
      if (standing !== undefined) return standing;
      throw new DefectError('A freeze was neither found nor made.', { code: 'KEYBUZZ_DEFECT', fix: 'Report this.' });
    },
    async unfreeze(person, reason, interaction) {
      const outcome = await ledger.enter(async () => {
        if ((await readFreeze(store)) === undefined) throw notFrozen();
        return { body: { type: 'unfrozen', person, reason }, effect: { key, command: 'DEL', args: [] } };
      }, interaction);
      if (outcome === 'repeated' && (await readFreeze(store)) !== undefined) throw overtaken();
    },
  };
}
