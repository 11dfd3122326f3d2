import { z } from 'zod';
import type { Inventory } from '../../inventory.ts';
import type { HostAnswer } from '../contract.ts';
import { jsonOf, programsOf, silencesOf, viewOf, type Findings, type HostView } from '../judging.ts';
import { findMembers } from './members.ts';

/** What we read of Patroni's GET /cluster. */
const ClusterAnswer = z.object({
  members: z.array(z.object({ name: z.string(), role: z.string() })),
  pause: z.boolean().optional(),
  scheduled_switchover: z.unknown().optional(),
});

/** What we read of Patroni's GET /patroni. */
const PatroniAnswer = z.object({
  pending_restart: z.boolean().optional(),
  patroni: z.object({ name: z.string().optional() }).optional(),
});

/** A server with what its Patroni says; undefined when it did not say it, or not as Patroni does. */
export interface ServerView extends HostView {
  cluster: z.infer<typeof ClusterAnswer> | undefined;
  patroni: z.infer<typeof PatroniAnswer> | undefined;
}

/** The cluster as its members tell it. */
export interface ClusterView {
  servers: ServerView[];
  proxies: HostView[];
  /** The servers whose PostgreSQL is not in recovery. */
  leaders: ServerView[];
  /** The leader, when exactly one is not. */
  leader: ServerView | undefined;
}

/** The members' answers side by side. Throws ConfigError when the inventory lacks members. */
export function viewCluster(inventory: Inventory, answers: readonly HostAnswer[]): ClusterView {
  const members = findMembers(inventory);
  const servers = members.servers.map((host): ServerView => {
    const view = viewOf(host, answers);
    const { 'patroni.cluster': cluster, 'patroni.patroni': patroni } = view.facts;
    return { ...view, cluster: jsonOf(cluster, ClusterAnswer), patroni: jsonOf(patroni, PatroniAnswer) };
  });
  const leaders = servers.filter((view) => view.facts['postgresql.recovery'] === 'f');
  return {
    servers,
    proxies: members.proxies.map((host) => viewOf(host, answers)),
    leaders,
    leader: leaders.length === 1 ? leaders[0] : undefined,
  };
}

/** The programs that a status script tells us about. */
export const { troubleOf, judgeEach } = programsOf({
  patroni: 'Patroni',
  postgresql: 'PostgreSQL',
  raft: 'RAFT',
  etcd: 'etcd',
  write: 'port 5432',
  read: 'port 5433',
  pooler: 'PgBouncer',
});

/** Adds why there is no single leader: known when every member was heard, else unknown, and who was not heard. */
export function missLeader(cluster: ClusterView, findings: Findings): void {
  const names = cluster.leaders.map((view) => view.host.name).join(', ');
  const unheard = [...silencesOf(cluster.servers), ...unknownRoles(cluster)];
  if (cluster.leaders.length > 1) findings.faults.push(`several are not in recovery: ${names}`);
  else if (unheard.length > 0) {
    // Once it was told, nothing more follows from it.
    if (findings.unknowns.length === 0) findings.unknowns.push(...unheard);
  } else findings.faults.push('no PostgreSQL leads');
}

/** Why we can't tell of some servers that said something whether they lead: their PostgreSQL does not answer us. */
export function unknownRoles(cluster: ClusterView): string[] {
  const heard = cluster.servers.filter(({ silence }) => silence === '');
  return heard.flatMap((view) => {
    const trouble = troubleOf(view, 'postgresql');
    if (trouble !== undefined) return view.facts.postgresql === 'stopped' ? [] : [trouble.text];
    const recovery = view.facts['postgresql.recovery'];
    return recovery === 't' || recovery === 'f' ? [] : [`${view.host.name} did not say whether it is in recovery`];
  });
}
