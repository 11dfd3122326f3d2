import type { Module } from './contract.ts';
import { postgresql } from './postgresql/index.ts';
import { redis } from './redis/index.ts';

/** Every module, by number. A new one is a folder and a line here. */
export const MODULES: readonly Module[] = [postgresql, redis];

/** The module of that name; undefined when there is none. */
export function findModule(name: string): Module | undefined {
  return MODULES.find((module) => module.name === name);
}

export { assembleScript, type AssembledScript } from './scripts.ts';
