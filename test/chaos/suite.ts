import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorker } from './bundle.ts';
import { figuresOf, lineOf } from './figures.ts';
import type { ChaosHosts } from './hosts.ts';
import { openLane, type Lane } from './lane.ts';
import { play, type Played } from './play.ts';
import { scenarioOf, type Scale, type Scenario } from './scenario.ts';

/** Which seeds are played, and how many at the same time. */
export interface Wanted {
  seeds: readonly number[];
  lanes: number;
  scale: Scale;
}

/**
 * KEYBUZZ_CHAOS_SEED=n plays one seed again; KEYBUZZ_CHAOS_SEEDS=n plays all from 0, or KEYBUZZ_CHAOS_FROM, to n;
 * KEYBUZZ_CHAOS_LANES so many at a time; KEYBUZZ_LONG=1 lets outages last as long as they do in life.
 */
export function readWanted(defaults: { last: number; lanes: number }): Wanted {
  const { KEYBUZZ_CHAOS_SEED: one, KEYBUZZ_CHAOS_SEEDS, KEYBUZZ_CHAOS_FROM, KEYBUZZ_CHAOS_LANES } = process.env;
  const from = Number(KEYBUZZ_CHAOS_FROM ?? '0');
  const count = Number(KEYBUZZ_CHAOS_SEEDS ?? defaults.last) - from + 1;
  const seeds = one === undefined ? Array.from({ length: count }, (_, index) => from + index) : [Number(one)];
  const lanes = Math.min(Number(KEYBUZZ_CHAOS_LANES ?? defaults.lanes), seeds.length);
  return { seeds, lanes, scale: process.env.KEYBUZZ_LONG === undefined ? 'short' : 'long' };
}

/** What came of all seeds: by seed what did not hold, and how to play it again. */
export interface Outcome {
  played: Played[];
  faults: Map<number, string[]>;
}

/** The next one that needs no other processes than the last one did, else the next: starting them costs most. */
function takeNext(left: Scenario[], last: Scenario | undefined): Scenario | undefined {
  const isLike = (one: Scenario) =>
    one.workers === last?.workers && one.isBlind === last.isBlind && one.areClocksApart === last.areClocksApart;
  const at = left.findIndex(isLike);
  return left.splice(Math.max(0, at), 1)[0];
}

/** Hosts for a lane, its own or everybody's. */
export type OpenHosts = (lane: string) => Promise<ChaosHosts>;

interface Stage {
  name: string;
  hosts: ChaosHosts;
  lane: Lane;
}

/** Plays seeds in lanes; each lane takes one after the other, after a fault in a fresh deployment on fresh hosts. */
export async function playAll({ seeds, lanes, scale }: Wanted, openHosts: OpenHosts, replay: string): Promise<Outcome> {
  const outcome: Outcome = { played: [], faults: new Map() };
  const worker = await bundleWorker();
  const directory = mkdtempSync(join(tmpdir(), 'keybuzz-chaos-'));
  const startMs = Date.now();
  const left = seeds.map((seed) => scenarioOf(seed, scale));

  async function open(name: string): Promise<Stage> {
    const hosts = await openHosts(name);
    try {
      return { name, hosts, lane: await openLane(hosts, { name, workerFile: worker.file }) };
    } catch (error) {
      await hosts.close();
      throw error;
    }
  }

  async function close({ hosts, lane }: Stage): Promise<void> {
    await lane.close();
    await hosts.close();
  }

  /** Keeps what is needed to understand a fault in a file, and names it. */
  function keep({ lane }: Stage, seed: number, what: object): string[] {
    const file = join(directory, `seed-${seed}.json`);
    writeFileSync(file, JSON.stringify({ ...what, logs: lane.deployment.logs() }, undefined, 2));
    const again = `KEYBUZZ_CHAOS_SEED=${seed} ${replay}`;
    process.stderr.write(`seed ${seed} failed; play it again: ${again}\n`);
    return [`everything about it: ${file}`, `play it again: ${again}`];
  }

  async function playSeed(stage: Stage, scenario: Scenario): Promise<boolean> {
    const { seed } = scenario;
    try {
      const { played: one, evidence } = await play(stage.hosts, stage.lane, scenario);
      outcome.played.push(one);
      process.stderr.write(`${lineOf(one)}\n`);
      const isGood = one.faults.length === 0;
      outcome.faults.set(seed, isGood ? [] : [...one.faults, ...keep(stage, seed, { one, evidence })]);
      return isGood;
    } catch (error) {
      outcome.faults.set(seed, [String(error), ...keep(stage, seed, {})]);
      return false;
    }
  }

  async function playLane(number: number): Promise<void> {
    let stage = await open(`${number}`);
    try {
      let last = takeNext(left, undefined);
      for (let round = 1; last !== undefined; round += 1) {
        const isGood = await playSeed(stage, last);
        if (!isGood && left.length > 0) {
          await close(stage);
          stage = await open(`${number}-${round}`);
        }
        last = takeNext(left, last);
      }
    } finally {
      await close(stage);
    }
  }

  const playing = Array.from({ length: lanes }, (_, index) => playLane(index + 1));
  const ended = await Promise.allSettled(playing);
  await worker.remove();
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
  const figures = figuresOf(outcome.played, Date.now() - startMs);
  process.stderr.write(`chaos, seeds ${seeds[0] ?? ''} to ${seeds.at(-1) ?? ''}\n${figures.join('\n')}\n`);
  return outcome;
}
