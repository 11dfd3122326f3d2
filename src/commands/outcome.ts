import type { RunState, StepState } from '../jobs/state.ts';
import { impactAtLeast, isChange, type Answer, type CheckResult, type Plan, type Step } from '../modules/contract.ts';

/** True when the step asked the module's checks; false when it has no answers or its own scripts gave them. */
export function asksChecks(step: StepState): boolean {
  return step.checks.length > 0 && step.hosts.every((host) => host.checks.length === 0);
}

/** What the run's own scripts found (an outage, lost writes), with the host in the text where several tell the same. */
export function measured(steps: readonly StepState[]): CheckResult[] {
  const told = steps.flatMap((step) =>
    step.hosts.flatMap(({ host, checks }) => checks.map((check) => ({ host, check }))),
  );
  return told.map(({ host, check }) => {
    const isAlone = told.filter((one) => one.check.check === check.check).length === 1;
    return isAlone ? check : { ...check, text: `${host}: ${check.text}` };
  });
}

function isDisturbance({ startedAt, impact }: StepState): boolean {
  return startedAt !== undefined && impactAtLeast(impact, 'disruptive');
}

/** The newest answers of the module's checks, and whether the run has disturbed anything since. */
export function newestChecks(steps: readonly StepState[]): { results: readonly CheckResult[]; isOutdated: boolean } {
  const at = steps.findLastIndex(asksChecks);
  const isOutdated = at >= 0 && steps.slice(at + 1).some(isDisturbance);
  return { results: steps[at]?.checks ?? [], isOutdated };
}

/** All answers that say how it went. */
function verdict(steps: readonly StepState[]): CheckResult[] {
  return [...measured(steps), ...newestChecks(steps).results];
}

/** From the gravest to the best. */
const BY_WEIGHT: readonly Answer[] = ['fail', 'unknown', 'warn', 'pass'];

/** The gravest of these; `pass` when there is none. */
export function gravestAnswer(answers: readonly Answer[]): Answer {
  return BY_WEIGHT.find((answer) => answers.includes(answer)) ?? 'pass';
}

/** The gravest of all answers that say how it went; `pass` when nothing was asked. */
export function worstAnswer(steps: readonly StepState[]): Answer {
  return gravestAnswer(verdict(steps).map(({ answer }) => answer));
}

/** Answers that say the same: one reason, read once. */
export interface CheckGroup {
  answer: Answer;
  text: string;
  checks: CheckResult[];
}

/** The answers with those of one kind and one reason together, in the order of each group's first. */
export function groupChecks(results: readonly CheckResult[]): CheckGroup[] {
  const groups: CheckGroup[] = [];
  for (const result of results) {
    const { answer, text } = result;
    const same = groups.find((group) => group.answer === answer && group.text === text && text !== '');
    if (same === undefined) groups.push({ answer, text, checks: [result] });
    else same.checks.push(result);
  }
  return groups;
}

/** A step as planned, and how far it is. */
export interface PlannedStep {
  step: Step;
  progress: StepState;
}

/** The plan's steps with their states. */
export function plannedSteps({ plan, steps }: Pick<RunState, 'plan' | 'steps'>): PlannedStep[] {
  return plan.steps.flatMap((step, index) => {
    const progress = steps[index];
    return progress === undefined ? [] : [{ step, progress }];
  });
}

/** True for a step that puts right what the run may have left, whatever happens before it. */
export function isCompensation(step: Step): boolean {
  return step.kind === 'script' && step.always === true;
}

/** True when the plan has steps that put things right: such a run is never gone on with, only put right. */
export function hasCompensation(plan: Plan): boolean {
  return plan.steps.some(isCompensation);
}

/** True once any host was asked to change something. */
export function hasTouched(state: Pick<RunState, 'plan' | 'steps'>): boolean {
  return plannedSteps(state).some(
    ({ step, progress }) => isChange(step) && progress.hosts.some(({ attempt }) => attempt > 0),
  );
}

/** Steps that put things right because something before them was not done; one that came in its turn is not among them. */
export function compensated(state: Pick<RunState, 'plan' | 'steps'>): StepState[] {
  const all = plannedSteps(state);
  return all
    .filter(({ step, progress }, index) => {
      const before = all.slice(0, index).filter((one) => !isCompensation(one.step));
      const isOutOfTurn = before.some((one) => one.progress.status !== 'ok');
      return isCompensation(step) && progress.startedAt !== undefined && isOutOfTurn;
    })
    .map(({ progress }) => progress);
}

/** Why a refused run did not begin: the step that asked, and what it found unfit. Undefined: something else refused. */
export function unmet(state: RunState): { title: string; results: CheckResult[] } | undefined {
  if (state.ending?.ending !== 'refused') return undefined;
  for (const { step, progress } of plannedSteps(state)) {
    if (step.kind !== 'checks' || (progress.status !== 'failed' && progress.status !== 'unknown')) continue;
    const results = progress.checks.filter(
      ({ check, answer }) => step.must.includes(check) && (answer === 'fail' || answer === 'unknown'),
    );
    if (results.length > 0) return { title: progress.title, results };
  }
  return undefined;
}
