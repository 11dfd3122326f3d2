import type { Inventory } from '../../inventory.ts';
import type { Module, Probe } from '../contract.ts';
import { assessInventory } from './assess.ts';
import { CHECKS } from './checks.ts';

/** Each host is asked for its way to its neighbour in the file. */
function probesOf({ hosts }: Inventory): Probe[] {
  return hosts.map((host, index) => ({
    host: host.name,
    script: 'inventory/status-host.sh',
    args: [host.privateIp, (hosts[index + 1] ?? hosts[0] ?? host).privateIp],
    secrets: [],
    timeoutSeconds: 20,
  }));
}

/** Module 1: whether the servers are those that servers.tsv says. It can only be asked, so it has no other verb. */
export const inventory: Module = {
  name: 'inventory',
  number: 1,
  title: 'Inventory',
  requires: [],
  verbs: ['status'],
  locks: [],
  credentials: [],
  checks: CHECKS,
  hosts: ({ hosts }) => hosts,
  plan: () => [{ kind: 'checks', id: 'checks', title: 'Ask every host', impact: 'none', must: [], deadlineSeconds: 0 }],
  probes: probesOf,
  assess: assessInventory,
};
