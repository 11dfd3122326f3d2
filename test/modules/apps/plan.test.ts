import { describe, expect, it } from '@jest/globals';
import type { ScriptStep, Verb } from '../../../src/modules/contract.ts';
import { createApps } from '../../../src/modules/apps/index.ts';
import { FOUNDATION, imageOf, manifestsOf } from '../../../src/modules/apps/manifests.ts';
import { APPS, NAMESPACE } from '../../../src/modules/apps/settings.ts';
import { findModule, MODULES } from '../../../src/modules/index.ts';
import { inventoryOf as bareInventory } from '../k3s/cluster.ts';
import { runShell } from '../shell.ts';
import { imageText, inventoryOf } from './cluster.ts';

const apps = createApps([]);
const hashOf = (script: string): string => `hash of ${script}`;
const plan = (verb: Verb, inventory = inventoryOf()): ScriptStep[] =>
  apps.plan({ verb, inventory }, hashOf).flatMap((step) => (step.kind === 'script' ? [step] : []));

interface Object {
  kind: string;
  metadata: { namespace?: string; name: string };
  spec?: Record<string, unknown>;
}

const objects = manifestsOf(inventoryOf().artifacts).flatMap(({ objects: own }) => own as unknown as Object[]);

describe('the plan of apps', () => {
  it('is refused until every other module is valid', () => {
    const others = MODULES.map(({ name }) => name).filter((name) => name !== 'apps');
    expect([...(findModule('apps')?.requires ?? [])].sort()).toEqual(others.sort());
  });

  it('applies what all share first, then each application, from one master', () => {
    const [apply] = plan('deploy');
    expect(apply?.work.map(({ host }) => host)).toEqual(['k8s-master-01']);
    const args = apply?.work[0]?.args ?? [];
    expect(args.slice(2, 5)).toEqual(['2', ...APPS.map(({ name }) => `${name}=${imageText(name)}`)]);
    expect(args.slice(5).filter((_, index) => index % 3 === 0)).toEqual([
      FOUNDATION.name,
      ...APPS.map(({ name }) => name),
    ]);
    expect(apply?.secrets).toEqual(['SESSION_KEY', 'APP_PASSWORD', 'REDIS_PASSWORD']);
  });

  it('gives secrets to nothing but the deploy', () => {
    const verbs = ['drill', 'test', 'remove'] as const;
    expect(verbs.flatMap((verb) => plan(verb).flatMap(({ secrets }) => secrets))).toEqual([]);
    expect(JSON.stringify(manifestsOf(inventoryOf().artifacts))).not.toContain('"Secret"');
  });

  it('opens the worker again whatever happens to a drill', () => {
    expect(plan('drill').map(({ id, always = false }) => [id, always])).toEqual([
      ['kill', false],
      ['return', true],
    ]);
  });
});

describe('the manifests of the applications', () => {
  it('name each image by its digest, and none where artifacts.yaml says nothing', () => {
    for (const app of APPS) {
      expect(imageOf(app, inventoryOf().artifacts)).toBe(imageText(app.name));
      expect(imageOf(app, bareInventory().artifacts)).toBe('');
    }
  });

  it('lead from host name to pods by names and labels that match', () => {
    for (const { name, host, port } of APPS) {
      const find = (kind: string): Object | undefined =>
        objects.find((one) => one.kind === kind && one.metadata.name === name);
      const labels = { 'app.kubernetes.io/name': name };
      expect(find('Deployment')?.spec).toMatchObject({
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ ports: [{ containerPort: port }] }] } },
        strategy: { rollingUpdate: { maxUnavailable: 0 } },
      });
      expect(find('Service')?.spec).toMatchObject({ selector: labels, ports: [{ targetPort: port }] });
      expect(find('PodDisruptionBudget')?.spec).toMatchObject({ selector: { matchLabels: labels } });
      expect(find('Ingress')?.spec).toMatchObject({
        ingressClassName: 'nginx',
        rules: [{ host, http: { paths: [{ backend: { service: { name } } }] } }],
      });
    }
    for (const one of objects) expect(one.metadata.namespace).toBe(NAMESPACE);
  });
});

describe('what the API says of pods', () => {
  const needs = ['lib.sh', 'preflight.sh', 'perl.sh', 'json-perl.sh', 'http.sh', 'k3s.sh', 'k3s-apps.sh'];
  const deployment = (own: object) => ({
    metadata: { name: 'platform', generation: 3 },
    spec: { replicas: 2 },
    status: own,
  });
  const whole = { observedGeneration: 3, updatedReplicas: 2, availableReplicas: 2, replicas: 2 };

  it.each([
    ['whole', whole, 'yes'],
    ['one that the controller has not seen yet', { ...whole, observedGeneration: 2 }, 'no'],
    ['one with an old pod left', { ...whole, replicas: 3 }, 'no'],
    ['one with a pod that is not available', { ...whole, availableReplicas: 1 }, 'no'],
    ['one of which nothing is known', {}, 'no'],
  ])('calls a rollout complete by its numbers: %s', async (_, status, expected) => {
    const lists = `${JSON.stringify({ items: [deployment(status)] })}\x1e{"items": []}`;
    const body = `fact whole "$(read_json "$APPS_READER"'print whole($deployments->[0]) ? "yes" : "no"' <<<'${lists}')"`;
    expect((await runShell(body, { needs })).facts.whole).toBe(expected);
  });

  it.each([
    [
      'ErrImagePull',
      { containerStatuses: [{ state: { waiting: { reason: 'ErrImagePull', message: 'no such tag' } } }] },
    ],
    [
      'CrashLoopBackOff',
      { containerStatuses: [{ state: { running: {} } }, { state: { waiting: { reason: 'CrashLoopBackOff' } } }] },
    ],
    ['Unschedulable', { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }] }],
    ['', { containerStatuses: [{ state: { waiting: { reason: 'ContainerCreating' } } }] }],
    ['', { containerStatuses: [{ state: { running: {} } }] }],
  ])('tells what holds a pod up: %s', async (expected, status) => {
    const lists = `{"items": []}\x1e${JSON.stringify({ items: [{ metadata: {}, status }] })}`;
    const body = `fact why "-$(read_json "$APPS_READER"'my ($why) = stuck($listed->[0]); print $why' <<<'${lists}')"`;
    expect((await runShell(body, { needs })).facts.why).toBe(`-${expected}`);
  });
});
