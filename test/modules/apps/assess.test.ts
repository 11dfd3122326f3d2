import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inventoryOf as bareInventory, MASTERS } from '../k3s/cluster.ts';
import {
  deploymentsText,
  everywhere,
  healthy,
  notPassing,
  podsText,
  resultsOf,
  withFaults,
  withSilence,
} from './cluster.ts';

const ALL = resultsOf(healthy()).map(({ check }) => check);

/** Each fault, seen by all masters, and all the checks that must notice it: no other may. */
const FAULTS: [title: string, facts: Record<string, string>, noticed: string[]][] = [
  [
    'a rollout that goes on',
    { 'apps.deployments': deploymentsText({ platform: { whole: 'no' } }) },
    ['rollouts: fail'],
  ],
  [
    'an image that is not there',
    { 'apps.pods': podsText({ ready: 'no', reason: 'ImagePullBackOff' }) },
    ['pods: fail'],
  ],
  ['a pod that was restarted often', { 'apps.pods': podsText({ restarts: '9' }) }, ['pods: warn']],
  ['a Service without endpoints', { 'apps.endpoints': 'service=platform-api,ready=2' }, ['endpoints: fail']],
  [
    'another image than the pinned one',
    { 'apps.deployments': deploymentsText({ platform: { image: 'registry.test/platform:1.3.0' } }) },
    ['images: warn'],
  ],
  ['pods on one node', { 'apps.pods': podsText({}, ['k8s-worker-01', 'k8s-worker-01']) }, ['spread: warn']],
  ['a Secret without one of its keys', { 'apps.secret': 'APP_PASSWORD,SESSION_KEY' }, ['configuration: fail']],
  ['no ConfigMap', { 'apps.configuration': 'none' }, ['configuration: fail']],
  ['a name that answers 503', { 'way.k8s-worker-02.platform': '503' }, ['ingress: fail']],
  ['a worker on which nobody listens', { 'way.k8s-worker-02.platform': 'absent' }, ['ingress: fail']],
  ['a load balancer that leads nowhere', { 'way.lb-keybuzz-1.platform': 'none' }, ['entry: fail']],
  ['a load balancer that is not there', { 'way.lb-keybuzz-2.platform': 'absent' }, ['entry: warn']],
  ['a master that can’t ask', { 'way.lb-keybuzz-2.platform': 'no-client' }, ['entry: unknown']],
];

describe('what the checks make of the applications', () => {
  it('passes healthy ones', () => {
    expect(notPassing(healthy())).toEqual([]);
  });

  it.each(FAULTS)('notices %s, and blames nothing else', (_, facts, noticed) => {
    expect(notPassing(everywhere(facts))).toEqual(noticed);
  });

  it('has a fault for every check', () => {
    const noticed = FAULTS.flatMap(([, , lines]) => lines.map((line) => line.split(':')[0]));
    expect(ALL.filter((check) => !noticed.includes(check))).toEqual([]);
  });

  it('notices what one master alone says, and tells once what all of them say', () => {
    const waiting = { 'apps.pods': podsText({ ready: 'no', reason: 'CrashLoopBackOff' }) };
    expect(notPassing(withFaults(['k8s-master-02', waiting]))).toEqual(['pods: fail']);
    const text = resultsOf(everywhere(waiting)).find(({ check }) => check === 'pods')?.text;
    expect(text).toBe('platform-api-0 does not come up: CrashLoopBackOff');
  });

  it('warns when artifacts.yaml does not say which images there should be', () => {
    expect(notPassing(healthy(), bareInventory())).toEqual(['images: warn']);
  });

  it('passes nothing where nothing was deployed', () => {
    const none = ['deployments', 'pods', 'endpoints', 'configuration', 'secret'].map((key) => [`apps.${key}`, 'none']);
    const failing = notPassing(everywhere(Object.fromEntries(none) as Record<string, string>));
    expect(failing).toEqual(
      expect.arrayContaining(['rollouts: fail', 'endpoints: fail', 'configuration: fail', 'spread: warn']),
    );
  });

  it.each(Object.keys(MASTERS))('passes nothing while %s is silent', (host) => {
    expect(notPassing(withSilence(host))).toEqual(ALL.map((check) => `${check}: unknown`));
  });

  it('never passes when a fact is missing', () => {
    for (const key of Object.keys(healthy()[0]?.facts ?? {})) {
      const found = notPassing(withFaults(['k8s-master-01', { [key]: '' }])).length > 0;
      expect([key, found]).toEqual([key, true]);
    }
  });

  it('gives an answer to whatever a master says, and passes nothing that it did not understand', () => {
    fc.assert(
      fc.property(fc.string(), (told) => {
        const results = resultsOf(withFaults(['k8s-master-01', { 'apps.deployments': told, 'apps.endpoints': told }]));
        for (const check of ['rollouts', 'endpoints']) {
          expect(results.find((one) => one.check === check)?.answer).not.toBe('pass');
        }
      }),
    );
  });
});
