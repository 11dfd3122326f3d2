import type { Redis } from 'ioredis';
import type { SharedClock } from './clock.ts';
import type { RunEvent } from './events.ts';
import { keysOf } from './keys.ts';
import { answered, requireReplicas } from './redis.ts';
import type { RunState } from './state.ts';

/** Whoever opens logs: where they are, and what else happens with each appended event. */
export interface LogStore {
  redis: Redis;
  prefix: string;
  /** Redis stands behind Sentinel: an append counts only when a replica has it. */
  replicated: boolean;
  /** The time in events, and what deadlines in them are compared with. */
  clock: SharedClock;
  /** Called after an append that nobody was woken for yet; nobody waits for it, so it must not throw. */
  appended(runId: string): void;
}

/**
 * Compare-and-set append of one event or several that belong together: all are taken or none. They are taken only when the
 * newest entry's hash is the one the writer built upon: a zombie's append gives 0. Behind that stands the explicit id, which
 * Redis itself refuses twice; that, like every other error of Redis (full, read-only), is the caller's to hear, as only a
 * defect can name the right head and a number that is taken. Redis refuses before the first entry or not at all: it looks at
 * its memory when a script begins, and the numbers rise.
 * KEYS: log, runs, open, unreported, runs of this verb and module, unreviewed, unsealed. ARGV: previous hash, run id, requested-at ms, due ms or
 * '' (ended), whether it is to be reviewed (1, 0 or ''), then seq, event JSON and hash of each event. Gives 2 when nobody was woken yet for what is not reported of this run, 1 when somebody was.
 */
const APPEND = `
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local head = newest and newest[2][4] or ''
if head ~= ARGV[1] then return 0 end
for i = 6, #ARGV, 3 do
  redis.call('XADD', KEYS[1], ARGV[i] .. '-0', 'event', ARGV[i + 1], 'hash', ARGV[i + 2])
end
if ARGV[6] == '1' then
  redis.call('ZADD', KEYS[2], ARGV[3], ARGV[2])
  redis.call('ZADD', KEYS[5], ARGV[3], ARGV[2])
end
if ARGV[4] == '' then
  redis.call('ZREM', KEYS[3], ARGV[2])
  redis.call('HSET', KEYS[7], ARGV[2], ARGV[#ARGV - 2] .. ' ' .. ARGV[#ARGV])
else
  redis.call('ZADD', KEYS[3], ARGV[4], ARGV[2])
end
if ARGV[5] == '1' then redis.call('ZADD', KEYS[6], ARGV[3], ARGV[2]) end
if ARGV[5] == '0' then redis.call('ZREM', KEYS[6], ARGV[2]) end
return 1 + redis.call('HSET', KEYS[4], ARGV[2], ARGV[#ARGV - 2])`;

/** The moment (epoch ms) from which the sweep looks after a run; undefined: never (ended). */
function dueMs(state: RunState): number | undefined {
  if (state.status === 'ended') return undefined;
  if (state.cancel !== undefined || state.abandon !== undefined) return 0;
  if (state.status === 'waiting-approval' && state.approval?.decision === 'pending') {
    return Date.parse(state.approval.expiresAt);
  }
  return state.status === 'interrupted' ? Number.MAX_SAFE_INTEGER : 0;
}

/** Whether it belongs to the runs that somebody must review: 1, not any more: 0, never: empty. */
function toReview({ breakGlass, review }: RunState): '1' | '0' | '' {
  if (breakGlass === undefined) return '';
  return review === undefined ? '1' : '0';
}

/**
 * Writes events that follow each other, in one go; false when somebody else was first. `after` is the state that they lead
 * to. The reporter is woken once for all that it has not reported: it compares the newest number before it is done.
 */
export async function tryAppend(
  store: LogStore,
  runId: string,
  events: readonly RunEvent[],
  after: RunState,
): Promise<boolean> {
  const keys = keysOf(store.prefix);
  const taken = await answered(
    store.redis.eval(
      APPEND,
      7,
      keys.log(runId),
      keys.runs,
      keys.open,
      keys.unreported,
      keys.runsOf(after.plan.verb, after.plan.module),
      keys.unreviewed,
      keys.unsealed,
      events[0]?.previous ?? '',
      runId,
      Date.parse(after.requestedAt),
      dueMs(after) ?? '',
      toReview(after),
      ...events.flatMap((event) => [event.seq, JSON.stringify(event), event.hash]),
    ),
  );
  if (taken === 0) return false;
  if (store.replicated) await requireReplicas(store.redis);
  if (taken === 2) store.appended(runId);
  return true;
}
