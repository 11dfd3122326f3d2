import { demand, numberOf, type Findings, type HostView, type Judgement } from '../judging.ts';
import { ARCHIVED_HOURS_MAX } from './checks.ts';
import { judgeEach, missLeader, unknownRoles, type ClusterView } from './view.ts';

/** Whether the leader is behind this entry of each proxy. */
export function judgeEntry(cluster: ClusterView, entry: 'write' | 'pooler'): Judgement {
  const leader = cluster.leader?.host;
  const judge = (view: HostView, found: Findings) => {
    if (leader !== undefined) demand(view, `${entry}.node`, leader.privateIp, found);
    demand(view, `${entry}.recovery`, 'f', found);
  };
  const findings = judgeEach(cluster.proxies, entry, judge, cluster.servers);
  findings.unknowns.push(...unknownRoles(cluster));
  if (leader === undefined) missLeader(cluster, findings);
  const names = cluster.proxies.map((view) => view.host.name).join(' and ');
  return { ...findings, value: leader?.name ?? 'none', passText: `${names} lead to ${leader?.name ?? 'nobody'}` };
}

/** Whether a member that follows is behind port 5433 of each proxy. */
export function judgeReads(cluster: ClusterView): Judgement {
  const nodes = new Set<string>();
  const findings = judgeEach(cluster.proxies, 'read', (view, found) => {
    const node = view.facts['read.node'];
    const server = cluster.servers.find(({ host }) => host.privateIp === node);
    demand(view, 'read.recovery', 't', found);
    if (node === undefined) found.unknowns.push(`${view.host.name} did not say who answers its reads`);
    else if (server === undefined)
      found.faults.push(`${node}, who answers the reads of ${view.host.name}, is no member`);
    else nodes.add(server.host.name);
  });
  const value = [...nodes].join(',') || 'none';
  return { ...findings, value, passText: `reads are answered by ${value}` };
}

/** Whether the leader can compare vectors. */
export function judgeVectors(cluster: ClusterView): Judgement {
  const findings: Findings = { faults: [], unknowns: [], warnings: [] };
  const { leader } = cluster;
  const there = leader?.facts['postgresql.vector'];
  if (leader === undefined) missLeader(cluster, findings);
  else if (there === undefined)
    findings.unknowns.push(`${leader.host.name} could not be asked in the database keybuzz`);
  else if (there !== '1')
    findings.faults.push(`the database keybuzz on ${leader.host.name} lacks the extension vector`);
  else demand(leader, 'postgresql.distance', '5', findings);
  return { ...findings, value: leader?.facts['postgresql.distance'] ?? '-', passText: 'the distance is right' };
}

/** Whether what is written is kept elsewhere too. */
export function judgeBackup(cluster: ClusterView): Judgement {
  const findings: Findings = { faults: [], unknowns: [], warnings: [] };
  const { leader } = cluster;
  const seconds = leader && numberOf(leader, 'postgresql.archived-seconds-ago');
  const hours = Math.floor((seconds ?? 0) / 3600);
  const archive = leader?.facts['postgresql.archive'];
  if (leader === undefined) missLeader(cluster, findings);
  else if (archive === undefined) findings.unknowns.push(`${leader.host.name} did not say whether it archives its WAL`);
  else if (archive === 'off') findings.warnings.push(`no WAL is archived on ${leader.host.name}: there is no backup`);
  else if (archive === 'failing') findings.faults.push(`${leader.host.name} fails to archive its WAL`);
  else if (seconds === undefined) findings.warnings.push(`${leader.host.name} has not archived anything yet`);
  else if (hours >= ARCHIVED_HOURS_MAX) findings.warnings.push(`WAL was last archived ${hours} h ago`);
  return { ...findings, value: archive ?? '-', passText: `WAL was archived ${hours} h ago` };
}
