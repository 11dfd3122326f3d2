import { CommandError, ConfigError } from '../errors.ts';
import type { Module, Plan } from '../modules/contract.ts';
import { stagesOf } from '../modules/stages.ts';
import type { Holder } from './locks.ts';
import { openLog } from './log.ts';
import type { Workshop } from './workshop.ts';

/** Where somebody is at work, so that what fails there is expected. */
export interface Mutes {
  /** Module -> who works on it, a sentence. */
  modules: ReadonlyMap<string, string>;
  /** All hosts of these modules. */
  hosts: ReadonlySet<string>;
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

async function muteOf(workshop: Workshop, holder: Holder): Promise<{ modules: Module[]; why: string }> {
  const { lock, run, owner, reason } = holder;
  if (run === '') {
    return { modules: modulesOf(lock, workshop.modules), why: `${owner} holds the lock ${lock}: ${reason}` };
  }
  const plan = await planOf(workshop, run);
  if (plan === undefined) return { modules: [], why: '' };
  // Of a run of several modules it is the one that holds this lock now.
  const held = stagesOf(plan).filter(({ locks }) => locks.includes(lock));
  const modules = workshop.modules.filter(({ name }) => held.some(({ module }) => module === name));
  return { modules, why: `run ${run} of ${owner} is at work: ${plan.title}` };
}

/** None of a module whose roles the inventory lacks. */
function hostsOf(module: Module, workshop: Workshop): string[] {
  try {
    return module.hosts(workshop.inventory).map(({ name }) => name);
  } catch (error) {
    if (error instanceof ConfigError) return [];
    throw error;
  }
}

/** Maintenance locks and changes that are being made: each mutes its own module, not those that merely share a part with it. */
export async function mutesOf(workshop: Workshop): Promise<Mutes> {
  const found = await Promise.all((await workshop.locks.list()).map((holder) => muteOf(workshop, holder)));
  const muted = found.flatMap(({ modules, why }) => modules.map((module) => ({ module, why })));
  return {
    modules: new Map(muted.map(({ module, why }) => [module.name, why])),
    hosts: new Set(muted.flatMap(({ module }) => hostsOf(module, workshop))),
  };
}
