import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { FaultKind } from '../../sandbox/hetzner/index.ts';
import { openHetzner } from '../../src/hetzner/index.ts';
import type { ProjectWork } from '../../src/modules/cloud.ts';
import { randomOf, type Random } from '../chaos/random.ts';
import { DEPLOY, desire, startProject, until, type TestProject } from './project.ts';

/** `KEYBUZZ_HETZNER_SEED=13` plays one again; `npm run test:long` plays 300. */
const ONE = process.env.KEYBUZZ_HETZNER_SEED;
const COUNT = Number(process.env.KEYBUZZ_HETZNER_SEEDS ?? '10');
const SEEDS = ONE === undefined ? Array.from({ length: COUNT }, (_, index) => index + 1) : [Number(ONE)];

/** Seeds that are played side by side: most of it is waiting. */
const LANES = 4;

const KINDS: readonly [FaultKind, ...FaultKind[]] = [
  ...(['409', '423', '429', '502', '504'] as const),
  ...(['lost', 'cut', 'slow', 'action-error'] as const),
];

/** So many requests of a run are disturbed at most: then the world is quiet enough to end. */
const FAULTS_MAX = 60;

/** What somebody did to a project that had been deployed before: something of everything. */
function meddle({ sandbox }: TestProject, random: Random): void {
  for (const balancer of sandbox.world.balancers.values()) {
    if (random.oneIn(2)) balancer.targets.splice(random.whole(0, balancer.targets.length), 1);
    if (random.oneIn(3)) balancer.services.splice(random.whole(0, balancer.services.length - 1), 1);
    if (random.oneIn(3)) balancer.algorithm = 'round_robin';
    if (random.oneIn(3)) balancer.isPublic = true;
    if (random.oneIn(4) && balancer.network !== undefined) balancer.network.ip = `10.0.1.${balancer.id % 200}`;
    for (const service of balancer.services) if (random.oneIn(4)) service.health_check.interval = 30;
  }
}

/** A worker does all of it until it is killed; whoever comes next begins from the beginning, maybe while it still runs. */
async function playWorkers(project: TestProject, random: Random): Promise<void> {
  const clearance = { isApproved: () => Promise.resolve(true), timeoutMs: 60_000 };
  const work = (on: ProjectWork, signal: AbortSignal) => openHetzner(project.settings).work(on, clearance, signal);
  const kills = random.whole(0, 3);
  happened.kills += kills;
  const zombies: Promise<unknown>[] = [];
  for (let life = 0; life < kills; life += 1) {
    const stop = new AbortController();
    const doing = Promise.allSettled(DEPLOY.map((on) => work(on, stop.signal)));
    await Promise.race([doing, delay(random.whole(5, 150))]);
    // A worker that lost its lease without noticing goes on for a while beside its successor.
    const dies = random.oneIn(2) ? Promise.resolve() : delay(random.whole(1, 60));
    zombies.push(dies.then(() => stop.abort(new Error('killed'))).then(() => doing));
    if (random.oneIn(2)) await zombies.at(-1);
  }
  const last = new AbortController().signal;
  await Promise.all(DEPLOY.map((on) => work(on, last)));
  await Promise.all(zombies);
}

/** How much went wrong in all seeds, so that nobody takes a quiet day for a proof. */
const happened = { faults: 0, kills: 0 };

/** Plays one seed; gives what is wrong at its end. */
async function play(seed: number): Promise<string[]> {
  const random = randomOf(seed);
  let [left, isQuiet] = [FAULTS_MAX, true];
  const disturb = () => {
    if (isQuiet || left <= 0 || !random.oneIn(6)) return undefined;
    left -= 1;
    happened.faults += 1;
    return random.pick(KINDS);
  };
  const project = await startProject({ disturb, actionMs: random.whole(0, 6), healthMs: 5, limit: 1_000_000 });
  try {
    if (random.oneIn(2)) {
      await project.deploy();
      meddle(project, random);
    }
    isQuiet = false;
    await playWorkers(project, random);
    isQuiet = true;
    const { sandbox } = project;
    await until(async () => (await project.check('healthy')).startsWith('pass'), 'all are healthy').catch(
      () => undefined,
    );
    const answers = await project.hetzner.ask(desire, new AbortController().signal);
    const names = [...sandbox.world.balancers.values()].map(({ name }) => name).sort();
    const wanted = desire.balancers.map(({ name }) => name).sort();
    const [before, again] = [project.changes(), await project.deploy()];
    return [
      ...answers.filter(({ answer }) => answer !== 'pass').map(({ id, text }) => `${id}: ${text}`),
      ...(names.join() === wanted.join() ? [] : [`there are ${names.join()}`]),
      ...(again.length === 0 && project.changes() === before ? [] : [`a second deploy does ${again.join()}`]),
    ].map((fault) => `seed ${seed}: ${fault}`);
  } catch (error) {
    return [`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`];
  } finally {
    await project.sandbox.close();
  }
}

describe('runs with random faults and killed workers', () => {
  it(
    `all end in the desired state, with no load balancer twice and no target without health (${SEEDS.length} seeds)`,
    async () => {
      const queue = [...SEEDS];
      const lane = async () => {
        const faults: string[] = [];
        for (let seed = queue.shift(); seed !== undefined; seed = queue.shift()) faults.push(...(await play(seed)));
        return faults;
      };
      const all = await Promise.all(Array.from({ length: LANES }, lane));
      expect(all.flat()).toEqual([]);
      expect(happened.faults).toBeGreaterThan(SEEDS.length * 5);
      if (ONE === undefined) expect(happened.kills).toBeGreaterThan(SEEDS.length / 2);
    },
    30_000 + SEEDS.length * 3_000,
  );
});
