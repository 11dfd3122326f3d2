import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ConfigError } from '../../../src/errors.ts';
import type { ScriptStep, Verb } from '../../../src/modules/contract.ts';
import { k3s } from '../../../src/modules/k3s/index.ts';
import { MANIFESTS } from '../../../src/modules/k3s/manifests.ts';
import { assertApart, overlap } from '../../../src/modules/k3s/networks.ts';
import { SETTINGS } from '../../../src/modules/k3s/settings.ts';
import { inventoryOf, MASTERS, WORKERS } from './cluster.ts';

const hashOf = (script: string): string => `hash of ${script}`;
const plan = (verb: Verb, inventory = inventoryOf()): ReturnType<typeof k3s.plan> =>
  k3s.plan({ verb, inventory }, hashOf);
const scriptsOf = (verb: Verb): ScriptStep[] => plan(verb).flatMap((step) => (step.kind === 'script' ? [step] : []));

const NAMED = Object.entries(MASTERS).map((pair) => pair.join('='));

describe('the plan of k3s', () => {
  it('looks at the network first, begins with one master, lets the others join one by one, then the workers', () => {
    expect(plan('deploy').map(({ id }) => id)).toEqual(['ports', 'seed', 'masters', 'workers', 'cluster', 'checks']);
    const [ports, seed, masters, workers, cluster] = scriptsOf('deploy');
    expect(ports).toMatchObject({ mode: 'read', impact: 'none', order: 'together' });
    expect(seed?.work.map(({ host }) => host)).toEqual(['k8s-master-01']);
    expect(seed?.work[0]?.args.slice(4)).toEqual([SETTINGS.pods, SETTINGS.services, SETTINGS.dns, ...NAMED]);
    expect(masters).toMatchObject({ order: 'one-by-one', gateSeconds: 60 });
    expect(masters?.work.map(({ host }) => host)).toEqual(['k8s-master-02', 'k8s-master-03']);
    expect(workers).toMatchObject({ order: 'first-then-rest' });
    expect(workers?.work.map(({ host }) => host)).toEqual(Object.keys(WORKERS));
    expect(cluster?.work).toHaveLength(1);
  });

  it('takes the program that artifacts.yaml names, and names the pinned one otherwise', () => {
    const pin = { name: 'k3s', version: 'v1.34.1+k3s1', sha256: 'a'.repeat(64), path: 'k3s/k3s' };
    const artifacts = { base: 'http://mirror.test', pins: [pin] };
    const [, own] = plan('deploy') as ScriptStep[];
    const [, given] = plan('deploy', { ...inventoryOf(), artifacts }) as ScriptStep[];
    expect(own?.work[0]?.args.slice(1, 4)).toEqual(['-', 'v1.33.5+k3s1', '']);
    expect(given?.work[0]?.args.slice(1, 4)).toEqual(['http://mirror.test/k3s/k3s', 'v1.34.1+k3s1', 'a'.repeat(64)]);
  });

  it('asks for each port that a node needs of another, from both ends', () => {
    const work = scriptsOf('deploy')[0]?.work ?? [];
    const asked = (host: string, peer: string): string =>
      work.find((one) => one.host === host)?.args.find((arg) => arg.startsWith(`${peer}=`)) ?? '';
    expect(asked('k8s-master-01', 'k8s-master-02')).toBe('k8s-master-02=10.0.0.101=6443,2379,2380,10250,8472/udp');
    expect(asked('k8s-worker-01', 'k8s-master-02')).toBe('k8s-master-02=10.0.0.101=6443,10250,8472/udp');
    expect(asked('k8s-master-02', 'k8s-worker-01')).toBe('k8s-worker-01=10.0.0.110=10250,8472/udp');
    for (const { args } of work) expect(args.slice(3)).toHaveLength(4);
  });

  it('gives the token of servers to the masters alone, and no token to anything but their own deploy', () => {
    const verbs = ['deploy', 'failover', 'drill', 'test', 'remove'] as const;
    const given = verbs.flatMap((verb) =>
      scriptsOf(verb).flatMap(({ script, secrets }) => secrets.map((name) => `${script} ${name}`)),
    );
    expect([...new Set(given)].sort()).toEqual([
      'k3s/deploy-server.sh AGENT_TOKEN',
      'k3s/deploy-server.sh SERVER_TOKEN',
      'k3s/deploy-worker.sh AGENT_TOKEN',
    ]);
    expect(k3s.probes(inventoryOf()).flatMap(({ secrets }) => secrets)).toEqual([]);
  });

  it.each(['failover', 'drill'] as const)(
    'asks before a %s and after it, and starts again whatever happens',
    (verb) => {
      const steps = plan(verb);
      const move = verb === 'drill' ? 'kill' : 'switch';
      expect(steps.map(({ id }) => id)).toEqual([
        'before',
        'marker-start',
        move,
        'return',
        'after',
        'marker-stop',
        'verdict',
      ]);
      const asked = ['api', 'nodes', 'etcd', 'workloads', 'pod-network', 'ingress'];
      expect(steps[0]).toMatchObject({ must: asked, deadlineSeconds: 0 });
      const always = scriptsOf(verb).flatMap(({ id, always: is }) => (is === true ? [id] : []));
      expect(always).toEqual(['return', 'marker-stop']);
      expect(scriptsOf(verb)[0]?.work).toEqual([expect.objectContaining({ host: 'k8s-master-01' })]);
    },
  );

  it('takes the workers off before the masters, and calls it destructive', () => {
    expect(scriptsOf('remove').map(({ id, impact }) => [id, impact])).toEqual([
      ['workers', 'destructive'],
      ['masters', 'destructive'],
    ]);
  });

  it.each([
    ['a master is missing', 'k8s-master-02', undefined, /3 hosts with role k3s, subrole master \(it has 2\)/],
    ['a worker is missing', 'k8s-worker-01', undefined, /at least 2 hosts with role k3s, subrole worker \(it has 1\)/],
    ['a stranger has the role', 'builder-01', { role: 'k3s', subrole: 'master' }, /\(it has 4\)/],
  ])('refuses an inventory in which %s', (_, name, roles, message) => {
    const inventory = inventoryOf((host) => {
      if (host.name !== name) return host;
      return roles === undefined ? undefined : { ...host, ...roles };
    });
    expect(() => plan('deploy', inventory)).toThrow(ConfigError);
    expect(() => k3s.probes(inventory)).toThrow(message);
  });

  it('refuses to deploy when a host has an address among those of pods, and still answers status', () => {
    const inventory = inventoryOf((host) => (host.name === 'builder-01' ? { ...host, privateIp: '10.42.7.1' } : host));
    expect(() => plan('deploy', inventory)).toThrow(/10\.42\.0\.0\/16 overlaps with 10\.42\.7\.1 of builder-01/);
    expect(plan('status', inventory)).toHaveLength(1);
  });
});

describe('networks', () => {
  const byte = fc.integer({ min: 0, max: 255 });
  const network = fc
    .tuple(byte, byte, byte, byte, fc.integer({ min: 1, max: 32 }))
    .map(([a, b, c, d, length]) => `${a}.${b}.${c}.${d}/${length}`);

  it('overlap with themselves, with what is in them, and the same from both ends', () => {
    fc.assert(
      fc.property(network, network, (one, other) => {
        expect(overlap(one, one)).toBe(true);
        expect(overlap(one, one.split('/')[0] ?? '')).toBe(true);
        expect(overlap(one, other)).toBe(overlap(other, one));
      }),
    );
  });

  it('are told apart at their edges', () => {
    expect(overlap('10.42.0.0/16', '10.42.255.255')).toBe(true);
    expect(overlap('10.42.0.0/16', '10.43.0.0/16')).toBe(false);
    expect(overlap('10.0.0.0/8', '10.42.0.0/16')).toBe(true);
    expect(overlap('10.42.0.0/33', '10.42.0.0')).toBeUndefined();
  });

  it.each([
    ['pods and services that overlap', { services: '10.42.128.0/17', dns: '10.42.128.10' }, /overlap/],
    ['a DNS outside of the services', { dns: '10.44.0.10' }, /not among the services/],
    ['a network that is none', { pods: '10.42.0.0/64' }, /is none/],
    ["the hosts' own network", { pods: '10.0.0.0/16' }, /overlaps with 10\.0\.0\.100 of k8s-master-01/],
  ])('refuses %s', (_, own, message) => {
    expect(() => assertApart(inventoryOf(), { ...SETTINGS, ...own })).toThrow(message);
    expect(() => assertApart(inventoryOf())).not.toThrow();
  });
});

describe('the manifests of k3s', () => {
  interface Workload {
    kind: string;
    metadata: { namespace?: string; name: string };
    spec?: {
      selector?: { matchLabels?: Record<string, string> };
      template?: { metadata: { labels: Record<string, string> }; spec: { containers: { image: string }[] } };
    };
  }
  const objects = MANIFESTS.flatMap(({ namespace, objects: own }) =>
    own.map((one) => ({ namespace, one: one as unknown as Workload })),
  );

  it('stand in their own namespace, which comes first, and select their own pods', () => {
    for (const { namespace, objects: own } of MANIFESTS) {
      expect(own[0]).toMatchObject({ kind: 'Namespace', metadata: { name: namespace } });
    }
    for (const { namespace, one } of objects) {
      if (one.metadata.namespace !== undefined) expect(one.metadata.namespace).toBe(namespace);
      if (one.spec?.template === undefined) continue;
      expect(one.spec.template.metadata.labels).toEqual(one.spec.selector?.matchLabels);
    }
  });

  it('pin every image', () => {
    const images = objects.flatMap(({ one }) => one.spec?.template?.spec.containers.map(({ image }) => image) ?? []);
    expect(images).toHaveLength(2);
    for (const image of images) expect(image).toMatch(/:v?\d+\.\d+\.\d+(?:@sha256:[0-9a-f]{64})?$/);
  });
});
