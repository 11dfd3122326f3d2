import type { Module, Plan, Stage, Step } from './contract.ts';

/** The stages of a plan in their order; a plan of one module is one stage. */
export function stagesOf(plan: Plan): readonly Stage[] {
  const { title, module, locks, steps } = plan;
  return plan.stages ?? [{ module, title, requires: [], demanded: [], steps: steps.map(({ id }) => id), locks }];
}

/** The stage that a step belongs to. */
export function stageOfStep(plan: Plan, stepId: string): Stage | undefined {
  return stagesOf(plan).find(({ steps }) => steps.includes(stepId));
}

/** The module whose scripts and credentials a step works with; empty for what belongs to none. */
export function moduleOfStep(plan: Plan, stepId: string): string {
  return stageOfStep(plan, stepId)?.module ?? plan.module;
}

/** Names of the modules that a plan is about, in their order; none for what belongs to none. */
export function modulesOf(plan: Plan): string[] {
  const names = stagesOf(plan).map(({ module }) => module);
  return [...new Set(names)].filter((name) => name !== '');
}

/** The steps of a stage, in their order. */
export function stepsOfStage(plan: Plan, stage: Stage): Step[] {
  return plan.steps.filter(({ id }) => stage.steps.includes(id));
}

/** The checks that modules which require this one demand of it. */
export function demandedOf({ demanded, checks }: Pick<Module, 'demanded' | 'checks'>): readonly string[] {
  return demanded ?? checks.map(({ id }) => id);
}
