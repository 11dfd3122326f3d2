import { select } from '../../inventory.ts';
import type { Module } from '../contract.ts';
import { findWitness } from '../steps.ts';
import { assessLb } from './assess.ts';
import { CHECKS } from './checks.ts';
import { planLb, probesOf } from './plan.ts';
import { balancersOf, desireOf } from './settings.ts';

/** Module 10: the load balancers at Hetzner, and the names of MinIO where the zone is there, too. */
export const lb: Module = {
  name: 'lb',
  number: 10,
  title: 'Hetzner load balancers',
  requires: [],
  verbs: ['status', 'plan', 'deploy', 'failover', 'test'],
  locks: ['lb'],
  credentials: [],
  checks: CHECKS,
  prunes: true,
  hosts: (inventory) => {
    const names = new Set(balancersOf(inventory).flatMap(({ targets }) => targets.map(({ host }) => host)));
    return [...select(inventory, {}).filter(({ name }) => names.has(name)), findWitness('lb', inventory)];
  },
  plan: planLb,
  probes: probesOf,
  cloud: desireOf,
  assess: assessLb,
};
