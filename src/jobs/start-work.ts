import { setTimeout as delay } from 'node:timers/promises';
import { startDetached, type ScriptResult } from '../ssh/index.ts';
import type { HostTask } from './host-task.ts';
import { targetOf, type Workshop } from './workshop.ts';

type StartRequest = Parameters<typeof startDetached>[2];

/** A result that nobody knows, and why. */
export function unknown(reason: string, fix: string, code: string): ScriptResult {
  return {
    outcome: 'unknown',
    exitCode: null,
    code,
    reason,
    fix,
    lines: [],
    output: '',
    outputBytes: 0,
    malformed: [],
  };
}

/** Waits between two tries to start work on a host whose answer got lost, ms. */
const START_AGAIN_MS = 500;

/**
 * Starting twice is harmless (the host starts it once), so a lost answer is asked for again until the deadline, and once
 * after it: a worker that stood still in the meantime has not asked. That a host can't be reached says "not started" only to
 * the worker that wrote down the beginning.
 */
export async function startUntilAnswered(
  workshop: Workshop,
  task: HostTask & { isOurs: boolean },
  request: StartRequest,
  withinMs: number,
): Promise<ScriptResult | undefined> {
  const deadlineMs = workshop.store.clock.nowMs() + withinMs;
  for (;;) {
    const isLast = workshop.store.clock.nowMs() >= deadlineMs;
    const started = await startDetached(workshop.pool, targetOf(workshop, task.host), request);
    task.signal.throwIfAborted();
    if (started.kind === 'started' || started.kind === 'attached') return undefined;
    if (started.kind === 'fenced') {
      return {
        ...unknown('', '', 'KEYBUZZ_FENCED'),
        outcome: 'failed',
        reason: `it refused the work: lock ${started.lock} was taken by a newer run (fence ${started.newest})`,
        fix: 'See who holds the lock with `locks`.',
      };
    }
    const answer = unknown(started.reason, started.fix, started.code);
    if (started.kind === 'failed' && task.isOurs) return { ...answer, outcome: 'failed' };
    if (isLast) return answer;
    await delay(START_AGAIN_MS, undefined, { signal: task.signal });
  }
}
