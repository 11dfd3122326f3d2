import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { STATUS_PLAN } from '../bench/load-module.ts';
import { openStage, type Stage } from '../bench/load-stage.ts';

/** What it takes to ask a fleet, with one worker. */
export interface FleetFigures {
  hosts: number;
  /** Hosts without an answer, in all rounds together. */
  silent: number;
  /** The first status, which opens a connection to every host, s. */
  coldSeconds: number;
  /** Each later one, on open connections, s. */
  warmSeconds: number[];
  /** The worker's resident memory before the first status, and at its peak, MiB. */
  memoryBeforeMib: number;
  memoryPeakMib: number;
}

/** A figure of /proc/<pid>/status in MiB: `VmRSS` is the resident memory now, `VmHWM` at its peak (proc(5)). */
function memoryOf(pid: number, figure: 'VmRSS' | 'VmHWM'): number {
  const [, kib] = new RegExp(`^${figure}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}

async function askOnce(stage: Stage): Promise<{ seconds: number; silent: number }> {
  const startedMs = performance.now();
  const runId = await stage.start(STATUS_PLAN, randomUUID());
  const stop = AbortSignal.timeout(600_000);
  for await (const { status } of stage.engine.watch(runId, { signal: stop, untilWaiting: false })) {
    if (status === 'ended') break;
  }
  const seconds = (performance.now() - startedMs) / 1000;
  const answered = (await stage.engine.events(runId)).flatMap(({ body }) =>
    body.type === 'checks.answered' ? body.hosts.filter(({ outcome }) => outcome === 'ok') : [],
  );
  return { seconds, silent: stage.hosts.length - answered.length };
}

/**
 * Asks a simulated fleet of so many hosts, each an SSH server with an address of its own, once cold and `rounds` times warm.
 * Engine, log, queue, pool and reads are the program's own, in a worker process of its own. `directory` is empty.
 */
export async function measureFleet(hosts: number, rounds: number, directory: string): Promise<FleetFigures> {
  const stage = await openStage({ hosts, workers: 1, bot: undefined, directory });
  try {
    const [worker = 0] = stage.pids.workers;
    const memoryBeforeMib = memoryOf(worker, 'VmRSS');
    const cold = await askOnce(stage);
    const warm = [];
    for (let round = 0; round < rounds; round += 1) warm.push(await askOnce(stage));
    return {
      hosts,
      silent: [cold, ...warm].reduce((sum, { silent }) => sum + silent, 0),
      coldSeconds: cold.seconds,
      warmSeconds: warm.map(({ seconds }) => seconds),
      memoryBeforeMib,
      memoryPeakMib: memoryOf(worker, 'VmHWM'),
    };
  } finally {
    await stage.close();
  }
}
