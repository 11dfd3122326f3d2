import { DefectError } from '../errors.ts';
import type { Module } from './contract.ts';

type Ordered = Pick<Module, 'name' | 'number' | 'requires'>;

function defect(message: string): DefectError {
  return new DefectError(message, { code: 'KEYBUZZ_MODULES_UNORDERED', fix: 'Correct `requires` of these modules.' });
}

function assertKnown(modules: readonly Ordered[]): void {
  const names = modules.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw defect(`There are two modules ${twice}.`);
  for (const { name, requires } of modules) {
    const missing = requires.find((one) => !names.includes(one));
    if (missing !== undefined) throw defect(`The module ${name} requires ${missing}, which there is not.`);
  }
}

/** One circle among modules that all wait for another: from any of them, what it waits for leads into it. */
function circleOf(waiting: readonly Ordered[]): string[] {
  const trail: string[] = [];
  let at = waiting[0];
  while (at !== undefined && !trail.includes(at.name)) {
    trail.push(at.name);
    const { requires } = at;
    at = waiting.find(({ name }) => requires.includes(name));
  }
  return at === undefined ? trail : [...trail.slice(trail.indexOf(at.name)), at.name];
}

/**
 * The modules with each one after all that it requires; where that leaves a choice, by number. Throws DefectError for one
 * that requires itself by way of others, or what there is not.
 */
export function orderOf<T extends Ordered>(modules: readonly T[]): T[] {
  assertKnown(modules);
  const ordered: T[] = [];
  let waiting = [...modules].sort((a, b) => a.number - b.number || (a.name < b.name ? -1 : 1));
  while (waiting.length > 0) {
    const next = waiting.find(({ requires }) => requires.every((name) => ordered.some((one) => one.name === name)));
    if (next === undefined) throw defect(`Modules require each other in a circle: ${circleOf(waiting).join(' -> ')}.`);
    ordered.push(next);
    waiting = waiting.filter((one) => one !== next);
  }
  return ordered;
}

/** Names of all that require a module, directly or by way of others, in the order of `modules`. */
export function dependentsOf(modules: readonly Pick<Module, 'name' | 'requires'>[], name: string): string[] {
  const found = new Set([name]);
  for (;;) {
    const more = modules.filter((one) => !found.has(one.name) && one.requires.some((required) => found.has(required)));
    if (more.length === 0) break;
    for (const one of more) found.add(one.name);
  }
  return modules.map((one) => one.name).filter((one) => one !== name && found.has(one));
}
