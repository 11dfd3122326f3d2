import type { Host } from '../inventory.ts';
import type { Answer, CheckResult, HostAnswer } from './contract.ts';

/** What one host told us about itself. */
export interface HostFacts {
  host: Host;
  /** Why we know nothing of it, a sentence; empty when it answered. */
  silence: string;
  facts: Readonly<Record<string, string>>;
}

/** Something that keeps a host from passing a check, in words that are the same on every host it is found on. */
export interface Finding {
  answer: Exclude<Answer, 'pass'>;
  text: string;
}

/** A check over many hosts, each judged for itself. */
export interface HostCheck {
  check: string;
  /** What a person reads when nothing was found on these hosts: "no swap on all 52 hosts". */
  passText: (hosts: string) => string;
  judge: (facts: Readonly<Record<string, string>>, host: Host) => Finding[];
}

/** So many hosts are named for one finding; the run's thread has them all. */
const NAMED_HOSTS = 5;

/** So many findings are told in one text. */
const TOLD_FINDINGS = 3;

/** From the gravest to the mildest. */
const GRAVITY: readonly Finding['answer'][] = ['fail', 'unknown', 'warn'];

/** The hosts with their newest answers. */
export function factsOfHosts(hosts: readonly Host[], answers: readonly HostAnswer[]): HostFacts[] {
  return hosts.map((host) => {
    const answer = answers.findLast((one) => one.host === host.name);
    if (answer === undefined) return { host, silence: 'was not asked', facts: {} };
    if (answer.outcome === 'ok') return { host, silence: '', facts: answer.facts };
    return { host, silence: answer.reason || `answered ${answer.outcome}`, facts: {} };
  });
}

/** "3 of 52: a, b, c", short also for a whole fleet. */
export function nameHosts(names: readonly string[], total: number): string {
  const left = names.length - NAMED_HOSTS;
  const listed = names.slice(0, NAMED_HOSTS).join(', ');
  return `${names.length} of ${total}: ${left > 0 ? `${listed} and ${left} more` : listed}`;
}

/** One fact with a wanted value, and what it is, as a noun; a missing fact is unknown. `broken`: what is said otherwise. */
export function demandFact(
  facts: Readonly<Record<string, string>>,
  wish: { key: string; wanted: string; what: string; broken?: string },
): Finding[] {
  const { key, wanted, what, broken } = wish;
  const value = facts[key];
  if (value === undefined) return [{ answer: 'unknown', text: `${what} not told` }];
  if (value === wanted) return [];
  return [{ answer: 'fail', text: broken ?? `${what} is ${value || 'empty'}, not ${wanted}` }];
}

/**
 * The check's answer for all hosts: the gravest finding decides, each is told with the hosts it was found on. A host that
 * said nothing is `unknown`, with the first one's reason.
 */
export function judgeHosts(hosts: readonly HostFacts[], { check, passText, judge }: HostCheck): CheckResult {
  const found = new Map<string, { finding: Finding; names: string[] }>();
  const troubled = new Set<string>();
  for (const { host, silence, facts } of hosts) {
    const findings: Finding[] = silence === '' ? judge(facts, host) : [{ answer: 'unknown', text: 'no answer' }];
    for (const finding of findings) {
      const key = `${finding.answer} ${finding.text}`;
      const entry = found.get(key) ?? { finding, names: [] };
      entry.names.push(host.name);
      found.set(key, entry);
      troubled.add(host.name);
    }
  }
  const value = `${hosts.length - troubled.size}/${hosts.length}`;
  const rank = (finding: Finding) => GRAVITY.indexOf(finding.answer);
  const sorted = [...found.values()].sort(
    (a, b) => rank(a.finding) - rank(b.finding) || b.names.length - a.names.length,
  );
  const [worst] = sorted;
  if (worst === undefined) return { check, answer: 'pass', value, text: passText(allOf(hosts)) };
  const told = sorted.slice(0, TOLD_FINDINGS).map(({ finding, names }) => {
    return `${finding.text} (${nameHosts(names, hosts.length)})`;
  });
  if (sorted.length > TOLD_FINDINGS) told.push(`${sorted.length - TOLD_FINDINGS} more findings`);
  const silent = hosts.find(({ silence }) => silence !== '');
  if (silent !== undefined) told.push(`${silent.host.name} ${silent.silence}`);
  return { check, answer: worst.finding.answer, value, text: told.join('; ') };
}

function allOf(hosts: readonly HostFacts[]): string {
  const [only] = hosts;
  return hosts.length === 1 && only !== undefined ? only.host.name : `all ${hosts.length} hosts`;
}
