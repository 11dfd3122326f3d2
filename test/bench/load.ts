import { randomUUID } from 'node:crypto';
import type { RunState } from '../../src/jobs/index.ts';
import { until } from '../fleet/process.ts';
import type { Bench } from './bench.ts';
import type { Seen } from './load-books.ts';
import { planOfWork } from './load-module.ts';
import { openStage, type Stage } from './load-stage.ts';
import { percentileOf, spreadOf, type Figure } from './stats.ts';

/** A run's end is to be seen so much later at most, ms. */
const SHOWN_TARGET_MS = 5_000;

/** Notes of one run: its step, and its end. */
const NOTES = 2;

/** What is still to be posted when the load is over is waited for so long at most, ms. */
const DRAIN_MS = 600_000;

/** How heavy, and for how long. */
interface Size {
  runs: number;
  /** Of one run, which is followed by another at once. */
  runSeconds: number;
  minutes: number;
}

/**
 * 50 runs of three minutes: with a message of its own, an edit for its end and two notes for each, one channel just holds
 * it (docs/bench.md has the sum).
 */
const FULL: Size = { runs: 50, runSeconds: 180, minutes: Number(process.env.KEYBUZZ_BENCH_MINUTES ?? 10) };
const SMOKE: Size = { runs: 8, runSeconds: 16, minutes: 0.5 };

interface Ended {
  runId: string;
  ending: string;
  endedAtMs: number;
}

async function follow(stage: Stage, runId: string): Promise<Ended> {
  let state: RunState | undefined;
  const { signal } = new AbortController();
  for await (state of stage.engine.watch(runId, { signal, untilWaiting: true }));
  return { runId, ending: state?.ending?.ending ?? state?.status ?? '?', endedAtMs: Date.parse(state?.endedAt ?? '') };
}

/** One host's runs, one after the other until the time is over; the first is longer or shorter, so that ends are spread. */
async function occupy(stage: Stage, size: Size, index: number): Promise<Ended[]> {
  const host = stage.hosts[index] ?? '';
  const untilMs = performance.now() + size.minutes * 60_000;
  const ended: Ended[] = [];
  let seconds = Math.ceil(size.runSeconds * (0.4 + index / size.runs));
  do {
    ended.push(await follow(stage, await stage.start(planOfWork(host, seconds, 1_000), randomUUID())));
    seconds = size.runSeconds;
  } while (performance.now() < untilMs);
  return ended;
}

/** All of them end within the same second or two. */
async function endTogether(stage: Stage, seconds: number): Promise<Ended[]> {
  const startedMs = performance.now();
  const runs = stage.hosts.map(async (host, index) => {
    const left = Math.max(1, seconds - Math.round((performance.now() - startedMs) / 1000));
    return follow(stage, await stage.start(planOfWork(host, left, 1_000), `${index}-${randomUUID()}`));
  });
  return Promise.all(runs);
}

async function books(stage: Stage) {
  const { runs = {}, calls = {}, refused = {}, editsPerMinuteMax = 0 } = await stage.slack.ask({ do: 'books' });
  return { runs: runs as Partial<Record<string, Seen>>, calls, refused, editsPerMinuteMax };
}

/** Waits until everything that is to stand in Slack stands there; gives how many runs lack something. */
async function drain(stage: Stage, ended: readonly Ended[]): Promise<number> {
  const lacking = async () => {
    const seen = (await books(stage)).runs;
    return ended.filter(({ runId }) => seen[runId]?.rootEndAtMs === undefined || seen[runId].notes < NOTES).length;
  };
  await until('everything is shown', DRAIN_MS, async () => (await lacking()) === 0 || undefined).catch(() => undefined);
  return lacking();
}

/** From each run's end in its log to the first message that says so, ms. */
function lagsOf(ended: readonly Ended[], seen: Partial<Record<string, Seen>>): number[] {
  return ended.map(({ runId, endedAtMs }) => (seen[runId]?.endAtMs ?? Infinity) - endedAtMs);
}

/**
 * (f) 50 runs at once, each followed by another, all reported in one channel under Slack's own limits: the program's bot,
 * three workers, Redis, hosts and the workspace, a process each. Afterwards all of them end in the same moment.
 */
export const bench: Bench = {
  name: 'load',
  hosts: 'none',
  async run(context) {
    const { isFull, directory } = context;
    const size = isFull ? FULL : SMOKE;
    const stage = await openStage({ hosts: size.runs, workers: 3, bot: { hasLimits: true }, directory });
    try {
      context.progress(`${size.runs} runs at once for ${size.minutes} minutes, then until the last is over`);
      const spread = (await Promise.all(stage.hosts.map((_, index) => occupy(stage, size, index)))).flat();
      const lacking = await drain(stage, spread);
      context.progress(`${spread.length} runs; now ${size.runs} that end in the same moment`);
      const together = await endTogether(stage, isFull ? 120 : 15);
      const lackingTogether = await drain(stage, together);
      const { runs, calls, refused, editsPerMinuteMax } = await books(stage);
      const [lags, lagsTogether] = [lagsOf(spread, runs), lagsOf(together, runs)];
      const notOk = [...spread, ...together].filter(({ ending }) => ending !== 'ok').length;
      const tooMuch = Object.values(refused).reduce((sum, count) => sum + count, 0);
      const figures: Figure[] = [
        { what: 'runs, one after the other', unit: '', ...spreadOf([spread.length]) },
        { what: 'runs that did not end well', unit: '', target: 0, ...spreadOf([notOk]) },
        { what: 'runs whose end or notes are missing', unit: '', target: 0, ...spreadOf([lacking + lackingTogether]) },
        { what: 'calls that Slack refused as too many', unit: '', target: 0, ...spreadOf([tooMuch]) },
        { what: 'most edits in a minute', unit: '', target: 50, ...spreadOf([editsPerMinuteMax]) },
        { what: 'edits in all', unit: '', ...spreadOf([calls['chat.update'] ?? 0]) },
        { what: 'posts in all', unit: '', ...spreadOf([calls['chat.postMessage'] ?? 0]) },
        { what: 'from an end to its message', unit: 'ms', ...spreadOf(lags) },
        {
          what: 'the slowest of them',
          unit: 'ms',
          target: SHOWN_TARGET_MS,
          ...spreadOf([percentileOf(lags, 1)]),
        },
        { what: 'the same when all end in one moment', unit: 'ms', ...spreadOf(lagsTogether) },
      ];
      return figures;
    } finally {
      await stage.close();
    }
  },
};
