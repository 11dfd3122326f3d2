import type { Inventory } from '../../../src/inventory.ts';
import type { CheckResult, HostAnswer } from '../../../src/modules/contract.ts';
import { assessApps } from '../../../src/modules/apps/assess.ts';
import { PUBLIC_BALANCERS } from '../../../src/modules/apps/members.ts';
import { APPS, BACK_ENDS, SECRET_KEYS } from '../../../src/modules/apps/settings.ts';
import { faultyAnswers, silentAnswers, type Fault } from '../answers.ts';
import { inventoryOf as clusterInventory, MASTERS, WORKERS } from '../k3s/cluster.ts';

const DIGEST = 'b'.repeat(64);

/** The inventory of a K3s cluster whose artifacts.yaml says which images the applications are. */
export function inventoryOf(): Inventory {
  const pins = APPS.map(({ image }) => ({
    name: image.name,
    version: '1.4.0',
    sha256: DIGEST,
    path: `registry.test/${image.name}`,
  }));
  return { ...clusterInventory(), artifacts: { base: '', pins } };
}

export const imageText = (name: string): string => `registry.test/${name}:1.4.0@sha256:${DIGEST}`;

/** Deployments as a master tells them, with differences of some. */
export function deploymentsText(own: Record<string, Record<string, string>> = {}): string {
  return APPS.map(({ name }) => {
    const fields = { name, wanted: '2', available: '2', whole: 'yes', image: imageText(name), ...own[name] };
    return Object.entries(fields)
      .map((pair) => pair.join('='))
      .join(',');
  }).join(' ');
}

/** Two pods of each application, on the nodes given, with differences of the first. */
export function podsText(own: Record<string, string> = {}, nodes = ['k8s-worker-01', 'k8s-worker-02']): string {
  const pods = APPS.flatMap(({ name }) =>
    nodes.map((node, at) => ({ name: `${name}-${at}`, app: name, node, ready: 'yes', reason: 'none', restarts: '0' })),
  );
  return pods
    .map((pod, index) => Object.entries(index === 0 ? { ...pod, ...own } : pod))
    .map((fields) => fields.map((pair) => pair.join('=')).join(','))
    .join(' ');
}

/** What healthy applications look like from each master. */
export function healthy(): HostAnswer[] {
  const ways = [...Object.keys(WORKERS), ...PUBLIC_BALANCERS].flatMap((way) =>
    APPS.map(({ name }): [string, string] => [`way.${way}.${name}`, '200']),
  );
  return Object.keys(MASTERS).map((host) => ({
    ...{ host, outcome: 'ok', checks: [], reason: '' },
    facts: {
      api: 'answers',
      'apps.deployments': deploymentsText(),
      'apps.pods': podsText(),
      'apps.endpoints': APPS.map(({ name }) => `service=${name},ready=2`).join(' '),
      'apps.configuration': Object.keys(BACK_ENDS).join(','),
      'apps.secret': SECRET_KEYS.join(','),
      ...Object.fromEntries(ways),
    },
  }));
}

/** The healthy answers with the same difference on every master. */
export function everywhere(facts: Record<string, string>): HostAnswer[] {
  return withFaults(...Object.keys(MASTERS).map((host): Fault => [host, facts]));
}

export function withFaults(...faults: Fault[]): HostAnswer[] {
  return faultyAnswers(healthy(), faults);
}

export function withSilence(...hosts: string[]): HostAnswer[] {
  return silentAnswers(healthy(), hosts);
}

export function resultsOf(answers: HostAnswer[], inventory = inventoryOf()): CheckResult[] {
  return assessApps(inventory, answers);
}

/** What does not pass, as `check: answer`, in the order of the checks. */
export function notPassing(answers: HostAnswer[], inventory = inventoryOf()): string[] {
  return resultsOf(answers, inventory)
    .filter((result) => result.answer !== 'pass')
    .map((result) => `${result.check}: ${result.answer}`);
}
