import { setTimeout as delay } from 'node:timers/promises';
import { Queue } from 'bullmq';
import type { RedisEndpoint } from '../config.ts';
import { localTime } from '../local-time.ts';
import { parseJson } from './chain.ts';
import { Baseline, type Digests, type DigestTime } from './digests-face.ts';
import { readProofs } from './evidence.ts';
import { keysOf } from './keys.ts';
import type { LogStore } from './log.ts';
import { openPostMemory } from './posts.ts';
import { consume } from './queues.ts';
import { answered, openRedis } from './redis.ts';
import { readSnapshots } from './snapshots.ts';

/** Days for which answers and posts are kept. */
const DAYS_KEPT = 30;
const KEPT_SECONDS = DAYS_KEPT * 24 * 3600;
/** What is younger is no yesterday. */
const YESTERDAY_MS = 12 * 3_600_000;
/** The queue goes by clocks of machines, which may be an hour ahead unnoticed; then it wakes us early. */
const EARLY_MS = 2 * 3_600_000;
/** From one second on twice as long each time: what Slack does not take is tried for some four hours. */
const ATTEMPTS = 14;
const SCHEDULER = 'daily';

/** The day whose digest is due at this moment or was due last, `2026-11-28` in the zone; two hours ahead count. */
export function dueDay(nowMs: number, { at, zone }: DigestTime): string {
  const { time, stamp } = localTime(nowMs + EARLY_MS, zone);
  const day = stamp.slice(0, 10);
  if (time >= at) return day;
  return new Date(Date.parse(`${day}T00:00:00Z`) - 24 * 3_600_000).toISOString().slice(0, 10);
}

/** Puts the schedule into Redis: there is one, whatever the number of bots, and each turn of it is given to one. */
async function schedule(endpoint: RedisEndpoint, prefix: string, time: DigestTime | undefined): Promise<void> {
  const connection = openRedis(endpoint);
  const queue = new Queue('digest', { connection, prefix: `{${prefix}}` });
  queue.on('error', () => undefined);
  try {
    if (time === undefined) {
      await answered(queue.removeJobScheduler(SCHEDULER));
      return;
    }
    const [hour, minute] = time.at.split(':').map(Number);
    const pattern = `${minute} ${hour} * * *`;
    const known = await answered(queue.getJobScheduler(SCHEDULER));
    // One that is right already keeps its turn: bots that start again must not put off one that is late.
    if (known?.pattern === pattern && known.tz === time.zone) return;
    const opts = { attempts: ATTEMPTS, backoff: { type: 'exponential', delay: 1000 }, removeOnFail: { count: 50 } };
    await answered(queue.upsertJobScheduler(SCHEDULER, { pattern, tz: time.zone }, { name: 'digest', opts }));
  } finally {
    await queue.close();
    connection.disconnect();
  }
}

async function readBaseline({ redis, prefix, clock }: LogStore): Promise<Baseline | undefined> {
  await clock.sync();
  const kept = Object.values(await answered(redis.hgetall(keysOf(prefix).digests))).flatMap((text) => {
    const parsed = Baseline.safeParse(parseJson(text));
    return parsed.success && clock.nowMs() - Date.parse(parsed.data.at) >= YESTERDAY_MS ? [parsed.data] : [];
  });
  return kept.sort((a, b) => b.at.localeCompare(a.at))[0];
}

async function keepBaseline(store: LogStore, day: string): Promise<void> {
  const { redis, prefix, clock } = store;
  const { digests } = keysOf(prefix);
  const snapshots = await readSnapshots(store);
  const answers = snapshots.map(({ module, results }) => [
    module,
    Object.fromEntries(results.map(({ check, answer }) => [check, answer])),
  ]);
  await clock.sync();
  const at = new Date(clock.nowMs()).toISOString();
  const baseline: Baseline = { at, answers: Object.fromEntries(answers) as Baseline['answers'] };
  await answered(redis.hsetnx(digests, day, JSON.stringify(baseline)));
  const oldest = new Date(Date.parse(`${day}T00:00:00Z`) - KEPT_SECONDS * 1000).toISOString().slice(0, 10);
  const over = (await answered(redis.hkeys(digests))).filter((one) => one < oldest);
  if (over.length > 0) await answered(redis.hdel(digests, ...over));
}

/** The engine's part for the daily digest. */
export function openDigests(
  endpoint: RedisEndpoint,
  store: LogStore,
  warn: (what: string, error: unknown) => void,
): Digests {
  const { redis, prefix, replicated, clock } = store;
  const keys = keysOf(prefix);

  /** A Redis that is away when a bot starts must not leave a platform without its digest. */
  async function scheduleAtLast(time: DigestTime | undefined, stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      try {
        await schedule(endpoint, prefix, time);
        return;
      } catch (error) {
        warn('schedule of the digest', error);
        await delay(5_000, undefined, { signal: stop }).catch(() => undefined);
      }
    }
  }

  return {
    proofs: (modules) => readProofs(store, modules),
    before: () => readBaseline(store),
    keep: (day) => keepBaseline(store, day),
    consume(time, handle) {
      const stop = new AbortController();
      const scheduled = scheduleAtLast(time, stop.signal);
      const close =
        time === undefined
          ? () => Promise.resolve()
          : consume(endpoint, prefix, {
              ...{ name: 'digest', concurrency: 1 },
              async handle() {
                await clock.sync();
                await handle(dueDay(clock.nowMs(), time));
              },
              failed: (error) => warn('digest', error),
            });
      return async () => {
        stop.abort();
        await Promise.all([scheduled, close()]);
      };
    },
    posts: openPostMemory({
      redis,
      replicated,
      keyOf: (day) => keys.digestPosts(day),
      kept: { seconds: KEPT_SECONDS },
    }),
  };
}
