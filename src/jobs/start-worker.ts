import type { RedisEndpoint } from '../config.ts';
import { openHetzner } from '../hetzner/index.ts';
import type { Inventory } from '../inventory.ts';
import type { Module } from '../modules/contract.ts';
import type { Secret } from '../secret.ts';
import { createSshPool, followKnownHosts, type AssembledScript } from '../ssh/index.ts';
import { openAlerts, tellingOf } from './alerts.ts';
import type { Alerts } from './alerts-face.ts';
import { openCredentials } from './credentials.ts';
import type { Closer } from './engine.ts';
import { readFreeze, standstillOf, type Standstill } from './freeze.ts';
import { openLocks } from './locks.ts';
import { startMonitor } from './monitor.ts';
import { openLog } from './log.ts';
import { openBase, processName, type Base } from './open-engine.ts';
import { answered, checkDurability } from './redis.ts';
import { sharedLimits } from './shared-limits.ts';
import { startAdvancing } from './worker.ts';
import type { Tracing } from './tracing.ts';
import type { Workshop } from './workshop.ts';

/** Everything a worker process is given; only this process has the SSH key and the modules' credentials. */
export interface WorkerSettings {
  endpoint: RedisEndpoint;
  prefix: string;
  inventory: Inventory;
  modules: readonly Module[];
  assemble: (script: string) => AssembledScript;
  /** Private key file, or the agent's socket. */
  ssh: { keyFile: string | undefined; agentSocket: string | undefined; port: number };
  knownHostsFile: string;
  credentialsDirectory: string;
  /** Without a token nothing at Hetzner is read or changed. */
  hcloud?: { token: Secret | undefined; endpoint: string; pace?: typeof HETZNER_PACE };
  leaseMs: number;
  sweepMs: number;
  /** A host that can't be reached for so long makes its work `unknown`. */
  unreachableMs: number;
  /** How often the monitor asks, ms, and which modules (undefined: all). Left out: this worker does not monitor. */
  monitor?: { everyMs: number; only: readonly string[] | undefined };
  /** The freeze window of the policy that is open at this moment (epoch ms). Left out: there are no windows. */
  window?: (nowMs: number) => Standstill | undefined;
  /** Tells what this process sees of its own files until it is closed. */
  watch?: (alerts: Pick<Alerts, 'subject' | 'tell' | 'forget'>) => Closer;
  /** Left out: how long what took is told nobody. */
  tracing?: Pick<Tracing, 'run'> | undefined;
  warn: (what: string, error: unknown) => void;
}

/** A worker that is advancing runs. */
export interface StartedWorker {
  /** Resolves when Redis answers; for /readyz. */
  ping(): Promise<void>;
  close: Closer;
}

/** Runs one worker advances at the same time. Each is mostly waiting for hosts. */
const RUNS_AT_ONCE = 20;

/** Nobody wakes a run that ended longer ago. */
const TRACED_SECONDS = 24 * 3600;

/** A second between questions is what Hetzner's own clients leave; minutes are what its slow actions take. */
const HETZNER_PACE = { retryMs: 500, pollMs: 500, patienceMs: 120_000 };

function openProject(hcloud: WorkerSettings['hcloud']) {
  if (hcloud?.token === undefined) return undefined;
  const { token, endpoint, pace = HETZNER_PACE } = hcloud;
  return openHetzner({ token, endpoint, ...pace });
}

async function monitorFor(workshop: Workshop, { endpoint, monitor }: WorkerSettings): Promise<Closer> {
  if (monitor === undefined) return () => Promise.resolve();
  const alerts = openAlerts(workshop.store, workshop.queues, workshop.warn);
  return startMonitor(workshop, alerts, { endpoint, ...monitor });
}

/** An ended run is woken several times, and told of once; one that was resumed again. */
function traceEnded({ store }: Base, { tracing }: WorkerSettings): Workshop['ended'] {
  if (tracing === undefined) return undefined;
  const { claim } = sharedLimits(store, '');
  return async (runId) => {
    const state = await openLog(store, runId).refresh();
    if (state.ending === undefined) return;
    if (await claim(`traced-${runId}-${state.attempt}`, TRACED_SECONDS)) tracing.run(state);
  };
}

/** Starts a worker. Throws ConfigError when Redis could lose a log, ExternalError when it does not answer. */
export async function startWorker(settings: WorkerSettings): Promise<StartedWorker> {
  const { endpoint, prefix, sweepMs, warn, ssh } = settings;
  const base = openBase({ endpoint, prefix, sweepMs, warn });
  try {
    await checkDurability(base.store.redis);
  } catch (error) {
    await base.close();
    throw error;
  }
  const pool = createSshPool({
    ...(ssh.keyFile === undefined ? {} : { keyFile: ssh.keyFile }),
    ...(ssh.agentSocket === undefined ? {} : { agentSocket: ssh.agentSocket }),
    knownHosts: followKnownHosts(settings.knownHostsFile),
  });
  const workshop: Workshop = {
    store: base.store,
    queues: base.queues,
    locks: openLocks(base.store.redis, prefix),
    pool,
    inventory: settings.inventory,
    modules: settings.modules,
    assemble: settings.assemble,
    credentials: openCredentials(settings.credentialsDirectory),
    hetzner: openProject(settings.hcloud),
    knownHostsFile: settings.knownHostsFile,
    sshPort: ssh.port,
    worker: processName(),
    leaseMs: settings.leaseMs,
    unreachableMs: settings.unreachableMs,
    async standstill() {
      const freeze = await readFreeze(base.store);
      return freeze === undefined ? settings.window?.(base.store.clock.nowMs()) : standstillOf(freeze);
    },
    ended: traceEnded(base, settings),
    warn,
  };
  const stopMonitor = await monitorFor(workshop, settings).catch(async (error: unknown): Promise<never> => {
    await pool.close();
    await base.close();
    throw error;
  });
  const telling = tellingOf(base.store, openAlerts(base.store, base.queues, warn));
  const unwatch = settings.watch?.(telling) ?? (() => Promise.resolve());
  const stop = startAdvancing(workshop, { endpoint, concurrency: RUNS_AT_ONCE, sweepMs });
  return {
    async ping() {
      await answered(base.store.redis.ping());
    },
    async close() {
      await Promise.all([stop(), stopMonitor(), unwatch()]);
      await pool.close();
      await base.close();
    },
  };
}
