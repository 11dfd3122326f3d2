import type { Module } from '../contract.ts';
import { assessApps } from './assess.ts';
import { CHECKS } from './checks.ts';
import { findMembers } from './members.ts';
import { planApps, probesOf } from './plan.ts';

/** What the applications are given of other modules; etcd encrypts it, and no file of ours holds it. */
const credential = (name: string, of?: string) => ({ name, bytes: 32, files: [], ...(of === undefined ? {} : { of }) });

/** Module 11: KeyBuzz' own applications on K3s; `requires`: the modules that must be valid before, which are all others. */
export function createApps(requires: readonly string[]): Module {
  return {
    name: 'apps',
    number: 11,
    title: 'KeyBuzz applications',
    requires,
    verbs: ['status', 'plan', 'deploy', 'drill', 'test', 'remove'],
    locks: ['apps'],
    credentials: [
      credential('SESSION_KEY'),
      credential('APP_PASSWORD', 'postgresql'),
      credential('REDIS_PASSWORD', 'redis'),
    ],
    checks: CHECKS,
    hosts: (inventory) => {
      const { masters, workers } = findMembers(inventory);
      return [...masters, ...workers];
    },
    plan: planApps,
    probes: probesOf,
    assess: assessApps,
  };
}
