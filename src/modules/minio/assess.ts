import type { Inventory } from '../../inventory.ts';
import type { CheckResult, HostAnswer } from '../contract.ts';
import { judgeDisk, numberOf, resultOf, silencesOf, viewOf, type Findings, type Judgement } from '../judging.ts';
import { CHECKS, DISK_PERCENT_MAX, DISK_PERCENT_WARN } from './checks.ts';
import { findServers, SERVER_COUNT } from './members.ts';
import { ENTRY } from './settings.ts';
import { judgeEach, judgeSeen, versionsOf, type Servers } from './view.ts';

const whole = (findings: { clean: number }): string => `${findings.clean}/${SERVER_COUNT}`;

/** An HTTP status that each node's own health gives: another is a fault, none is unknown. */
function judgeHealth(
  servers: Servers,
  facts: readonly string[],
  broken: (code: string) => string,
): Findings & { clean: number } {
  return judgeEach(servers, 'minio', (view, found) => {
    for (const fact of facts) {
      const code = view.facts[`minio.${fact}`];
      if (code === undefined) found.unknowns.push(`${view.host.name} did not say its ${fact} health`);
      else if (code !== '200') found.faults.push(`${view.host.name}: ${broken(fact)} (HTTP ${code})`);
    }
  });
}

/** Nodes that answer, also those that take no password of ours: whether they live does not hang on it. */
function judgeLive(servers: Servers): Judgement {
  const findings: Findings & { clean: number } = { faults: [], unknowns: silencesOf(servers), warnings: [], clean: 0 };
  for (const { host, silence, facts } of servers) {
    if (silence !== '') continue;
    const code = facts['minio.live'];
    if (code === '200') findings.clean += 1;
    else if (facts.minio === 'stopped') findings.faults.push(`nobody listens for MinIO on ${host.name}`);
    else if (code !== undefined)
      findings.faults.push(`MinIO on ${host.name} says that it does not live (HTTP ${code})`);
    else findings.unknowns.push(`MinIO on ${host.name} does not say whether it lives`);
  }
  return { ...findings, value: whole(findings), passText: `all ${SERVER_COUNT} live` };
}

function judgeQuorum(servers: Servers): Judgement {
  const words: Record<string, string> = { write: 'objects can not be written', read: 'objects can not be read' };
  const findings = judgeHealth(servers, ['write', 'read'], (fact) => words[fact] ?? fact);
  return {
    ...findings,
    value: whole(findings),
    passText: `asked of all ${SERVER_COUNT}: writes and reads have their quorum`,
  };
}

function judgeMaintenance(servers: Servers): Judgement {
  const findings = judgeHealth(servers, ['maintenance'], () => 'without it writes would end');
  return { ...findings, value: whole(findings), passText: 'any one node may be taken out' };
}

function judgeDrives(servers: Servers): Judgement {
  const wanted = servers.map(({ host }) => host.fqdn);
  let drives = 0;
  const parities = new Set<number>();
  const findings = judgeSeen(servers, (view, nodes, found) => {
    const { name } = view.host;
    const parity = numberOf(view, 'minio.parity');
    if (parity === undefined) found.unknowns.push(`${name} did not say its parity`);
    else parities.add(parity);
    const away = wanted.filter((one) => !nodes.some((node) => node.name === one && node.isOnline));
    const strangers = nodes.filter((node) => !wanted.includes(node.name)).map((node) => node.name);
    if (away.length > 0) found.faults.push(`${name} does not see ${away.join(', ')} online`);
    if (strangers.length > 0)
      found.faults.push(`${name} counts ${strangers.join(', ')}, which is not in the inventory`);
    for (const node of nodes.filter(({ isOnline }) => isOnline)) {
      if (node.ok < node.drives || node.drives === 0) {
        found.faults.push(`${name} sees ${node.ok} of ${node.drives} drives of ${node.name} in order`);
      }
    }
    drives = Math.max(
      drives,
      nodes.reduce((sum, node) => sum + node.ok, 0),
    );
  });
  const parity = [...parities].join(' or ');
  if (parities.size > 1) findings.faults.push(`the nodes name different parities: ${parity}`);
  if (parities.has(0)) findings.warnings.push('parity 0: an object is lost with any one drive');
  const passText = `${drives} drives, parity EC:${parity}: objects bear the loss of ${parity} of them`;
  return { ...findings, value: `${drives}-drives`, passText };
}

function judgeHealing(servers: Servers): Judgement {
  const findings = judgeSeen(servers, (view, nodes, found) => {
    const healing = nodes.filter((node) => node.healing > 0).map((node) => node.name);
    if (healing.length > 0) found.warnings.push(`${view.host.name} sees drives of ${healing.join(', ')} being healed`);
  });
  return { ...findings, value: whole(findings), passText: 'no drive is being healed' };
}

function judgeCluster(servers: Servers): Judgement {
  const ids = new Set<string>();
  const findings = judgeSeen(servers, (view, _, found) => {
    const id = view.facts['minio.deployment'];
    if (id === undefined) found.unknowns.push(`${view.host.name} did not say its deployment id`);
    else ids.add(id);
  });
  const versions = [...versionsOf(servers)].sort();
  if (ids.size > 1) findings.faults.push(`the nodes are of different clusters: ${[...ids].sort().join(', ')}`);
  if (versions.length > 1) findings.faults.push(`the nodes run different versions: ${versions.join(', ')}`);
  const value = versions.join(',') || 'unknown';
  return { ...findings, value, passText: `one cluster, all run ${value}` };
}

function judgeEntry(servers: Servers): Judgement {
  const findings = judgeEach(servers, 'entry', (view, found) => {
    const code = view.facts['entry.unsigned'];
    if (code === undefined) found.unknowns.push(`${view.host.name} did not say whether unsigned requests are refused`);
    else if (code !== '403')
      found.faults.push(`asked by ${view.host.name} without a signature, it answered HTTP ${code}, not 403`);
  });
  return { ...findings, value: whole(findings), passText: 'signed requests are answered, others refused' };
}

function judgeNames(servers: Servers): Judgement {
  const all = servers.map(({ host }) => host.privateIp);
  const wanted = [
    ...servers.map(({ host }) => ({ name: host.fqdn, addresses: [host.privateIp] })),
    { name: ENTRY, addresses: all },
  ];
  const findings: Findings = { faults: [], unknowns: silencesOf(servers), warnings: [] };
  for (const { host, silence, facts } of servers) {
    for (const { name, addresses } of silence === '' ? wanted : []) {
      const said = facts[`dns.${name}`];
      const found = said?.split(',').sort().join(', ');
      if (said === undefined) findings.unknowns.push(`${host.name} did not say what ${name} is`);
      else if (found !== [...addresses].sort().join(', ')) {
        findings.faults.push(`on ${host.name} ${name} is ${found === '' ? 'not known' : (found ?? '')}`);
      }
    }
  }
  if (findings.faults.length > 0) {
    const entries = wanted.map(({ name, addresses }) => `${name} A ${addresses.join(' ')}`).join('; ');
    findings.faults.push(
      `deploy lb writes the names where the zone is at Hetzner, elsewhere enter at its DNS host: ${entries}`,
    );
  }
  const value = `${wanted.length}-names`;
  return { ...findings, value, passText: 'the names lead to the nodes, on every node' };
}

function judgeDrivesSpace(servers: Servers): Judgement {
  const judgement = judgeDisk(servers, { warn: DISK_PERCENT_WARN, most: DISK_PERCENT_MAX });
  for (const { host, silence, facts } of servers) {
    if (silence !== '') continue;
    if (facts['disk.own'] === undefined) judgement.unknowns.push(`${host.name} did not say where its drives are`);
    else if (facts['disk.own'] !== 'yes') {
      judgement.warnings.push(`a drive of ${host.name} is on the system's file system: objects may fill it`);
    }
  }
  return judgement;
}

const WAY_OUT =
  'MinIO is archived and gets no security updates any more; keep it inside the private network, and move to Garage, SeaweedFS or AIStor ' +
  '(README.md of the module, "The way out")';

function judgeEndOfLife(servers: Servers): Judgement {
  const findings = judgeSeen(servers, () => undefined);
  const value = [...versionsOf(servers)].sort().join(',') || 'unknown';
  // What runs is known from any node that answers, and it is over, whatever the others say.
  return value === 'unknown'
    ? { ...findings, value, passText: '' }
    : { faults: [], unknowns: [], warnings: [WAY_OUT], value, passText: '' };
}

const JUDGES: Record<string, (servers: Servers) => Judgement> = {
  live: judgeLive,
  quorum: judgeQuorum,
  maintenance: judgeMaintenance,
  drives: judgeDrives,
  healing: judgeHealing,
  'one-cluster': judgeCluster,
  entry: judgeEntry,
  names: judgeNames,
  disk: judgeDrivesSpace,
  'end-of-life': judgeEndOfLife,
};

/** Compares what the nodes said. One result per check, in the order of CHECKS. Throws ConfigError like `findServers`. */
export function assessMinio(inventory: Inventory, answers: readonly HostAnswer[]): CheckResult[] {
  const servers = findServers(inventory).map((host) => viewOf(host, answers));
  return CHECKS.map(({ id }) => {
    const judge = JUDGES[id];
    if (judge === undefined) return { check: id, answer: 'unknown', value: '-', text: 'nobody judges this check' };
    return resultOf(id, judge(servers));
  });
}
