import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Fault } from '../answers.ts';
import {
  healthy,
  MASTERS,
  nodesText,
  notPassing,
  resultsOf,
  withFaults,
  withSilence,
  WORKERS,
  workloadsText,
} from './cluster.ts';

const masters = Object.keys(MASTERS);
const everywhere = (facts: Record<string, string>): Fault[] => masters.map((host): Fault => [host, facts]);
const nodes = (own: Record<string, Record<string, string>>): Fault[] => everywhere({ 'api.nodes': nodesText(own) });
const workloads = (own: Record<string, [number, number]>): Fault[] =>
  everywhere({ 'api.workloads': workloadsText(own) });

/** Each fault, and all the checks that must notice it: no other may. */
const FAULTS: [title: string, faults: Fault[], noticed: string[]][] = [
  ['an API that is not ready', [['k8s-master-02', { 'api.ready': 'no' }]], ['api: fail']],
  [
    'a node that is not Ready, whatever words stand beside it',
    nodes({ 'k8s-worker-01': { ready: 'False', reason: 'KubeletReady' } }),
    ['nodes: fail'],
  ],
  ['a node of which nothing is heard', nodes({ 'k8s-worker-02': { ready: 'Unknown' } }), ['nodes: fail']],
  [
    'a node that one master alone sees down',
    [['k8s-master-03', { 'api.nodes': nodesText({ 'k8s-worker-01': { ready: 'Unknown' } }) }]],
    ['nodes: fail'],
  ],
  ['a node that is short of something', nodes({ 'k8s-worker-01': { pressure: 'DiskPressure' } }), ['nodes: fail']],
  ['a cordoned node', nodes({ 'k8s-worker-01': { closed: 'yes' } }), ['nodes: warn']],
  [
    'a node that is missing',
    everywhere({ 'api.nodes': nodesText({}, [...masters, 'k8s-worker-01']) }),
    ['nodes: fail'],
  ],
  [
    'a node that is not in the inventory',
    everywhere({ 'api.nodes': nodesText({}, [...masters, ...Object.keys(WORKERS), 'k8s-worker-09']) }),
    ['nodes: fail'],
  ],
  ['a member of etcd without a leader', [['k8s-master-01', { 'etcd.has-leader': '0' }]], ['etcd: fail']],
  ['two leaders', [['k8s-master-01', { 'etcd.is-leader': '1' }]], ['etcd: fail']],
  ['no leader at all', [['k8s-master-02', { 'etcd.is-leader': '0' }]], ['etcd: fail']],
  ['a learner', [['k8s-master-03', { 'etcd.is-learner': '1' }]], ['etcd: fail']],
  ['a master that is no voter, though it is Ready', nodes({ 'k8s-master-03': { voter: 'False' } }), ['etcd: fail']],
  ['a master more than there should be', nodes({ 'k8s-worker-01': { master: 'yes' } }), ['etcd: fail']],
  ['a system pod that is away', workloads({ 'deployment kube-system coredns': [0, 1] }), ['workloads: fail']],
  ['no DNS at all', workloads({ 'deployment kube-system coredns': [0, -1] }), ['workloads: fail']],
  [
    'an ingress that is wanted on too few workers',
    workloads({ 'daemonset ingress-nginx ingress-nginx-controller': [1, 1] }),
    ['workloads: fail'],
  ],
  ['pods that do not reach each other', workloads({ 'daemonset keybuzz-probe probe': [3, 5] }), ['pod-network: fail']],
  ['no probe of the network', workloads({ 'daemonset keybuzz-probe probe': [0, -1] }), ['pod-network: fail']],
  ['an ingress that answers otherwise', [['k8s-worker-02', { 'ingress.http': '503' }]], ['ingress: fail']],
  ['an ingress without TLS', [['k8s-worker-02', { 'ingress.tls': 'no' }]], ['ingress: fail']],
  ['a kubelet that is not well', [['k8s-worker-01', { kubelet: 'none' }]], ['ingress: fail']],
  ['a certificate that ends soon', [['k8s-master-01', { 'cert.days': '12' }]], ['certificates: fail']],
  ['a certificate that has ended', [['k8s-master-01', { 'cert.days': '-1' }]], ['certificates: fail']],
  ['no snapshot anywhere', everywhere({ 'snapshot.hours': 'none' }), ['snapshots: warn']],
  ['old snapshots', everywhere({ 'snapshot.hours': '30' }), ['snapshots: warn']],
  ['two versions', nodes({ 'k8s-worker-01': { version: 'v1.32.9+k3s1' } }), ['versions: fail']],
  [
    'another version than the pinned one',
    nodes(Object.fromEntries([...masters, ...Object.keys(WORKERS)].map((name) => [name, { version: 'v1.34.1+k3s1' }]))),
    ['versions: warn'],
  ],
  ['a disk that is near to full', [['k8s-worker-01', { 'disk.used': '88' }]], ['room: warn']],
  ['a full disk', [['k8s-master-01', { 'disk.used': '97' }]], ['room: fail']],
  ['a database near its quota', [['k8s-master-01', { 'etcd.size': '1800000000' }]], ['room: warn']],
  ['a database at its quota', [['k8s-master-01', { 'etcd.size': '2100000000' }]], ['room: fail']],
];

describe('what the checks make of a K3s cluster', () => {
  it('passes a healthy one', () => {
    expect(notPassing(healthy())).toEqual([]);
  });

  it.each(FAULTS)('notices %s, and blames nothing else', (_, faults, noticed) => {
    expect(notPassing(withFaults(...faults))).toEqual(noticed);
  });

  it('has a fault for every check', () => {
    const noticed = FAULTS.flatMap(([, , lines]) => lines.map((line) => line.split(':')[0]));
    expect(resultsOf(healthy()).filter(({ check }) => !noticed.includes(check))).toEqual([]);
  });

  it('is content with the snapshots of one master, as they are all of the same etcd', () => {
    const none = withFaults(
      ['k8s-master-01', { 'snapshot.hours': 'none' }],
      ['k8s-master-02', { 'snapshot.hours': '40' }],
    );
    expect(notPassing(none)).toEqual([]);
  });

  it('says of a master that is stopped what that means, and passes nothing that asks every master', () => {
    const stopped = { api: 'stopped', etcd: 'stopped', 'api.ready': '', 'api.nodes': '', 'api.workloads': '' };
    const gone = withFaults([
      'k8s-master-03',
      { ...stopped, 'etcd.has-leader': '', 'etcd.size': '', 'etcd.quota': '' },
    ]);
    const failing = ['api', 'nodes', 'etcd', 'workloads', 'pod-network', 'versions', 'room'].map((id) => `${id}: fail`);
    expect(notPassing(gone)).toEqual(failing);
    expect(resultsOf(gone)[0]?.text).toContain("nobody listens for Kubernetes' API on k8s-master-03");
  });

  it.each(masters)('passes nothing that asks every master when %s is silent', (host) => {
    const asking = resultsOf(healthy()).filter(({ check }) => check !== 'ingress');
    expect(notPassing(withSilence(host))).toEqual(asking.map(({ check }) => `${check}: unknown`));
  });

  it('passes what does not depend on a silent worker', () => {
    expect(notPassing(withSilence('k8s-worker-01'))).toEqual(['ingress: unknown', 'room: unknown']);
  });

  it('calls a fault it sees a fault, also when another host is silent', () => {
    const answers = withSilence('k8s-master-02').map((answer) =>
      answer.host === 'k8s-master-03' ? { ...answer, facts: { ...answer.facts, 'api.ready': 'no' } } : answer,
    );
    expect(resultsOf(answers).find(({ check }) => check === 'api')?.answer).toBe('fail');
  });

  it('never passes when a fact is missing', () => {
    for (const answer of healthy()) {
      for (const key of Object.keys(answer.facts)) {
        const found = notPassing(withFaults([answer.host, { [key]: '' }])).length > 0;
        expect([key, answer.host, found]).toEqual([key, answer.host, true]);
      }
    }
  });

  it('gives an answer to whatever a master says of the nodes, and passes nothing that it did not understand', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), fc.string(), (told, pods) => {
        const results = resultsOf(withFaults(['k8s-master-01', { 'api.nodes': told, 'api.workloads': pods }]));
        expect(results.find(({ check }) => check === 'nodes')?.answer).not.toBe('pass');
        expect(results.find(({ check }) => check === 'workloads')?.answer).not.toBe('pass');
      }),
    );
  });
});
