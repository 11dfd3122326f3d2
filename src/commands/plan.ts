import { hashOf as hashOfValue } from '../canonical.ts';
import { CommandError } from '../errors.ts';
import { isChange, type Module, type Plan, type Step } from '../modules/contract.ts';
import { stepsOf } from '../modules/steps.ts';
import { ALL } from './command-spec.ts';
import type { Command } from './grammar.ts';
import { KNOWN_HOSTS_LOCK, wishOnLock } from './lock-names.ts';
import { planEmergency } from './plan-emergency.ts';
import { deploySteps, planAll, planValidate, targetsOf, type PlanSources } from './plan-stages.ts';
import { planPower } from './plan-power.ts';
import type { Wish } from './policy.ts';

/** A command that becomes a run. */
export type PlannedCommand = Extract<
  Command,
  {
    verb:
      | 'status'
      | 'validate'
      | 'plan'
      | 'deploy'
      | 'failover'
      | 'drill'
      | 'test'
      | 'migrate'
      | 'remove'
      | 'enroll'
      | 'reboot'
      | 'reset'
      | 'poweron'
      | 'steal';
  }
>;

/** A plan, and what it would touch. */
export interface PlannedRun {
  plan: Plan;
  /** True: show what would change and end there. */
  previewOnly: boolean;
  /** What it is to the policy's rules: all of it must be allowed. */
  wishes: Wish[];
}

function findModuleOf(command: { module: string }, modules: readonly Module[]): Module {
  const module = modules.find(({ name }) => name === command.module);
  if (module !== undefined) return module;
  throw new CommandError((say) => say.grammar.noModule(command.module), {
    code: 'KEYBUZZ_MODULE_UNKNOWN',
    fix: (say) => say.grammar.chooseModule(modules.map(({ name }) => name).join(', ')),
  });
}

/** Status is the same question for every module: all its checks, once, with no answer demanded. */
function statusSteps(module: Module): Step[] {
  const title = `Ask the checks of ${module.title}`;
  return [{ kind: 'checks', id: 'checks', title, impact: 'none', must: [], deadlineSeconds: 0 }];
}

type ModuleCommand = Exclude<
  PlannedCommand,
  { verb: 'enroll' | 'reboot' | 'reset' | 'poweron' | 'steal' | 'validate' }
>;

/** True when what is not ours is to go. Throws CommandError where nothing can be pruned. */
function readPrune(command: ModuleCommand, module: Module | undefined): boolean {
  if (!('prune' in command)) return false;
  if (module?.prunes === true && (command.verb === 'deploy' || command.planned === 'deploy')) return true;
  throw new CommandError((say) => say.grammar.notPrunable(`${command.verb} ${command.module}`), {
    code: 'KEYBUZZ_NOT_PRUNABLE',
    fix: (say) => say.grammar.leaveFlagOut,
  });
}

function planModule(command: ModuleCommand, sources: PlanSources): PlannedRun {
  const { inventory, modules, hashOf } = sources;
  const module = findModuleOf(command, modules);
  const verb = command.verb === 'plan' ? command.planned : command.verb;
  if (verb !== 'status' && !module.verbs.includes(verb)) {
    throw new CommandError((say) => say.grammar.notOffered(module.name, verb), {
      code: 'KEYBUZZ_VERB_NOT_OFFERED',
      fix: (say) => say.grammar.offers(module.verbs.join(', ')),
    });
  }
  if (command.verb === 'failover' && command.emergency !== undefined) {
    return { ...planEmergency(module, command.emergency, sources), previewOnly: false };
  }
  const prune = readPrune(command, module);
  const reason = overrideOf(command);
  const { asked, steps: own } =
    verb === 'deploy'
      ? deploySteps(module, sources, { override: reason, prune })
      : { asked: [], steps: verb === 'status' ? statusSteps(module) : stepsOf(module, verb, inventory, hashOf) };
  const steps = [...asked, ...own];
  const locks = steps.some(isChange) ? [...new Set(module.locks)].sort() : [];
  const plan: Plan = {
    title: `${verb} ${module.name}${prune ? ' --prune' : ''}`,
    verb,
    module: module.name,
    steps,
    locks,
  };
  return {
    plan: reason === undefined ? plan : { ...plan, override: { reason } },
    previewOnly: command.verb === 'plan',
    wishes: [{ verb: command.verb, module: module.name, targets: targetsOf(module, steps, inventory) }],
  };
}

function overrideOf(command: PlannedCommand): string | undefined {
  return command.verb === 'deploy' ? command.override : undefined;
}

/** Why it goes ahead without approval and in a freeze; undefined: it does not. */
export function breakGlassOf(command: PlannedCommand): string | undefined {
  return 'breakGlass' in command ? command.breakGlass : undefined;
}

function planEvery(command: ModuleCommand, sources: PlanSources): PlannedRun {
  readPrune(command, undefined);
  if (command.verb === 'deploy' || (command.verb === 'plan' && command.planned === 'deploy')) {
    return { ...planAll(command.verb, sources, overrideOf(command)), previewOnly: command.verb === 'plan' };
  }
  throw new CommandError(`\`${ALL}\` can only be deployed.`, {
    code: 'KEYBUZZ_VERB_NOT_OFFERED',
    fix: 'Name a module. `deploy all`, `plan all` and `validate` are about all of them.',
  });
}

function planEnroll(host: string): PlannedRun {
  const title = `Learn and pin the SSH key of ${host}`;
  const steps: Step[] = [{ kind: 'enroll', id: 'enroll', title, impact: 'disruptive', host }];
  const plan: Plan = { title: `enroll ${host}`, verb: 'enroll', module: '', steps, locks: [KNOWN_HOSTS_LOCK] };
  return { plan, previewOnly: false, wishes: [{ verb: 'enroll', module: '', targets: [host] }] };
}

/** It takes no lock itself: the run that holds the one in question may never give it back. */
function planSteal(lock: string, sources: PlanSources): PlannedRun {
  const { module, targets } = wishOnLock('steal', lock, sources);
  const title = `Take the lock ${lock} away from its holder`;
  const steps: Step[] = [{ kind: 'steal', id: 'steal', title, impact: 'disruptive', lock }];
  const plan: Plan = { title: `steal ${lock}`, verb: 'steal', module, steps, locks: [] };
  return { plan, previewOnly: false, wishes: [{ verb: 'steal', module, targets }] };
}

/**
 * The plan of a command: pure data, the same for the same command, modules and inventory. `plan redis` gives the very
 * plan of `deploy redis`. Throws CommandError when the module lacks the verb, ConfigError when the inventory lacks hosts.
 */
export function planOf(command: PlannedCommand, sources: PlanSources): PlannedRun {
  switch (command.verb) {
    case 'enroll':
      return planEnroll(command.host);
    case 'reboot':
    case 'reset':
    case 'poweron':
      return { ...planPower(command, sources), previewOnly: false };
    case 'steal':
      return planSteal(command.lock, sources);
    case 'validate':
      return { ...planValidate(sources), previewOnly: false };
    default:
      return command.module === ALL ? planEvery(command, sources) : planModule(command, sources);
  }
}

/** SHA-256 (hex) of a plan, with the hashes of its scripts in it: what an approval is bound to. */
export function hashPlan(plan: Plan): string {
  return hashOfValue(plan);
}

export type { PlanSources };
