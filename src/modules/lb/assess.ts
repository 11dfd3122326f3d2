import type { Inventory } from '../../inventory.ts';
import { HETZNER, type DesiredRecord } from '../cloud.ts';
import type { CheckResult, HostAnswer } from '../contract.ts';
import { recordsOf } from '../names.ts';
import { resultOf, silencesOf, viewOf, type HostView } from '../judging.ts';
import { findWitness } from '../steps.ts';
import { CHECKS } from './checks.ts';
import { BALANCERS, namedHosts } from './settings.ts';

const WHAT: Readonly<Record<string, string>> = {
  refused: 'refuses connections',
  silent: 'says nothing',
  odd: 'answers in another protocol',
};

function judgeRequests(view: HostView): CheckResult {
  const faults: string[] = [];
  const unknowns = silencesOf([view]);
  const ports = BALANCERS.flatMap(({ name, services }) => services.map(({ port }) => ({ name, port })));
  let answered = 0;
  for (const { name, port } of view.silence === '' ? ports : []) {
    const said = view.facts[`request.${name}.${port}`];
    if (said === 'answers') answered += 1;
    else if (said === undefined) unknowns.push(`nobody asked ${name} on ${port}`);
    else faults.push(`${name} ${WHAT[said] ?? said} on ${port}`);
  }
  const value = `${answered}/${ports.length}`;
  return resultOf('requests', {
    faults,
    unknowns,
    warnings: [],
    value,
    passText: 'every port answers in its protocol',
  });
}

/** What the orchestrator's resolver says of one name; empty: just what it should. */
function wrongName({ name, zone, addresses }: DesiredRecord, view: HostView): string {
  const said = view.facts[`dns.${name}.${zone}`] ?? '';
  const wanted = [...addresses].sort().join(',');
  if (said.split(',').sort().join(',') === wanted) return '';
  return `${name}.${zone} is ${said === '' ? 'not known' : said}, not ${wanted.replaceAll(',', ', ')}`;
}

/** The zone at Hetzner, and what the orchestrator hears: whoever hosts the zone, the names must be right there. */
function judgeNames(inventory: Inventory, zone: CheckResult | undefined, view: HostView): CheckResult {
  const records = recordsOf(namedHosts(inventory));
  const isElsewhere = zone?.value === 'elsewhere';
  const wrong = view.silence === '' ? records.map((one) => wrongName(one, view)).filter((one) => one !== '') : [];
  const entry = ({ name, addresses }: DesiredRecord) => `${name} A ${addresses.join(' ')}`;
  const advice = `enter at the DNS host of ${records[0]?.zone ?? ''}: ${records.map(entry).join('; ')}`;
  return resultOf('dns', {
    faults: [
      ...(zone?.answer === 'fail' ? [zone.text] : []),
      ...wrong,
      ...(isElsewhere && wrong.length > 0 ? [advice] : []),
    ],
    unknowns: [...silencesOf([view]), ...(zone === undefined ? ['Hetzner says nothing of the zone'] : [])],
    warnings: [],
    value: isElsewhere ? 'elsewhere' : 'hetzner',
    passText: isElsewhere ? 'the zone is hosted elsewhere, and the names are right' : 'the names are right',
  });
}

/** One result per check of CHECKS, in that order: Hetzner's own words, then what the orchestrator finds. */
export function assessLb(inventory: Inventory, answers: readonly HostAnswer[]): CheckResult[] {
  const cloud = answers.findLast(({ host }) => host === HETZNER);
  const view = viewOf(findWitness('lb', inventory), answers);
  const told = (id: string): CheckResult | undefined => {
    const found = cloud?.checks.find((check) => check.id === id);
    return found && { check: id, answer: found.answer, value: found.value, text: found.text };
  };
  const silence = cloud === undefined ? 'Hetzner was not asked' : cloud.reason || 'Hetzner did not say';
  return CHECKS.map(({ id }) => {
    if (id === 'requests') return judgeRequests(view);
    if (id === 'dns') return judgeNames(inventory, told(id), view);
    return told(id) ?? { check: id, answer: 'unknown', value: '', text: silence };
  });
}
