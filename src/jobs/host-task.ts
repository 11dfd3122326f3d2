import type { ScriptStep } from '../modules/contract.ts';
import type { ProtocolLine } from '../ssh/index.ts';
import type { EventBody } from './events.ts';
import type { RunLog } from './log.ts';
import type { HostState, RunState } from './state.ts';
import type { Workshop } from './workshop.ts';

const TEXT_CHARACTERS_MAX = 300;

/** Progress is for eyes: one event per host and this many ms at most, since each stays in the log. */
const PROGRESS_MS = 3_000;

/** One host's share of a script step, in one run. */
export interface HostTask {
  log: RunLog;
  step: ScriptStep;
  host: string;
  signal: AbortSignal;
}

/** The host's state in the task's step. */
export function hostState(state: RunState, task: HostTask): HostState | undefined {
  return state.steps.find((step) => step.id === task.step.id)?.hosts.find((host) => host.host === task.host);
}

/** Writes progress down, seldom enough for the log. */
export function progressWriter(workshop: Workshop, task: HostTask, attempt: number): (line: ProtocolLine) => void {
  let lastMs = 0;
  return (line) => {
    if (line.kind !== 'progress' || workshop.store.clock.nowMs() - lastMs < PROGRESS_MS) return;
    lastMs = workshop.store.clock.nowMs();
    const { done, total, text } = line;
    const body: EventBody = {
      type: 'host.progress',
      step: task.step.id,
      host: task.host,
      attempt,
      done,
      total,
      text: text.slice(0, TEXT_CHARACTERS_MAX),
    };
    task.log
      .append((state) => (hostState(state, task)?.status === 'running' ? body : undefined))
      .catch((error: unknown) => workshop.warn('progress', error));
  };
}
