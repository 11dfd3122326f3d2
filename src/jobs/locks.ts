import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Fence } from './events.ts';
import { HEEDED_SECONDS } from './heeded.ts';
import { keysOf } from './keys.ts';
import { answered } from './redis.ts';

/** Who holds a lock; what people see who meet it. */
export const Holder = z.object({
  lock: z.string(),
  /** Empty: a person's maintenance lock. */
  run: z.string(),
  /** The person's key in policy.yaml, of a maintenance lock. */
  ownerId: z.string(),
  owner: z.string(),
  reason: z.string(),
  /** ISO 8601, UTC, of Redis's clock. */
  since: z.string(),
  /** Rises with every taking; hosts refuse work that carries an older one. */
  fence: z.number().int(),
});
export type Holder = z.infer<typeof Holder>;

/**
 * Takes all locks or none. A run that has to wait keeps its place: the same ticket in every queue, so that two runs can
 * never wait for each other. The fencing number is the larger of the last one plus 1 and Redis's clock in ms: it goes on
 * rising even when Redis was lost.
 * KEYS: locks, fences, queue of each lock. ARGV: run, owner, reason, lock names.
 * Gives {1, fence, ...} in the order of the names, or {0, holder JSON or '', lock, ticket ms of the first in the queue}.
 */
const TAKE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local blocked = nil
for i = 4, #ARGV do
  local holder = redis.call('HGET', KEYS[1], ARGV[i])
  local ahead = redis.call('ZRANGE', KEYS[i - 1], 0, 0)[1]
  if holder and cjson.decode(holder).run ~= ARGV[1] then
    blocked = {0, holder, ARGV[i]}
    break
  elseif not holder and ahead and ahead ~= ARGV[1] then
    blocked = {0, '', ARGV[i], ahead}
    break
  end
end
if blocked then
  for i = 4, #ARGV do redis.call('ZADD', KEYS[i - 1], 'NX', now, ARGV[1]) end
  return blocked
end
local taken = {1}
for i = 4, #ARGV do
  redis.call('ZREM', KEYS[i - 1], ARGV[1])
  local holder = redis.call('HGET', KEYS[1], ARGV[i])
  if holder then
    table.insert(taken, cjson.decode(holder).fence)
  else
    local fence = math.max(tonumber(redis.call('HGET', KEYS[2], ARGV[i]) or '0') + 1, now)
    redis.call('HSET', KEYS[2], ARGV[i], string.format('%d', fence))
    redis.call('HSET', KEYS[1], ARGV[i], cjson.encode({run = ARGV[1], owner = ARGV[2], reason = ARGV[3], fence = fence, since = now}))
    table.insert(taken, fence)
  end
end
return taken`;

/**
 * Frees what this taking holds, and the run's places in the queues; a taking that came later, also by the same run, stays.
 * KEYS: locks, queue of each lock. ARGV: run, then lock and fence (0: only the place in the queue) of each.
 * Gives the runs now first in the queues.
 */
const RELEASE = `
local woken = {}
for i = 2, #KEYS do
  local lock, fence = ARGV[2 * i - 2], tonumber(ARGV[2 * i - 1])
  local holder = redis.call('HGET', KEYS[1], lock)
  if holder and cjson.decode(holder).run == ARGV[1] and cjson.decode(holder).fence == fence then
    redis.call('HDEL', KEYS[1], lock)
  end
  redis.call('ZREM', KEYS[i], ARGV[1])
  local first = redis.call('ZRANGE', KEYS[i], 0, 0)[1]
  if first then table.insert(woken, first) end
end
return woken`;

/**
 * A person takes a free lock, out of turn: maintenance begins when they say so. KEYS: locks, fences, the interaction.
 * ARGV: lock, owner id, owner, reason, seconds to note the interaction. Gives the holder's JSON, ours or whose it is; nil
 * when it is free and the interaction was here before: whatever freed the lock is newer.
 */
const HOLD = `
local isAgain = not redis.call('SET', KEYS[3], '1', 'NX', 'EX', ARGV[5])
local holder = redis.call('HGET', KEYS[1], ARGV[1])
if holder then return holder end
if isAgain then return false end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local fence = math.max(tonumber(redis.call('HGET', KEYS[2], ARGV[1]) or '0') + 1, now)
redis.call('HSET', KEYS[2], ARGV[1], string.format('%d', fence))
local taken = cjson.encode({run = '', ownerId = ARGV[2], owner = ARGV[3], reason = ARGV[4], fence = fence, since = now})
redis.call('HSET', KEYS[1], ARGV[1], taken)
return taken`;

/**
 * Frees a lock if this fence still holds it, and the interaction, if one asks, was not here before. KEYS: locks, queue, the
 * interaction. ARGV: lock, fence, seconds to note the interaction. Gives the run to wake, '' or nil.
 */
const DROP = `
if KEYS[3] and not redis.call('SET', KEYS[3], '1', 'NX', 'EX', ARGV[3]) then return false end
local holder = redis.call('HGET', KEYS[1], ARGV[1])
if not holder or cjson.decode(holder).fence ~= tonumber(ARGV[2]) then return false end
redis.call('HDEL', KEYS[1], ARGV[1])
return redis.call('ZRANGE', KEYS[2], 0, 0)[1] or ''`;

const StoredHolder = z.object({
  run: z.string(),
  ownerId: z.string().default(''),
  owner: z.string(),
  reason: z.string(),
  fence: z.number(),
  since: z.number(),
});

export type Taking = { taken: true; fences: Fence[] } | { taken: false; lock: string; holder: string; since: string };

/** A person's maintenance lock, and the interaction that asks for it. */
export interface Holding {
  ownerId: string;
  owner: string;
  reason: string;
  interaction: string;
}

/** The locks in Redis under one prefix. */
export interface Locks {
  /** `names` in order; the same run asking again gets the same fences. */
  take(run: string, names: readonly string[], why: { owner: string; reason: string }): Promise<Taking>;
  /** Frees what the run holds with these fences, and its places in the queues of `names`; gives the runs to wake. */
  release(run: string, names: readonly string[], fences: readonly Fence[]): Promise<string[]>;
  /**
   * Takes a free lock for a person; gives who holds it now, them or somebody else. Undefined: it is free, and this
   * interaction asked for it before.
   */
  hold(lock: string, why: Holding): Promise<Holder | undefined>;
  /**
   * Frees a lock whoever asks, if it is still this holder's; gives the runs to wake, undefined when it is not, or when this
   * interaction freed one before.
   */
  drop(holder: Pick<Holder, 'lock' | 'fence'>, interaction?: string): Promise<string[] | undefined>;
  list(): Promise<Holder[]>;
  /** Runs that wait for the lock, first come first. */
  queue(lock: string): Promise<string[]>;
}

function parseHolder(lock: string, text: string): Holder {
  const stored = StoredHolder.parse(JSON.parse(text));
  return { lock, ...stored, since: new Date(stored.since).toISOString() };
}

/** `redis` is used for short commands only. Every method throws ExternalError when it does not answer. */
export function openLocks(redis: Redis, prefix: string): Locks {
  const keys = keysOf(prefix);
  return {
    async take(run, names, { owner, reason }) {
      const queues = names.map((name) => keys.lockQueue(name));
      const all = [keys.locks, keys.fences, ...queues];
      const answer = (await answered(redis.eval(TAKE, all.length, ...all, run, owner, reason, ...names))) as [
        number,
        ...unknown[],
      ];
      if (answer[0] === 1) {
        return { taken: true, fences: names.map((lock, index) => ({ lock, number: Number(answer[index + 1]) })) };
      }
      const [, holder, lock, ahead] = answer as [number, string, string, string?];
      if (holder === '') return { taken: false, lock, holder: `run ${ahead ?? '?'}, next in the queue`, since: '' };
      const { run: other, owner: whose, reason: purpose, since } = parseHolder(lock, holder);
      const who = other === '' ? `${whose} (${purpose})` : `run ${other} of ${whose}`;
      return { taken: false, lock, holder: who, since };
    },
    async release(run, names, fences) {
      const all = [keys.locks, ...names.map((name) => keys.lockQueue(name))];
      const fenceOf = (lock: string) => fences.find((fence) => fence.lock === lock)?.number ?? 0;
      const held = names.flatMap((name) => [name, fenceOf(name)]);
      return (await answered(redis.eval(RELEASE, all.length, ...all, run, ...held))) as string[];
    },
    async hold(lock, { ownerId, owner, reason, interaction }) {
      const all = [keys.locks, keys.fences, keys.heeded(interaction)];
      const holder = await answered(redis.eval(HOLD, all.length, ...all, lock, ownerId, owner, reason, HEEDED_SECONDS));
      return typeof holder === 'string' ? parseHolder(lock, holder) : undefined;
    },
    async drop({ lock, fence }, interaction) {
      const asking = interaction === undefined ? [] : [keys.heeded(interaction)];
      const all = [keys.locks, keys.lockQueue(lock), ...asking];
      const first = await answered(redis.eval(DROP, all.length, ...all, lock, fence, HEEDED_SECONDS));
      if (typeof first !== 'string') return undefined;
      return first === '' ? [] : [first];
    },
    queue: (lock) => answered(redis.zrange(keys.lockQueue(lock), 0, '-1')),
    async list() {
      const all = await answered(redis.hgetall(keys.locks));
      return Object.entries(all).map(([lock, text]) => parseHolder(lock, text));
    },
  };
}
