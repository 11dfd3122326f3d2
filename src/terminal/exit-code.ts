import { CommandError, ConfigError, RefusedError } from '../errors.ts';
import type { Reply } from '../commands/index.ts';
import { worstOfRun } from '../commands/verdict.ts';
import type { RunState } from '../jobs/index.ts';

/** Exit codes of the operator verbs; docs/terminal.md has them for people. */
export const EXIT = {
  ok: 0,
  failed: 1,
  wrongUse: 2,
  waiting: 3,
  refused: 4,
  /** EX_CONFIG of sysexits.h. */
  configuration: 78,
  /** 128 + SIGINT: the person stopped watching; the run goes on, so its outcome is not known here. */
  detached: 130,
} as const;

/** The exit code that a thrown error means. */
export function exitCodeOfError(error: unknown): number {
  if (error instanceof CommandError) return EXIT.wrongUse;
  if (error instanceof RefusedError) return EXIT.refused;
  if (error instanceof ConfigError) return EXIT.configuration;
  return EXIT.failed;
}

/** True when all that was measured and the newest check answers are `pass` or `warn`; `unknown` is never healthy. */
function isHealthy(state: RunState): boolean {
  const worst = worstOfRun(state);
  return worst === 'pass' || worst === 'warn';
}

/** Between the decision and the run's end, which a worker writes. */
function isDenied({ approval }: RunState): boolean {
  return approval?.decision === 'denied' || approval?.decision === 'expired';
}

/** The exit code that a run means now: only a run that ended well and is healthy gives 0. */
export function exitCodeOfRun(state: RunState): number {
  if (state.status === 'waiting-approval') return isDenied(state) ? EXIT.refused : EXIT.waiting;
  switch (state.ending?.ending) {
    case 'ok':
      return isHealthy(state) ? EXIT.ok : EXIT.failed;
    case 'denied':
    case 'expired':
    case 'refused':
      return EXIT.refused;
    case 'failed':
    case 'cancelled':
    case 'abandoned':
    case undefined:
      return EXIT.failed;
  }
}

/** The exit code of an answer that starts nothing: a log that was changed is a failure. */
export function exitCodeOfReply(reply: Reply): number {
  return reply.kind === 'audit-verified' && reply.verified.faults.length > 0 ? EXIT.failed : EXIT.ok;
}
