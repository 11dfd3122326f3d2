import type { Inventory } from '../inventory.ts';
import type { Module } from '../modules/contract.ts';

/** Serialises enrolments: all of them write the one known_hosts file. */
export const KNOWN_HOSTS_LOCK = 'known-hosts';

/** Every lock that a run can take, sorted. */
export function lockNames(modules: readonly Pick<Module, 'locks'>[]): string[] {
  return [...new Set([...modules.flatMap(({ locks }) => locks), KNOWN_HOSTS_LOCK])].sort();
}

/**
 * What acting on a lock is to the policy's rules: work on the module of that name, though others take it as well, or on
 * the only one that takes it. A lock of several or none needs a rule for all.
 */
export function wishOnLock(
  verb: string,
  lock: string,
  { modules, inventory }: { modules: readonly Module[]; inventory: Inventory },
): { verb: string; module: string; targets: string[] } {
  const named = modules.filter(({ name, locks }) => name === lock && locks.includes(lock));
  const owners = named.length > 0 ? named : modules.filter(({ locks }) => locks.includes(lock));
  const [owner] = owners;
  const hosts = owners.flatMap((module) => module.hosts(inventory).map(({ name }) => name));
  return {
    verb,
    module: owner === undefined || owners.length > 1 ? '' : owner.name,
    targets: [...new Set(hosts)].sort(),
  };
}
