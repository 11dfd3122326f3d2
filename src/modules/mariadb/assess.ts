import type { Inventory } from '../../inventory.ts';
import type { CheckResult, HostAnswer } from '../contract.ts';
import { demand, judgeDisk, numberOf, resultOf, type Findings, type HostView, type Judgement } from '../judging.ts';
import { judgeBegin } from './assess-begin.ts';
import {
  CHECKS,
  CONFLICT_PERCENT_WARN,
  COVER_SECONDS,
  DISK_PERCENT_MAX,
  DISK_PERCENT_WARN,
  PAUSED_PERCENT_MAX,
  PAUSED_PERCENT_WARN,
  QUEUE_WARN,
} from './checks.ts';
import { SERVER_COUNT } from './members.ts';
import { judgeMembers, viewMembers } from './view.ts';

type Judge = (views: readonly HostView[]) => Judgement;

/** Demands these facts of each member. */
function demanding(wanted: Readonly<Record<string, string>>, passText: string): Judge {
  return (views) => {
    const findings = judgeMembers(views, (view, found) => {
      for (const [key, value] of Object.entries(wanted)) demand(view, `mariadb.${key}`, value, found);
    });
    return { ...findings, value: `${findings.clean}/${SERVER_COUNT}`, passText };
  };
}

/** Adds a finding when members tell different values of a fact; a missing one is unknown. */
function demandEqual(views: readonly HostView[], key: string, findings: Findings, grave = true): void {
  const told = new Map<string, string[]>();
  for (const { host, facts } of views.filter((view) => view.facts.mariadb === 'answers')) {
    const value = facts[`mariadb.${key}`];
    if (value === undefined) findings.unknowns.push(`${host.name} did not say its ${key}`);
    else told.set(value, [...(told.get(value) ?? []), host.name]);
  }
  if (told.size < 2) return;
  const each = [...told].map(([value, names]) => `${value} on ${names.join(' and ')}`).join(', ');
  (grave ? findings.faults : findings.warnings).push(`${key} differs: ${each}`);
}

function judgeOneCluster(views: readonly HostView[]): Judgement {
  const findings = judgeMembers(views, () => undefined);
  demandEqual(views, 'wsrep_cluster_state_uuid', findings);
  demandEqual(views, 'wsrep_cluster_conf_id', findings);
  const value = views.find(({ facts }) => facts.mariadb === 'answers')?.facts['mariadb.wsrep_cluster_conf_id'] ?? '-';
  return { ...findings, value, passText: `all are in the same view (number ${value}) of the same cluster` };
}

/** What a member with another state than Synced is doing. */
const STATES: Readonly<Record<string, string>> = {
  0: 'is in no cluster',
  1: 'is joining',
  2: 'gives a copy to another, or was desynced (donor/desynced)',
  3: 'has joined and catches up',
};

function judgeSynced(views: readonly HostView[]): Judgement {
  const findings = judgeMembers(views, ({ host, facts }, found) => {
    const state = facts['mariadb.wsrep_local_state'];
    if (state === undefined) found.unknowns.push(`${host.name} did not say its wsrep_local_state`);
    else if (state !== '4') found.faults.push(`${host.name} ${STATES[state] ?? `has wsrep_local_state ${state}`}`);
  });
  return { ...findings, value: `${findings.clean}/${SERVER_COUNT}`, passText: `all ${SERVER_COUNT} are synced` };
}

/** Judges a number of each member against bounds; the highest is the value. */
function bounding(
  numberFor: (view: HostView) => number | undefined,
  limits: { what: string; is: (of: string, value: number) => string; unit: string; warn: number; max: number },
): Judge {
  const { what, is, unit, warn, max } = limits;
  return (views) => {
    let highest = 0;
    const findings = judgeMembers(views, (view, found) => {
      const value = numberFor(view);
      if (value === undefined) {
        found.unknowns.push(`${view.host.name} did not say ${what}`);
        return;
      }
      highest = Math.max(highest, value);
      const text = is(view.host.name, round(value));
      if (value >= max) found.faults.push(text);
      else if (value >= warn) found.warnings.push(text);
    });
    return {
      ...findings,
      value: `${round(highest)}${unit.trim()}`,
      passText: `${what}: at most ${round(highest)}${unit}`,
    };
  };
}

const round = (value: number): number => Math.round(value * 100) / 100;

function conflictPercent(view: HostView): number | undefined {
  const failed = numberOf(view, 'mariadb.wsrep_local_cert_failures');
  const written = numberOf(view, 'mariadb.wsrep_replicated');
  return failed === undefined || written === undefined ? undefined : (failed * 100) / Math.max(1, written);
}

function judgeSettings(views: readonly HostView[]): Judgement {
  const { value, passText, ...findings } = demanding(
    { binlog_format: 'ROW', innodb_autoinc_lock_mode: '2' },
    'all have what Galera demands, the same cluster name and version',
  )(views);
  demandEqual(views, 'wsrep_cluster_name', findings);
  demandEqual(views, 'version', findings, false);
  return { ...findings, value, passText };
}

function judgeCover(views: readonly HostView[]): Judgement {
  let shortest = Number.POSITIVE_INFINITY;
  const findings = judgeMembers(views, (view, found) => {
    const numbers = ['gcache-bytes', 'uptime', 'wsrep_replicated_bytes', 'wsrep_received_bytes'].map((key) =>
      numberOf(view, `mariadb.${key}`),
    );
    const [cache, uptime, sent, received] = numbers;
    if (cache === undefined || uptime === undefined || sent === undefined || received === undefined) {
      found.unknowns.push(`${view.host.name} did not say how much it remembers and writes`);
      return;
    }
    const seconds = Math.floor((cache * Math.max(1, uptime)) / Math.max(1, sent + received));
    shortest = Math.min(shortest, seconds);
    if (seconds < COVER_SECONDS) {
      found.warnings.push(`gcache of ${view.host.name} remembers ${seconds} s of writes, less than ${COVER_SECONDS} s`);
    }
  });
  const hours = Number.isFinite(shortest) ? `${Math.floor(shortest / 3600)}h` : 'unknown';
  return { ...findings, value: hours, passText: `every gcache remembers at least ${hours} of writes` };
}

const JUDGES: Record<string, Judge> = {
  primary: demanding({ wsrep_cluster_status: 'Primary' }, `all ${SERVER_COUNT} have the majority`),
  'cluster-size': demanding({ wsrep_cluster_size: `${SERVER_COUNT}` }, `each sees ${SERVER_COUNT} members`),
  'one-cluster': judgeOneCluster,
  synced: judgeSynced,
  ready: demanding({ wsrep_on: 'ON', wsrep_ready: 'ON', wsrep_connected: 'ON' }, 'all take statements'),
  'in-service': demanding(
    { wsrep_desync: 'OFF', wsrep_desync_count: '0', wsrep_reject_queries: 'NONE', read_only: 'OFF' },
    'nobody is desynced, refuses queries or only reads',
  ),
  'caught-up': demanding({ 'caught-up': 'yes' }, 'all have applied every earlier write'),
  'flow-control': bounding((view) => numberOf(view, 'mariadb.paused-percent'), {
    is: (of, value) => `the pause for flow control of ${of} is ${value} %`,
    ...{ what: 'the pause for flow control', unit: ' %', warn: PAUSED_PERCENT_WARN, max: PAUSED_PERCENT_MAX },
  }),
  queues: bounding((view) => numberOf(view, 'mariadb.queue'), {
    is: (of, value) => `the queue of ${of} is ${value}`,
    ...{ what: 'the queue', unit: '', warn: QUEUE_WARN, max: Number.POSITIVE_INFINITY },
  }),
  settings: judgeSettings,
  'ist-cover': judgeCover,
  certification: bounding(conflictPercent, {
    is: (of, value) => `the share of conflicts of ${of} is ${value} %`,
    ...{ what: 'the share of conflicts', unit: ' %', warn: CONFLICT_PERCENT_WARN, max: Number.POSITIVE_INFINITY },
  }),
  'app-database': demanding({ databases: '1' }, 'erpnext logs in and sees its database on all'),
  begin: judgeBegin,
  disk: (views) => judgeDisk(views, { warn: DISK_PERCENT_WARN, most: DISK_PERCENT_MAX }),
};

/** Compares what the members said. One result per check, in the order of CHECKS. Throws ConfigError like `findMembers`. */
export function assessMariadb(inventory: Inventory, answers: readonly HostAnswer[]): CheckResult[] {
  const views = viewMembers(inventory, answers);
  return CHECKS.map(({ id }) => {
    const judge = JUDGES[id];
    if (judge === undefined) return { check: id, answer: 'unknown', value: '-', text: 'nobody judges this check' };
    return resultOf(id, judge(views));
  });
}
