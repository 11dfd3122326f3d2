import type { Module } from '../contract.ts';
import { witnessOf } from '../steps.ts';
import { assessMariadb } from './assess.ts';
import { CHECKS } from './checks.ts';
import { findMembers } from './members.ts';
import { planMariadb, probesOf } from './plan.ts';

/** Module 7: three MariaDB that are one Galera cluster; every one of them takes writes. */
export const mariadb: Module = {
  name: 'mariadb',
  number: 7,
  title: 'MariaDB Galera',
  requires: ['base'],
  verbs: ['status', 'plan', 'deploy', 'failover', 'drill', 'test', 'remove'],
  locks: ['mariadb'],
  credentials: [{ name: 'APP_PASSWORD', bytes: 32, files: [] }],
  checks: CHECKS,
  hosts: (inventory) => {
    const witness = witnessOf(inventory);
    return [...findMembers(inventory).servers, ...(witness === undefined ? [] : [witness])];
  },
  plan: planMariadb,
  probes: probesOf,
  assess: assessMariadb,
};
