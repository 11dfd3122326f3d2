import type { CloudDesire, DesiredBalancer } from '../modules/cloud.ts';
import type { ActualBalancer, Project } from './actual.ts';
import { describe, describeService, type CloudChange } from './describe.ts';
import { describeRecord, type RecordAction } from './dns.ts';
import { answerOf, nothing, type CloudCheck } from './found.ts';
import { reconcile, type Action, type Difference } from './reconcile.ts';
import { resolve, type Resolved } from './resolve.ts';
import { judgeServers } from './judge-servers.ts';

interface Seen {
  desired: DesiredBalancer;
  actual: ActualBalancer | undefined;
  /** Undefined: what it needs of the project is not there, or the address is somebody else's. */
  difference: Difference | undefined;
  /** Why not. */
  obstacles: string[];
}

/** Without the network nobody knows what is missing, but all that does not need it can still be compared. */
const NOWHERE: Resolved = { networkId: 0, networkZone: '', targets: [] };

function see(desired: DesiredBalancer, project: Project): Seen {
  const actual = project.balancers.find(({ name }) => name === desired.name);
  const resolved = resolve(desired, project);
  const isClear = !Array.isArray(resolved);
  const difference = reconcile(desired, actual, { resolved: isClear ? resolved : NOWHERE, prune: false });
  return {
    desired,
    actual,
    difference: isClear ? difference : undefined,
    obstacles: isClear ? [] : resolved.map(({ reason }) => reason),
  };
}

const say = (change: CloudChange) => `${change.kind} ${change.target} (${change.detail})`;

/** What is wrong is said as what deploy would do about it. */
function judgeActions(all: readonly Seen[], id: string, kinds: readonly Action['do'][], passText: string): CloudCheck {
  const found = nothing();
  let clean = 0;
  for (const { desired, actual, difference, obstacles } of all) {
    if (actual === undefined) {
      found.unknowns.push(`${desired.name} does not exist`);
      continue;
    }
    if (difference === undefined) {
      found.unknowns.push(`${desired.name}: ${obstacles.join(', ')}`);
      continue;
    }
    const lacking = difference.actions.filter((action) => kinds.includes(action.do)).map(describe);
    if (lacking.length > 0) found.faults.push(`${desired.name} needs ${lacking.map(say).join(', ')}`);
    else clean += 1;
  }
  return answerOf(id, found, { value: `${clean}/${all.length}`, text: passText });
}

function withExtras(check: CloudCheck, extras: readonly string[]): CloudCheck {
  if (extras.length === 0) return check;
  const text = `${extras.join('; ')} (left alone: deploy lb --prune takes it away)`;
  const answer = check.answer === 'pass' ? 'warn' : check.answer;
  return { ...check, answer, text: check.answer === 'pass' ? text : `${check.text}; ${text}` };
}

function judgeExists(all: readonly Seen[]): CloudCheck {
  const found = nothing();
  for (const { desired, actual } of all) if (actual === undefined) found.faults.push(`${desired.name} does not exist`);
  const value = `${all.length - found.faults.length}/${all.length}`;
  return answerOf('exists', found, { value, text: 'each exists, once' });
}

function judgeAddress(all: readonly Seen[]): CloudCheck {
  const found = nothing();
  for (const { desired, actual, difference, obstacles } of all) {
    const has = actual?.networks.map(({ ip }) => ip).join(', ') ?? '';
    const what =
      has === ''
        ? `${desired.name} has no private address, not ${desired.address}`
        : `${desired.name} has ${has}, not ${desired.address}`;
    if (actual !== undefined && has !== desired.address) found.faults.push(what);
    if (actual === undefined) found.unknowns.push(`${desired.name} does not exist`);
    const isWrong = difference?.actions.some(({ do: kind }) => kind === 'attach' || kind === 'detach') === true;
    if (isWrong && has === desired.address) found.faults.push(`${desired.name} has ${has} in another network`);
    found.faults.push(...obstacles.filter((reason) => !found.faults.includes(reason)));
  }
  const value = all.map(({ actual }) => actual?.networks[0]?.ip ?? 'none').join(' ');
  return answerOf('address', found, { value, text: 'each has its fixed address' });
}

function judgeHealthy(all: readonly Seen[]): CloudCheck {
  const found = nothing();
  let [asked, healthy] = [0, 0];
  for (const { desired, actual } of all) {
    if (actual === undefined) found.unknowns.push(`${desired.name} does not exist`);
    for (const target of actual?.targets ?? []) {
      if (target.kind === 'label_selector') continue;
      const sick = desired.services.flatMap(({ listenPort }) => {
        asked += 1;
        const health = target.health.get(listenPort) ?? 'unknown';
        if (health === 'healthy') healthy += 1;
        return health === 'healthy' ? [] : [`${listenPort} ${health}`];
      });
      if (sick.length === 0) continue;
      const kind = sick.every((one) => one.endsWith('unknown')) ? 'unknowns' : 'faults';
      found[kind].push(`${target.name} behind ${desired.name}: ${sick.join(', ')}`);
    }
    if (actual?.targets.length === 0) found.faults.push(`${desired.name} has no target`);
  }
  return answerOf('healthy', found, { value: `${healthy}/${asked}`, text: 'every target is healthy on every port' });
}

/** One load balancer as a whole: what a checklist asks. */
function judgeBalancer(seen: Seen): CloudCheck {
  const { desired, actual, difference, obstacles } = seen;
  const health = judgeHealthy([seen]);
  const found = nothing();
  if (actual === undefined) found.faults.push(`${desired.name} does not exist`);
  else if (health.answer !== 'pass') found[health.answer === 'fail' ? 'faults' : 'unknowns'].push(health.text);
  found.faults.push(...obstacles);
  const lacking = actual === undefined ? [] : (difference?.actions ?? []).map(describe);
  if (lacking.length > 0) found.faults.push(`${desired.name} needs ${lacking.map(say).join(', ')}`);
  const text = `${desired.address} is as desired, ${health.value} healthy`;
  return answerOf(desired.name, found, { value: desired.address, text });
}

function judgeRecords(desire: CloudDesire, actions: readonly RecordAction[] | undefined): CloudCheck {
  const count = desire.records.length;
  if (actions === undefined) {
    const text = `${[...new Set(desire.records.map(({ zone }) => zone))].join(', ')} is no zone of this project`;
    return { id: 'dns', answer: 'warn', value: 'elsewhere', text };
  }
  const faults = actions.map((action) => say(describeRecord(action)));
  return answerOf(
    'dns',
    { ...nothing(), faults },
    { value: `${count}`, text: 'each name has the addresses of its hosts' },
  );
}

/** What the project says of the desire: one answer per check that only Hetzner can answer. */
export function judge(
  desire: CloudDesire,
  project: Project,
  records: readonly RecordAction[] | undefined,
): CloudCheck[] {
  const all = desire.balancers.map((desired) => see(desired, project));
  const strange = (pick: (seen: Seen) => readonly string[]) =>
    all.flatMap((seen) => pick(seen).map((one) => `${seen.desired.name} also has ${one}`));
  return [
    judgeExists(all),
    judgeActions(all, 'settings', ['change-type', 'change-algorithm'], 'type and algorithm are as desired'),
    withExtras(
      judgeActions(all, 'services', ['add-service', 'update-service'], 'every service is as desired'),
      strange(({ difference }) => difference?.extras.services.map((one) => `service ${describeService(one)}`) ?? []),
    ),
    withExtras(
      judgeActions(all, 'targets', ['add-target', 'remove-target'], 'exactly the desired targets'),
      strange(({ difference }) => difference?.extras.targets.map(({ name }) => `target ${name}`) ?? []),
    ),
    judgeAddress(all),
    judgeActions(all, 'public', ['enable-public', 'disable-public'], 'public interfaces are as desired'),
    judgeHealthy(all),
    judgeServers(desire, project),
    judgeRecords(desire, records),
    ...all.map(judgeBalancer),
  ];
}
