import type { Host, Inventory } from '../../inventory.ts';
import type { HostAnswer } from '../contract.ts';
import { findMembers } from './members.ts';

/** What one host told us about itself. */
export interface HostView {
  host: Host;
  /** Why we know nothing of it, a sentence; empty when it answered. */
  silence: string;
  facts: Record<string, string>;
}

/** The cluster as its members tell it. */
export interface ClusterView {
  servers: HostView[];
  proxies: HostView[];
  /** The servers whose Redis says that it is master. */
  masters: HostView[];
  /** The master, when exactly one says so. */
  master: HostView | undefined;
}

/** What was found out for one check; the gravest kind decides its answer. */
export interface Findings {
  faults: string[];
  unknowns: string[];
  warnings: string[];
}

/** Findings, with what a person reads when there is nothing to find fault with. */
export interface Judgement extends Findings {
  value: string;
  passText: string;
}

function viewOf(host: Host, answers: readonly HostAnswer[]): HostView {
  const answer = answers.findLast((one) => one.host === host.name);
  if (answer === undefined) return { host, silence: 'was not asked', facts: {} };
  if (answer.outcome === 'ok') return { host, silence: '', facts: answer.facts };
  return { host, silence: answer.reason || `answered ${answer.outcome}`, facts: {} };
}

/** The members' answers side by side. Throws ConfigError when the inventory lacks members. */
export function viewCluster(inventory: Inventory, answers: readonly HostAnswer[]): ClusterView {
  const members = findMembers(inventory);
  const servers = members.servers.map((host) => viewOf(host, answers));
  const masters = servers.filter((view) => view.facts['redis.role'] === 'master');
  return {
    servers,
    proxies: members.proxies.map((host) => viewOf(host, answers)),
    masters,
    master: masters.length === 1 ? masters[0] : undefined,
  };
}

/** The programs that a status script tells us about; the fact of that name says how it is. */
type Program = 'redis' | 'sentinel' | 'proxy';

const PROGRAM_NAMES: Record<Program, string> = { redis: 'Redis', sentinel: 'Sentinel', proxy: 'port 6379' };

/** "a", "a and b", "a, b and c". */
function enumerate(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** The hosts that say nothing, and why: those with one reason in one sentence, as it is read once then. */
export function silencesOf(views: readonly HostView[]): string[] {
  const silent = views.filter(({ silence }) => silence !== '');
  return [...new Set(silent.map(({ silence }) => silence))].map((why) => {
    const names = silent.filter(({ silence }) => silence === why).map(({ host }) => host.name);
    return `${enumerate(names)} ${names.length === 1 ? 'says' : 'say'} nothing: ${why.replace(/\.$/, '')}`;
  });
}

/** What keeps a program's own facts from us, said of the host; undefined when it answers. */
export function troubleOf(view: HostView, program: Program): { kind: 'faults' | 'unknowns'; text: string } | undefined {
  const { name } = view.host;
  const what = PROGRAM_NAMES[program];
  if (view.silence !== '') return { kind: 'unknowns', text: silencesOf([view]).join('') };
  switch (view.facts[program]) {
    case 'answers':
      return undefined;
    case 'stopped':
      return { kind: 'faults', text: `nobody listens for ${what} on ${name}` };
    case 'silent':
      return { kind: 'faults', text: `${what} on ${name} takes connections but does not answer` };
    case 'refuses':
      return { kind: 'faults', text: `${what} on ${name} refuses our question` };
    case 'wrong-password':
      return { kind: 'unknowns', text: `${what} on ${name} has another password than our credentials` };
    default:
      return { kind: 'unknowns', text: `${name} did not say how its ${what} is` };
  }
}

/**
 * Judges each host whose program answers; the others count as what keeps them from answering. `judge` adds what it
 * finds; `clean` counts the hosts of which nothing was found. `others`: hosts without whose word nobody knows either.
 */
export function judgeEach(
  views: readonly HostView[],
  program: Program,
  judge: (view: HostView, findings: Findings) => void,
  others: readonly HostView[] = [],
): Findings & { clean: number } {
  const unknowns = silencesOf([...views, ...others]);
  const findings: Findings & { clean: number } = { faults: [], unknowns, warnings: [], clean: 0 };
  for (const view of views.filter(({ silence }) => silence === '')) {
    const before = countOf(findings);
    const trouble = troubleOf(view, program);
    if (trouble === undefined) judge(view, findings);
    else findings[trouble.kind].push(trouble.text);
    if (countOf(findings) === before) findings.clean += 1;
  }
  return findings;
}

function countOf({ faults, unknowns, warnings }: Findings): number {
  return faults.length + unknowns.length + warnings.length;
}

/** A fact that is a whole number; undefined when it is missing or something else. */
export function numberOf(view: HostView, key: string): number | undefined {
  const text = view.facts[key];
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Demands a fact's value; a missing one is unknown. */
export function demand(view: HostView, key: string, wanted: string, findings: Findings): void {
  const value = view.facts[key];
  const name = key.slice(key.indexOf('.') + 1);
  if (value === undefined) findings.unknowns.push(`${view.host.name} did not say its ${name}`);
  else if (value !== wanted) findings.faults.push(`${view.host.name} has ${name} ${value}, not ${wanted}`);
}

/** Demands a number within bounds (both included); a missing one is unknown. */
export function demandBetween(
  view: HostView,
  key: string,
  bounds: { least: number; most: number },
  findings: Findings,
): void {
  const value = numberOf(view, key);
  const name = key.slice(key.indexOf('.') + 1);
  if (value === undefined) findings.unknowns.push(`${view.host.name} did not say its ${name}`);
  else if (value < bounds.least) findings.faults.push(`${view.host.name} has ${name} ${value}, below ${bounds.least}`);
  else if (value > bounds.most) findings.faults.push(`${view.host.name} has ${name} ${value}, above ${bounds.most}`);
}

/** Adds why there is no single master: known when every member was heard, else unknown. */
export function missMaster(cluster: ClusterView, findings: Findings): void {
  const unheard = cluster.servers.map((view) => troubleOf(view, 'redis')).filter((trouble) => trouble !== undefined);
  const names = cluster.masters.map((view) => view.host.name).join(', ');
  if (cluster.masters.length > 1) findings.faults.push(`several say that they are master: ${names}`);
  else if (unheard.some((trouble) => trouble.kind === 'unknowns')) {
    // Who is silent was told, and nothing follows from it but this.
    if (findings.unknowns.length === 0) findings.unknowns.push('the master is not known');
  } else findings.faults.push('no Redis says that it is master');
}

/** Why we can't tell of some servers that said something whether they are master: their Redis hangs, or is a stranger's. */
export function unknownRoles(cluster: ClusterView): string[] {
  const heard = cluster.servers.filter(({ silence }) => silence === '');
  return heard.flatMap((view) => {
    const trouble = troubleOf(view, 'redis');
    if (trouble !== undefined) return view.facts.redis === 'stopped' ? [] : [trouble.text];
    const role = view.facts['redis.role'];
    return role === 'master' || role === 'slave' ? [] : [`${view.host.name} did not say its role`];
  });
}
