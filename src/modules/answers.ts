import { z } from 'zod';

export const ANSWERS = ['pass', 'warn', 'fail', 'unknown'] as const;
export const Answer = z.enum(ANSWERS);
export type Answer = z.infer<typeof Answer>;

/** A named health question, its pass criterion and where the criterion comes from. */
export interface CheckSpec {
  id: string;
  title: string;
  /** "all three Sentinels name the same address, and ROLE there is master". */
  criterion: string;
  /** The fact's source: vendor documentation or our own measurement. */
  source: string;
  /** What it says that is worth a line every day, also when it passes. */
  upkeep?: 'certificates' | 'backups' | 'end of life';
}

/** The answer to one check, for the cluster as a whole; `text` names hosts where it matters. */
export const CheckResult = z.object({ check: z.string(), answer: Answer, value: z.string(), text: z.string() });
export type CheckResult = z.infer<typeof CheckResult>;

/** What one host said when it was asked (status script), or that it said nothing. */
export interface HostAnswer {
  host: string;
  outcome: 'ok' | 'failed' | 'unknown';
  /** `::fact` lines. */
  facts: Record<string, string>;
  /** `::check` lines of the host itself. */
  checks: { id: string; answer: Answer; value: string; text: string }[];
  /** Why the outcome is not ok, a sentence; empty when it is. */
  reason: string;
}
