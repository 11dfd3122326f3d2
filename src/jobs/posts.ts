import type { Engine } from './engine.ts';
import { keysOf } from './keys.ts';
import type { LogStore } from './log.ts';
import { answered, requireReplicas } from './redis.ts';
import { checkRunId } from './decisions.ts';

/** What bots remember of their posts for runs. */
export function postsOf({ redis, prefix, replicated }: LogStore): Engine['posts'] {
  const keys = keysOf(prefix);
  return {
    load: (runId) => answered(redis.hgetall(keys.posts(checkRunId(runId)))),
    async save(runId, fields) {
      await answered(redis.hset(keys.posts(checkRunId(runId)), fields));
      // A post that Redis forgot to have begun would be made twice.
      if (replicated) await requireReplicas(redis);
    },
  };
}
