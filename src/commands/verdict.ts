import type { RunState } from '../jobs/state.ts';
import type { Answer, CheckResult } from '../modules/contract.ts';
import { checklistOf } from './checklist.ts';
import { gravestAnswer, newestChecks, worstAnswer } from './outcome.ts';

type Told = Pick<RunState, 'plan' | 'steps'>;

/** The steps of each module that the run is about; of a plan of one module all of them. */
function stepsByStage({ plan, steps }: Told): (typeof steps)[] {
  return plan.stages?.map((stage) => steps.filter(({ id }) => stage.steps.includes(id))) ?? [steps];
}

/** The gravest of all answers that say how the run went: of each module the newest, of `validate` its checklist. */
export function worstOfRun(state: RunState): Answer {
  const checklist = checklistOf(state);
  if (checklist !== undefined) return gravestAnswer(checklist.lines.map(({ answer }) => answer));
  return gravestAnswer(stepsByStage(state).map(worstAnswer));
}

/** The newest answers of each module's checks, and whether the run has disturbed any of them since. */
export function newestOfRun(state: Told): { results: readonly CheckResult[]; isOutdated: boolean } {
  const newest = stepsByStage(state).map(newestChecks);
  return {
    results: newest.flatMap(({ results }) => results),
    isOutdated: newest.some(({ isOutdated }) => isOutdated),
  };
}
