import type { z } from 'zod';
import type { Host } from '../inventory.ts';
import type { CheckResult, HostAnswer } from './contract.ts';

/** What one host told us about itself. */
export interface HostView {
  host: Host;
  /** Why we know nothing of it, a sentence; empty when it answered. */
  silence: string;
  facts: Record<string, string>;
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

/** The host's newest answer. */
export function viewOf(host: Host, answers: readonly HostAnswer[]): HostView {
  const answer = answers.findLast((one) => one.host === host.name);
  if (answer === undefined) return { host, silence: 'was not asked', facts: {} };
  if (answer.outcome === 'ok') return { host, silence: '', facts: answer.facts };
  return { host, silence: answer.reason || `answered ${answer.outcome}`, facts: {} };
}

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
    const reason = why.replace(/\.$/, '');
    return names.length === 1
      ? `${enumerate(names)} says nothing: ${reason}`
      : `${enumerate(names)} say nothing: ${reason}`;
  });
}

/** What keeps a program's own facts from us. */
export interface Trouble {
  kind: 'faults' | 'unknowns';
  text: string;
}

/** The questions about programs that a status script tells us of; the fact of a program's key says how it is. */
export interface Programs<Key extends string> {
  /** What keeps the program's own facts from us, said of the host; undefined when it answers. */
  troubleOf: (view: HostView, program: Key) => Trouble | undefined;
  /**
   * Judges each host whose program answers; the others count as what keeps them from answering. `judge` adds what it
   * finds; `clean` counts the hosts of which nothing was found. `others`: hosts without whose word nobody knows either.
   */
  judgeEach: (
    views: readonly HostView[],
    program: Key,
    judge: (view: HostView, findings: Findings) => void,
    others?: readonly HostView[],
  ) => Findings & { clean: number };
}

function troubleOfProgram(view: HostView, key: string, what: string): Trouble | undefined {
  const { name } = view.host;
  if (view.silence !== '') return { kind: 'unknowns', text: silencesOf([view]).join('') };
  switch (view.facts[key]) {
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
    case 'no-client':
      return { kind: 'unknowns', text: `${name} lacks the program to ask its ${what}` };
    default:
      return { kind: 'unknowns', text: `${name} did not say how its ${what} is` };
  }
}

/** The questions about these programs; `names` is what people call each. */
export function programsOf<Key extends string>(names: Readonly<Record<Key, string>>): Programs<Key> {
  const troubleOf: Programs<Key>['troubleOf'] = (view, program) => troubleOfProgram(view, program, names[program]);
  return {
    troubleOf,
    judgeEach(views, program, judge, others = []) {
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
    },
  };
}

/** How much was found, of whatever kind. */
export function countOf({ faults, unknowns, warnings }: Findings): number {
  return faults.length + unknowns.length + warnings.length;
}

/** A fact that is a whole number; undefined when it is missing or something else. */
export function numberOf(view: HostView, key: string): number | undefined {
  const text = view.facts[key];
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** A fact's key without the program that it is of. */
const nameOf = (key: string): string => key.slice(key.indexOf('.') + 1);

/** Demands a fact's value; a missing one is unknown. */
export function demand(view: HostView, key: string, wanted: string, findings: Findings): void {
  const value = view.facts[key];
  if (value === undefined) findings.unknowns.push(`${view.host.name} did not say its ${nameOf(key)}`);
  else if (value !== wanted) findings.faults.push(`${view.host.name} has ${nameOf(key)} ${value}, not ${wanted}`);
}

/** Demands a number within bounds (both included); a missing one is unknown. */
export function demandBetween(
  view: HostView,
  key: string,
  bounds: { least: number; most: number },
  findings: Findings,
): void {
  const value = numberOf(view, key);
  const { name } = view.host;
  const fact = nameOf(key);
  if (value === undefined) findings.unknowns.push(`${name} did not say its ${fact}`);
  else if (value < bounds.least) findings.faults.push(`${name} has ${fact} ${value}, below ${bounds.least}`);
  else if (value > bounds.most) findings.faults.push(`${name} has ${fact} ${value}, above ${bounds.most}`);
}

/** Fields of what stands in a fact as `name=value,...` groups parted by blanks: replicas as their primary lists them. */
export function groupsOf(text: string): Map<string, string>[] {
  return text
    .split(' ')
    .filter((part) => part !== '')
    .map((part) => new Map(part.split(',').map((pair) => pair.split('=', 2) as [string, string])));
}

/** A fact that holds JSON of this shape; undefined otherwise. */
export function jsonOf<Shape>(text: string | undefined, shape: z.ZodType<Shape>): Shape | undefined {
  try {
    return shape.safeParse(JSON.parse(text ?? '')).data;
  } catch {
    return undefined;
  }
}

/** How full the file systems of the data are, from the fact `disk.used`; percent at which it warns and fails. */
export function judgeDisk(servers: readonly HostView[], percent: { warn: number; most: number }): Judgement {
  const findings: Findings = { faults: [], unknowns: silencesOf(servers), warnings: [] };
  let highest = 0;
  for (const view of servers.filter(({ silence }) => silence === '')) {
    const used = numberOf(view, 'disk.used');
    const { name } = view.host;
    if (used === undefined) findings.unknowns.push(`${name} did not say how full its disk is`);
    else {
      highest = Math.max(highest, used);
      const text = `${used} % of the disk of ${name} is used`;
      if (used >= percent.most) findings.faults.push(text);
      else if (used >= percent.warn) findings.warnings.push(text);
    }
  }
  const passText = `at most ${highest} % is used on all ${servers.length}`;
  return { ...findings, value: `${highest}%`, passText };
}

/** A fault that is seen counts even when another host is silent; silence alone is unknown and never passes. */
export function resultOf(check: string, judgement: Judgement): CheckResult {
  const { faults, unknowns, warnings, value, passText } = judgement;
  const found = [...faults, ...unknowns, ...warnings];
  const answer = faults.length > 0 ? 'fail' : unknowns.length > 0 ? 'unknown' : warnings.length > 0 ? 'warn' : 'pass';
  return { check, answer, value, text: found.length > 0 ? found.join('; ') : passText };
}
