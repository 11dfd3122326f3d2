import { KeybuzzError } from '../errors.ts';
import type { Redact, Secret } from '../secret.ts';
import { ask, type Question, type Reply } from './ask.ts';
import { isWorthAnother } from './channel.ts';
import { errorOfEnd, reasonOfState } from './host-answer.ts';
import type { SshPool } from './pool.ts';
import { quote, quoteAll } from './quote.ts';
import { assertAssembled, Fence, type AssembledScript, type RunKey, type SshTarget } from './target.ts';
import { assertSeconds, buildSecretAssignments } from './transport.ts';
import { makeVisible } from './visible.ts';
import { buildFenceArguments, buildWork } from './work.ts';

export interface StartRequest {
  key: RunKey;
  script: AssembledScript;
  args: readonly string[];
  secrets: readonly Secret[];
  /** The host ends the work after so long. */
  timeoutSeconds: number;
  /** Every lock the run holds; the host refuses a number older than the newest it has seen. */
  fences: readonly Fence[];
  redact: Redact;
}

/**
 * `started`: by this call. `attached`: it was started before, perhaps it has ended. `fenced`, `failed`: nothing was
 * started and nothing will be. `unknown`: ask again with the same key, which can do no harm.
 */
export type StartResult =
  | { kind: 'started' }
  | { kind: 'attached' }
  | { kind: 'fenced'; lock: string; newest: number }
  | { kind: 'unknown' | 'failed'; code: string; reason: string; fix: string };

/** The launcher waits up to 20 s for another start on the host, and systemd for the unit's first process. */
const START_TIMEOUT_MS = 60_000;

/** `systemctl stop` waits for the unit's end: 20 s until SIGKILL, and what the launcher's lock may take. */
const STOP_TIMEOUT_MS = 75_000;

/** It may wait up to 20 s for another start on the host. */
const INSPECT_TIMEOUT_MS = 40_000;

/**
 * Starts a script detached from us, at most once per key however often and by whomever this is called; what was started
 * goes on without us. One round trip. Throws DefectError for a script that is not whole or a forbidden name.
 */
export async function startDetached(pool: SshPool, target: SshTarget, request: StartRequest): Promise<StartResult> {
  assertAssembled(request.script);
  const fences = request.fences.map((fence) => Fence.parse(fence));
  const variables = [
    `SCRIPT=${quote(request.script.text)}`,
    `ASKED=${quote(quoteAll(request.args))}`,
    `WORK=${quote(buildWork(request.key, request.args, request.secrets.length > 0))}`,
    `SECRETS=${quote(buildSecretAssignments(request.secrets))}`,
  ];
  const question = {
    key: request.key,
    script: 'start.sh',
    args: [request.script.hash, String(assertSeconds(request.timeoutSeconds)), ...buildFenceArguments(fences)],
    variables: `${variables.join('\n')}\n`,
    timeoutMs: START_TIMEOUT_MS,
  };
  const reply = await askTwice(pool, target, question);
  if (reply instanceof KeybuzzError) return unknownBecause(reply);
  return startResultOf(reply, { target, redact: request.redact });
}

function startResultOf(reply: Reply, context: { target: SshTarget; redact: Redact }): StartResult {
  const [word, ...rest] = reply.words ?? [];
  switch (word) {
    case 'started':
    case 'attached':
      return { kind: word };
    case 'fenced':
      return { kind: 'fenced', lock: rest[0] ?? '', newest: Number(rest[1]) };
    case 'refused':
      return {
        kind: 'failed',
        code: rest[0] ?? '',
        reason: `${context.target.host} refused to start the work: ${makeVisible(context.redact(rest.slice(1).join(' ')))}`,
        fix: 'Mend on the host what it names, then resume.',
      };
    default:
      return unknownBecause(errorOfEnd(reply.end, context.target));
  }
}

export type WorkState =
  | 'absent'
  | 'prepared'
  | 'running'
  | 'done'
  /** It started, its unit is gone and left no result, in the same boot: killed from outside. */
  | 'lost'
  /** It started and the host was restarted in the middle. */
  | 'rebooted'
  /** It never started and never will. */
  | 'refused'
  | 'unknown';

const WORK_STATES: readonly string[] = ['absent', 'prepared', 'running', 'done', 'lost', 'rebooted', 'refused'];

/**
 * Says what the host knows of a key; trouble with the host is the state `unknown` with its reason. `look` changes nothing;
 * `forbid` first sees to it that work which has not started never will, and leaves alone what has.
 */
export async function inspectDetached(
  pool: SshPool,
  target: SshTarget,
  { key, how }: { key: RunKey; how: 'look' | 'forbid' },
): Promise<{ state: WorkState; reason: string }> {
  const reply = await askTwice(pool, target, { key, script: 'inspect.sh', args: [how], timeoutMs: INSPECT_TIMEOUT_MS });
  if (reply instanceof KeybuzzError) return { state: 'unknown', reason: reply.message };
  const [state = ''] = reply.words ?? [];
  if (WORK_STATES.includes(state)) return { state: state as WorkState, reason: '' };
  return {
    state: 'unknown',
    reason: state === '' ? errorOfEnd(reply.end, target).message : reasonOfState(state, target),
  };
}

/** Ends the work with all its processes, or makes sure that it never starts. Returns when it is over. */
export async function stopDetached(
  pool: SshPool,
  target: SshTarget,
  key: RunKey,
): Promise<{ state: 'stopped' | 'not-running' | 'unknown'; reason: string }> {
  const reply = await askTwice(pool, target, { key, script: 'stop.sh', args: [], timeoutMs: STOP_TIMEOUT_MS });
  if (reply instanceof KeybuzzError) return { state: 'unknown', reason: reply.message };
  const [word, detail = ''] = reply.words ?? [];
  if (word === 'stopped' || word === 'not-running') return { state: word, reason: detail };
  return {
    state: 'unknown',
    reason: word === undefined ? errorOfEnd(reply.end, target).message : reasonOfState(detail, target),
  };
}

/** All our questions may be asked again: once more when it is not the host's fault that the first has no answer. */
async function askTwice(pool: SshPool, target: SshTarget, question: Question): Promise<Reply | KeybuzzError> {
  try {
    const first = await ask(pool, target, question);
    return first.words === undefined && isWorthAnother(first.end, false) ? await ask(pool, target, question) : first;
  } catch (error) {
    if (error instanceof KeybuzzError) return error;
    throw error;
  }
}

function unknownBecause(error: KeybuzzError): StartResult {
  return { kind: 'unknown', code: error.code, reason: error.message, fix: error.fix };
}
