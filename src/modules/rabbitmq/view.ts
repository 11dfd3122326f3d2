import { z } from 'zod';
import type { Inventory } from '../../inventory.ts';
import type { HostAnswer } from '../contract.ts';
import { jsonOf, programsOf, viewOf, type HostView } from '../judging.ts';
import { findMembers } from './members.ts';

/** What we read of GET /api/nodes; a node that does not run has its name alone. */
const NodesAnswer = z.array(
  z.object({
    name: z.string(),
    running: z.boolean(),
    partitions: z.array(z.string()).optional(),
    being_drained: z.boolean().optional(),
    mem_alarm: z.boolean().optional(),
    disk_free_alarm: z.boolean().optional(),
  }),
);

/** A node as a member sees it, by the name of its host. */
export type NodeView = z.infer<typeof NodesAnswer>[number];

/** A server with what its node says of all nodes; undefined when it did not say it, or not as RabbitMQ does. */
export interface ServerView extends HostView {
  nodes: NodeView[] | undefined;
}

/** The cluster as its members tell it. */
export interface ClusterView {
  servers: ServerView[];
  proxies: HostView[];
}

/** `rabbit@queue-01` runs on `queue-01`. */
function hostOf(node: string): string {
  return node.slice(node.indexOf('@') + 1);
}

/** The members' answers side by side. Throws ConfigError when the inventory lacks members. */
export function viewCluster(inventory: Inventory, answers: readonly HostAnswer[]): ClusterView {
  const members = findMembers(inventory);
  return {
    servers: members.servers.map((host): ServerView => {
      const view = viewOf(host, answers);
      const nodes = jsonOf(view.facts['broker.nodes'], NodesAnswer);
      return { ...view, nodes: nodes?.map((node) => ({ ...node, name: hostOf(node.name) })) };
    }),
    proxies: members.proxies.map((host) => viewOf(host, answers)),
  };
}

/** The programs that a status script tells us about. */
export const { judgeEach } = programsOf({ broker: "RabbitMQ's management API", entry: 'port 5672' });
