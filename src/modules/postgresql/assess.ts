import type { Inventory } from '../../inventory.ts';
import type { CheckResult, HostAnswer } from '../contract.ts';
import { groupsOf, judgeDisk, resultOf, silencesOf, type Findings, type Judgement } from '../judging.ts';
import { judgeBackup, judgeEntry, judgeReads, judgeVectors } from './assess-service.ts';
import { CHECKS, DISK_PERCENT_MAX, DISK_PERCENT_WARN, LAG_BYTES_MAX } from './checks.ts';
import { SERVER_COUNT } from './members.ts';
import { judgeQuorum, judgeStore } from './assess-store.ts';
import type { PostgresqlSettings } from './settings.ts';
import { judgeEach, missLeader, unknownRoles, viewCluster, type ClusterView } from './view.ts';

const REPLICA_COUNT = SERVER_COUNT - 1;

const leaderName = ({ leader }: ClusterView): string => leader?.host.name ?? 'none';

function judgeOneLeader(cluster: ClusterView): Judgement {
  const unknowns = [...silencesOf(cluster.servers), ...unknownRoles(cluster)];
  const findings: Findings = { faults: [], unknowns, warnings: [] };
  if (cluster.leader === undefined) missLeader(cluster, findings);
  const value = cluster.leaders.length > 1 ? `${cluster.leaders.length}-leaders` : leaderName(cluster);
  return { ...findings, value, passText: `${leaderName(cluster)} is the only leader` };
}

function judgeMembersAgree(cluster: ClusterView): Judgement {
  const named = new Map<string, string[]>();
  const findings = judgeEach(cluster.servers, 'patroni', (view, found) => {
    const own = cluster.servers.find((one) => one.host === view.host)?.cluster;
    if (own === undefined) {
      found.unknowns.push(`Patroni on ${view.host.name} did not say who its cluster is`);
      return;
    }
    if (own.members.length !== SERVER_COUNT) {
      found.faults.push(`Patroni on ${view.host.name} knows ${own.members.length} members, not ${SERVER_COUNT}`);
    }
    const leader = own.members.find(({ role }) => role.endsWith('leader'))?.name ?? 'nobody';
    named.set(leader, [...(named.get(leader) ?? []), view.host.name]);
  });
  if (named.size > 1) {
    const each = [...named].map(([leader, by]) => `${by.join(' and ')} name ${leader}`);
    findings.faults.push(`the members don't agree on the leader: ${each.join(', ')}`);
  }
  if (named.has('nobody')) findings.faults.push(`nobody leads, says Patroni on ${named.get('nobody')?.join(' and ')}`);
  const value = [...named.keys()].join(',') || 'none';
  if (named.size === 1 && cluster.leader !== undefined && !isCalled(cluster, value)) {
    findings.faults.push(`Patroni names ${value} leader, but it is ${leaderName(cluster)} that is not in recovery`);
  }
  return { ...findings, value, passText: `all ${SERVER_COUNT} name ${value} leader` };
}

/** Whether the leader goes by that name in Patroni, which may be another than ours where somebody else installed it. */
function isCalled({ leader }: ClusterView, name: string): boolean {
  return (leader?.patroni?.patroni?.name ?? leader?.host.name) === name;
}

/** A replica as the leader lists it. */
interface Replica {
  name: string;
  isStreaming: boolean;
  isSynchronous: boolean;
  /** Bytes; not a number when the leader does not know. */
  lag: number;
}

/** Replicas as the leader lists them: `name=db-slave-01,state=streaming,sync=sync,lag=0`, parted by blanks. */
function replicasOf({ leader }: ClusterView): Replica[] {
  return groupsOf(leader?.facts['postgresql.replicas'] ?? '').map((fields) => ({
    name: fields.get('name') ?? '',
    isStreaming: fields.get('state') === 'streaming',
    isSynchronous: ['sync', 'quorum'].includes(fields.get('sync') ?? ''),
    lag: Number.parseInt(fields.get('lag') ?? '', 10),
  }));
}

/** Each server is asked, so that one that can't be reached is not taken for one that follows. */
function askServers(cluster: ClusterView): Findings & { clean: number } {
  const findings = judgeEach(cluster.servers, 'postgresql', () => undefined);
  if (cluster.leader === undefined) missLeader(cluster, findings);
  return findings;
}

function judgeReplicas(cluster: ClusterView): Judgement {
  const findings = askServers(cluster);
  const streaming = replicasOf(cluster).filter((one) => one.isStreaming);
  if (cluster.leader !== undefined && streaming.length !== REPLICA_COUNT) {
    const names = streaming.map(({ name }) => name).join(', ') || 'none';
    findings.faults.push(
      `${leaderName(cluster)} counts ${streaming.length} of ${REPLICA_COUNT} replicas streaming (${names})`,
    );
  }
  const timelines = new Map<string, string[]>();
  for (const { host, facts } of cluster.servers) {
    const { postgresql, 'postgresql.timeline': timeline } = facts;
    if (postgresql !== 'answers') continue;
    if (timeline === undefined) findings.unknowns.push(`${host.name} did not say its timeline`);
    else timelines.set(timeline, [...(timelines.get(timeline) ?? []), host.name]);
  }
  if (timelines.size > 1) {
    findings.faults.push([...timelines].map(([line, on]) => `${on.join(' and ')} on timeline ${line}`).join(', '));
  }
  const value = `${streaming.length}-replicas`;
  return { ...findings, value, passText: `${REPLICA_COUNT} replicas stream from ${leaderName(cluster)}` };
}

function judgeLag(cluster: ClusterView): Judgement {
  const findings = askServers(cluster);
  const lags = replicasOf(cluster).map(({ name, lag }) => {
    if (Number.isNaN(lag)) findings.unknowns.push(`${leaderName(cluster)} does not know how far ${name} is`);
    else if (lag >= LAG_BYTES_MAX) findings.faults.push(`${name} is ${lag} bytes behind`);
    return lag;
  });
  if (cluster.leader !== undefined && lags.length < REPLICA_COUNT) {
    findings.faults.push(`${leaderName(cluster)} knows ${lags.length} of ${REPLICA_COUNT} replicas`);
  }
  const value = lags.length === 0 ? 'unknown' : String(Math.max(...lags));
  return { ...findings, value, passText: `the replicas are at most ${value} bytes behind` };
}

function judgeSynchronous(cluster: ClusterView, { synchronous }: PostgresqlSettings): Judgement {
  if (synchronous === 'off') {
    return {
      faults: [],
      unknowns: [],
      warnings: [],
      value: 'off',
      passText: 'the setting is off: commits wait for nobody',
    };
  }
  const findings: Findings = { faults: [], unknowns: [], warnings: [] };
  const names = replicasOf(cluster).flatMap((one) => (one.isSynchronous && one.isStreaming ? [one.name] : []));
  if (cluster.leader === undefined) missLeader(cluster, findings);
  else if (cluster.leader.facts['postgresql.synchronous'] === undefined)
    findings.unknowns.push(`${leaderName(cluster)} did not say whether commits wait`);
  else if (cluster.leader.facts['postgresql.synchronous'] !== 't')
    findings.faults.push(`commits on ${leaderName(cluster)} wait for no replica: what it acknowledges can be lost`);
  else if (names.length === 0)
    findings.faults.push(`commits on ${leaderName(cluster)} wait for a replica, and none that it waits for streams`);
  const value = names.join(',') || 'none';
  return { ...findings, value, passText: `commits wait for ${value}` };
}

function judgePause(cluster: ClusterView): Judgement {
  const findings = judgeEach(cluster.servers, 'patroni', (view, found) => {
    const server = cluster.servers.find((one) => one.host === view.host);
    const { name } = view.host;
    if (server?.cluster === undefined || server.patroni === undefined) {
      found.unknowns.push(`Patroni on ${name} did not say whether it may act`);
      return;
    }
    if (server.cluster.pause === true) {
      found.faults.push(`Patroni on ${name} is paused: it fails over to nobody (patronictl resume)`);
    }
    if (server.cluster.scheduled_switchover !== undefined) found.faults.push(`${name} knows of a scheduled switchover`);
    if (server.patroni.pending_restart === true) {
      found.warnings.push(`a setting on ${name} needs a restart to count (patronictl restart, replicas first)`);
    }
  });
  return { ...findings, value: `${findings.clean}/${SERVER_COUNT}`, passText: 'nobody is paused' };
}

const JUDGES: Record<string, (cluster: ClusterView, settings: PostgresqlSettings) => Judgement> = {
  'one-leader': judgeOneLeader,
  'members-agree': judgeMembersAgree,
  replicas: judgeReplicas,
  'replication-lag': judgeLag,
  'synchronous-replica': judgeSynchronous,
  'not-paused': judgePause,
  'dcs-quorum': judgeQuorum,
  'dcs-supported': judgeStore,
  'write-entry': (cluster) => judgeEntry(cluster, 'write'),
  'read-entry': judgeReads,
  pooler: (cluster) => judgeEntry(cluster, 'pooler'),
  pgvector: judgeVectors,
  disk: ({ servers }) => judgeDisk(servers, { warn: DISK_PERCENT_WARN, most: DISK_PERCENT_MAX }),
  backup: judgeBackup,
};

/** Compares what the members said. One result per check, in the order of CHECKS. Throws ConfigError like `findMembers`. */
export function assessPostgresql(
  inventory: Inventory,
  answers: readonly HostAnswer[],
  settings: PostgresqlSettings,
): CheckResult[] {
  const cluster = viewCluster(inventory, answers);
  return CHECKS.map(({ id }) => {
    const judge = JUDGES[id];
    if (judge === undefined) return { check: id, answer: 'unknown', value: '-', text: 'nobody judges this check' };
    return resultOf(id, judge(cluster, settings));
  });
}
