import type { Host, Inventory } from '../../../src/inventory.ts';
import type { CheckResult, HostAnswer } from '../../../src/modules/contract.ts';
import { assessK3s } from '../../../src/modules/k3s/assess.ts';
import { faultyAnswers, silentAnswers, type Fault } from '../answers.ts';

export const MASTERS = {
  'k8s-master-01': '10.0.0.100',
  'k8s-master-02': '10.0.0.101',
  'k8s-master-03': '10.0.0.102',
};
export const WORKERS = { 'k8s-worker-01': '10.0.0.110', 'k8s-worker-02': '10.0.0.111' };
export const NODES = { ...MASTERS, ...WORKERS };

/** Three masters, two workers and one that looks alike; `change` may drop or alter them. */
export function inventoryOf(change: (host: Host) => Host | undefined = (host) => host): Inventory {
  const host = (
    name: string,
    privateIp: string,
    roles: Pick<Host, 'role' | 'subrole' | 'stack'>,
    line: number,
  ): Host => ({
    ...{ name, privateIp, ...roles, line, env: 'prod', publicIp: `203.0.113.${line}`, fqdn: `${name}.example.test` },
    ...{ user: 'root', pool: 'p', core: 'core', notes: '' },
  });
  const of = (hosts: Record<string, string>, subrole: string, first: number): Host[] =>
    Object.entries(hosts).map(([name, address], index) =>
      host(name, address, { role: 'k3s', subrole, stack: 'k3s' }, first + index),
    );
  const stranger = host('builder-01', '10.0.0.200', { role: 'dev', subrole: 'builder', stack: '' }, 9);
  const hosts = [...of(MASTERS, 'master', 2), ...of(WORKERS, 'worker', 5), stranger].flatMap(
    (one) => change(one) ?? [],
  );
  return { file: 'servers.tsv', hosts };
}

/** The nodes as a master tells them, with differences of some. */
export function nodesText(own: Record<string, Record<string, string>> = {}, names = Object.keys(NODES)): string {
  const told = names.map((name) => {
    const isMaster = name.includes('master');
    const fields = {
      ...{
        name,
        ready: 'True',
        reason: 'KubeletReady',
        since: '2026-11-28T08:00:00Z',
        master: isMaster ? 'yes' : 'no',
      },
      ...{ closed: 'no', pressure: 'none', voter: isMaster ? 'True' : 'none', version: 'v1.33.5+k3s1' },
      ...own[name],
    };
    return Object.entries(fields)
      .map((pair) => pair.join('='))
      .join(',');
  });
  return told.join(' ');
}

/** Workloads as a master tells them: name to ready and wanted pods. */
export function workloadsText(own: Record<string, [ready: number, wanted: number]> = {}): string {
  const all: Record<string, [number, number]> = {
    'deployment kube-system coredns': [1, 1],
    'deployment kube-system metrics-server': [1, 1],
    'daemonset ingress-nginx ingress-nginx-controller': [2, 2],
    'daemonset keybuzz-probe probe': [5, 5],
    ...own,
  };
  return Object.entries(all)
    .filter(([, [, wanted]]) => wanted >= 0)
    .map(([key, [ready, wanted]]) => {
      const [kind = '', space = '', name = ''] = key.split(' ');
      return `kind=${kind},space=${space},name=${name},wanted=${wanted},ready=${ready}`;
    })
    .join(' ');
}

/** What a healthy cluster says. */
export function healthy(): HostAnswer[] {
  const master = (host: string): HostAnswer => ({
    ...{ host, outcome: 'ok', checks: [], reason: '' },
    facts: {
      ...{ 'disk.used': '28', api: 'answers', 'api.ready': 'yes' },
      ...{ 'api.nodes': nodesText(), 'api.workloads': workloadsText() },
      ...{ etcd: 'answers', 'etcd.has-leader': '1', 'etcd.is-leader': host === 'k8s-master-02' ? '1' : '0' },
      ...{ 'etcd.is-learner': '0', 'etcd.size': '4000000', 'etcd.quota': '2147483648' },
      ...{ 'cert.days': '364', 'snapshot.hours': '2' },
    },
  });
  const worker = (host: string): HostAnswer => ({
    ...{ host, outcome: 'ok', checks: [], reason: '' },
    facts: { 'disk.used': '30', kubelet: '200', 'ingress.http': '200', 'ingress.health': '200', 'ingress.tls': 'yes' },
  });
  return [...Object.keys(MASTERS).map(master), ...Object.keys(WORKERS).map(worker)];
}

/** The healthy answers with faults in them; a fact given as `''` was not said. */
export function withFaults(...faults: Fault[]): HostAnswer[] {
  return faultyAnswers(healthy(), faults);
}

/** The answers without what these hosts said. */
export function withSilence(...hosts: string[]): HostAnswer[] {
  return silentAnswers(healthy(), hosts);
}

export function resultsOf(answers: HostAnswer[]): CheckResult[] {
  return assessK3s(inventoryOf(), answers);
}

/** What does not pass, as `check: answer`, in the order of the checks. */
export function notPassing(answers: HostAnswer[]): string[] {
  return resultsOf(answers)
    .filter((result) => result.answer !== 'pass')
    .map((result) => `${result.check}: ${result.answer}`);
}
