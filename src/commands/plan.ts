import { hashOf as hashOfValue } from '../canonical.ts';
import { CommandError } from '../errors.ts';
import type { Inventory } from '../inventory.ts';
import { hostsOfStep, isChange, type Module, type Plan, type ScriptHash, type Step } from '../modules/contract.ts';
import type { Command } from './grammar.ts';
import { KNOWN_HOSTS_LOCK, wishOnLock } from './lock-names.ts';

/** A command that becomes a run. */
export type PlannedCommand = Extract<
  Command,
  { verb: 'status' | 'plan' | 'deploy' | 'failover' | 'drill' | 'test' | 'remove' | 'enroll' | 'steal' }
>;

/** What plans are made from. */
export interface PlanSources {
  inventory: Inventory;
  modules: readonly Module[];
  hashOf: ScriptHash;
}

/** A plan, and what it would touch. */
export interface PlannedRun {
  plan: Plan;
  /** True: show what would change and end there. */
  previewOnly: boolean;
  /** Hosts it asks or changes, as the policy's rules see them. */
  targets: string[];
}

function findModuleOf(command: { module: string }, modules: readonly Module[]): Module {
  const module = modules.find(({ name }) => name === command.module);
  if (module !== undefined) return module;
  throw new CommandError(`There is no module \`${command.module}\`.`, {
    code: 'KEYBUZZ_MODULE_UNKNOWN',
    fix: `Choose from: ${modules.map(({ name }) => name).join(', ')}.`,
  });
}

/** Status is the same question for every module: all its checks, once, with no answer demanded. */
function statusSteps(module: Module): Step[] {
  const title = `Ask the checks of ${module.title}`;
  return [{ kind: 'checks', id: 'checks', title, impact: 'none', must: [], deadlineSeconds: 0 }];
}

function planModule(command: Exclude<PlannedCommand, { verb: 'enroll' | 'steal' }>, sources: PlanSources): PlannedRun {
  const { inventory, modules, hashOf } = sources;
  const module = findModuleOf(command, modules);
  const verb = command.verb === 'plan' ? command.planned : command.verb;
  if (verb !== 'status' && !module.verbs.includes(verb)) {
    throw new CommandError(`The module \`${module.name}\` has no \`${verb}\`.`, {
      code: 'KEYBUZZ_VERB_NOT_OFFERED',
      fix: `It offers: ${module.verbs.join(', ')}.`,
    });
  }
  const steps = verb === 'status' ? statusSteps(module) : module.plan({ verb, inventory }, hashOf);
  const locks = steps.some(isChange) ? [...new Set(module.locks)].sort() : [];
  const hosts = [...module.hosts(inventory).map(({ name }) => name), ...steps.flatMap(hostsOfStep)];
  return {
    plan: { title: `${verb} ${module.name}`, verb, module: module.name, steps, locks },
    previewOnly: command.verb === 'plan',
    targets: [...new Set(hosts)].sort(),
  };
}

function planEnroll(host: string): PlannedRun {
  const title = `Learn and pin the SSH key of ${host}`;
  const steps: Step[] = [{ kind: 'enroll', id: 'enroll', title, impact: 'disruptive', host }];
  const plan: Plan = { title: `enroll ${host}`, verb: 'enroll', module: '', steps, locks: [KNOWN_HOSTS_LOCK] };
  return { plan, previewOnly: false, targets: [host] };
}

/** It takes no lock itself: the run that holds the one in question may never give it back. */
function planSteal(lock: string, sources: PlanSources): PlannedRun {
  const { module, targets } = wishOnLock('steal', lock, sources);
  const title = `Take the lock ${lock} away from its holder`;
  const steps: Step[] = [{ kind: 'steal', id: 'steal', title, impact: 'disruptive', lock }];
  return { plan: { title: `steal ${lock}`, verb: 'steal', module, steps, locks: [] }, previewOnly: false, targets };
}

/**
 * The plan of a command: pure data, the same for the same command, modules and inventory. `plan redis` gives the very
 * plan of `deploy redis`. Throws CommandError when the module lacks the verb, ConfigError when the inventory lacks hosts.
 */
export function planOf(command: PlannedCommand, sources: PlanSources): PlannedRun {
  if (command.verb === 'enroll') return planEnroll(command.host);
  return command.verb === 'steal' ? planSteal(command.lock, sources) : planModule(command, sources);
}

/** SHA-256 (hex) of a plan, with the hashes of its scripts in it: what an approval is bound to. */
export function hashPlan(plan: Plan): string {
  return hashOfValue(plan);
}
