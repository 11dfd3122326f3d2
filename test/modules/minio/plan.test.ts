import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ConfigError } from '../../../src/errors.ts';
import type { Host, Inventory } from '../../../src/inventory.ts';
import type { ScriptStep, Verb } from '../../../src/modules/contract.ts';
import { minio } from '../../../src/modules/minio/index.ts';
import { volumesOf } from '../../../src/modules/minio/members.ts';
import { inventoryOf } from './cluster.ts';

const hashOf = (script: string): string => `hash of ${script}`;
const plan = (verb: Verb, inventory = inventoryOf()): ReturnType<typeof minio.plan> =>
  minio.plan({ verb, inventory }, hashOf);
const scriptOf = (verb: Verb, id: string, inventory?: Inventory) =>
  plan(verb, inventory).find((step) => step.id === id) as ScriptStep;

const HOSTS = ['minio-01', 'minio-02', 'minio-03'];
const MEMBERS = ['minio-01=10.0.0.134', 'minio-02=10.0.0.131', 'minio-03=10.0.0.132'];
const VOLUMES = 'http://minio-0{1...3}.keybuzz.io:9000/opt/keybuzz/minio/data/drive1';

describe('the plan of minio', () => {
  it('writes the names first, puts everything on all nodes, then starts all together, and ends when every check passes', () => {
    const steps = plan('deploy');
    expect(steps.map(({ id }) => id)).toEqual(['names', 'install', 'start', 'checks']);
    expect(steps[0]).toMatchObject({ kind: 'hetzner', impact: 'safe', work: [{ do: 'records', zone: 'keybuzz.io' }] });
    expect(scriptOf('deploy', 'install')).toMatchObject({ order: 'first-then-rest', impact: 'safe' });
    expect(scriptOf('deploy', 'start')).toMatchObject({ order: 'together', impact: 'disruptive' });
    for (const id of ['install', 'start']) {
      const { work } = scriptOf('deploy', id);
      expect(work.map(({ host }) => host)).toEqual(HOSTS);
      expect(work[1]?.args.slice(0, 4)).toEqual([
        ...['minio-02', VOLUMES, '1'],
        'minio-01.keybuzz.io,minio-02.keybuzz.io,minio-03.keybuzz.io',
      ]);
      expect(work[1]?.args.slice(-3)).toEqual(MEMBERS);
    }
    expect(steps.at(-1)).toMatchObject({ must: minio.checks.map(({ id }) => id), deadlineSeconds: 60 });
    expect(plan('plan')).toEqual(steps);
  });

  it('names the pinned files, from the base of artifacts.yaml, or the pins that stand there', () => {
    const sha256 = 'b'.repeat(64);
    const pins = [{ name: 'minio', version: 'own-build', sha256, path: 'own/minio' }];
    const artifacts = { base: 'http://mirror.test', pins };
    const args = scriptOf('deploy', 'install', { ...inventoryOf(), artifacts }).work[0]?.args.slice(4, 10);
    expect(args?.slice(0, 3)).toEqual(['http://mirror.test/own/minio', 'own-build', sha256]);
    expect(args?.[3]).toBe('http://mirror.test/mc/mc.RELEASE.2025-08-13T08-35-41Z');
    expect(scriptOf('deploy', 'install').work[0]?.args[4]).toBe('-');
  });

  it('is the same plan in whatever order the inventory has the nodes, as their order is part of the data', () => {
    const turned = inventoryOf();
    turned.hosts.reverse();
    for (const verb of minio.verbs) {
      if (verb !== 'migrate') expect(plan(verb, turned)).toEqual(plan(verb));
    }
  });

  it('only reads for status and test', () => {
    expect(plan('status')).toEqual([expect.objectContaining({ kind: 'checks', must: [], deadlineSeconds: 0 })]);
    expect(plan('test')[0]).toMatchObject({ mode: 'read', impact: 'safe', secrets: ['ROOT_PASSWORD'] });
  });

  it.each([
    ['a node is missing', 'minio-02', { subrole: 'other' }, /3 hosts with role storage, subrole minio \(it has 2\)/],
    ['there is one more', 'backup-01', { subrole: 'minio' }, /\(it has 4\).*keeps the nodes it was begun with/],
  ])('refuses an inventory in which %s, for every verb', (_, name, roles, message) => {
    const inventory = inventoryOf((host) => (host.name === name ? { ...host, ...roles } : host));
    for (const verb of minio.verbs) {
      if (verb === 'migrate') continue;
      expect(() => plan(verb, inventory)).toThrow(ConfigError);
      expect(() => plan(verb, inventory)).toThrow(message);
    }
  });

  it.each(['failover', 'drill'] as const)(
    'asks before a %s and after it, and always starts again what it stopped',
    (verb) => {
      const steps = plan(verb);
      const [move] = verb === 'drill' ? ['kill'] : ['switch'];
      expect(steps.map(({ id }) => id)).toEqual([
        'before',
        'marker-start',
        move,
        'return',
        'after',
        'marker-stop',
        'verdict',
      ]);
      const always = steps.flatMap((step) => (step.kind === 'script' && step.always === true ? [step.id] : []));
      expect(always).toEqual(['return', 'marker-stop']);
      expect(steps[0]).toMatchObject({
        must: expect.arrayContaining(['maintenance', 'drives', 'healing']),
        deadlineSeconds: 0,
      });
      expect(scriptOf(verb, 'marker-start').work).toEqual([
        {
          host: 'install-01',
          args: [
            MEMBERS.join(','),
            ...['minio-01=10.0.0.134:9000', 'minio-02=10.0.0.131:9000', 'minio-03=10.0.0.132:9000'],
            's3=s3.keybuzz.io:9000',
          ],
        },
      ]);
    },
  );

  it('takes everything off together, as destruction', () => {
    expect(plan('remove')).toEqual([
      expect.objectContaining({ impact: 'destructive', order: 'together', secrets: [] }),
    ]);
  });
});

/** What MinIO makes of `{1...3}`. */
function expanded(text: string): string[] {
  const found = /^(.*?)\{(\d+)\.\.\.(\d+)\}(.*)$/.exec(text);
  if (found === null) return [text];
  const [, head = '', first = '', last = '', tail = ''] = found;
  const numbers = Array.from({ length: Number(last) - Number(first) + 1 }, (_, at) => Number(first) + at);
  return numbers.flatMap((number) => expanded(`${head}${number}${tail}`));
}

describe('MINIO_VOLUMES', () => {
  const hostOf = (fqdn: string) => ({ fqdn }) as Host;

  it('is short where names count up, and a list where they do not', () => {
    const names = (list: string[]) => volumesOf(list.map(hostOf), 1, '/d');
    expect(names(['m-01.x.io', 'm-02.x.io', 'm-03.x.io'])).toBe('http://m-0{1...3}.x.io:9000/d/drive1');
    expect(names(['m-01.x.io', 'm-03.x.io'])).toBe('http://m-01.x.io:9000/d/drive1 http://m-03.x.io:9000/d/drive1');
    expect(names(['m-09.x.io', 'm-10.x.io'])).toBe('http://m-09.x.io:9000/d/drive1 http://m-10.x.io:9000/d/drive1');
    expect(volumesOf(['m1.x.io', 'm2.x.io'].map(hostOf), 2, '/d')).toBe('http://m{1...2}.x.io:9000/d/drive{1...2}');
  });

  it('names every drive of every node in order, whatever the names', () => {
    const name = fc.oneof(
      fc.nat({ max: 120 }).map((number) => `m-${String(number).padStart(2, '0')}.x.io`),
      fc.constantFrom('a1', 'a2', 'a3', 'b-1.c2.io', 'b-2.c2.io', 'plain', 'x9y.z'),
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 4 }),
        (names, drives) => {
          const text = volumesOf(names.map(hostOf), drives, '/d');
          const wanted = names.flatMap((one) =>
            Array.from({ length: drives }, (_, at) => `http://${one}:9000/d/drive${at + 1}`),
          );
          expect(text.split(' ').flatMap(expanded)).toEqual(wanted);
        },
      ),
    );
  });
});
