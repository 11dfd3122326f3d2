import { followDetached, type RunKey, type ScriptResult } from '../ssh/index.ts';
import type { ScriptStep } from '../modules/contract.ts';
import { moduleOfStep } from '../modules/stages.ts';
import type { HostTask } from './host-task.ts';
import { startUntilAnswered } from './start-work.ts';
import type { HostState, RunState } from './state.ts';
import { loadMaterial, OUTPUT_BYTES_MAX, targetOf, type Workshop } from './workshop.ts';

/** A script that has succeeded on a host, and what confirms it. */
interface Confirming {
  state: RunState;
  host: HostState;
  confirm: NonNullable<ScriptStep['confirm']>;
  result: ScriptResult;
}

/** The script's result as the host's: what it printed, and whether the confirmation went well. */
function merged(script: ScriptResult, confirmation: ScriptResult): ScriptResult {
  const { outcome, exitCode, code, reason, fix } = confirmation;
  const output = `${script.output}${confirmation.output}`;
  return {
    ...script,
    ...{ outcome, exitCode, code, reason, fix, output },
    lines: [...script.lines, ...confirmation.lines],
    outputBytes: script.outputBytes + confirmation.outputBytes,
    malformed: [...script.malformed, ...confirmation.malformed],
  };
}

function unconfirmed(trouble: ScriptResult): ScriptResult {
  const reason = `what it changed could not be confirmed over a new connection: ${trouble.reason}`;
  return { ...trouble, reason, fix: `Unconfirmed, the host takes it back by itself: see how it is. ${trouble.fix}` };
}

/**
 * Runs the step's confirmation over a connection that is opened for it: an old one would go on to work where a new one is
 * refused. Repeated by whoever takes over, it attaches. A host that can't be reached for long enough is `unknown`.
 */
export async function confirmOnHost(workshop: Workshop, task: HostTask, at: Confirming): Promise<ScriptResult> {
  const { confirm, host, state, result } = at;
  const target = targetOf(workshop, task.host);
  const module = moduleOfStep(state.plan, task.step.id);
  const material = await loadMaterial(workshop, module, { ...confirm, secrets: [] }, false);
  const key: RunKey = { run: state.runId, step: `${task.step.id}-confirm`, attempt: host.work };
  const withinMs = Math.max(workshop.unreachableMs, confirm.timeoutSeconds * 1000);
  workshop.pool.renew(target);
  const request = { key, ...material, args: [], timeoutSeconds: confirm.timeoutSeconds, fences: state.fences };
  const trouble = await startUntilAnswered(workshop, { ...task, isOurs: true }, request, withinMs);
  if (trouble !== undefined) return merged(result, unconfirmed(trouble));
  const confirmation = await followDetached(workshop.pool, target, {
    key,
    redact: material.redact,
    outputBytesMax: OUTPUT_BYTES_MAX,
    deadlineMs: withinMs,
    signal: task.signal,
  });
  return merged(result, confirmation);
}
