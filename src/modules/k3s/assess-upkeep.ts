import { judgeDisk, numberOf, silencesOf, type Findings, type Judgement } from '../judging.ts';
import {
  CERTIFICATE_DAYS_LEAST,
  DISK_PERCENT_MAX,
  DISK_PERCENT_WARN,
  ETCD_PERCENT_MAX,
  ETCD_PERCENT_WARN,
  SNAPSHOT_HOURS_MAX,
} from './checks.ts';
import { MASTER_COUNT } from './members.ts';
import { judgeEach, type ClusterView } from './view.ts';

/** How long the first certificate of any master still holds. */
export function judgeCertificates({ masters }: ClusterView): Judgement {
  const findings: Findings = { faults: [], unknowns: silencesOf(masters), warnings: [] };
  let fewest = Number.POSITIVE_INFINITY;
  for (const view of masters.filter(({ silence }) => silence === '')) {
    const { 'cert.days': text } = view.facts;
    const days = text !== undefined && /^-?\d{1,6}$/.test(text) ? Number(text) : undefined;
    if (days === undefined) findings.unknowns.push(`${view.host.name} did not say how long its certificates hold`);
    else {
      fewest = Math.min(fewest, days);
      const said = `a certificate of ${view.host.name} holds ${days} days more: restart K3s there, which renews it`;
      if (days < CERTIFICATE_DAYS_LEAST) findings.faults.push(said);
    }
  }
  const value = Number.isFinite(fewest) ? `${fewest}d` : 'unknown';
  return { ...findings, value, passText: `all hold at least ${fewest} days` };
}

/** How old the newest snapshot of etcd is, on whichever master. */
export function judgeSnapshots({ masters }: ClusterView): Judgement {
  const findings: Findings = { faults: [], unknowns: silencesOf(masters), warnings: [] };
  const spoken = masters.filter(({ silence }) => silence === '');
  const told = spoken.flatMap(({ facts }) => facts['snapshot.hours'] ?? []);
  if (told.length < spoken.length) findings.unknowns.push('not every master said how old its snapshots are');
  const hours = Math.min(...told.filter((text) => /^\d{1,9}$/.test(text)).map(Number));
  if (told.length === MASTER_COUNT && !Number.isFinite(hours)) {
    findings.warnings.push('no master has a snapshot of etcd: k3s etcd-snapshot save');
  } else if (hours > SNAPSHOT_HOURS_MAX && Number.isFinite(hours)) {
    findings.warnings.push(`the newest snapshot of etcd is ${hours} h old`);
  }
  const value = Number.isFinite(hours) ? `${hours}h` : 'none';
  return { ...findings, value, passText: `the newest is ${hours} h old` };
}

/** How full the disks of all nodes are, and the database of etcd. */
export function judgeRoom({ masters, workers }: ClusterView): Judgement {
  const disks = judgeDisk([...masters, ...workers], { warn: DISK_PERCENT_WARN, most: DISK_PERCENT_MAX });
  const databases = judgeEach(masters, 'etcd', (view, found) => {
    const [size, quota] = [numberOf(view, 'etcd.size'), numberOf(view, 'etcd.quota')];
    if (size === undefined || quota === undefined || quota === 0) {
      found.unknowns.push(`${view.host.name} did not say how large its etcd is`);
      return;
    }
    const percent = Math.round((size / quota) * 100);
    const text = `etcd of ${view.host.name} has ${percent} % of its quota`;
    if (percent >= ETCD_PERCENT_MAX) found.faults.push(text);
    else if (percent >= ETCD_PERCENT_WARN) found.warnings.push(text);
  });
  return {
    ...disks,
    faults: [...disks.faults, ...databases.faults],
    unknowns: [...new Set([...disks.unknowns, ...databases.unknowns])],
    warnings: [...disks.warnings, ...databases.warnings],
  };
}
