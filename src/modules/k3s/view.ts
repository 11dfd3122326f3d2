import type { Inventory } from '../../inventory.ts';
import type { HostAnswer } from '../contract.ts';
import { groupsOf, programsOf, viewOf, type HostView } from '../judging.ts';
import { findMembers } from './members.ts';

/** A node as a master's API tells it; the words are Kubernetes' own. */
export interface NodeView {
  name: string;
  /** Status of its condition Ready: True, False, Unknown. */
  ready: string;
  reason: string;
  isMaster: boolean;
  isClosed: boolean;
  /** Conditions that say something is short, joined by `+`; `none`. */
  pressure: string;
  voter: string;
  version: string;
}

/** A master with the nodes that its API tells; undefined when it did not say. */
export interface MasterView extends HostView {
  nodes: NodeView[] | undefined;
}

/** The cluster as its hosts tell it. */
export interface ClusterView {
  masters: MasterView[];
  workers: HostView[];
}

function nodesOf(text: string | undefined): NodeView[] | undefined {
  if (text === undefined) return undefined;
  const nodes = groupsOf(text).map((fields): NodeView => {
    const of = (name: string): string => fields.get(name) ?? '';
    return {
      ...{ name: of('name'), ready: of('ready'), reason: of('reason'), pressure: of('pressure') },
      ...{ isMaster: of('master') === 'yes', isClosed: of('closed') === 'yes' },
      ...{ voter: of('voter'), version: of('version') },
    };
  });
  return nodes.some(({ name, version }) => name === '' || version === '') ? undefined : nodes;
}

/** The hosts' answers side by side. Throws ConfigError when the inventory lacks members. */
export function viewCluster(inventory: Inventory, answers: readonly HostAnswer[]): ClusterView {
  const { masters, workers } = findMembers(inventory);
  return {
    masters: masters.map((host): MasterView => {
      const view = viewOf(host, answers);
      return { ...view, nodes: nodesOf(view.facts['api.nodes']) };
    }),
    workers: workers.map((host) => viewOf(host, answers)),
  };
}

/** The programs that a status script tells us about. */
export const { judgeEach } = programsOf({ api: "Kubernetes' API", etcd: 'etcd' });
