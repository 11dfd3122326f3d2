import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Message } from '../../sandbox/slack/index.ts';
import { openEngine, type RunEvent } from '../../src/jobs/index.ts';
import { isOver, readable, type Started, runIdOf } from '../helpers/deployment.ts';
import { until } from './process.ts';
import { writeInventory } from './redis-clusters.ts';
import {
  costOf,
  faultsOfHosts,
  faultsOfLog,
  faultsOfStarts,
  numbered,
  startsOf,
  UNITS,
  type Lane,
} from './redis-evidence.ts';
import { command, openMovable } from './operator.ts';
import { hostsOf, masterOf, type Cluster } from './redis-moves.ts';

/** A run that takes longer is stuck. */
const RUN_MS = 240_000;
const RESUMES_MAX = 3;

/** Where a worker dies: at the append with the so many-th event from the taken locks on, before or after Redis has it. */
export interface Point {
  verb: 'drill' | 'failover';
  number: number;
  when: 'before' | 'after';
}

/** What came of a point. */
export interface Walked {
  point: Point;
  /** What did not hold; empty: everything. */
  faults: string[];
  /** Why people had to resume it. */
  interruptions: string[];
  /** Longest time without an acknowledged write, s. */
  outageSeconds: number;
  tookMs: number;
}

/** Opens a lane: deploys the cluster and ends the worker that did it. */
export async function openLane(cluster: Cluster): Promise<Lane> {
  const directory = await mkdtemp(join(tmpdir(), 'keybuzz-points-'));
  const inventoryFile = join(directory, 'servers.tsv');
  await writeInventory(inventoryFile, cluster);
  const real = await openMovable(hostsOf(cluster), { inventoryFile });
  const { port } = real.redis;
  const engine = openEngine({
    endpoint: { kind: 'single', host: '127.0.0.1', port, db: 0, tls: false, username: undefined, password: undefined },
    prefix: 'keybuzz',
    sweepMs: 1_000,
    warn: () => undefined,
  });
  return {
    cluster,
    real,
    engine,
    async close() {
      await engine.close();
      await real.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const isGone = (pid: number) => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

/** Presses Resume until the run is over, and looks before each press whether what was stopped runs. */
async function attend(lane: Lane, message: Message, before: string): Promise<{ faults: string[]; why: string[] }> {
  const { real } = lane;
  const faults: string[] = [];
  const why: string[] = [];
  let now = message;
  for (let attempt = 2; !isOver(readable(now)); attempt += 1) {
    const state = await lane.engine.run(runIdOf(now));
    why.push(state.interruption?.reason ?? '');
    const units = (await real.fleet.exec(before, UNITS)).stdout.trim();
    if (!units.startsWith('redis-server active')) faults.push(`interrupted, and on ${before}: ${units}`);
    if (attempt > RESUMES_MAX + 1) return { faults: [...faults, `resumed ${RESUMES_MAX} times`], why };
    await real.slack.person('operator').click(now, 'keybuzz_resume');
    const isNext = (text: string) => text.includes(`attempt ${attempt}`) && text.includes('keybuzz_resume');
    now = await real.when(now, (text) => isOver(text) || isNext(text), RUN_MS);
  }
  return { faults, why };
}

/** A move that nobody disturbed: its numbered events, and the number of the last one in each of the worker's appends. */
export interface Undisturbed {
  events: RunEvent[];
  appends: number[];
}

/** Environment of a worker that tells of its appends, or dies at one. */
const watched = (more: Record<string, string>) => ({
  NODE_OPTIONS: `--import ${join(import.meta.dirname, 'die-at-point.js')}`,
  ...more,
});

/** Moves the master without trouble. */
export async function playUndisturbed({ real, engine }: Lane, verb: Point['verb']): Promise<Undisturbed> {
  const file = join(real.directory, `points-${verb}`);
  const worker = await real.start('worker', watched({ KEYBUZZ_TEST_POINTS: file }));
  const message = await command(real, `${verb} redis`, RUN_MS);
  await worker.end('SIGTERM');
  const events = await engine.events(runIdOf(message));
  const last = events.at(-1)?.body;
  if (last?.type !== 'run.ended' || last.ending !== 'ok') {
    throw new Error(`The undisturbed ${verb} did not end well: ${readable(message)}`);
  }
  const appends = (await readFile(file, 'utf8')).trim().split('\n').map(Number);
  return { events: numbered(events), appends };
}

/** Starts a new worker once the doomed one is dead; it must have died at its point. */
async function replace(lane: Lane, doomed: Started, point: Point): Promise<{ faults: string[]; worker: Started }> {
  await until(`the worker's death ${point.when} ${point.number}`, RUN_MS, () => isGone(doomed.pid) || undefined);
  const [newest] = await lane.engine.runs({ limit: 1, openOnly: false });
  const count = numbered(await lane.engine.events(newest?.runId ?? '')).length;
  const isThere = point.when === 'before' ? count < point.number : count >= point.number;
  const faults = isThere ? [] : [`the worker died after ${count} events, not ${point.when} ${point.number}`];
  return { faults, worker: await lane.real.start('worker') };
}

/** Moves the master with a worker that dies at the point, lets another go on, and judges what is left. */
export async function walk(lane: Lane, point: Point, undisturbed: Undisturbed): Promise<Walked> {
  const { real, engine, cluster } = lane;
  const startMs = Date.now();
  const before = await masterOf(real, cluster);
  const starts = await startsOf(lane);
  const doomed = await real.start('worker', watched({ KEYBUZZ_TEST_DIE: `${point.when}:${point.number}` }));
  const [message, replaced] = await Promise.all([
    command(real, `${point.verb} redis`, RUN_MS),
    replace(lane, doomed, point),
  ]);
  const attended = await attend(lane, message, before);
  await until('no lock held', 10_000, async () => (await engine.locks()).length === 0 || undefined).catch(
    () => undefined,
  );
  await replaced.worker.end('SIGTERM');
  const runId = runIdOf(message);
  const cost = costOf(await engine.events(runId));
  const faults = [
    ...replaced.faults,
    ...attended.faults,
    ...(await faultsOfLog(lane, runId, undisturbed.events)),
    ...(await faultsOfHosts(lane, before)),
    ...faultsOfStarts(starts, await startsOf(lane), point.verb === 'drill' ? before : undefined),
    ...(await engine.locks()).map(({ lock, run }) => `lock ${lock} is held by ${run}`),
    ...cost.faults,
  ];
  const { outageSeconds } = cost;
  return { point, faults, interruptions: attended.why, outageSeconds, tookMs: Date.now() - startMs };
}
