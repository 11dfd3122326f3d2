import { z } from 'zod';
import { CheckResult } from '../modules/contract.ts';
import { parseJson } from './chain.ts';
import { keysOf } from './keys.ts';
import type { LogStore } from './log.ts';
import { answered } from './redis.ts';

/** What the monitor heard last of one module. */
export const Snapshot = z.object({
  module: z.string(),
  /** When it was asked, ISO 8601, UTC. */
  at: z.string(),
  results: z.array(CheckResult),
  /** Hosts that said nothing, and why. */
  silent: z.array(z.object({ host: z.string(), reason: z.string() })),
  /** Why it could not be asked at all, a sentence; empty when it was. */
  trouble: z.string(),
});
export type Snapshot = z.infer<typeof Snapshot>;

/** What the monitor is to ask, and how often. */
export interface Monitored {
  module: string;
  everyMs: number;
}

/** Keeps a module's newest answers, for whoever wants to know without asking the hosts. */
export async function keepSnapshot({ redis, prefix }: LogStore, snapshot: Snapshot): Promise<void> {
  await answered(redis.hset(keysOf(prefix).snapshots, snapshot.module, JSON.stringify(snapshot)));
}

/** The newest answers of every module that the monitor is to ask; none of one that it has not asked yet. */
export async function readSnapshots({ redis, prefix }: LogStore): Promise<Snapshot[]> {
  const keys = keysOf(prefix);
  const kept = await answered(redis.hgetall(keys.snapshots));
  return Object.values(kept).flatMap((text) => {
    const parsed = Snapshot.safeParse(parseJson(text));
    return parsed.success ? [parsed.data] : [];
  });
}

/** What workers say the monitor is to ask. */
export async function readMonitored({ redis, prefix }: LogStore): Promise<Monitored[]> {
  const all = await answered(redis.hgetall(keysOf(prefix).monitored));
  return Object.entries(all).map(([module, everyMs]) => ({ module, everyMs: Number(everyMs) }));
}

/** Says what the monitor is to ask from now on; nothing else is. */
export async function writeMonitored({ redis, prefix }: LogStore, monitored: readonly Monitored[]): Promise<void> {
  const { monitored: key } = keysOf(prefix);
  const writing = redis.multi().del(key);
  for (const { module, everyMs } of monitored) writing.hset(key, module, everyMs);
  await answered(writing.exec());
}
