import { setTimeout as delay } from 'node:timers/promises';
import { followDetached, inspectDetached, type RunKey } from '../ssh/index.ts';
import type { HostTask } from './host-task.ts';
import type { RunState } from './state.ts';
import { OUTPUT_BYTES_MAX, targetOf, type Workshop } from './workshop.ts';

/** Waits between two questions to a host that can't be reached, ms. */
const ASK_AGAIN_MS = 500;

/** Work of the steps before this one whose end on this host is not known. */
function openWork(state: RunState, task: HostTask): RunKey[] {
  const own = state.plan.steps.findIndex((step) => step.id === task.step.id);
  return state.plan.steps.slice(0, own).flatMap((step, index) => {
    if (step.kind !== 'script' || step.mode === 'read') return [];
    const host = state.steps[index]?.hosts.find((one) => one.host === task.host);
    if (host?.status !== 'unknown' || host.work === 0) return [];
    return [{ run: state.runId, step: step.id, attempt: host.work }];
  });
}

/**
 * Before a host is put right: waits until nothing that this run began there can still undo it. What has not started never
 * will; what runs is left to its end. Gives a sentence when the host could not be asked, undefined when the way is free.
 */
export async function untilEarlierWorkIsOver(
  workshop: Workshop,
  task: HostTask,
  state: RunState,
): Promise<string | undefined> {
  const target = targetOf(workshop, task.host);
  for (const key of openWork(state, task)) {
    let heardMs = performance.now();
    for (;;) {
      // Judged before the question, like wherever a host is waited for: who stood still has not asked it.
      const isLast = performance.now() - heardMs >= workshop.unreachableMs;
      const { state: found, reason } = await inspectDetached(workshop.pool, target, { key, how: 'forbid' });
      task.signal.throwIfAborted();
      if (found === 'unknown' || found === 'prepared') {
        if (isLast) return reason;
        await delay(ASK_AGAIN_MS, undefined, { signal: task.signal });
        continue;
      }
      if (found !== 'running') break;
      const following = { key, redact: () => '', outputBytesMax: OUTPUT_BYTES_MAX, deadlineMs: workshop.unreachableMs };
      await followDetached(workshop.pool, target, { ...following, signal: task.signal });
      task.signal.throwIfAborted();
      heardMs = performance.now();
    }
  }
  return undefined;
}
