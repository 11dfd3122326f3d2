import type { Inventory } from '../../inventory.ts';
import type { CheckResult, HostAnswer } from '../contract.ts';
import { groupsOf, numberOf, resultOf, silencesOf, type Findings, type HostView, type Judgement } from '../judging.ts';
import { judgeCertificates, judgeRoom, judgeSnapshots } from './assess-upkeep.ts';
import { CHECKS } from './checks.ts';
import { MASTER_COUNT } from './members.ts';
import { INGRESS_NAMESPACE, PROBE_NAMESPACE, PROGRAM, SYSTEM_NAMESPACE } from './settings.ts';
import { judgeEach, viewCluster, type ClusterView, type MasterView, type NodeView } from './view.ts';

const whole = ({ clean }: { clean: number }): string => `${clean}/${MASTER_COUNT}`;

const namesOf = ({ masters, workers }: ClusterView): string[] =>
  [...masters, ...workers].map(({ host }) => host.name).sort();

/** Judges what each master says of all nodes. */
function judgeNodesOf(
  { masters }: ClusterView,
  judge: (view: MasterView, nodes: readonly NodeView[], found: Findings) => void,
): Findings & { clean: number } {
  return judgeEach(masters, 'api', ({ host }, found) => {
    const master = masters.find((one) => one.host === host);
    if (master?.nodes === undefined) found.unknowns.push(`${host.name} did not say which nodes there are`);
    else judge(master, master.nodes, found);
  });
}

function judgeApi({ masters }: ClusterView): Judgement {
  const findings = judgeEach(masters, 'api', ({ host, facts }, found) => {
    if (facts['api.ready'] === undefined) found.unknowns.push(`${host.name} did not say whether its API is ready`);
    else if (facts['api.ready'] !== 'yes') found.faults.push(`/readyz of ${host.name} does not answer 200`);
  });
  return { ...findings, value: whole(findings), passText: `/readyz answers 200 on all ${MASTER_COUNT} masters` };
}

function judgeNodes(cluster: ClusterView): Judgement {
  const wanted = namesOf(cluster);
  const ready = new Map<string, boolean>();
  const findings = judgeNodesOf(cluster, ({ host }, nodes, found) => {
    const names = nodes.map(({ name }) => name);
    const missing = wanted.filter((name) => !names.includes(name));
    if (missing.length > 0) found.faults.push(`${host.name} does not know ${missing.join(', ')}`);
    const strangers = names.filter((name) => !wanted.includes(name));
    if (strangers.length > 0) found.faults.push(`${host.name} knows ${strangers.join(', ')}, not in the inventory`);
    for (const { name, ready: status, reason, pressure, isClosed } of nodes) {
      ready.set(name, (ready.get(name) ?? true) && status === 'True');
      if (status !== 'True') found.faults.push(`${host.name} sees ${name} with Ready=${status} (${reason})`);
      if (pressure !== 'none') found.faults.push(`${host.name} sees ${pressure} on ${name}`);
      if (isClosed) found.warnings.push(`${name} is cordoned (k3s kubectl uncordon ${name})`);
    }
  });
  findings.warnings = [...new Set(findings.warnings)];
  const count = wanted.filter((name) => ready.get(name) === true).length;
  return { ...findings, value: `${count}/${wanted.length}`, passText: `all ${wanted.length} nodes are Ready` };
}

function judgeEtcd(cluster: ClusterView): Judgement {
  const leaders: string[] = [];
  const findings = judgeEach(cluster.masters, 'etcd', (view, found) => {
    const { name } = view.host;
    const has = numberOf(view, 'etcd.has-leader');
    const [leads, learns] = [numberOf(view, 'etcd.is-leader'), numberOf(view, 'etcd.is-learner')];
    if (has === undefined || leads === undefined || learns === undefined) {
      found.unknowns.push(`${name} did not say how its member of etcd is`);
      return;
    }
    if (has !== 1) found.faults.push(`the member of ${name} sees no leader`);
    if (learns !== 0) found.faults.push(`the member of ${name} is a learner, so it has no vote`);
    if (leads === 1) leaders.push(name);
  });
  const masters = cluster.masters.map(({ host }) => host.name);
  const voices = judgeNodesOf(cluster, ({ host }, nodes, found) => {
    const mute = nodes.filter(({ name, voter }) => masters.includes(name) && voter !== 'True').map(({ name }) => name);
    if (mute.length > 0) found.faults.push(`${host.name} does not call ${mute.join(', ')} a voter`);
    const more = nodes.filter(({ name, isMaster }) => isMaster && !masters.includes(name)).map(({ name }) => name);
    if (more.length > 0) found.faults.push(`${host.name} counts ${more.join(', ')} as a master`);
  });
  if (leaders.length > 1) findings.faults.push(`${leaders.join(' and ')} both say they lead`);
  else if (leaders.length === 0 && findings.clean === MASTER_COUNT) findings.faults.push('no member leads');
  // Who is silent is told once.
  const unknowns = [...new Set([...findings.unknowns, ...voices.unknowns])];
  const faults = [...findings.faults, ...voices.faults];
  const value = leaders.join(',') || 'no-leader';
  return { faults, unknowns, warnings: [], value, passText: `3 voters, ${value} leads` };
}

interface Workload {
  name: string;
  kind: string;
  wanted: number;
  ready: number;
}

function workloadsOf(view: HostView, spaces: readonly string[]): Workload[] | undefined {
  const text = view.facts['api.workloads'];
  if (text === undefined) return undefined;
  return groupsOf(text)
    .filter((fields) => spaces.includes(fields.get('space') ?? ''))
    .map((fields) => ({
      name: `${fields.get('space') ?? ''}/${fields.get('name') ?? ''}`,
      kind: fields.get('kind') ?? '',
      wanted: Number(fields.get('wanted') ?? Number.NaN),
      ready: Number(fields.get('ready') ?? Number.NaN),
    }));
}

/** Each of them has what it wants, and `needed` are among them with at least so many pods. */
function judgeWorkloads(
  { masters }: ClusterView,
  spaces: readonly string[],
  needed: Readonly<Record<string, number>>,
  passText: string,
): Judgement {
  let [ready, wanted] = [0, 0];
  const findings = judgeEach(masters, 'api', (view, found) => {
    const { name } = view.host;
    const all = workloadsOf(view, spaces);
    if (all === undefined) {
      found.unknowns.push(`${name} did not say which pods there are`);
      return;
    }
    [ready, wanted] = [all.reduce((sum, one) => sum + one.ready, 0), all.reduce((sum, one) => sum + one.wanted, 0)];
    for (const one of all.filter((each) => !(each.ready >= each.wanted))) {
      found.faults.push(`${name} sees ${one.ready} of ${one.wanted} pods of ${one.name} ready`);
    }
    for (const [one, least] of Object.entries(needed)) {
      const there = all.find((each) => each.name === one);
      if (there === undefined) found.faults.push(`${name} does not know ${one}`);
      else if (there.wanted < least) found.faults.push(`${one} wants ${there.wanted} pods, not ${least} (${name})`);
    }
  });
  return { ...findings, value: `${ready}/${wanted}`, passText };
}

function judgeIngress({ workers }: ClusterView): Judgement {
  const findings: Findings = { faults: [], unknowns: silencesOf(workers), warnings: [] };
  let clean = 0;
  for (const { host, facts } of workers.filter(({ silence }) => silence === '')) {
    const asked = [
      [facts.kubelet, 'its kubelet', '200'],
      [facts['ingress.http'], '/healthz on port 80', '200'],
      [facts['ingress.health'], '/healthz on port 10254', '200'],
      [facts['ingress.tls'], 'TLS on port 443', 'yes'],
    ] as const;
    const before = findings.faults.length + findings.unknowns.length;
    for (const [said, what, wish] of asked) {
      if (said === undefined) findings.unknowns.push(`${host.name} did not say how ${what} is`);
      else if (said !== wish) findings.faults.push(`${what} of ${host.name}: ${said}, not ${wish}`);
    }
    if (findings.faults.length + findings.unknowns.length === before) clean += 1;
  }
  const value = `${clean}/${workers.length}`;
  return { ...findings, value, passText: `the ingress answers on all ${workers.length} workers` };
}

function judgeVersions(cluster: ClusterView): Judgement {
  const versions = new Set<string>();
  const findings = judgeNodesOf(cluster, (_, nodes) => {
    for (const { version } of nodes) versions.add(version);
  });
  const value = [...versions].sort().join(',') || 'unknown';
  if (versions.size > 1) findings.faults.push(`nodes run different versions: ${value}`);
  else if (versions.size === 1 && !versions.has(PROGRAM.version)) {
    findings.warnings.push(`all nodes run ${value}, and ${PROGRAM.version} is pinned`);
  }
  return { ...findings, value, passText: `all nodes run ${value}` };
}

const JUDGES: Record<string, (cluster: ClusterView) => Judgement> = {
  api: judgeApi,
  nodes: judgeNodes,
  etcd: judgeEtcd,
  workloads: (cluster) => {
    const needed = {
      [`${SYSTEM_NAMESPACE}/coredns`]: 1,
      [`${INGRESS_NAMESPACE}/ingress-nginx-controller`]: cluster.workers.length,
    };
    const spaces = [SYSTEM_NAMESPACE, INGRESS_NAMESPACE];
    return judgeWorkloads(cluster, spaces, needed, 'every workload of the system has its pods');
  },
  'pod-network': (cluster) => {
    const needed = { [`${PROBE_NAMESPACE}/probe`]: cluster.masters.length + cluster.workers.length };
    return judgeWorkloads(cluster, [PROBE_NAMESPACE], needed, 'pods on all nodes find and reach each other');
  },
  ingress: judgeIngress,
  certificates: judgeCertificates,
  snapshots: judgeSnapshots,
  versions: judgeVersions,
  room: judgeRoom,
};

/** Compares what the hosts said. One result per check, in the order of CHECKS. Throws ConfigError like `findMembers`. */
export function assessK3s(inventory: Inventory, answers: readonly HostAnswer[]): CheckResult[] {
  const cluster = viewCluster(inventory, answers);
  return CHECKS.map(({ id }) => {
    const judge = JUDGES[id];
    if (judge === undefined) return { check: id, answer: 'unknown', value: '-', text: 'nobody judges this check' };
    return resultOf(id, judge(cluster));
  });
}
