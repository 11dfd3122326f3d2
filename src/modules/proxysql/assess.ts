import type { Inventory } from '../../inventory.ts';
import type { CheckResult, HostAnswer } from '../contract.ts';
import { demand, groupsOf, numberOf, resultOf, silencesOf, type Findings, type Judgement } from '../judging.ts';
import { CHECKS } from './checks.ts';
import { SERVER_COUNT } from './members.ts';
import { judgeEach, viewProxies, type ProxiesView, type ProxyView } from './view.ts';

type Judge = (view: ProxiesView) => Judgement;

/** Asks each proxy whose admin answers. */
function ofAdmin(judge: (proxy: ProxyView, found: Findings, all: ProxiesView) => void, passText: string): Judge {
  return (all) => {
    const findings = judgeEach(all.proxies, 'admin', (view, found) => {
      const proxy = all.proxies.find((one) => one.host === view.host);
      if (proxy !== undefined) judge(proxy, found, all);
    });
    return { ...findings, value: `${findings.clean}/${all.proxies.length}`, passText };
  };
}

const judgeAdmin = ofAdmin((proxy, found) => {
  const factory = proxy.facts['admin.factory'];
  if (factory === 'yes')
    found.faults.push(`admin on ${proxy.host.name} takes the credentials that ProxySQL comes with`);
  else if (factory !== 'no') found.unknowns.push(`${proxy.host.name} did not say whether it takes factory credentials`);
}, 'admin takes our credentials only');

/** Reached from the other proxy, so a silent one leaves its peer unknown. */
function judgeAdminClosed({ proxies }: ProxiesView): Judgement {
  const findings: Findings = { faults: [], unknowns: silencesOf(proxies), warnings: [] };
  for (const { host, facts } of proxies.filter(({ silence }) => silence === '')) {
    const peer = proxies.find((one) => one.host !== host)?.host.name ?? 'the other';
    const state = facts['peer-admin'];
    if (state === 'open') findings.faults.push(`port 6032 of ${peer} is open to ${host.name}`);
    else if (state !== 'closed' && state !== 'silent') {
      findings.unknowns.push(`${host.name} did not say whether it reaches port 6032 of ${peer}`);
    }
  }
  return { ...findings, value: 'closed', passText: 'admin can’t be reached from outside' };
}

const judgeGroups = ofAdmin(({ host, facts, groups }, found) => {
  if (facts['admin.galera'] === undefined) found.unknowns.push(`${host.name} did not say its Galera hostgroups`);
  else if (groups === undefined) found.faults.push(`${host.name} has not exactly one active row of Galera hostgroups`);
  else if (groups.max !== '1') found.faults.push(`${host.name} allows ${groups.max} writers, not 1`);
}, 'both follow Galera, with one writer');

const judgeBackends = ofAdmin(({ host, facts, groups, backends }, found, { members }) => {
  if (facts['admin.servers'] === undefined || groups === undefined) {
    found.unknowns.push(`${host.name} did not say which members serve`);
    return;
  }
  const serving = backends.filter(({ group }) => group === groups.writers || group === groups.backups);
  const online = new Set(serving.filter(({ status }) => status === 'ONLINE').map((one) => one.host));
  for (const member of members.filter((one) => !online.has(one))) {
    const states = backends.filter((one) => one.host === member).map(({ group, status }) => `${status} in ${group}`);
    found.faults.push(`${member} is ${states.join(', ') || 'not listed'} on ${host.name}`);
  }
  const strangers = [...new Set(backends.map((one) => one.host))].filter((one) => !members.includes(one));
  if (strangers.length > 0) found.faults.push(`${host.name} lists ${strangers.join(', ')}, which is no member`);
}, `all ${SERVER_COUNT} members serve on both`);

function judgeWriter(all: ProxiesView): Judgement {
  const { passText, ...judged } = ofAdmin(
    ({ host, facts, groups, writers }, found) => {
      if (facts['admin.servers'] === undefined || groups === undefined) {
        found.unknowns.push(`${host.name} did not say who is writer`);
      } else if (writers.length !== 1) {
        found.faults.push(`${host.name} has ${writers.length} writers (${writers.join(', ') || 'none'}), not 1`);
      }
    },
    `${all.writer ?? 'nobody'} is the only writer of both`,
  )(all);
  const each = all.proxies.flatMap(({ host, writers }) => writers.map((writer) => `${writer} on ${host.name}`));
  const isSplit = all.proxies.every(({ writers }) => writers.length === 1) && all.writer === undefined;
  if (isSplit) judged.faults.push(`the proxies have different writers: ${each.join(', ')}`);
  return { ...judged, value: all.writer ?? 'none', passText };
}

function judgeAgreement(all: ProxiesView): Judgement {
  const told = new Map<string, Map<string, string>>();
  const judged = ofAdmin(({ host, facts }, found) => {
    const rows = groupsOf(facts['admin.checksums'] ?? '');
    if (rows.length < 3) found.unknowns.push(`${host.name} did not say its checksums`);
    for (const row of rows) {
      const name = row.get('name') ?? '';
      told.set(name, new Map([...(told.get(name) ?? []), [host.name, row.get('checksum') ?? '']]));
    }
  }, 'servers, users and rules are the same on both')(all);
  for (const [name, by] of told) {
    if (new Set(by.values()).size > 1) judged.faults.push(`${name} differ between ${[...by.keys()].join(' and ')}`);
  }
  return judged;
}

const judgeSaved = ofAdmin((proxy, found) => {
  const unsaved = numberOf(proxy, 'admin.unsaved');
  if (unsaved === undefined) found.unknowns.push(`${proxy.host.name} did not say what it has on disk`);
  else if (unsaved > 0) found.faults.push(`${proxy.host.name} has ${unsaved} rows in memory or on disk, not in both`);
}, 'what counts is on disk');

const judgeStale = ofAdmin(({ host, facts, groups }, found) => {
  const users = groupsOf(facts['admin.users'] ?? '');
  if (groups === undefined || facts['admin.users'] === undefined || facts['admin.rules'] === undefined) {
    found.unknowns.push(`${host.name} did not say where it leads what`);
    return;
  }
  if (users.length === 0) found.faults.push(`${host.name} does not know the user erpnext`);
  const targets = [...users, ...groupsOf(facts['admin.rules'])].map((row) => row.get('group') ?? '');
  const others = [...new Set(targets)].filter((group) => group !== groups.writers);
  if (others.length > 0)
    found.faults.push(`${host.name} leads some to hostgroup ${others.join(', ')}, not to the writer`);
}, 'everything goes to the writer');

function judgeEntry(all: ProxiesView): Judgement {
  const findings = judgeEach(all.proxies, 'entry', (view, found) => {
    if (all.writer === undefined) demandSome(view.facts['entry.node'], view.host.name, found);
    else demand(view, 'entry.node', all.writer, found);
  });
  if (all.writer === undefined) findings.unknowns.push('the proxies don’t agree on a writer');
  return { ...findings, value: all.writer ?? 'none', passText: `${all.writer ?? 'nobody'} answers behind both` };
}

function demandSome(node: string | undefined, name: string, found: Findings): void {
  if (node === undefined) found.unknowns.push(`${name} did not say who answers behind it`);
}

function judgeBalancer(all: ProxiesView): Judgement {
  const findings: Findings = { faults: [], unknowns: silencesOf(all.proxies), warnings: [] };
  const answering = all.proxies.filter(({ silence }) => silence === '');
  const absent = answering.filter(({ facts }) => facts.balancer === 'absent');
  for (const { host, facts } of answering.filter((one) => !absent.includes(one))) {
    if (facts.balancer === undefined) findings.unknowns.push(`${host.name} did not say who answers at 10.0.0.20`);
    else if (facts.balancer !== 'answers')
      findings.faults.push(`10.0.0.20:3306 does not let erpnext in (${facts.balancer})`);
    else if (all.writer === undefined || facts['balancer.node'] !== all.writer) {
      findings.faults.push(`${facts['balancer.node'] ?? 'nobody'} answers behind 10.0.0.20, not the writer`);
    }
  }
  if (absent.length > 0) findings.warnings.push('nobody listens at 10.0.0.20:3306; see module 10, the load balancers');
  return { ...findings, value: all.writer ?? 'none', passText: 'the writer answers behind 10.0.0.20' };
}

const judgeMonitor = ofAdmin((proxy, found) => {
  const errors = numberOf(proxy, 'admin.errors');
  if (errors === undefined) found.unknowns.push(`${proxy.host.name} did not say its monitor's errors`);
  else if (errors > 0) found.warnings.push(`${proxy.host.name} had ${errors} errors asking members in the last minute`);
}, 'no errors in the last minute');

const JUDGES: Record<string, Judge> = {
  admin: judgeAdmin,
  'admin-closed': judgeAdminClosed,
  'galera-hostgroups': judgeGroups,
  backends: judgeBackends,
  'one-writer': judgeWriter,
  agree: judgeAgreement,
  saved: judgeSaved,
  'no-stale-reads': judgeStale,
  entry: judgeEntry,
  'load-balancer': judgeBalancer,
  monitor: judgeMonitor,
};

/** Compares what the proxies said. One result per check, in the order of CHECKS. Throws ConfigError like `findMembers`. */
export function assessProxysql(inventory: Inventory, answers: readonly HostAnswer[]): CheckResult[] {
  const view = viewProxies(inventory, answers);
  return CHECKS.map(({ id }) => {
    const judge = JUDGES[id];
    if (judge === undefined) return { check: id, answer: 'unknown', value: '-', text: 'nobody judges this check' };
    return resultOf(id, judge(view));
  });
}
