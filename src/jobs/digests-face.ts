import { z } from 'zod';
import { Answer, type CheckResult, type Module } from '../modules/contract.ts';
import type { Closer } from './consuming.ts';
import type { PostMemory } from './posts.ts';

/** When the digest is due every day: `08:00` by the clocks of an IANA zone. */
export interface DigestTime {
  at: string;
  zone: string;
}

/** What the modules' checks answered when a digest was posted: the next one tells what is different. */
export const Baseline = z.object({
  /** ISO 8601, UTC. */
  at: z.string(),
  /** Module -> check -> answer; no check of a module that could not be asked. */
  answers: z.record(z.string(), z.record(z.string(), Answer)),
});
export type Baseline = z.infer<typeof Baseline>;

/** What the daily digest needs of the bot's Redis. Every method throws ExternalError when it does not answer. */
export interface Digests {
  /** `moved-<module>` for each of these whose primary can move: when it last did with success. */
  proofs(modules: readonly Module[]): Promise<CheckResult[]>;
  /** The newest answers that were kept at least half a day ago; undefined: none. */
  before(): Promise<Baseline | undefined>;
  /** Keeps the monitor's answers as those of this day; the first of a day stay. */
  keep(day: string): Promise<void>;
  /**
   * Hands each day, `2026-11-28`, to one bot of all when its digest is due, and again until the handler returned: it must
   * be idempotent by the day. With no time it ends the schedule. All bots should be told the same: the last one decides.
   */
  consume(time: DigestTime | undefined, handle: (day: string) => Promise<void>): Closer;
  /** What bots remember of their posts for a day. */
  posts: PostMemory;
}
