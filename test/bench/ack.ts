import { randomUUID } from 'node:crypto';
import type { Bench } from './bench.ts';
import { planOfWork } from './load-module.ts';
import { openStage, type Stage } from './load-stage.ts';
import { percentileOf, spreadOf, type Figure } from './stats.ts';

const RUNS = 20;
const PER_SECOND = 100;
const TARGET_MS = 50;

/** Reads that people type while they watch a deployment. */
const TEXTS = ['help', 'runs', 'locks', 'inventory role=load', 'runs --open', 'help deploy'];

/** Longer than all rounds: the runs are active while commands come. */
const WORK_SECONDS = 3_600;

async function untilActive(stage: Stage, runIds: readonly string[]): Promise<void> {
  for (const runId of runIds) {
    const stop = AbortSignal.timeout(60_000);
    for await (const { steps, status } of stage.engine.watch(runId, { signal: stop, untilWaiting: false })) {
      if (steps[0]?.hosts[0]?.status === 'running') break;
      if (status === 'ended' || status === 'interrupted') throw new Error(`Run ${runId} is ${status}.`);
    }
  }
}

/**
 * (d) From an envelope at the workspace to its ack there, while 100 commands a second come and 20 runs are active: the
 * program's own bot, a worker, Redis with `appendfsync always`, hosts over SSH and the workspace are a process each.
 */
export const bench: Bench = {
  name: 'ack',
  hosts: 'none',
  async run(context) {
    const { rounds, isFull, directory } = context;
    const seconds = isFull ? 30 : 5;
    const stage = await openStage({ hosts: RUNS, workers: 1, bot: { hasLimits: true }, directory });
    try {
      const plans = stage.hosts.map((host) => planOfWork(host, WORK_SECONDS, 1_000));
      const runIds = await Promise.all(plans.map((plan) => stage.start(plan, randomUUID())));
      await untilActive(stage, runIds);
      const all: { p50: number; p99: number; max: number; unheard: number }[] = [];
      for (let round = -1; round < rounds; round += 1) {
        context.progress(
          round < 0 ? 'warming up' : `round ${round + 1} of ${rounds}: ${PER_SECOND * seconds} commands`,
        );
        const order = { do: 'drive' as const, perSecond: PER_SECOND, seconds: round < 0 ? 5 : seconds, texts: TEXTS };
        const { latenciesMs = [], unheard = [] } = await stage.slack.ask(order);
        const shares = { p50: percentileOf(latenciesMs, 0.5), p99: percentileOf(latenciesMs, 0.99) };
        if (round >= 0) all.push({ ...shares, max: Math.max(...latenciesMs), unheard: unheard.length });
      }
      const open = await stage.engine.runs({ limit: RUNS, openOnly: true });
      const figures: Figure[] = [
        { what: 'an ack: middle of a round', unit: 'ms', ...spreadOf(all.map(({ p50 }) => p50)) },
        { what: 'an ack: 99 of 100', unit: 'ms', target: TARGET_MS, ...spreadOf(all.map(({ p99 }) => p99)) },
        { what: 'an ack: slowest of a round', unit: 'ms', ...spreadOf(all.map(({ max }) => max)) },
        { what: 'commands without an ack', unit: '', target: 0, ...spreadOf(all.map((one) => one.unheard)) },
        { what: 'runs active at the end', unit: '', ...spreadOf([open.length]) },
      ];
      return figures;
    } finally {
      await stage.close();
    }
  },
};
