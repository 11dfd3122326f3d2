import type { Inventory } from '../../inventory.ts';
import type { CheckResult, HostAnswer } from '../contract.ts';
import { groupsOf, programsOf, resultOf, viewOf, type Findings, type HostView, type Judgement } from '../judging.ts';
import { CHECKS, RESTARTS_MAX } from './checks.ts';
import { imageOf } from './manifests.ts';
import { findMembers, PUBLIC_BALANCERS, type Members } from './members.ts';
import { APPS, BACK_ENDS, SECRET_KEYS } from './settings.ts';

type Group = ReadonlyMap<string, string>;

/** What the masters say, and what is wanted. */
interface AppsView {
  inventory: Inventory;
  members: Members;
  masters: HostView[];
}

const { judgeEach } = programsOf({ api: "Kubernetes' API" });

const of = (group: Group | undefined, field: string): string => group?.get(field) ?? '';

/** The groups of a fact; undefined when it was not said. */
function told({ facts }: HostView, key: string): Group[] | undefined {
  const text = facts[key];
  if (text === undefined) return undefined;
  return text === 'none' ? [] : groupsOf(text);
}

/** Judges one fact of each master, as groups; a master that did not say it makes it unknown. */
function judgeFact(
  { masters }: AppsView,
  key: string,
  judge: (groups: readonly Group[], master: string, found: Findings) => void,
): Findings & { clean: number } {
  const findings = judgeEach(masters, 'api', (view, found) => {
    const groups = told(view, key);
    if (groups === undefined) found.unknowns.push(`${view.host.name} did not say its ${key.replace('apps.', '')}`);
    else judge(groups, view.host.name, found);
  });
  // The masters take it from the same store: what all of them say is told once.
  return { ...findings, faults: [...new Set(findings.faults)], warnings: [...new Set(findings.warnings)] };
}

const value = ({ clean }: { clean: number }, { masters }: AppsView): string => `${clean}/${masters.length}`;

const byField = (groups: readonly Group[], field: string, wanted: string): Group | undefined =>
  groups.find((group) => of(group, field) === wanted);

function judgeRollouts(view: AppsView): Judgement {
  const findings = judgeFact(view, 'apps.deployments', (groups, _, found) => {
    for (const { name } of APPS) {
      const one = byField(groups, 'name', name);
      if (one === undefined) found.faults.push(`there is no Deployment ${name}`);
      else if (of(one, 'whole') !== 'yes') {
        const [available, wanted] = [of(one, 'available'), of(one, 'wanted')];
        found.faults.push(
          available === ''
            ? `${name} has no of ${wanted} pods, or not all are new`
            : `${name} has ${available} of ${wanted} pods, or not all are new`,
        );
      }
    }
  });
  return { ...findings, value: value(findings, view), passText: `all ${APPS.length} applications have all their pods` };
}

function judgePods(view: AppsView): Judgement {
  let count = 0;
  const findings = judgeFact(view, 'apps.pods', (groups, _, found) => {
    count = Math.max(count, groups.length);
    for (const pod of groups) {
      const [name, reason, restarts] = [of(pod, 'name'), of(pod, 'reason'), Number(of(pod, 'restarts'))];
      if (reason !== 'none') found.faults.push(`${name} does not come up: ${reason || 'nobody knows why'}`);
      else if (!(restarts <= RESTARTS_MAX)) found.warnings.push(`${name} was restarted ${restarts} times`);
    }
  });
  return { ...findings, value: `${count}-pods`, passText: `none of ${count} pods is held up` };
}

function judgeEndpoints(view: AppsView): Judgement {
  const findings = judgeFact(view, 'apps.endpoints', (groups, _, found) => {
    for (const { name } of APPS) {
      const ready = Number(of(byField(groups, 'service', name), 'ready') || '0');
      if (!(ready > 0)) found.faults.push(`the Service ${name} has no endpoint that is ready`);
    }
  });
  return { ...findings, value: value(findings, view), passText: 'every Service has endpoints' };
}

function judgeImages(view: AppsView): Judgement {
  const findings = judgeFact(view, 'apps.deployments', (groups, _, found) => {
    for (const app of APPS) {
      const [runs, wanted] = [of(byField(groups, 'name', app.name), 'image'), imageOf(app, view.inventory.artifacts)];
      if (wanted === '') found.warnings.push(`artifacts.yaml does not say which image ${app.name} is`);
      else if (runs !== wanted) found.warnings.push(`${app.name} runs ${runs || 'nothing'}, not ${wanted}`);
    }
  });
  return { ...findings, value: value(findings, view), passText: 'every application runs its pinned image' };
}

function judgeSpread(view: AppsView): Judgement {
  const findings = judgeFact(view, 'apps.pods', (groups, _, found) => {
    for (const { name } of APPS.filter(({ replicas }) => replicas > 1)) {
      const nodes = new Set(groups.filter((pod) => of(pod, 'app') === name).map((pod) => of(pod, 'node')));
      if (nodes.size === 0) found.warnings.push(`the pods of ${name} stand on no node`);
      else if (nodes.size === 1) found.warnings.push(`the pods of ${name} stand on one node`);
    }
  });
  return { ...findings, value: value(findings, view), passText: 'each application stands on several nodes' };
}

function judgeConfiguration(view: AppsView): Judgement {
  const wanted = [
    ['apps.configuration', 'ConfigMap back-ends', Object.keys(BACK_ENDS)],
    ['apps.secret', 'Secret credentials', [...SECRET_KEYS]],
  ] as const;
  const findings = judgeEach(view.masters, 'api', ({ host, facts }, found) => {
    for (const [key, what, names] of wanted) {
      const text = facts[key];
      if (text === undefined) {
        found.unknowns.push(`${host.name} did not say what the ${what} holds`);
        continue;
      }
      const lacks = names.filter((name) => !text.split(',').includes(name));
      if (lacks.length > 0) found.faults.push(`the ${what} lacks ${lacks.join(', ')}`);
    }
  });
  const faults = [...new Set(findings.faults)];
  return { ...findings, faults, value: value(findings, view), passText: 'ConfigMap and Secret hold every key' };
}

/** What the names answer through these ways, as each master asked. */
function judgeWays(view: AppsView, ways: readonly string[], absent: 'faults' | 'warnings'): Judgement {
  const findings: Findings = { faults: [], unknowns: [], warnings: [] };
  const spoken = view.masters.filter(({ silence }) => silence === '');
  for (const { host, silence } of view.masters.filter((one) => one.silence !== '')) {
    findings.unknowns.push(`${host.name} says nothing: ${silence}`);
  }
  let good = 0;
  for (const way of ways) {
    for (const app of APPS) {
      const answers = [...new Set(spoken.map(({ facts }) => facts[`way.${way}.${app.name}`] ?? 'unsaid'))];
      const odd = answers.filter((answer) => answer !== '200');
      if (answers.length > 0 && odd.length === 0) good += 1;
      for (const answer of odd) {
        const where = `https://${app.host} through ${way}`;
        if (answer === 'unsaid') findings.unknowns.push(`${where}: not every master asked`);
        else if (answer === 'no-client') findings.unknowns.push(`${where}: a master lacks curl (deploy base)`);
        else if (answer === 'absent') findings[absent].push(`${where}: nobody listens`);
        else findings.faults.push(`${where}: ${answer === 'none' ? 'no answer' : answer}`);
      }
    }
  }
  const all = ways.length * APPS.length;
  return { ...findings, value: `${good}/${all}`, passText: `all names answer 200 through ${ways.join(', ')}` };
}

const JUDGES: Record<string, (view: AppsView) => Judgement> = {
  rollouts: judgeRollouts,
  pods: judgePods,
  endpoints: judgeEndpoints,
  images: judgeImages,
  spread: judgeSpread,
  configuration: judgeConfiguration,
  ingress: (view) =>
    judgeWays(
      view,
      view.members.workers.map(({ name }) => name),
      'faults',
    ),
  entry: (view) => judgeWays(view, PUBLIC_BALANCERS, 'warnings'),
};

/** Compares what the masters said. One result per check, in the order of CHECKS. Throws ConfigError like `findMembers`. */
export function assessApps(inventory: Inventory, answers: readonly HostAnswer[]): CheckResult[] {
  const members = findMembers(inventory);
  const view = { inventory, members, masters: members.masters.map((host) => viewOf(host, answers)) };
  return CHECKS.map(({ id }) => {
    const judge = JUDGES[id];
    if (judge === undefined) return { check: id, answer: 'unknown', value: '-', text: 'nobody judges this check' };
    return resultOf(id, judge(view));
  });
}
