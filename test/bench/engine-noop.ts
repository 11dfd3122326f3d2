import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { hashOf, sha256 } from '../../src/canonical.ts';
import { parseRedisUrl } from '../../src/config-redis-url.ts';
import { openLocks } from '../../src/jobs/locks.ts';
import { openBase, openEngine } from '../../src/jobs/open-engine.ts';
import { startAdvancing } from '../../src/jobs/worker.ts';
import type { Engine } from '../../src/jobs/index.ts';
import type { Workshop } from '../../src/jobs/workshop.ts';
import type { Module, Plan, Step } from '../../src/modules/contract.ts';
import type { SshPool } from '../../src/ssh/index.ts';

/** The two steps that do nothing: one asks no host, one has a script that its host answers at once. */
export type NoopKind = 'checks' | 'script';

const TEXT = 'main() {\n  :\n}\n\nmain "$@" </dev/null\n';
const NOOP_SCRIPT = { text: TEXT, hash: sha256(TEXT) };
const HOST = 'noop-01';

/** A host that answers every script with nothing, at once unless told: what is left is the engine. */
function emptyPool(answerMs: number): SshPool {
  return {
    async exec() {
      if (answerMs > 0) await delay(answerMs);
      return { kind: 'exited', code: 0 };
    },
    connections: 0,
    drop: () => undefined,
    renew: () => undefined,
    close: () => Promise.resolve(),
  };
}

const noop: Module = {
  name: 'noop',
  number: 0,
  title: 'No-op',
  requires: [],
  verbs: ['status'],
  locks: [],
  credentials: [],
  checks: [],
  hosts: () => [],
  plan: () => [],
  probes: () => [],
  assess: () => [],
};

function stepOf(kind: NoopKind, index: number): Step {
  const shared = { id: `step-${index}`, title: `Do nothing ${index}`, impact: 'none' as const };
  if (kind === 'checks') return { ...shared, kind, must: [], deadlineSeconds: 0 };
  return {
    ...shared,
    kind,
    mode: 'read',
    script: 'noop.sh',
    scriptHash: NOOP_SCRIPT.hash,
    order: 'together',
    work: [{ host: HOST, args: [] }],
    secrets: [],
    timeoutSeconds: 10,
    gateSeconds: 0,
  };
}

function planOf(kind: NoopKind, steps: number): Plan {
  const all = Array.from({ length: steps }, (_, index) => stepOf(kind, index));
  return { title: 'status noop', verb: 'status', module: 'noop', steps: all, locks: [] };
}

/** Our engine in this process, on a Redis of the caller's. */
export interface NoopEngine {
  engine: Engine;
  /** Asks for a run of so many no-op steps; gives its id. */
  start(kind: NoopKind, steps: number): Promise<string>;
  /** Milliseconds from the request of a run of so many no-op steps to its end in the log. */
  run: (kind: NoopKind, steps: number) => Promise<number>;
  close(): Promise<void>;
}

const LEASE_MS = 15_000;
const SWEEP_MS = 5_000;

export interface NoopOptions {
  /** Workers, each with connections and a name of its own. */
  workers: number;
  /** Runs that one of them advances at the same time. */
  runsEach: number;
  /** What a host takes to answer. */
  answerMs: number;
  /** How often missed wake-ups are looked for; 5 s unless told. */
  sweepMs?: number;
}

/** A bot's engine and workers as they are, with hosts that answer with nothing. */
export function openNoopEngine(
  redisUrl: string,
  { workers, runsEach, answerMs, sweepMs = SWEEP_MS }: NoopOptions = { workers: 1, runsEach: 20, answerMs: 0 },
): NoopEngine {
  const endpoint = parseRedisUrl(redisUrl);
  const warn = (what: string, error: unknown) => void process.stderr.write(`${what}: ${String(error)}\n`);
  const options = { endpoint, prefix: 'bench', sweepMs, warn };
  const engine = openEngine(options);
  // A reporter that draws nothing is the busiest one: it is done, and to be woken again, with every event.
  const silence = engine.consumeReports(() => Promise.resolve(), { concurrency: 10 });
  const openWorker = (index: number) => {
    const base = openBase(options);
    const host = { name: HOST, privateIp: '127.0.0.1', user: 'root' };
    const workshop: Workshop = {
      store: base.store,
      queues: base.queues,
      locks: openLocks(base.store.redis, options.prefix),
      pool: emptyPool(answerMs),
      inventory: { file: 'none', hosts: [host] as unknown as Workshop['inventory']['hosts'] },
      modules: [noop],
      assemble: () => NOOP_SCRIPT,
      credentials: {
        load: () => Promise.resolve(new Map()),
        survey: () => Promise.resolve({ directory: '', directoryMode: undefined, files: [] }),
      },
      knownHostsFile: '/nowhere',
      sshPort: 22,
      worker: `bench-${index}`,
      leaseMs: LEASE_MS,
      unreachableMs: LEASE_MS,
      standstill: () => Promise.resolve(undefined),
      warn,
    };
    const stop = startAdvancing(workshop, { endpoint, concurrency: runsEach, sweepMs });
    return async () => {
      await stop();
      await base.close();
    };
  };
  const stops = Array.from({ length: workers }, (_, index) => openWorker(index));

  async function start(kind: NoopKind, steps: number): Promise<string> {
    const plan = planOf(kind, steps);
    const { state } = await engine.startRun({
      command: plan.title,
      plan,
      planHash: hashOf(plan),
      gate: { approvals: 0, impact: 'none', expiresAfterSeconds: 60 },
      person: { id: 'bench', name: 'Bench' },
      origin: { via: 'terminal', channel: '' },
      interaction: randomUUID(),
      previewOnly: false,
    });
    return state.runId;
  }

  return {
    engine,
    start,
    async run(kind, steps) {
      const startedMs = performance.now();
      const runId = await start(kind, steps);
      const { signal } = new AbortController();
      let ending: string | undefined;
      for await (const state of engine.watch(runId, { signal, untilWaiting: false })) ending = state.ending?.ending;
      if (ending !== 'ok') throw new Error(`Run ${runId} ended: ${ending ?? '?'}`);
      return performance.now() - startedMs;
    },
    async close() {
      await Promise.all(stops.map((stop) => stop()));
      await silence();
      await engine.close();
    },
  };
}
