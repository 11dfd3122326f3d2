import type { Inventory } from '../../inventory.ts';
import type { Module, Probe } from '../contract.ts';
import { assessInventory } from './assess.ts';
import { CHECKS } from './checks.ts';
import { peersOf } from './needs.ts';

/** Each host is asked for its way to its neighbour in the file, and whether it reaches those it works with. */
function probesOf(inventory: Inventory): Probe[] {
  const { hosts } = inventory;
  return hosts.map((host, index) => ({
    host: host.name,
    script: 'inventory/status-host.sh',
    args: [
      host.privateIp,
      (hosts[index + 1] ?? hosts[0] ?? host).privateIp,
      ...peersOf(host, inventory).map(({ privateIp }) => privateIp),
    ],
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
  // Which roles there are is each module's own to demand.
  demanded: ['unique', 'reachable', 'identity', 'private-route', 'peers'],
  verbs: ['status'],
  locks: [],
  credentials: [],
  checks: CHECKS,
  hosts: ({ hosts }) => hosts,
  plan: () => [{ kind: 'checks', id: 'checks', title: 'Ask every host', impact: 'none', must: [], deadlineSeconds: 0 }],
  probes: probesOf,
  assess: assessInventory,
};
