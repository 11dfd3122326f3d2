import type { Module } from '../contract.ts';
import { witnessOf } from '../steps.ts';
import { assessProxysql } from './assess.ts';
import { CHECKS } from './checks.ts';
import { findMembers } from './members.ts';
import { planProxysql, probesOf } from './plan.ts';

const FILES = ['/etc/proxysql.cnf', '/var/lib/proxysql/proxysql.db'];

/** Module 8: two ProxySQL before the Galera cluster, which lead applications to the one member that takes writes. */
export const proxysql: Module = {
  name: 'proxysql',
  number: 8,
  title: 'ProxySQL',
  requires: ['base', 'mariadb'],
  verbs: ['status', 'plan', 'deploy', 'failover', 'drill', 'test', 'remove'],
  locks: ['mariadb', 'proxysql'],
  credentials: [
    { name: 'ADMIN_PASSWORD', bytes: 32, files: FILES },
    { name: 'MONITOR_PASSWORD', bytes: 32, files: FILES },
    { name: 'APP_PASSWORD', bytes: 32, files: FILES, of: 'mariadb' },
  ],
  checks: CHECKS,
  hosts: (inventory) => {
    const { proxies, servers } = findMembers(inventory);
    const witness = witnessOf(inventory);
    return [...proxies, ...servers, ...(witness === undefined ? [] : [witness])];
  },
  plan: planProxysql,
  probes: probesOf,
  assess: assessProxysql,
};
