import { english } from '../language/index.ts';
import { isChange } from '../modules/contract.ts';
import { stageOfStep, stepsOfStage } from '../modules/stages.ts';
import type { EventBody } from './events.ts';
import type { Standstill } from './freeze.ts';
import type { RunLog } from './log.ts';
import { end, hasTouched, interrupt, isAlways, type Next } from './next.ts';
import type { RunState } from './state.ts';
import type { Workshop } from './workshop.ts';

/**
 * What a standstill makes of a run that is about to change something. What has changed nothing yet is refused. What has
 * begun before a freeze is interrupted where a cancel would stop it; a window lets it end. A module that has to be put
 * right is not left in the middle of it. Undefined: it goes on.
 */
export function haltOf(state: RunState, stepId: string, standstill: Standstill): Next | undefined {
  const { by } = standstill;
  const [reason, fix] = [standstill.reason(english), standstill.fix(english)];
  const step = state.plan.steps.find(({ id }) => id === stepId);
  if (state.breakGlass !== undefined || step === undefined || !isChange(step) || isAlways(step)) return undefined;
  if (!hasTouched(state)) return end(state, 'refused', reason, `${fix} Then ask again: ${state.command}`);
  if (by === 'window') return undefined;
  const stage = stageOfStep(state.plan, stepId);
  const isMended = stage !== undefined && stepsOfStage(state.plan, stage).some(isAlways);
  if (isMended && hasTouched(state, stage)) return undefined;
  return interrupt(state, reason, `${fix} Then: resume ${state.runId}`, stage);
}

interface Halting {
  workshop: Workshop;
  log: RunLog;
}

/** Writes it down, or lets go of the locks first. */
async function carryOut({ workshop, log }: Halting, state: RunState, next: Next): Promise<void> {
  const append = (body: EventBody) => log.append((newest) => (newest.seq === state.seq ? body : undefined));
  if (next.do === 'append') await append(next.body);
  if (next.do !== 'release-locks') return;
  const waiting = await workshop.locks.release(state.runId, state.plan.locks, state.fences);
  await append({ type: 'locks.released' });
  for (const runId of waiting) await workshop.queues.wake(runId);
}

/**
 * Halts a run before its next change on these hosts where there is a standstill. Gives the hosts that may be worked on all
 * the same: those where the work has begun. Undefined: it was halted, and where it stands has to be looked at again.
 */
export async function haltBefore(
  halting: Halting,
  state: RunState,
  { step, hosts }: { step: string; hosts: readonly string[] },
): Promise<readonly string[] | undefined> {
  const standstill = await halting.workshop.standstill();
  const next = standstill === undefined ? undefined : haltOf(state, step, standstill);
  if (next === undefined) return hosts;
  const progress = state.steps.find(({ id }) => id === step)?.hosts ?? [];
  const running = progress.filter(({ host, status }) => status === 'running' && hosts.includes(host));
  if (running.length > 0) return running.map(({ host }) => host);
  await carryOut(halting, state, next);
  return undefined;
}
