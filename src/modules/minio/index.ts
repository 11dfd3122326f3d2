import type { Module } from '../contract.ts';
import { witnessOf } from '../steps.ts';
import { assessMinio } from './assess.ts';
import { CHECKS } from './checks.ts';
import { findServers } from './members.ts';
import { planMinio, probesOf } from './plan.ts';

/** Module 6: three MinIO nodes that keep each object in pieces on all of them; every one takes requests. */
export const minio: Module = {
  name: 'minio',
  number: 6,
  title: 'MinIO',
  requires: ['base'],
  verbs: ['status', 'plan', 'deploy', 'failover', 'drill', 'test', 'remove'],
  locks: ['minio'],
  credentials: [{ name: 'ROOT_PASSWORD', bytes: 32, files: ['/etc/default/minio'] }],
  checks: CHECKS,
  hosts: (inventory) => {
    const witness = witnessOf(inventory);
    return [...findServers(inventory), ...(witness === undefined ? [] : [witness])];
  },
  plan: planMinio,
  probes: probesOf,
  assess: assessMinio,
};
