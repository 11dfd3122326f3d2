import type { Alerts } from './alerts-face.ts';
import type { Audit } from './audit.ts';
import type { Closer, ConsumeOptions, ReportOptions } from './consuming.ts';
import type { Digests } from './digests-face.ts';
import type { FreezeSwitch } from './freeze.ts';
import type { Totp } from './totp.ts';
import type { RunEvent, Gate, Origin, Person } from './events.ts';
import type { RunState } from './state.ts';
import type { PostMemory } from './posts.ts';
import type { Plan } from '../modules/contract.ts';

/** What `execute` hands over once a command is parsed, authorised and planned. */
export interface StartRequest {
  command: string;
  plan: Plan;
  /** Hash of the plan: what an approval is given for. */
  planHash: string;
  gate: Gate;
  person: Person;
  origin: Origin;
  /** Unique per interaction (trigger id, or a random id in the terminal): the same one never makes a second run. */
  interaction: string;
  previewOnly: boolean;
  /** Why it goes ahead without approval and in a freeze. */
  breakGlass?: { reason: string } | undefined;
}

/** A person's word on a run. */
export interface Decision {
  runId: string;
  person: Person;
  /** `slack` or `terminal`. */
  via: string;
  interaction: string;
  /** The approval the person saw (on a button); a newer one is not decided by it. Left out: the one that is pending. */
  approval?: string;
}

/** Something a person did in Slack, as one command text: a click on Approve is `approve <run>`. */
export interface Interaction {
  /** The trigger id, the event id, or view id and hash: the same key is recorded once. */
  key: string;
  userId: string;
  teamId: string;
  channel: string;
  /** The ts of the thread it was asked in, whose answer and report belong there; left out: in no thread. */
  thread?: string;
  text: string;
  /** It was pressed on a run's message, so it must have stood where that run is reported. */
  isClick?: boolean;
}

/** A lock as people see it. */
export interface LockInfo {
  lock: string;
  /** The run that holds it; empty for a person's maintenance lock. */
  run: string;
  /** Key in policy.yaml of the person who locked it; empty when a run holds it. */
  ownerId: string;
  /** Name of the run's requester, or of the person who locked it. */
  owner: string;
  reason: string;
  /** ISO 8601, UTC. */
  since: string;
  fence: number;
  /** Runs that wait for it, first come first. */
  queue: string[];
}

export type { Closer, ConsumeOptions, ReportOptions } from './consuming.ts';

/** The face of jobs/ towards commands, bot and terminal. Every method throws ExternalError when Redis does not answer. */
export interface Engine extends FreezeSwitch {
  /** Writes `run.requested` and wakes a worker. `duplicate` when this interaction already made the run. */
  startRun(request: StartRequest): Promise<{ state: RunState; duplicate: boolean }>;
  /** Throws RefusedError when decided already, expired, voided, or the person is the requester. */
  approve(decision: Decision): Promise<RunState>;
  deny(decision: Decision & { reason: string }): Promise<RunState>;
  cancel(decision: Decision): Promise<RunState>;
  /** Only for interrupted or failed runs. */
  resume(decision: Decision): Promise<RunState>;
  abandon(decision: Decision): Promise<RunState>;
  /** Says that somebody else has looked at what a break-glass run did. Throws RefusedError. */
  review(decision: Decision & { note: string }): Promise<RunState>;
  /** Break-glass runs that nobody reviewed yet, the oldest first. */
  unreviewed(): Promise<RunState[]>;
  /** What was decided, and whether it stands as it was written. */
  audit: Audit;
  /** One-time codes of people. */
  totp: Totp;
  /** Throws CommandError when there is no such run. */
  run(runId: string): Promise<RunState>;
  events(runId: string): Promise<RunEvent[]>;
  /** The position of the first event of the log that was changed, or follows one that is missing; undefined: none. */
  brokenLink(runId: string): Promise<number | undefined>;
  /** Newest first. */
  runs(query: { limit: number; openOnly: boolean }): Promise<RunState[]>;
  /** Kept output (redacted, bounded) of one host's work in its newest attempt; empty when there is none. */
  output(runId: string, step: string, host: string): Promise<string>;
  /** Every lock that is held, by name, with who waits for it. */
  locks(): Promise<LockInfo[]>;
  /**
   * Takes a maintenance lock until the same person unlocks it; when the interaction comes again, not anew. Throws BusyError
   * naming the holder.
   */
  lock(lock: string, why: { person: Person; reason: string; interaction: string }): Promise<LockInfo>;
  /** Frees a maintenance lock of this person; when the interaction comes again, no newer one. Throws RefusedError when a run or somebody else holds it. */
  unlock(lock: string, person: Person, interaction: string): Promise<void>;
  /** Each newer state until the run ended or the signal aborts. Ends also when it waits for people if `untilWaiting`. */
  watch(runId: string, options: { signal: AbortSignal; untilWaiting: boolean }): AsyncIterable<RunState>;
  /** The one Redis write before an ack. Durable when it resolves. */
  recordInteraction(interaction: Interaction): Promise<void>;
  /** True for the first who claims this key, in any process; the key is free again after `seconds`. */
  claim(key: string, seconds: number): Promise<boolean>;
  /** Gives 0 and counts, or the ms until there is room: at most `max` in any `perMs`, over all processes. */
  spend(budget: string, limit: { max: number; perMs: number }): Promise<number>;
  /** Hands each recorded interaction to one process; it comes again if that process dies, so be idempotent by its key. */
  consumeInteractions(handler: (interaction: Interaction) => Promise<void>, options: ConsumeOptions): Closer;
  /**
   * Calls with a run id whenever its log is ahead of what was reported; many events make one call. One call per run at
   * a time, here or in any other bot. A handler that throws is called again, with backoff, until it succeeds; one that
   * throws RefusedError time after time is given up until the run's next event or the next process.
   */
  consumeReports(handler: (runId: string) => Promise<void>, options: ReportOptions): Closer;
  /** What bots remember of their posts for a run. */
  posts: PostMemory;
  /** Alerts, and what the monitor knows. */
  alerts: Alerts;
  /** The daily digest. */
  digests: Digests;
  /** The time all processes go by, that of Redis, as of the last look at a run; epoch ms. */
  nowMs(): number;
  /** Resolves when Redis answers PING; for /readyz. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
