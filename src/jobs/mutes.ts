import { CommandError } from '../errors.ts';
import type { Module, Plan, Step } from '../modules/contract.ts';
import { stagesOf, stepsOfStage } from '../modules/stages.ts';
import { hostsOfModule } from '../modules/step-hosts.ts';
import type { SubjectState } from './alert-state.ts';
import type { Holder } from './locks.ts';
import { openLog } from './log.ts';
import { isRequirement } from './next.ts';
import type { Workshop } from './workshop.ts';

/** Where somebody is at work, so that what fails there is expected. */
export interface Mutes {
  /** Module -> who works on it, a sentence. */
  modules: ReadonlyMap<string, string>;
  /** All hosts of these modules; where a run touches the power of a host, that host alone. */
  hosts: ReadonlySet<string>;
  /** Those of them that are silent since a run turns them off, as was approved. */
  turnedOff: ReadonlySet<string>;
}

/** What one lock mutes. */
interface Mute {
  modules: Module[];
  hosts: string[];
  turnedOff: string[];
  why: string;
}

/** The modules a person's lock is about: that of its name, though others take it as well, or all that take it. */
function modulesOf(lock: string, modules: readonly Module[]): Module[] {
  const named = modules.filter(({ name }) => name === lock);
  return named.length > 0 ? named : modules.filter(({ locks }) => locks.includes(lock));
}

/**
 * The plan that a run is at work on. Undefined of one that waits for people, interrupted, though it keeps its locks; and when
 * it is over or its log is gone, and its lock is one that the sweep frees.
 */
async function planOf(workshop: Workshop, run: string): Promise<Plan | undefined> {
  try {
    const { plan, status } = await openLog(workshop.store, run).refresh();
    return status === 'interrupted' || status === 'ended' ? undefined : plan;
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

/** The hosts whose power these steps touch. */
function turnedOffBy(steps: readonly Step[]): string[] {
  const work = steps.flatMap((step) => (step.kind === 'hetzner' ? step.work : []));
  return work.flatMap((one) => (one.do === 'power' || one.do === 'fence' ? [one.host] : []));
}

/** Modules that steps of no module ask how they are before and after. What is only required of one is no work on it. */
function askedBy(steps: readonly Step[]): string[] {
  return steps.flatMap((step) => (step.kind === 'checks' && !isRequirement(step) ? (step.of ?? []) : []));
}

function muteOfPlan(workshop: Workshop, plan: Plan, lock: string): Omit<Mute, 'why'> {
  // Of a run of several modules it is the one that holds this lock now.
  const held = stagesOf(plan).filter(({ locks }) => locks.includes(lock));
  const steps = held.flatMap((stage) => stepsOfStage(plan, stage));
  const names = new Set([...held.map(({ module }) => module), ...askedBy(steps)]);
  const modules = workshop.modules.filter(({ name }) => names.has(name));
  const turnedOff = turnedOffBy(steps);
  const hosts =
    turnedOff.length > 0 ? turnedOff : modules.flatMap((module) => hostsOfModule(module, workshop.inventory));
  return { modules, hosts, turnedOff };
}

async function muteOf(workshop: Workshop, holder: Holder): Promise<Mute> {
  const { lock, run, owner, reason } = holder;
  if (run === '') {
    const modules = modulesOf(lock, workshop.modules);
    const hosts = modules.flatMap((module) => hostsOfModule(module, workshop.inventory));
    return { modules, hosts, turnedOff: [], why: `${owner} holds the lock ${lock}: ${reason}` };
  }
  const plan = await planOf(workshop, run);
  if (plan === undefined) return { modules: [], hosts: [], turnedOff: [], why: '' };
  return { ...muteOfPlan(workshop, plan, lock), why: `run ${run} of ${owner} is at work: ${plan.title}` };
}

/** Maintenance locks and changes that are being made: each mutes its own module, not those that merely share a part with it. */
export async function mutesOf(workshop: Workshop): Promise<Mutes> {
  const found = await Promise.all((await workshop.locks.list()).map((holder) => muteOf(workshop, holder)));
  return {
    modules: new Map(found.flatMap(({ modules, why }) => modules.map(({ name }) => [name, why] as const))),
    hosts: new Set(found.flatMap(({ hosts }) => hosts)),
    turnedOff: new Set(found.flatMap(({ turnedOff }) => turnedOff)),
  };
}

/** What is known of hosts: which are silent now, which may not alarm, and which do. */
interface Silence {
  silent: readonly string[];
  mutes: Mutes;
  /** State of the subject of hosts. */
  hosts: SubjectState;
}

/**
 * The silent hosts that excuse a module's bad answers. One that may not alarm, and does not, excuses nobody but a module that
 * is muted itself: else nobody at all would be called. One that is being turned off as was approved excuses all that ask it.
 */
export function excusesOf(module: string, { silent, mutes, hosts }: Silence): string[] {
  if (mutes.modules.has(module)) return [...silent];
  const isExcuse = (host: string) => !mutes.hosts.has(host) || mutes.turnedOff.has(host);
  return silent.filter((host) => isExcuse(host) || hosts.watches[host]?.isAlarming === true);
}
