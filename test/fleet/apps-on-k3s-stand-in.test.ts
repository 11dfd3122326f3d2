import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createApps } from '../../src/modules/apps/index.ts';
import { APPS } from '../../src/modules/apps/settings.ts';
import { k3s } from '../../src/modules/k3s/index.ts';
import { readable } from '../helpers/deployment.ts';
import { answersOf, CANARIES, namesWhile, openApps, WAYS, type AppsDeployment } from './apps-cluster.ts';
import { faultsOf, FIXTURES, IMAGES_AGAIN, NO_IMAGES } from './apps-faults.ts';
import { filesWithCanary, watchedWhile } from './canary.ts';
import { describeFaults } from './injected.ts';
import { kubectl, NODES, on } from './k3s-cluster.ts';
import { answersOf as askChecks, command, moveModule, resume } from './operator.ts';

/** Longest time that a deploy may take on a busy machine, ms. */
const DEPLOY_MS = 300_000;

const HEALTHY = /\*Done\* in .*checks: 8 pass/;

const apps = createApps([]);

interface Pods {
  items: { metadata: { name: string; uid: string }; spec: { nodeName: string; containers: { image: string }[] } }[];
}

describe('apps on real hosts that run k3s-stand-in, driven by Slack messages alone', () => {
  let real: AppsDeployment;

  beforeAll(async () => {
    real = await openApps();
    const deployed = readable(await command(real, 'deploy k3s', DEPLOY_MS));
    if (!deployed.includes('*Done*')) throw new Error(`k3s is not deployed: ${deployed}`);
  });

  afterAll(async () => {
    await real.close();
  });

  const onNodes = (shell: string) => Promise.all(NODES.map((host) => on(real, host, shell)));

  const pods = async () => (JSON.parse(await kubectl(real, 'get --raw /api/v1/namespaces/keybuzz/pods')) as Pods).items;

  it('is refused before it is said which images they are, with the words to say it', async () => {
    const root = await real.run('operator', 'deploy apps');
    const refused = readable(await real.when(root, (said) => said.includes('keybuzz_resume'), 120_000));
    expect(refused).toContain('It is not said which image platform-api is.');
    expect(refused).toContain('under pins in artifacts.yaml');
  });

  it('fails at a first rollout whose images nobody can pull, says which pods and why, and completes when it is resumed', async () => {
    await real.pin('1.0.0');
    await onNodes(NO_IMAGES);
    const seen = await watchedWhile(real.fleet, NODES, async () => {
      const run = await command(real, 'deploy apps', DEPLOY_MS);
      expect(readable(run)).toMatch(
        /The rollout of platform-api failed: platform-api-\S+: ErrImagePull \(failed to pull image \S+platform-api:1\.0\.0@sha256:\S+\)[^]*There is no revision before it to go back to/,
      );
      await onNodes(IMAGES_AGAIN);
      expect(readable(await resume(real, run, DEPLOY_MS))).toMatch(HEALTHY);
    });
    expect(seen).toEqual([]);
  });

  it('serves every name through each worker and both load balancers, and no other name', async () => {
    const all = (code: string) => Object.fromEntries(Object.keys(WAYS).map((way) => [way, code]));
    for (const { host, path } of APPS) expect(await answersOf(real, host, path)).toEqual(all('200'));
    expect(await answersOf(real, 'stranger.keybuzz.io', '/')).toEqual(all('404'));
  });

  it('gave the applications their credentials, which no file of a host and no log holds in clear', async () => {
    const { data } = JSON.parse(await kubectl(real, 'get --raw /api/v1/namespaces/keybuzz/secrets/credentials')) as {
      data: Record<string, string>;
    };
    const given = Object.entries(data).map(([name, value]) => [name, Buffer.from(value, 'base64').toString()]);
    expect(Object.fromEntries(given)).toEqual(CANARIES);
    const listed = k3s.credentials.flatMap(({ files }) => files);
    for (const host of NODES) {
      const found = (await filesWithCanary(real.fleet, host)).map((line) => line.split(' ')[1] ?? '');
      expect(found.filter((path) => !listed.includes(path))).toEqual([]);
    }
    for (const value of Object.values(CANARIES)) expect(real.logs()).not.toContain(value);
  });

  it('changes nothing and makes no pod anew when it is deployed again, and asks nobody', async () => {
    const before = (await pods()).map(({ metadata }) => metadata.uid);
    const again = await command(real, 'deploy apps', 120_000);
    expect(readable(again)).toContain('Nothing to change.');
    expect((await real.events(again)).filter(({ type }) => type === 'host.started')).toEqual([]);
    expect((await pods()).map(({ metadata }) => metadata.uid)).toEqual(before);
  });

  it('undoes the rollout of a version that can’t be pulled, says so and fails; resumed, it rolls it out; names answer all the while', async () => {
    await real.pin('1.1.0');
    await onNodes(NO_IMAGES);
    const odd = await namesWhile(real, async () => {
      const run = await command(real, 'deploy apps', DEPLOY_MS);
      expect(readable(run)).toMatch(
        /The rollout of platform-api failed: [^]*ErrImagePull[^]*The revision before it serves/,
      );
      for (const { spec } of await pods()) expect(spec.containers[0]?.image).toContain(':1.0.0@');
      await onNodes(IMAGES_AGAIN);
      expect(readable(await resume(real, run, DEPLOY_MS))).toMatch(HEALTHY);
    });
    expect(odd).toEqual([]);
    for (const { spec } of await pods()) expect(spec.containers[0]?.image).toContain(':1.1.0@');
  });

  it('answers test', async () => {
    expect(readable(await command(real, 'test apps', 60_000))).toMatch(HEALTHY);
  });

  it('goes on without a pod of each, and without a worker, which takes pods again afterwards', async () => {
    const before = (await pods()).map(({ metadata }) => metadata.uid);
    const moved = await moveModule(real, 'drill', 'apps');
    expect(moved.text).toMatch(/\*Done(?: with warnings)?\* in/);
    expect(moved.told).toMatchObject({ replaced: 'pass', drained: 'pass', outage: 'pass' });
    const after = (await pods()).filter(({ metadata }) => before.includes(metadata.uid));
    expect(after.length).toBeLessThanOrEqual(before.length - APPS.length);
    const node = JSON.parse(await kubectl(real, 'get --raw /api/v1/nodes/k8s-worker-02')) as { spec?: object };
    expect(node.spec).not.toHaveProperty('unschedulable');
    process.stdout.write(`drill: ${moved.facts['outage-seconds']} s without an answer 200\n`);
  });

  describeFaults({
    module: apps,
    faults: faultsOf(() => real.balancers['lb-keybuzz-1']),
    fixtures: FIXTURES,
    note: 'Seen on hosts that run k3s-stand-in, which is not K3s and whose pods are played (docs/testing.md).',
    open: () => ({ fleet: real.fleet, ask: () => askChecks(real, 'apps') }),
  });

  it('removes the applications after two approvals, and the cluster stays', async () => {
    expect(readable(await command(real, 'remove apps', 120_000))).toContain('*Done*');
    expect(await pods()).toEqual([]);
    expect(await kubectl(real, 'get --raw /api/v1/namespaces/keybuzz 2>&1 || true')).toContain('Error from server');
    expect(readable(await command(real, 'remove apps', 60_000))).toContain('Nothing to change.');
    expect(readable(await command(real, 'status k3s', 60_000))).toContain('checks: 10 pass');
  });
});
