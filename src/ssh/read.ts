import { KeybuzzError } from '../errors.ts';
import type { Redact, Secret } from '../secret.ts';
import { isWorthAnother, type ExecEnd } from './channel.ts';
import { channelRefused, linkLost, timedOut } from './host-errors.ts';
import { createOutputReader, type OutputReader } from './output.ts';
import type { SshPool } from './pool.ts';
import {
  ABORTED,
  endingOfExit,
  endingOfSignal,
  endingOfTimeout,
  endingUnknown,
  resultOf,
  type Ending,
  type ScriptResult,
} from './result.ts';
import type { AssembledScript, SshTarget } from './target.ts';
import { buildRead } from './transport.ts';

export interface ReadRequest {
  script: AssembledScript;
  args: readonly string[];
  /** `check`: a changing script that must only say what it would do. */
  mode: 'read' | 'check';
  secrets: readonly Secret[];
  /** Kept by the host itself. */
  timeoutSeconds: number;
  /** Kept of the output; default 256 KiB. */
  outputBytesMax?: number;
  redact: Redact;
  signal?: AbortSignal;
}

/** How much longer than the host's own limit we wait: its SIGKILL comes 5 s after the limit. */
const GRACE_MS = 10_000;

/** What {@link endingOfEnd} knows besides the end itself. */
interface EndContext {
  target: SshTarget;
  timeoutSeconds: number;
}

/**
 * Runs a script that changes nothing, in one round trip on a channel. Every trouble with the host is a result with the
 * outcome `unknown`, never an exception. Throws DefectError for a script that is not whole or a forbidden name.
 */
export async function runRead(pool: SshPool, target: SshTarget, request: ReadRequest): Promise<ScriptResult> {
  const transport = buildRead(request);
  let reader = newReader(request);
  const seen = { isAnswering: false };
  const attempt = (): Promise<ExecEnd> =>
    pool.exec(target, {
      ...transport,
      onData: (chunk) => {
        seen.isAnswering = true;
        reader.push(chunk);
      },
      timeoutMs: request.timeoutSeconds * 1000 + GRACE_MS,
      signal: request.signal,
    });
  try {
    let end = await attempt();
    if (isWorthAnother(end, seen.isAnswering)) {
      // A read may be repeated without harm.
      reader = newReader(request);
      end = await attempt();
    }
    return resultOf(endingOfEnd(end, { target, timeoutSeconds: request.timeoutSeconds }), reader.end());
  } catch (error) {
    return resultOf(endingOfError(error, request.signal), reader.end());
  }
}

function newReader(request: ReadRequest): OutputReader {
  return createOutputReader({ redact: request.redact, outputBytesMax: request.outputBytesMax });
}

function endingOfEnd(end: ExecEnd, { target, timeoutSeconds }: EndContext): Ending {
  switch (end.kind) {
    case 'exited':
      return end.code === 124 ? endingOfTimeout(timeoutSeconds) : endingOfExit(end.code);
    case 'signalled':
      return endingOfSignal(end.signal);
    case 'cut':
      return endingUnknown(linkLost(target));
    case 'timeout':
      return endingUnknown(timedOut(target));
    case 'refused':
      return endingUnknown(channelRefused(target, end.cause));
    case 'aborted':
      return ABORTED;
  }
}

/** Trouble before or besides the exec. Throws what is not about the host. */
export function endingOfError(error: unknown, signal: AbortSignal | undefined): Ending {
  if (signal?.aborted) return ABORTED;
  if (error instanceof KeybuzzError) return endingUnknown(error);
  throw error;
}
