import type { Module } from '../contract.ts';
import { assessK3s } from './assess.ts';
import { CHECKS } from './checks.ts';
import { findMembers } from './members.ts';
import { planK3s, probesOf } from './plan.ts';

/** Module 9: K3s with three masters, their etcd, and the ingress on every worker. */
export const k3s: Module = {
  name: 'k3s',
  number: 9,
  title: 'K3s',
  requires: ['base'],
  verbs: ['status', 'plan', 'deploy', 'failover', 'drill', 'test', 'remove'],
  locks: ['k3s'],
  credentials: [
    {
      name: 'SERVER_TOKEN',
      bytes: 32,
      files: ['/etc/rancher/k3s/keybuzz-server-token', '/opt/keybuzz/k3s/data/server/token'],
    },
    {
      name: 'AGENT_TOKEN',
      bytes: 32,
      files: ['/etc/rancher/k3s/keybuzz-agent-token', '/opt/keybuzz/k3s/data/server/agent-token'],
    },
  ],
  checks: CHECKS,
  hosts: (inventory) => {
    const { masters, workers } = findMembers(inventory);
    return [...masters, ...workers];
  },
  plan: planK3s,
  probes: probesOf,
  assess: assessK3s,
};
