import type { Redis } from 'ioredis';
import { answered, requireReplicas } from './redis.ts';

/** Small strings by field: the ts of a message, the number of the newest event that was told, what is being posted. */
type Fields = Record<string, string>;

/** What bots remember of their posts for something, by its id; it survives restarts. Throws ExternalError like all of Redis. */
export interface PostMemory {
  load(id: string): Promise<Fields>;
  save(id: string, fields: Fields): Promise<void>;
  /**
   * Sets one field while it still is what this bot last saw there; absent and empty mean the same. False: another bot was
   * first, and what this one remembers is old.
   */
  claim(id: string, field: string, change: { seen: string; value: string }): Promise<boolean>;
}

/** KEYS: posts. ARGV: field, what was seen, value. Gives 0 when it is something else by now. */
const CLAIM = `
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1`;

interface Place {
  redis: Redis;
  replicated: boolean;
  /** The hash of an id. Throws for an id that can be none. */
  keyOf: (id: string) => string;
  /**
   * When it is forgotten: so long after the last write, or together with the key that it is about, which has a time to live
   * once it is over; never when left out.
   */
  kept?: { seconds: number } | { with: (id: string) => string };
}

/** Opens the memory of one kind of posts. */
export function openPostMemory({ redis, replicated, keyOf, kept }: Place): PostMemory {
  const keep = async (id: string): Promise<void> => {
    if (kept !== undefined) {
      const seconds = 'seconds' in kept ? kept.seconds : await answered(redis.ttl(kept.with(id)));
      await answered(seconds > 0 ? redis.expire(keyOf(id), seconds) : redis.persist(keyOf(id)));
    }
    // A post that Redis forgot to have begun would be made twice.
    if (replicated) await requireReplicas(redis);
  };
  return {
    load: (id) => answered(redis.hgetall(keyOf(id))),
    async save(id, fields) {
      await answered(redis.hset(keyOf(id), fields));
      await keep(id);
    },
    async claim(id, field, { seen, value }) {
      const isClaimed = (await answered(redis.eval(CLAIM, 1, keyOf(id), field, seen, value))) === 1;
      if (isClaimed) await keep(id);
      return isClaimed;
    },
  };
}
