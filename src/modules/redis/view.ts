import type { Inventory } from '../../inventory.ts';
import type { HostAnswer } from '../contract.ts';
import { programsOf, viewOf, type Findings, type HostView } from '../judging.ts';
import { findMembers } from './members.ts';

/** The cluster as its members tell it. */
export interface ClusterView {
  servers: HostView[];
  proxies: HostView[];
  /** The servers whose Redis says that it is master. */
  masters: HostView[];
  /** The master, when exactly one says so. */
  master: HostView | undefined;
}

/** The members' answers side by side. Throws ConfigError when the inventory lacks members. */
export function viewCluster(inventory: Inventory, answers: readonly HostAnswer[]): ClusterView {
  const members = findMembers(inventory);
  const servers = members.servers.map((host) => viewOf(host, answers));
  const masters = servers.filter((view) => view.facts['redis.role'] === 'master');
  return {
    servers,
    proxies: members.proxies.map((host) => viewOf(host, answers)),
    masters,
    master: masters.length === 1 ? masters[0] : undefined,
  };
}

/** The programs that a status script tells us about. */
export const { troubleOf, judgeEach } = programsOf({ redis: 'Redis', sentinel: 'Sentinel', proxy: 'port 6379' });

/** Adds why there is no single master: known when every member was heard, else unknown. */
export function missMaster(cluster: ClusterView, findings: Findings): void {
  const unheard = cluster.servers.map((view) => troubleOf(view, 'redis')).filter((trouble) => trouble !== undefined);
  const names = cluster.masters.map((view) => view.host.name).join(', ');
  if (cluster.masters.length > 1) findings.faults.push(`several say that they are master: ${names}`);
  else if (unheard.some((trouble) => trouble.kind === 'unknowns')) {
    // Who is silent was told, and nothing follows from it but this.
    if (findings.unknowns.length === 0) findings.unknowns.push('the master is not known');
  } else findings.faults.push('no Redis says that it is master');
}

/** Why we can't tell of some servers that said something whether they are master: their Redis hangs, or is a stranger's. */
export function unknownRoles(cluster: ClusterView): string[] {
  const heard = cluster.servers.filter(({ silence }) => silence === '');
  return heard.flatMap((view) => {
    const trouble = troubleOf(view, 'redis');
    if (trouble !== undefined) return view.facts.redis === 'stopped' ? [] : [trouble.text];
    const role = view.facts['redis.role'];
    return role === 'master' || role === 'slave' ? [] : [`${view.host.name} did not say its role`];
  });
}
