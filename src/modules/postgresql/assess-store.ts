import { demand, silencesOf, type Findings, type HostView, type Judgement } from '../judging.ts';
import { SERVER_COUNT } from './members.ts';
import type { Store } from './settings.ts';
import { judgeEach, type ClusterView } from './view.ts';

/** The store that a member uses, as our configuration there says; undefined when neither tells. */
function storeOf({ silence, facts }: HostView): Store | undefined {
  if (silence !== '') return undefined;
  if (facts.store === 'raft' || facts.store === 'etcd3') return facts.store;
  // Somebody else's: Patroni itself opens RAFT's port where it uses RAFT.
  if (facts.raft === undefined || facts.etcd === undefined) return undefined;
  if (facts.raft !== 'stopped') return 'raft';
  return facts.etcd === 'stopped' ? undefined : 'etcd3';
}

/** The stores in use, the older one first. */
function storesOf(cluster: ClusterView): Store[] {
  const used = cluster.servers.map(storeOf);
  return (['raft', 'etcd3'] as const).filter((store) => used.includes(store));
}

function judgeRaft(view: HostView, leaders: Set<string>, found: Findings): void {
  const { 'raft.members': members, 'raft.connected': connected, 'raft.leader': leader } = view.facts;
  const { name } = view.host;
  if (members === undefined || connected === undefined || leader === undefined) {
    found.unknowns.push(`${name} did not say how its RAFT is`);
    return;
  }
  leaders.add(leader);
  if (members !== String(SERVER_COUNT))
    found.faults.push(`RAFT on ${name} has ${members} members, not ${SERVER_COUNT}`);
  else if (connected !== members) found.faults.push(`RAFT on ${name} is connected with ${connected} of ${members}`);
  if (leader === 'None') found.faults.push(`RAFT on ${name} has no leader`);
}

function judgeEtcd(view: HostView, leaders: Set<string>, found: Findings): void {
  const { 'etcd.members': members, 'etcd.leader': leader } = view.facts;
  const { name } = view.host;
  if (members === undefined || leader === undefined) {
    found.unknowns.push(`${name} did not say how its etcd is`);
    return;
  }
  leaders.add(leader);
  if (members !== String(SERVER_COUNT))
    found.faults.push(`etcd on ${name} has ${members} members, not ${SERVER_COUNT}`);
  if (leader === 'none') found.faults.push(`etcd on ${name} has no leader`);
  demand(view, 'etcd.health', 'true', found);
}

/** Whether the store in which the members agree has all of its own members, and one leader. */
export function judgeQuorum(cluster: ClusterView): Judgement {
  const stores = storesOf(cluster);
  const program = stores[0] === 'etcd3' ? 'etcd' : 'raft';
  const called = program === 'etcd' ? 'etcd' : 'RAFT';
  const leaders = new Set<string>();
  const judge = program === 'etcd' ? judgeEtcd : judgeRaft;
  const findings = judgeEach(cluster.servers, program, (view, found) => {
    judge(view, leaders, found);
  });
  if (leaders.size > 1) findings.faults.push(`${called} has several leaders: ${[...leaders].join(', ')}`);
  if (stores.length > 1) {
    const moved = cluster.servers.filter((view) => storeOf(view) === 'etcd3').map(({ host }) => host.name);
    findings.faults.push(`a migration to etcd has stopped half way: ${moved.join(', ')} use etcd (migrate postgresql)`);
  }
  const value = `${findings.clean}/${SERVER_COUNT}`;
  return { ...findings, value, passText: `all ${SERVER_COUNT} are in ${called}, which ${[...leaders].join('')} leads` };
}

/** RAFT works, and has been given up by those who wrote it: a warning for as long as it is used. */
export function judgeStore(cluster: ClusterView): Judgement {
  const findings: Findings = { faults: [], unknowns: [], warnings: [] };
  const [store] = storesOf(cluster);
  const known = cluster.servers.filter((view) => view.silence === '' && view.facts.raft !== undefined);
  if (known.length === 0) {
    const silent = silencesOf(cluster.servers);
    findings.unknowns.push(...(silent.length > 0 ? silent : ['no member says where Patroni keeps its state']));
  } else if (store === 'raft') {
    findings.warnings.push(
      'Patroni keeps its state in RAFT, deprecated since 3.0; the way out is etcd (migrate postgresql)',
    );
  } else if (store === undefined) findings.unknowns.push('neither RAFT nor etcd listens on any member');
  return { ...findings, value: store ?? '-', passText: 'Patroni keeps its state in etcd' };
}
