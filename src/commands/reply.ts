import type { Host } from '../inventory.ts';
import type { RunEvent, Person } from '../jobs/events.ts';
import type { Checklist } from './checklist.ts';
import type { Digest } from './digest.ts';
import type { AuditEntry } from '../jobs/audit.ts';
import type { Verified } from '../jobs/audit-verify.ts';
import type { Freeze } from '../jobs/freeze.ts';
import type { LockInfo } from '../jobs/engine.ts';
import type { SubjectState } from '../jobs/alert-state.ts';
import type { RunState } from '../jobs/state.ts';

/** One line of help: what to type and what it does. */
export interface UsageLine {
  usage: string;
  summary: string;
}

/** What would come of a command, and why. */
export interface Explanation {
  /**
   * `allowed`: at once. `approval`: it begins, and does nothing before others approved what it shows. `waits`: for a lock
   * that somebody holds.
   */
  decision: 'allowed' | 'approval' | 'waits' | 'refused';
  sentence: string;
  /** What the person can do about a refusal; empty otherwise. */
  fix: string;
  /** Code of the refusal; empty otherwise. */
  code: string;
}

/**
 * What a command answers, as data: the bot and the terminal draw it, `--json` prints it. Refusals and errors are thrown as
 * KeybuzzError instead.
 */
export type Reply =
  | { kind: 'help'; title: string; lines: UsageLine[]; notes: string[] }
  /** `notes`: why not all roles are known; left out when they are. */
  | { kind: 'whoami'; person: Person; mapped: boolean; roles: string[]; may: UsageLine[]; notes?: string[] }
  | { kind: 'inventory'; title: string; hosts: Host[] }
  | { kind: 'runs'; runs: RunState[] }
  /** `checklist`: of a run of `validate`, as far as it is; left out for others. */
  | { kind: 'run'; state: RunState; events: RunEvent[]; checklist?: Checklist }
  /** Every lock that is held or waited for, by name. `standstill`: why nothing begins now; left out: it may. */
  | { kind: 'locks'; locks: LockInfo[]; standstill?: string }
  | { kind: 'locked'; lock: LockInfo }
  | { kind: 'unlocked'; lock: string }
  /** What alerts or is silenced, the longest open first; `asked`: when the monitor asked each module last, empty: never. */
  | { kind: 'alerts'; subjects: SubjectState[]; asked: { module: string; at: string }[] }
  | { kind: 'alert'; did: 'ack' | 'silence' | 'unsilence'; subject: SubjectState }
  /** What there is to know of the platform today. */
  | { kind: 'digest'; digest: Digest }
  | { kind: 'logs'; state: RunState; step: string; host: string; text: string }
  /**
   * A run was started; its report goes to the channel. `duplicate`: this interaction had already started it. `warnings`:
   * sentences about what will not go as hoped; left out when there are none.
   */
  | { kind: 'started'; state: RunState; duplicate: boolean; warnings?: string[]; checklist?: Checklist }
  /** Why a person may do something now, or why not. */
  | { kind: 'explained'; person: Person; command: string; explanation: Explanation }
  | {
      kind: 'decided';
      state: RunState;
      decision: 'approved' | 'denied' | 'cancelled' | 'resumed' | 'abandoned' | 'reviewed';
    }
  /** The freeze that holds now: perhaps one of somebody else, from before. */
  | { kind: 'frozen'; freeze: Freeze }
  /** `interrupted`: ids of runs that wait for somebody to resume them. */
  | { kind: 'unfrozen'; interrupted: string[] }
  /** Decisions, newest first; `more`: how many are beyond these, `isCut`: older runs were not looked at. */
  | { kind: 'audit'; since: string; entries: AuditEntry[]; more: number; isCut: boolean }
  /** One event of a log each, as JSON. `isCut`: there are more than one export holds. */
  | { kind: 'audit-export'; title: string; since: string; lines: string[]; isCut: boolean }
  | { kind: 'audit-verified'; verified: Verified }
  /** A new secret for one's app, for that person alone; it counts once it was confirmed. */
  | { kind: 'totp-enrol'; person: Person; uri: string; secret: string }
  /** `person`: whose codes count now, or were forgotten. */
  | { kind: 'totp'; did: 'confirm' | 'forget'; person: Person }
  /** Break-glass runs that nobody else has reviewed, the oldest first. */
  | { kind: 'reviews'; runs: RunState[] };
