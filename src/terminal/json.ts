import { checklistOf } from '../commands/checklist.ts';
import type { Reply } from '../commands/index.ts';
import type { Wording } from '../language/index.ts';
import { KeybuzzError, sentenceOf } from '../errors.ts';

/** What `--json` prints; docs/terminal.md describes it. `format` changes when a field changes its meaning. */
export interface JsonReply {
  format: 1;
  /** The exit code, so that a pipe that loses it still knows. */
  exit: number;
  reply: Reply;
}

/** The same for a command that was refused or failed before it had an answer. */
export interface JsonFailure {
  format: 1;
  exit: number;
  error: { code: string; message: string; fix: string };
}

/** The document for a reply; that of `validate` has its checklist. */
export function jsonOfReply(reply: Reply, exit: number, say: Wording): JsonReply {
  const checklist = reply.kind === 'started' || reply.kind === 'run' ? checklistOf(reply.state, say) : undefined;
  return { format: 1, exit, reply: checklist === undefined ? reply : ({ ...reply, checklist } as Reply) };
}

/** Errors that are not ours get the code KEYBUZZ_DEFECT. */
export function jsonOfError(error: unknown, exit: number, say: Wording): JsonFailure {
  const known = error instanceof KeybuzzError ? { code: error.code, ...error.told(say) } : undefined;
  return {
    format: 1,
    exit,
    error: {
      code: known?.code ?? 'KEYBUZZ_DEFECT',
      message: known?.message ?? sentenceOf(error, say),
      fix: known?.fix ?? '',
    },
  };
}
