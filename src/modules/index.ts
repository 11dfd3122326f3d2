import { createApps } from './apps/index.ts';
import { createBase } from './base/index.ts';
import type { Module } from './contract.ts';
import { inventory } from './inventory/index.ts';
import { k3s } from './k3s/index.ts';
import { lb } from './lb/index.ts';
import { mariadb } from './mariadb/index.ts';
import { minio } from './minio/index.ts';
import { postgresql } from './postgresql/index.ts';
import { proxysql } from './proxysql/index.ts';
import { rabbitmq } from './rabbitmq/index.ts';
import { redis } from './redis/index.ts';

/** The modules that serve something, by number. A new one is a folder and a name here. */
const SERVICES: readonly Module[] = [postgresql, redis, rabbitmq, minio, mariadb, proxysql, k3s].sort(
  (a, b) => a.number - b.number,
);

/** What the applications stand on: it must be valid as a whole before they are deployed. */
const PLATFORM: readonly Module[] = [
  inventory,
  // Of the applications' locks as well: what base does to a host of the cluster moves their pods.
  createBase([...SERVICES.flatMap(({ locks }) => locks), 'apps']),
  ...SERVICES,
  // It has no hosts of its own: what base does to a host does not concern it.
  lb,
];

/** Every module, by number. */
export const MODULES: readonly Module[] = [...PLATFORM, createApps(PLATFORM.map(({ name }) => name))];

/** The module of that name; undefined when there is none. */
export function findModule(name: string): Module | undefined {
  return MODULES.find((module) => module.name === name);
}

export { assembleScript, type AssembledScript } from './scripts.ts';
