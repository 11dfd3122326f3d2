import type { Inventory } from '../../inventory.ts';
import type { CheckResult, HostAnswer } from '../contract.ts';
import {
  demand,
  demandBetween,
  groupsOf,
  numberOf,
  resultOf,
  silencesOf,
  type Findings,
  type HostView,
  type Judgement,
} from '../judging.ts';
import { judgeSettled, judgeUpdater } from './assess-moves.ts';
import {
  CHECKS,
  LAG_BYTES_MAX,
  LINK_IDLE_SECONDS_MAX,
  MEMORY_SHARE_MAX,
  MEMORY_SHARE_WARN,
  MIN_REPLICAS_MAX_LAG_MAX,
} from './checks.ts';
import { SERVER_COUNT } from './members.ts';
import { judgeEach, missMaster, unknownRoles, viewCluster, type ClusterView } from './view.ts';

const REPLICA_COUNT = SERVER_COUNT - 1;

type Judge = (cluster: ClusterView) => Judgement;

const masterName = (cluster: ClusterView): string => cluster.master?.host.name ?? 'none';

function judgeOneMaster(cluster: ClusterView): Judgement {
  const unknowns = [...silencesOf(cluster.servers), ...unknownRoles(cluster)];
  const findings: Findings = { faults: [], unknowns, warnings: [] };
  if (cluster.master === undefined) missMaster(cluster, findings);
  const value = cluster.masters.length > 1 ? `${cluster.masters.length}-masters` : masterName(cluster);
  return { ...findings, value, passText: `${masterName(cluster)} is the only master` };
}

function judgeSentinelsAgree(cluster: ClusterView): Judgement {
  const named = new Map<string, string[]>();
  const findings = judgeEach(cluster.servers, 'sentinel', (view, found) => {
    const address = view.facts['sentinel.ip'];
    if (address === undefined) found.unknowns.push(`the Sentinel on ${view.host.name} names no master`);
    else named.set(address, [...(named.get(address) ?? []), view.host.name]);
  });
  if (named.size > 1) {
    findings.faults.push([...named].map(([address, by]) => `${by.join(' and ')} name ${address}`).join(', '));
  }
  for (const address of named.keys()) {
    const target = cluster.servers.find((view) => view.host.privateIp === address);
    if (target === undefined) findings.faults.push(`${address} is no member`);
    else if (target.silence !== '') findings.unknowns.push(`${target.host.name} can't confirm that it is master`);
    else if (target.facts['redis.role'] !== 'master') {
      findings.faults.push(`${target.host.name} is named master but says ${target.facts['redis.role'] ?? 'nothing'}`);
    }
  }
  const value = [...named.keys()].join(',') || 'none';
  return { ...findings, value, passText: `all Sentinels name ${value}, and it is master` };
}

function judgeQuorum(cluster: ClusterView): Judgement {
  const findings = judgeEach(cluster.servers, 'sentinel', (view, found) => {
    demand(view, 'sentinel.ckquorum', 'ok', found);
  });
  return {
    ...findings,
    value: `${findings.clean}/${SERVER_COUNT}`,
    passText: 'every Sentinel reaches quorum and majority',
  };
}

function judgePeers(cluster: ClusterView): Judgement {
  const findings = judgeEach(cluster.servers, 'sentinel', (view, found) => {
    demand(view, 'sentinel.num-other-sentinels', String(SERVER_COUNT - 1), found);
    demand(view, 'sentinel.num-slaves', String(REPLICA_COUNT), found);
    demand(view, 'sentinel.flags', 'master', found);
  });
  const passText = `each Sentinel knows ${SERVER_COUNT - 1} others and ${REPLICA_COUNT} replicas`;
  return { ...findings, value: `${findings.clean}/${SERVER_COUNT}`, passText };
}

function judgeTilt(cluster: ClusterView): Judgement {
  const findings = judgeEach(cluster.servers, 'sentinel', (view, found) => demand(view, 'sentinel.tilt', '0', found));
  return { ...findings, value: `${findings.clean}/${SERVER_COUNT}`, passText: 'no Sentinel is in TILT' };
}

function judgeLinks(cluster: ClusterView): Judgement {
  const { master } = cluster;
  const others = cluster.servers.filter((view) => !cluster.masters.includes(view));
  const findings = judgeEach(others, 'redis', (view, found) => {
    if (master !== undefined) demand(view, 'redis.master_host', master.host.privateIp, found);
    demand(view, 'redis.master_link_status', 'up', found);
    demandBetween(view, 'redis.master_last_io_seconds_ago', { least: 0, most: LINK_IDLE_SECONDS_MAX - 1 }, found);
  });
  if (master === undefined) missMaster(cluster, findings);
  const passText = `${others.map((view) => view.host.name).join(' and ')} follow ${masterName(cluster)}`;
  return { ...findings, value: `${others.length}-replicas`, passText };
}

/** Replicas as the master lists them: `ip=10.0.0.124,port=6379,state=online,offset=1234,lag=0`, parted by blanks. */
function replicasOf(text: string): { state: string; offset: number }[] {
  return groupsOf(text).map((fields) => ({
    state: fields.get('state') ?? '',
    offset: Number(fields.get('offset') ?? Number.NaN),
  }));
}

function judgeLag(cluster: ClusterView): Judgement {
  const { master } = cluster;
  // Each is asked, so that a replica that can't be reached is not taken for one that keeps up.
  const findings = judgeEach(cluster.servers, 'redis', () => undefined);
  let value = 'unknown';
  if (master === undefined) missMaster(cluster, findings);
  else {
    const offset = numberOf(master, 'redis.master_repl_offset');
    const online = replicasOf(master.facts['redis.replicas'] ?? '').filter((one) => one.state === 'online');
    if (online.length !== REPLICA_COUNT) {
      findings.faults.push(`${masterName(cluster)} counts ${online.length} of ${REPLICA_COUNT} replicas online`);
    }
    const lag = offset === undefined ? Number.NaN : Math.max(0, ...online.map((one) => offset - one.offset));
    if (Number.isNaN(lag)) findings.unknowns.push(`${masterName(cluster)} did not say its offsets`);
    else value = String(lag);
    if (lag >= LAG_BYTES_MAX) findings.faults.push(`a replica is ${lag} bytes behind`);
  }
  return { ...findings, value, passText: `the replicas are at most ${value} bytes behind` };
}

function judgeMinReplicas(cluster: ClusterView): Judgement {
  const findings = judgeEach(cluster.servers, 'redis', (view, found) => {
    demandBetween(view, 'redis.min-replicas-to-write', { least: 1, most: REPLICA_COUNT }, found);
    demandBetween(view, 'redis.min-replicas-max-lag', { least: 1, most: MIN_REPLICAS_MAX_LAG_MAX }, found);
  });
  const good = cluster.master && numberOf(cluster.master, 'redis.min_slaves_good_slaves');
  if (cluster.master === undefined) missMaster(cluster, findings);
  else if (good === undefined)
    findings.unknowns.push(`${masterName(cluster)} did not say how many good replicas it has`);
  else if (good < 1) {
    findings.faults.push(
      `${masterName(cluster)} has no replica within the allowed lag, so it refuses every write: bring a replica back, ` +
        'or see "Only one node is left" in the README of the module',
    );
  }
  return {
    ...findings,
    value: `${good ?? 'unknown'}-good`,
    passText: `writes wait for 1 of ${good ?? 0} good replicas`,
  };
}

function judgePersistence(cluster: ClusterView): Judgement {
  const findings = judgeEach(cluster.servers, 'redis', (view, found) => {
    demand(view, 'redis.loading', '0', found);
    demand(view, 'redis.aof_enabled', '1', found);
    demand(view, 'redis.aof_last_write_status', 'ok', found);
    demand(view, 'redis.rdb_last_bgsave_status', 'ok', found);
  });
  return {
    ...findings,
    value: `${findings.clean}/${SERVER_COUNT}`,
    passText: 'append-only file and snapshots are written',
  };
}

function judgeMemory(cluster: ClusterView): Judgement {
  let highest = 0;
  const findings = judgeEach(cluster.servers, 'redis', (view, found) => {
    demand(view, 'redis.maxmemory_policy', 'noeviction', found);
    const used = numberOf(view, 'redis.used_memory');
    const own = numberOf(view, 'redis.maxmemory');
    const limit = own === 0 ? numberOf(view, 'redis.total_system_memory') : own;
    if (used === undefined || limit === undefined || limit === 0) {
      found.unknowns.push(`${view.host.name} did not say how much memory it uses`);
      return;
    }
    highest = Math.max(highest, used / limit);
    const text = `${view.host.name} uses ${Math.round((used / limit) * 100)} % of its memory`;
    if (used / limit >= MEMORY_SHARE_MAX) found.faults.push(text);
    else if (used / limit >= MEMORY_SHARE_WARN) found.warnings.push(text);
  });
  const value = `${Math.round(highest * 100)}%`;
  return { ...findings, value, passText: `at most ${value} of the memory is used, and nothing may be evicted` };
}

function judgeProxies(cluster: ClusterView): Judgement {
  const wanted = cluster.master?.facts['redis.run_id'];
  const judge = (view: HostView, found: Findings) => {
    if (wanted !== undefined) demand(view, 'proxy.run_id', wanted, found);
  };
  const findings = judgeEach(cluster.proxies, 'proxy', judge, cluster.servers);
  findings.unknowns.push(...unknownRoles(cluster));
  if (cluster.master === undefined) missMaster(cluster, findings);
  else if (wanted === undefined) findings.unknowns.push(`${masterName(cluster)} did not say its run_id`);
  const names = cluster.proxies.map((view) => view.host.name).join(' and ');
  return { ...findings, value: masterName(cluster), passText: `${names} lead to ${masterName(cluster)}` };
}

const JUDGES: Record<string, Judge> = {
  'one-master': judgeOneMaster,
  'sentinels-agree': judgeSentinelsAgree,
  ckquorum: judgeQuorum,
  'sentinel-peers': judgePeers,
  tilt: judgeTilt,
  settled: judgeSettled,
  'replica-links': judgeLinks,
  'replication-lag': judgeLag,
  'min-replicas': judgeMinReplicas,
  persistence: judgePersistence,
  memory: judgeMemory,
  'haproxy-points-to-master': judgeProxies,
  'update-master': judgeUpdater,
};

/** Compares what the members said. One result per check, in the order of CHECKS. Throws ConfigError like `findMembers`. */
export function assessRedis(inventory: Inventory, answers: readonly HostAnswer[]): CheckResult[] {
  const cluster = viewCluster(inventory, answers);
  return CHECKS.map(({ id }) => {
    const judge = JUDGES[id];
    if (judge === undefined) return { check: id, answer: 'unknown', value: '-', text: 'nobody judges this check' };
    return resultOf(id, judge(cluster));
  });
}
