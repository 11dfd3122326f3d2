import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../sandbox/redis.ts';
import { until } from '../fleet/process.ts';
import { keyIn, type Started } from '../helpers/deployment.ts';
import { startRedis } from '../helpers/redis.ts';
import { startGuardedRedis, type GuardedRedis } from '../helpers/sentinel.ts';
import { bundleWorker } from './bundle.ts';
import { faultsOfAlerts, tellAlerts, type Doors } from './crowd-alerts.ts';
import { duplicates } from './evidence.ts';
import { openLane, type Lane } from './lane.ts';
import { openLoopbackHosts } from './loopback-hosts.ts';
import { play, type Played } from './play.ts';
import type { Approving, Scenario } from './scenario.ts';

const BOTS = 2;
const WORKERS = 3;
/** Runs at the same time, each under a lock of its own. */
const STREAMS = 3;
const EVERY_MS = 10_000;
/**
 * Five of these without an answer are an alert of their own, which a busy machine must not be slow enough for. Not the pace of
 * the killing: turn after turn would be asked by who is about to be killed.
 */
const MONITOR_MS = '7000';
/** A busy machine takes longer than ten seconds to start their successors: then it all takes longer. */
const ROUNDS_MIN = 3;
const APPROVING: readonly Approving[] = ['click', 'two-people', 'delivered-twice'];

/** What is killed beside a bot and a worker, and what the bot's Redis is. */
export type Kind = 'one Redis' | 'Redis behind Sentinel';

/** What came of it. */
export interface Crowded {
  /** Empty: nothing was lost, nothing doubled. */
  faults: string[];
  runs: number;
  alerts: number;
  killed: Record<'bot' | 'worker' | 'master' | 'sentinel', number>;
  tookMs: number;
}

/** A run of short work that is disturbed by nobody in particular. */
function scenarioOf(seed: number): Scenario {
  return {
    seed,
    shape: seed % 2 === 0 ? 'rolling' : 'stopping',
    approving: APPROVING[seed % APPROVING.length] ?? 'click',
    workers: WORKERS,
    isBlind: false,
    areClocksApart: false,
    faults: [],
    pieces: { spread: 25, roll: 15, stop: 25 },
  };
}

/** A worker that has a run now; any when none has one for so long. */
async function busyWorker(lane: Lane): Promise<Started> {
  const { redis, keys } = lane;
  const busy = async () => {
    const open = await redis.zrange(keys.open, 0, '-1');
    const leases = open.length === 0 ? [] : await redis.mget(open.map((run) => keys.lease(run)));
    const pids = leases.map((holder) => Number(holder?.split('-')[0]));
    return lane.workers.find(({ pid }) => pids.includes(pid));
  };
  const worker = await until('a worker that has a run', EVERY_MS / 2, busy).catch(() => lane.workers[0]);
  if (worker === undefined) throw new Error('no worker lives');
  return worker;
}

/** One of each at a time, in turn; each has a successor before the next one goes. Gives how many. */
async function killInTurn(lane: Lane, guarded: GuardedRedis | undefined, forMs: number): Promise<Crowded['killed']> {
  const killed = { bot: 0, worker: 0, master: 0, sentinel: 0 };
  const round = async (number: number) => {
    await lane.endWorker(await busyWorker(lane), 'SIGKILL');
    killed.worker += 1;
    killed.bot += 1;
    await Promise.all([lane.startWorker(), lane.replaceBot(number % BOTS)]);
    if (guarded !== undefined) {
      await guarded.kill();
      killed.master += 1;
      await guarded.restart();
      await guarded.restartSentinel(number);
      killed.sentinel += 1;
    }
  };
  const endMs = performance.now() + forMs;
  for (let number = 0; number < ROUNDS_MIN || performance.now() < endMs; number += 1) {
    const dueMs = performance.now() + EVERY_MS;
    await round(number);
    await delay(Math.max(0, Math.min(dueMs, endMs) - performance.now()));
  }
  return killed;
}

/** Every message of the channel is one that a run or an alert means, and stands there once. */
function faultsOfChannel({ deployment }: Lane, played: readonly Played[], services: readonly string[]): string[] {
  const known = new Set([...played.map(({ runId }) => runId), ...services.map((service) => `am-${service}-1`)]);
  const { slack } = deployment;
  const keys = slack.messages('#ops').flatMap((root) =>
    slack.thread('#ops', root.ts).map((message) => {
      // Files carry no metadata; their names are their own in a thread.
      const [file] = message.files ?? [];
      return file === undefined ? keyIn(message) : { run: keyIn(root).run, key: `file ${file.name}` };
    }),
  );
  const odd = keys
    .filter(({ run }) => !known.has(run))
    .map(({ run, key }) => `Slack shows ${key} of ${run || 'nobody'}`);
  return [...odd, ...duplicates(keys.map(({ run, key }) => `${run} ${key}`)).map((key) => `Slack shows ${key} twice`)];
}

async function faultsOfStore({ engine, redis, keys }: Lane, played: readonly Played[]): Promise<string[]> {
  const logged = (await engine.runs({ limit: 10_000, openOnly: false })).map(({ runId }) => runId);
  const wanted = played.map(({ runId }) => runId);
  const faults = (await engine.audit.verify()).faults.map(({ run, text }) => `${run}: ${text}`);
  const lost = wanted.filter((run) => !logged.includes(run)).map((run) => `run ${run} is lost`);
  const odd = logged.filter((run) => !wanted.includes(run)).map((run) => `run ${run} was asked for by nobody`);
  const open = await redis.zrange(keys.open, 0, '-1');
  return [...faults, ...lost, ...odd, ...open.map((run) => `run ${run} is open still`)];
}

/** Plays runs one after the other until the signal. */
async function stream(
  parts: { lane: Lane; hosts: Parameters<typeof play>[0]; seed: number },
  signal: AbortSignal,
): Promise<Played[]> {
  const all: Played[] = [];
  for (let seed = parts.seed; !signal.aborted; seed += STREAMS) {
    const { played } = await play(parts.hosts, parts.lane, scenarioOf(seed));
    all.push(played);
  }
  return all;
}

async function openCrowd(kind: Kind, workerFile: string) {
  const hosts = await openLoopbackHosts();
  const doors: Doors = {
    ports: await Promise.all(Array.from({ length: BOTS }, freePort)),
    token: 'crowd-0123456789-crowd',
  };
  let guarded: GuardedRedis | undefined;
  const openGuarded = async () => (guarded = await startGuardedRedis());
  const lane = await openLane(hosts, {
    name: 'crowd',
    workerFile,
    bots: doors.ports.map((port) => ({ KEYBUZZ_HTTP: `127.0.0.1:${port}` })),
    openRedis: kind === 'one Redis' ? startRedis : openGuarded,
    environment: { KEYBUZZ_WEBHOOK_TOKEN: doors.token, KEYBUZZ_MONITOR: 'chaos', KEYBUZZ_MONITOR_MS: MONITOR_MS },
  });
  await lane.prepare(scenarioOf(0));
  return { hosts, lane, doors, guarded };
}

/** Two bots and three workers on one Redis: every ten seconds one of each is killed while runs, prompts and alerts go on. */
export async function playCrowd(kind: Kind, forMs: number): Promise<Crowded> {
  const startMs = performance.now();
  const worker = await bundleWorker();
  const { hosts, lane, doors, guarded } = await openCrowd(kind, worker.file);
  try {
    const over = new AbortController();
    const { signal } = over;
    const views = Array.from({ length: STREAMS }, (_, at): Lane => {
      return { ...lane, name: `crowd-${at}`, lock: `chaos-crowd-${at}`, prepare: () => Promise.resolve() };
    });
    for (const { lock } of views) await hosts.prepare(`keybuzz-${lock}`);
    const [killed, services, ...streams] = await Promise.all([
      killInTurn(lane, guarded, forMs).finally(() => over.abort()),
      tellAlerts(doors, signal),
      ...views.map((view, at) => stream({ lane: view, hosts, seed: at }, signal)),
    ]);
    const played = streams.flat();
    const snapshots = await lane.engine.alerts.snapshots();
    const ageMs = lane.engine.nowMs() - Date.parse(snapshots[0]?.at ?? '');
    const faults = [
      ...played.flatMap(({ runId, faults: own }) => own.map((fault) => `run ${runId}: ${fault}`)),
      ...(await faultsOfAlerts(lane, services)),
      ...faultsOfChannel(lane, played, services),
      ...(await faultsOfStore(lane, played)),
      ...(ageMs < 30_000 ? [] : [`the monitor asked last ${ageMs} ms ago`]),
    ];
    return { faults, runs: played.length, alerts: services.length, killed, tookMs: performance.now() - startMs };
  } finally {
    await lane.close();
    await hosts.close();
    await worker.remove();
  }
}
