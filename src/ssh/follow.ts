import { setTimeout as delay } from 'node:timers/promises';
import { HostError, KeybuzzError } from '../errors.ts';
import type { Redact } from '../secret.ts';
import { ask } from './ask.ts';
import { createCursor, type Cursor } from './cursor.ts';
import { errorOfEnd } from './host-answer.ts';
import { createOutputReader, OUTPUT_BYTES_MAX } from './output.ts';
import type { SshPool } from './pool.ts';
import type { ProtocolLine } from './protocol.ts';
import { ABORTED, endingUnknown, resultOf, type Ending, type ScriptResult } from './result.ts';
import type { RunKey, SshTarget } from './target.ts';
import { endingOfAnswer, parseFollowAnswer, type FollowAnswer } from './work-ending.ts';

export interface FollowRequest {
  key: RunKey;
  redact: Redact;
  /**
   * Called once per line, in order, as it arrives; a change's diff is still empty then and fills with the lines after
   * it. What it throws ends the following and is thrown on.
   */
  onLine?: (line: ProtocolLine) => void;
  /** Kept of the output; default 256 KiB. */
  outputBytesMax?: number;
  /**
   * The outcome is unknown when the host stayed without an answer for so long, from its last one on, and does not answer once
   * more.
   */
  deadlineMs: number;
  signal?: AbortSignal;
}

/** One poll: the host waits so long for news before it answers that there is none. */
const POLL_SECONDS = 10;

/** A poll may take so much longer before its link counts as dead. */
const POLL_GRACE_MS = 15_000;

const BACKOFF_FIRST_MS = 200;
const BACKOFF_MAX_MS = 5_000;

/** Before a state without a result is asked for again: the unit may be between two words of systemd. */
const RECHECK_MS = 500;

/** Waiting changes nothing about these. */
const HOPELESS = new Set(['KEYBUZZ_HOST_KEY_MISMATCH', 'KEYBUZZ_HOST_KEY_UNKNOWN', 'KEYBUZZ_SSH_STOPPING']);

/**
 * Follows detached work to its end and reads its output from the start. Reconnects by itself. The outcome is never
 * guessed: a host silent for `deadlineMs` and once more, a restart or a vanished unit give `unknown`. Never ends the work itself.
 */
export async function followDetached(pool: SshPool, target: SshTarget, request: FollowRequest): Promise<ScriptResult> {
  const reader = createOutputReader(request);
  const cursor = createCursor(reader, request.outputBytesMax ?? OUTPUT_BYTES_MAX);
  try {
    return resultOf(await followToEnd(pool, target, { request, cursor }), reader.end());
  } catch (error) {
    if (request.signal?.aborted) return resultOf(ABORTED, reader.end());
    throw error;
  }
}

interface Following {
  request: FollowRequest;
  cursor: Cursor;
}

async function followToEnd(pool: SshPool, target: SshTarget, following: Following): Promise<Ending> {
  const { request, cursor } = following;
  const options = { signal: request.signal };
  let heardAt = performance.now();
  let backoffMs = BACKOFF_FIRST_MS;
  let doubted = '';
  for (;;) {
    // Judged before the question: of a process that stood still, it is not the host's fault that nothing was heard.
    const isLast = performance.now() - heardAt >= request.deadlineMs;
    const answer = await poll(pool, target, following);
    if (answer instanceof KeybuzzError) {
      if (isHopeless(answer)) return endingUnknown(answer);
      if (isLast) return silent(target, answer, request.deadlineMs);
      await delay(backoffMs, undefined, options);
      backoffMs = Math.min(backoffMs * 2, BACKOFF_MAX_MS);
      continue;
    }
    heardAt = performance.now();
    backoffMs = BACKOFF_FIRST_MS;
    if (!cursor.isAtEnd(answer)) continue;
    const ending = endingOfAnswer(answer, target);
    if (ending === 'running') {
      doubted = '';
    } else if (answer.state === 'done' || doubted === answer.state) {
      return ending;
    } else {
      doubted = answer.state;
      await delay(RECHECK_MS, undefined, options);
    }
  }
}

/** One question; its output goes into the reader. Gives the error instead of throwing it when the host is the reason. */
async function poll(
  pool: SshPool,
  target: SshTarget,
  { request, cursor }: Following,
): Promise<FollowAnswer | KeybuzzError> {
  request.signal?.throwIfAborted();
  const args = [cursor.offset, cursor.bytesMax, POLL_SECONDS, cursor.tailBytes].map(String);
  try {
    const timeoutMs = POLL_SECONDS * 1000 + POLL_GRACE_MS;
    const question = { key: request.key, script: 'follow.sh', args, timeoutMs, isPoll: true, signal: request.signal };
    const reply = await ask(pool, target, question);
    request.signal?.throwIfAborted();
    const answer = parseFollowAnswer(reply.words ?? []);
    if (!answer || !cursor.take(answer, reply.rest)) return errorOfEnd(reply.end, target);
    if (answer.state === 'unknown') return unanswered(target);
    return answer;
  } catch (error) {
    if (error instanceof KeybuzzError) return error;
    throw error;
  }
}

function isHopeless(error: KeybuzzError): boolean {
  return !(error instanceof HostError) || HOPELESS.has(error.code);
}

function unanswered(target: SshTarget): HostError {
  return new HostError(`systemd on ${target.host} did not answer.`, {
    code: 'KEYBUZZ_HOST_ANSWER_MISSING',
    fix: `Log in to ${target.host} and see what \`systemctl is-system-running\` says.`,
  });
}

function silent(target: SshTarget, last: KeybuzzError, deadlineMs: number): Ending {
  return endingUnknown({
    code: 'KEYBUZZ_HOST_UNREACHABLE',
    message: `${target.host} gave no answer for ${Math.round(deadlineMs / 1000)} seconds: ${last.message}`,
    fix: `${last.fix} The work may still run there; resuming asks the host first.`,
  });
}
