import type { CheckResult, Impact, Plan } from '../modules/contract.ts';
import type { Change, Diff, Ending, Fence, Gate, Origin, Outcome, Person, Trouble } from './events.ts';

/** Where a run stands; everything anyone sees is drawn from `RunState`. */
export type RunStatus = 'previewing' | 'waiting-approval' | 'waiting-locks' | 'running' | 'interrupted' | 'ended';

export interface ApprovalState {
  id: string;
  previewHash: string;
  /** The changes that were shown and are being approved; a resume keeps the approval while what is left is among them. */
  changes: Change[];
  needed: number;
  expiresAt: string;
  decision: 'pending' | 'approved' | 'denied' | 'expired' | 'voided';
  given: { person: Person; at: string; via: string }[];
  /** Who denied, and why; or why it was voided. */
  deniedBy: Person | undefined;
  reason: string;
}

export type ProgressStatus = 'pending' | 'running' | Outcome;

export interface HostState {
  host: string;
  status: ProgressStatus;
  /** The attempt it was last started in; 0: never. */
  attempt: number;
  /** The attempt whose directory on the host holds its work. */
  work: number;
  startedAt: string | undefined;
  endedAt: string | undefined;
  progress: { done: number; total: number; text: string } | undefined;
  changes: Change[];
  /** What its script found and told: `::check` and `::fact` lines. */
  checks: CheckResult[];
  facts: Record<string, string>;
  /** What the first worker noted of how it was before; attempts that follow keep it. */
  note: Record<string, string> | undefined;
  tail: string[];
  outputBytes: number;
  exitCode: number | null;
  reason: string;
  fix: string;
}

export interface StepState {
  id: string;
  title: string;
  impact: Impact;
  status: ProgressStatus;
  startedAt: string | undefined;
  endedAt: string | undefined;
  hosts: HostState[];
  /** Checks that must pass again between hosts; undefined until asked. */
  baseline: string[] | undefined;
  /** Newest answers, of steps that ask checks and of scripts that print some. */
  checks: CheckResult[];
  reason: string;
  fix: string;
}

export interface RunState {
  runId: string;
  /** Sequence number and hash of the last event: the head people compare. */
  seq: number;
  head: string;
  status: RunStatus;
  command: string;
  plan: Plan;
  planHash: string;
  gate: Gate;
  person: Person;
  origin: Origin;
  interaction: string;
  previewOnly: boolean;
  /** It goes ahead without approval and in a freeze, and why; left out: it does not. */
  breakGlass?: { reason: string } | undefined;
  /** Who reviewed a break-glass run afterwards. */
  review?: { person: Person; at: string; note: string } | undefined;
  requestedAt: string;
  updatedAt: string;
  endedAt: string | undefined;
  /** 1, and one more with every resume. */
  attempt: number;
  /** Interactions that decided something of it, over all approvals and attempts: one that comes again decides nothing. */
  decided: string[];
  preview:
    | {
        hash: string;
        changes: Change[];
        diffs: Diff[];
        troubles: Trouble[];
        at: string;
        attempt: number;
        locked: boolean;
        /** The module at whose turn it was taken, of a plan with several. */
        stage?: string | undefined;
      }
    | undefined;
  /** The newest approval; older ones are voided and stay in the log. */
  approval: ApprovalState | undefined;
  fences: Fence[];
  waitingFor: { lock: string; holder: string; since: string } | undefined;
  steps: StepState[];
  cancel: { person: Person; at: string } | undefined;
  abandon: { person: Person; at: string } | undefined;
  /** Why it is interrupted or how it ended; undefined while neither. */
  interruption: { reason: string; fix: string } | undefined;
  ending: { ending: Ending; reason: string; fix: string } | undefined;
}
