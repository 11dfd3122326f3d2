import { countOf, numberOf, silencesOf, type Findings, type HostView, type Judgement } from '../judging.ts';
import { SETTLED_SECONDS_MIN, UPDATE_STALE_SECONDS, UPDATE_UNKNOWN_SECONDS_MAX } from './checks.ts';
import { SERVER_COUNT } from './members.ts';
import { judgeEach, missMaster, unknownRoles, type ClusterView } from './view.ts';

/** Whether the master may move again. */
export function judgeSettled(cluster: ClusterView): Judgement {
  let youngest = Number.POSITIVE_INFINITY;
  const findings = judgeEach(cluster.servers, 'sentinel', (view, found) => {
    const { name } = view.host;
    const sinceMs = numberOf(view, 'sentinel.role-reported-time');
    if (sinceMs === undefined) {
      found.unknowns.push(`the Sentinel on ${name} did not say since when it knows the master`);
      return;
    }
    const seconds = Math.floor(sinceMs / 1000);
    youngest = Math.min(youngest, seconds);
    if ((view.facts['sentinel.flags'] ?? '').includes('failover_in_progress')) {
      found.faults.push(`the Sentinel on ${name} leads a failover`);
    } else if (seconds < SETTLED_SECONDS_MIN) {
      found.faults.push(
        `the Sentinel on ${name} has known this master for ${seconds} s only: a failover just happened`,
      );
    }
  });
  const value = findings.clean === SERVER_COUNT ? `${youngest}s` : `${findings.clean}/${SERVER_COUNT}`;
  return { ...findings, value, passText: `every Sentinel has known the master for ${youngest} s or longer` };
}

function judgeResult(view: HostView, cluster: ClusterView, found: Findings): void {
  const { name } = view.host;
  const age = numberOf(view, 'updater.age');
  if (age === undefined) found.faults.push(`redis-update-master on ${name} has given no result yet`);
  else if (age > UPDATE_STALE_SECONDS)
    found.faults.push(`redis-update-master on ${name} gave its last result ${age} s ago`);
  else if (view.facts['updater.state'] !== 'ok') {
    const since = numberOf(view, 'updater.since') ?? 0;
    const text = `redis-update-master on ${name} has not known the master for ${since} s: ${view.facts['updater.reason'] ?? ''}`;
    (since > UPDATE_UNKNOWN_SECONDS_MAX ? found.faults : found.warnings).push(text);
  } else if (cluster.master !== undefined && view.facts['updater.master'] !== cluster.master.host.privateIp) {
    found.faults.push(
      `redis-update-master on ${name} takes ${view.facts['updater.master'] ?? 'nobody'} for the master`,
    );
  }
}

/** Whether both HAProxy learn who is master; a HAProxy that we did not deploy can't have it, which is worth a warning. */
export function judgeUpdater(cluster: ClusterView): Judgement {
  const unknowns = silencesOf([...cluster.proxies, ...cluster.servers]);
  const findings: Findings & { clean: number } = { faults: [], unknowns, warnings: [], clean: 0 };
  for (const view of cluster.proxies.filter(({ silence }) => silence === '')) {
    const before = countOf(findings);
    const { name } = view.host;
    const timer = view.facts['updater.timer'];
    if (timer === undefined) findings.unknowns.push(`${name} did not say how its timer is`);
    else if (timer === 'active') judgeResult(view, cluster, findings);
    else if (timer === 'absent' && view.facts['proxy.ours'] === 'no') {
      findings.warnings.push(`redis-update-master is not on ${name}: its HAProxy was not installed by us`);
    } else findings.faults.push(`the timer of redis-update-master on ${name} is ${timer}`);
    if (countOf(findings) === before) findings.clean += 1;
  }
  findings.unknowns.push(...unknownRoles(cluster));
  if (cluster.master === undefined) missMaster(cluster, findings);
  const value = `${findings.clean}/${cluster.proxies.length}`;
  return {
    ...findings,
    value,
    passText: `both HAProxy are told that ${cluster.master?.host.name ?? 'nobody'} is master`,
  };
}
