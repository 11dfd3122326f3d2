import { z } from 'zod';
import { CheckResult, Impact, Plan } from '../modules/contract.ts';

/** A person as policy.yaml knows them, and the door they came through. */
export const Person = z.object({
  /** Key in policy.yaml, or `slack:U123` / `login:name` when the policy has no such person. */
  id: z.string(),
  /** Name to show in the terminal and in logs. */
  name: z.string(),
  /** Slack user id, when known: Slack texts mention it. */
  slack: z.string().optional(),
});
export type Person = z.infer<typeof Person>;

/** Where the command was typed, so that its report appears there. */
export const Origin = z.object({
  via: z.enum(['slack', 'terminal']),
  /** Slack channel id; empty in the terminal: the report goes to the ops channel. */
  channel: z.string(),
  /** Ts of the Slack thread it was asked in; the report goes there. */
  thread: z.string().optional(),
});
export type Origin = z.infer<typeof Origin>;

/** What the policy demands before the first step above its bound. */
export const Gate = z.object({
  /** Distinct approvers needed; 0: the run needs none. Never counts the requester. */
  approvals: z.number().int().nonnegative(),
  /** The gravest impact of the plan. */
  impact: Impact,
  expiresAfterSeconds: z.number().int().positive(),
});
export type Gate = z.infer<typeof Gate>;

/** One thing a step changes or would change on a host. Secrets appear as placeholders. */
export const Change = z.object({
  host: z.string(),
  step: z.string(),
  kind: z.string(),
  target: z.string(),
  /** What makes two changes of one target differ: a content hash, a version; contains `predicted` if not knowable yet. */
  detail: z.string(),
});
export type Change = z.infer<typeof Change>;

/** A unified diff for people, bounded, redacted. */
export const Diff = z.object({ host: z.string(), target: z.string(), text: z.string() });
export type Diff = z.infer<typeof Diff>;

/** Why a host's work did not end well: a sentence and what to do. */
export const Trouble = z.object({ host: z.string(), step: z.string(), reason: z.string(), fix: z.string() });
export type Trouble = z.infer<typeof Trouble>;

export const Outcome = z.enum(['ok', 'failed', 'unknown']);
export type Outcome = z.infer<typeof Outcome>;

export const Fence = z.object({ lock: z.string(), number: z.number().int() });
export type Fence = z.infer<typeof Fence>;

export const ENDINGS = ['ok', 'failed', 'denied', 'expired', 'refused', 'cancelled', 'abandoned'] as const;
export const Ending = z.enum(ENDINGS);
export type Ending = z.infer<typeof Ending>;

const stepHost = { step: z.string(), host: z.string(), attempt: z.number().int().positive() };

/** The bodies of a run's events, by type. Every event says only what happened; what it means is `reduce`'s. */
export const EventBody = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('run.requested'),
    /** The command as typed: `deploy redis`. */
    command: z.string(),
    plan: Plan,
    planHash: z.string(),
    gate: Gate,
    person: Person,
    origin: Origin,
    /** Unique per interaction: the same click delivered twice makes one run. */
    interaction: z.string(),
    /** True: end after the preview (verb `plan`). */
    previewOnly: z.boolean(),
    /** Why it goes ahead without approval and in a freeze; left out: it does not. */
    breakGlass: z.object({ reason: z.string() }).optional(),
  }),
  z.object({
    type: z.literal('preview.taken'),
    attempt: z.number().int().positive(),
    /** Taken again under the locks, right before the first change. */
    locked: z.boolean(),
    /** Of a plan with several modules: the one at whose turn it was taken. What the others will change is as before. */
    stage: z.string().optional(),
    hash: z.string(),
    changes: z.array(Change),
    diffs: z.array(Diff),
    /** Preflight refusals and hosts that could not be asked; any of them stops the run before its first change. */
    troubles: z.array(Trouble),
  }),
  z.object({
    type: z.literal('approval.requested'),
    approval: z.string(),
    previewHash: z.string(),
    expiresAt: z.string(),
  }),
  z.object({
    type: z.literal('approval.given'),
    approval: z.string(),
    person: Person,
    via: z.string(),
    interaction: z.string(),
  }),
  z.object({
    type: z.literal('approval.denied'),
    approval: z.string(),
    person: Person,
    reason: z.string(),
    interaction: z.string(),
  }),
  z.object({ type: z.literal('approval.expired'), approval: z.string() }),
  z.object({ type: z.literal('approval.voided'), approval: z.string(), reason: z.string() }),
  z.object({ type: z.literal('locks.waiting'), lock: z.string(), holder: z.string(), since: z.string() }),
  z.object({ type: z.literal('locks.taken'), fences: z.array(Fence) }),
  z.object({ type: z.literal('locks.released') }),
  z.object({ type: z.literal('step.started'), step: z.string(), attempt: z.number().int().positive() }),
  /** Checks that passed before a rolling step began: what must pass again before its next host. */
  z.object({ type: z.literal('step.baseline'), step: z.string(), passing: z.array(z.string()) }),
  z.object({
    type: z.literal('host.started'),
    ...stepHost,
    /** The attempt whose directory on the host holds the work: an earlier one when a resume goes on with what it finds. */
    work: z.number().int().positive(),
  }),
  z.object({ type: z.literal('host.progress'), ...stepHost, done: z.number(), total: z.number(), text: z.string() }),
  /** What a worker must know of how it was before, whoever goes on: written before it asks for what can't be done twice. */
  z.object({ type: z.literal('host.noted'), ...stepHost, note: z.record(z.string(), z.string()) }),
  z.object({
    type: z.literal('host.finished'),
    ...stepHost,
    outcome: Outcome,
    exitCode: z.number().int().nullable(),
    changes: z.array(Change),
    /** `::check` lines of the script itself: what a drill or a test found. */
    checks: z.array(CheckResult).optional(),
    /** `::fact` lines. */
    facts: z.record(z.string(), z.string()).optional(),
    /** The last lines of its output, redacted. */
    tail: z.array(z.string()),
    outputBytes: z.number().int(),
    /** SHA-256 of the kept output, which lies beside the log. */
    outputHash: z.string(),
    reason: z.string(),
    fix: z.string(),
  }),
  z.object({
    type: z.literal('checks.answered'),
    step: z.string(),
    results: z.array(CheckResult),
    hosts: z.array(z.object({ host: z.string(), outcome: Outcome, reason: z.string() })),
  }),
  z.object({
    type: z.literal('step.finished'),
    step: z.string(),
    outcome: Outcome,
    reason: z.string(),
    fix: z.string(),
  }),
  z.object({ type: z.literal('cancel.requested'), person: Person, interaction: z.string() }),
  z.object({ type: z.literal('run.interrupted'), reason: z.string(), fix: z.string() }),
  z.object({ type: z.literal('resume.requested'), person: Person, interaction: z.string() }),
  z.object({ type: z.literal('abandon.requested'), person: Person, interaction: z.string() }),
  /** Somebody else has looked at what a break-glass run did; the one thing that follows its end. */
  z.object({ type: z.literal('review.given'), person: Person, note: z.string(), interaction: z.string() }),
  z.object({ type: z.literal('run.ended'), ending: Ending, reason: z.string(), fix: z.string() }),
]);
export type EventBody = z.infer<typeof EventBody>;

/** An event as it stands in the log. */
export const RunEvent = z.object({
  /** 1, 2, 3 ...: also the stream's explicit id `<seq>-0`. */
  seq: z.number().int().positive(),
  /** ISO 8601, UTC, of the process that wrote it. */
  at: z.string(),
  /** Hash of the event before; empty for the first. */
  previous: z.string(),
  /** SHA-256 (hex) over seq, at, previous and body. */
  hash: z.string(),
  body: EventBody,
});
export type RunEvent = z.infer<typeof RunEvent>;
