import { CommandError, RefusedError } from '../errors.ts';
import type { LogStore } from './append.ts';
import { keysOf } from './keys.ts';
import { answered } from './redis.ts';

/** Longer than all bots can stand still with an interaction in their hands, and anybody still waits for its answer. */
export const HEEDED_SECONDS = 30 * 24 * 3600;

/**
 * The interactions that changed something outside of the logs of runs, or were refused: whoever carries one out again,
 * since its answer failed or its bot died or stood still, must not act on what has come since. A change notes its
 * interaction in the very script that makes it.
 */
export interface Heeded {
  /** Where it is noted. */
  key(interaction: string): string;
  isKnown(interaction: string): Promise<boolean>;
  /** Notes one that changes nothing. */
  note(interaction: string): Promise<void>;
  /** Does it, and notes the interaction when it is refused: what it was refused for may be over when it comes again. */
  refusing<T>(interaction: string, work: () => Promise<T>): Promise<T>;
}

/** Opens the memory of a prefix. Every method throws ExternalError when Redis does not answer. */
export function openHeeded({ redis, prefix }: Pick<LogStore, 'redis' | 'prefix'>): Heeded {
  const key = (interaction: string) => keysOf(prefix).heeded(interaction);
  const note = async (interaction: string) => {
    await answered(redis.set(key(interaction), '1', 'EX', HEEDED_SECONDS));
  };
  return {
    key,
    note,
    isKnown: async (interaction) => (await answered(redis.exists(key(interaction)))) === 1,
    async refusing(interaction, work) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof RefusedError || error instanceof CommandError) await note(interaction);
        throw error;
      }
    },
  };
}

/** Why an interaction that comes again is not carried out: it would act on what nobody meant by it. */
export function overtaken(): RefusedError {
  return new RefusedError((say) => say.decisions.overtaken, {
    code: 'KEYBUZZ_OVERTAKEN',
    fix: (say) => say.decisions.stillMeant,
  });
}
