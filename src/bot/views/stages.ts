import type { Change, ProgressStatus, RunState, StepState } from '../../jobs/index.ts';
import { english, type Wording } from '../../language/index.ts';
import { changesByStep } from './changes.ts';

/** How far a module of a run over several is. */
export function progressOf(steps: readonly StepState[]): { status: ProgressStatus; isSkipped: boolean } {
  const has = (status: ProgressStatus) => steps.some((step) => step.status === status);
  const isDone = steps.every((step) => step.status === 'ok');
  const isBegun = has('running') || has('ok');
  const open = isBegun ? 'running' : 'pending';
  const status = has('failed') ? 'failed' : has('unknown') ? 'unknown' : isDone ? 'ok' : open;
  return { status, isSkipped: isDone && steps.some(({ startedAt }) => startedAt === undefined) };
}

/** What a run would change in a few lines: one for each step, or for each module where it is over several. */
export function changesByPart(state: RunState, changes: readonly Change[], say: Wording = english): string[] {
  const { stages } = state.plan;
  if (stages === undefined) {
    return changesByStep(changes, new Map(state.steps.map(({ id, title }) => [id, say.titled(title)])), say);
  }
  const moduleOf = (step: string) => stages.find(({ steps }) => steps.includes(step))?.module ?? step;
  const titles = new Map(stages.map(({ module, title }) => [module, say.titled(`${module}: ${title}`)]));
  return changesByStep(
    changes.map((change) => ({ ...change, step: moduleOf(change.step) })),
    titles,
    say,
  );
}
