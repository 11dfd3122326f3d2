import {
  followDetached,
  inspectDetached,
  runRead,
  type RunKey,
  type ScriptResult,
  type WorkState,
} from '../ssh/index.ts';
import { sha256 } from '../canonical.ts';
import { moduleOfStep } from '../modules/stages.ts';
import { confirmOnHost } from './confirm.ts';
import { untilEarlierWorkIsOver } from './earlier-work.ts';
import type { EventBody } from './events.ts';
import { keysOf } from './keys.ts';
import { hostState, progressWriter, type HostTask } from './host-task.ts';
import { answered } from './redis.ts';
import { startUntilAnswered, unknown } from './start-work.ts';
import type { HostState, RunState } from './state.ts';
import { changesOf } from './take-preview.ts';
import { factsOf } from './ask-checks.ts';
import { loadMaterial, OUTPUT_BYTES_MAX, targetOf, type Material, type Workshop } from './workshop.ts';

const TAIL_LINES = 40;
const TAIL_CHARACTERS_MAX = 300;

/** How long kept output can be read after a run's last work, seconds; the log itself stays. */
const OUTPUT_MEMORY_SECONDS = 90 * 24 * 3600;

const EARLIER_WORK_FIX = 'What this run began on that host may still run there: resume when the host answers.';

function keyOf(runId: string, step: string, attempt: number): RunKey {
  return { run: runId, step, attempt };
}

/** What the host says of work that is over, or was never begun and never will be. */
const OVER: readonly WorkState[] = ['absent', 'prepared', 'lost', 'rebooted', 'refused'];

/**
 * The attempt whose directory on the host holds the work. Before a new attempt the host is asked about the one before: what
 * still runs there, or ended meanwhile, is gone on with and never started a second time. What has not started by then never
 * will, or a worker that stood still could start it beside the new attempt.
 */
async function workToDo(workshop: Workshop, task: HostTask, state: RunState): Promise<number> {
  const before = hostState(state, task);
  if (before === undefined || before.work === 0 || task.step.mode === 'read') return state.attempt;
  const key = keyOf(state.runId, task.step.id, before.work);
  const found = await inspectDetached(workshop.pool, targetOf(workshop, task.host), { key, how: 'forbid' });
  if (before.status === 'unknown') return OVER.includes(found.state) ? state.attempt : before.work;
  return found.state === 'running' ? before.work : state.attempt;
}

/** A host whose work is under way; `isOurs` when this worker wrote that it began. */
interface Begun {
  host: HostState;
  isOurs: boolean;
}

/** True when nobody stopped the run, or took its locks, since `state`: what it asks for may begin. */
function isStillAsked(now: RunState, state: RunState): boolean {
  const hasSameLocks =
    now.fences.length === state.fences.length &&
    now.fences.every(({ number }, index) => number === state.fences[index]?.number);
  const isStopped = now.cancel !== undefined && state.cancel === undefined;
  return now.attempt === state.attempt && hasSameLocks && !isStopped;
}

/**
 * Marks the host started, unless another worker did: then the state says which work to attach to. Undefined: it is not to
 * begin, since the run is not what it was when this was decided.
 */
async function begin(workshop: Workshop, task: HostTask, state: RunState): Promise<Begun | undefined> {
  const running = hostState(state, task);
  if (running?.status === 'running') return { host: running, isOurs: false };
  const work = await workToDo(workshop, task, state);
  let isOurs = false;
  const started = await task.log.append((now) => {
    const host = hostState(now, task);
    const isTaken = host === undefined || host.status === 'running' || host.attempt >= now.attempt;
    isOurs = !isTaken && isStillAsked(now, state);
    if (!isOurs) return undefined;
    return { type: 'host.started', step: task.step.id, host: task.host, attempt: now.attempt, work };
  });
  const host = hostState(started, task);
  return host?.status === 'running' ? { host, isOurs } : undefined;
}

async function runChange(
  workshop: Workshop,
  task: HostTask,
  at: { state: RunState; begun: Begun; material: Material; args: string[] },
): Promise<ScriptResult> {
  const target = targetOf(workshop, task.host);
  const { host, isOurs } = at.begun;
  if (task.step.always === true) {
    const reason = await untilEarlierWorkIsOver(workshop, task, at.state);
    if (reason !== undefined) return unknown(reason, EARLIER_WORK_FIX, 'KEYBUZZ_EARLIER_WORK_UNKNOWN');
  }
  const key = keyOf(at.state.runId, task.step.id, host.work);
  if (host.work === host.attempt) {
    const started = await startUntilAnswered(
      workshop,
      { ...task, isOurs },
      {
        key,
        ...at.material,
        args: at.args,
        timeoutSeconds: task.step.timeoutSeconds,
        fences: at.state.fences,
      },
      workshop.unreachableMs,
    );
    if (started !== undefined) return started;
  }
  const result = await followDetached(workshop.pool, target, {
    key,
    redact: at.material.redact,
    onLine: progressWriter(workshop, task, host.attempt),
    outputBytesMax: OUTPUT_BYTES_MAX,
    deadlineMs: workshop.unreachableMs,
    signal: task.signal,
  });
  if (result.outcome !== 'ok' || task.step.confirm === undefined) return result;
  return confirmOnHost(workshop, task, { state: at.state, host, confirm: task.step.confirm, result });
}

function runOnce(workshop: Workshop, task: HostTask, material: Material, args: string[]): Promise<ScriptResult> {
  return runRead(workshop.pool, targetOf(workshop, task.host), {
    ...material,
    args,
    mode: 'read',
    timeoutSeconds: task.step.timeoutSeconds,
    outputBytesMax: OUTPUT_BYTES_MAX,
    signal: task.signal,
  });
}

async function finish(workshop: Workshop, task: HostTask, attempt: number, result: ScriptResult): Promise<void> {
  const { store } = workshop;
  const field = `${task.step.id}.${task.host}`;
  const key = keysOf(store.prefix).output(task.log.runId);
  // Sent before the event that tells its hash, on the same connection, and waited for together with it.
  const kept = [
    answered(store.redis.hset(key, field, result.output)),
    answered(store.redis.expire(key, OUTPUT_MEMORY_SECONDS)),
  ];
  const [malformed] = result.malformed;
  const isDefect = result.outcome === 'ok' && malformed !== undefined;
  const body: EventBody = {
    type: 'host.finished',
    step: task.step.id,
    host: task.host,
    attempt,
    outcome: isDefect ? 'failed' : result.outcome,
    exitCode: result.exitCode,
    changes: changesOf(task.step.id, task.host, result).changes,
    checks: result.lines.flatMap((line) =>
      line.kind === 'check' ? [{ check: line.id, answer: line.answer, value: line.value, text: line.text }] : [],
    ),
    facts: factsOf(result.lines),
    tail: result.output
      .split('\n')
      .filter((line) => line !== '')
      .slice(-TAIL_LINES)
      .map((line) => line.slice(0, TAIL_CHARACTERS_MAX)),
    outputBytes: result.outputBytes,
    outputHash: sha256(result.output),
    reason: isDefect ? `its script printed a line we can't read: ${malformed}` : result.reason,
    fix: isDefect ? 'This is a defect of the module: report it with this line.' : result.fix,
  };
  const told = task.log.append((state) => {
    const host = hostState(state, task);
    return host?.status === 'running' && host.attempt === attempt ? body : undefined;
  });
  await Promise.all([...kept, told]);
}

/**
 * Does one host's share of a script step, or goes on with it, until the log knows how it ended. Throws when the worker must
 * stop (signal) or Redis does not answer; the work on the host goes on then and another worker attaches.
 */
export async function workOnHost(workshop: Workshop, task: HostTask): Promise<void> {
  const state = await task.log.newest();
  const material = await loadMaterial(workshop, moduleOfStep(state.plan, task.step.id), task.step, false);
  const begun = await begin(workshop, task, state);
  if (begun === undefined) return;
  const args = task.step.work.find((work) => work.host === task.host)?.args ?? [];
  const result =
    task.step.mode === 'read'
      ? await runOnce(workshop, task, material, args)
      : await runChange(workshop, task, { state, begun, material, args });
  task.signal.throwIfAborted();
  await finish(workshop, task, begun.host.attempt, result);
}
