import type { Inventory } from '../inventory.ts';
import {
  isChange,
  type ChecksStep,
  type Module,
  type Plan,
  type ScriptHash,
  type Stage,
  type Step,
} from '../modules/contract.ts';
import { targetsOfStep } from '../modules/step-hosts.ts';
import { orderOf } from '../modules/order.ts';
import { demandedOf } from '../modules/stages.ts';
import { checksStep } from '../modules/steps.ts';
import type { Wish } from './policy.ts';

/** What plans are made from. */
export interface PlanSources {
  inventory: Inventory;
  modules: readonly Module[];
  hashOf: ScriptHash;
}

/** Seconds that a module deployed a moment ago is given to become valid. */
const SETTLING_SECONDS = 60;

/** Step of what the worker alone knows. */
const EVIDENCE = 'evidence';

/** Names of all hosts that a plan of a module asks or changes, sorted. */
export function targetsOf(module: Module, steps: readonly Step[], inventory: Inventory): string[] {
  const hosts = [...module.hosts(inventory).map(({ name }) => name), ...steps.flatMap(targetsOfStep)];
  return [...new Set(hosts)].sort();
}

/** What is asked of a required module: of one that judges each host for itself only the hosts of these steps. */
function requirement(required: Module, steps: readonly Step[], override: string | undefined): ChecksStep {
  const { name } = required;
  const hosts = required.isPerHost === true ? [...new Set(steps.flatMap(targetsOfStep))].sort() : undefined;
  const where = hosts === undefined ? '' : ` on ${hosts.length === 1 ? (hosts[0] ?? '') : `its ${hosts.length} hosts`}`;
  const demanded = override === undefined ? demandedOf(required) : [];
  const what = `Ask whether ${name} is valid${where}${override === undefined ? '' : ', and go on whatever it is'}`;
  return {
    ...checksStep(`requires-${name}`, what, demanded, 0),
    of: name,
    isRequirement: true,
    ...(hosts === undefined ? {} : { hosts }),
  };
}

/** The steps that deploy a module, behind the questions whether what it requires is valid. */
export function deploySteps(
  module: Module,
  { inventory, modules, hashOf }: PlanSources,
  { override, prune }: { override: string | undefined; prune: boolean },
): { asked: ChecksStep[]; steps: Step[] } {
  const steps = module.plan({ verb: 'deploy', inventory, ...(prune ? { prune } : {}) }, hashOf);
  const required = modules.filter(({ name }) => module.requires.includes(name));
  return { asked: required.map((one) => requirement(one, steps, override)), steps };
}

/** The steps as those of a stage: each tells by its id and title whose it is. */
function stageOf(module: Module, steps: readonly Step[]): { stage: Stage; steps: Step[] } {
  const { name, title, requires } = module;
  const named = steps.map((step) => ({ ...step, id: `${name}-${step.id}`, title: `${name}: ${step.title}` }));
  const locks = steps.some(isChange) ? [...new Set(module.locks)].sort() : [];
  const asked = { requires: [...requires], demanded: [...demandedOf(module)] };
  return { stage: { module: name, title, ...asked, steps: named.map(({ id }) => id), locks }, steps: named };
}

type Staged = ReturnType<typeof stageOf>;

function planOfStages(title: string, verb: string, staged: readonly Staged[]): Plan {
  return {
    title,
    verb,
    module: '',
    steps: staged.flatMap(({ steps }) => steps),
    locks: [...new Set(staged.flatMap(({ stage }) => stage.locks))].sort(),
    stages: staged.map(({ stage }) => stage),
  };
}

const canDeploy = ({ verbs }: Module): boolean => verbs.includes('deploy');

/** A module that can only be asked: before anything else, since others require it. */
function askedStage(module: Module, override: string | undefined): Staged {
  const must = override === undefined ? demandedOf(module) : [];
  return stageOf(module, [{ ...checksStep('checks', 'Ask its checks', must, 0), isRequirement: true }]);
}

/** What a module requires is asked at its turn, when what was before it is deployed; what can only be asked was asked. */
function deployedStage(module: Module, sources: PlanSources, override: string | undefined): Staged {
  const { asked, steps } = deploySteps(module, sources, { override, prune: false });
  const isOpen = ({ of }: ChecksStep) => sources.modules.some((one) => one.name === of && canDeploy(one));
  const later = asked.filter(isOpen).map((step) => ({ ...step, deadlineSeconds: SETTLING_SECONDS }));
  return stageOf(module, [...later, ...steps]);
}

/** `deploy all`: every module after what it requires. Throws DefectError when they have no order, ConfigError for hosts. */
export function planAll(
  verb: 'deploy' | 'plan',
  sources: PlanSources,
  override: string | undefined,
): { plan: Plan; wishes: Wish[] } {
  const ordered = orderOf(sources.modules);
  const staged = ordered.map((module) =>
    canDeploy(module) ? deployedStage(module, sources, override) : askedStage(module, override),
  );
  const wishes = ordered.map((module, index) => ({
    verb: canDeploy(module) ? verb : 'status',
    module: module.name,
    targets: targetsOf(module, staged[index]?.steps ?? [], sources.inventory),
  }));
  const plan = planOfStages('deploy all', 'deploy', staged);
  return { plan: override === undefined ? plan : { ...plan, override: { reason: override } }, wishes };
}

/** `validate`: every module's checks, and what only the worker knows. */
export function planValidate({ modules, inventory }: PlanSources): { plan: Plan; wishes: Wish[] } {
  const staged = orderOf(modules).map((module) => stageOf(module, [checksStep('checks', 'Ask its checks', [], 0)]));
  const evidence: Staged = {
    stage: { module: '', title: 'The bot itself', requires: [], demanded: [], steps: [EVIDENCE], locks: [] },
    steps: [
      {
        kind: 'evidence',
        id: EVIDENCE,
        title: 'Look at credentials and at the last failovers and drills',
        impact: 'none',
      },
    ],
  };
  const targets = inventory.hosts.map(({ name }) => name).sort();
  const wishes = [{ verb: 'validate', module: '', targets }];
  return { plan: planOfStages('validate', 'validate', [...staged, evidence]), wishes };
}
