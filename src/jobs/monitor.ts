import { setTimeout as delay } from 'node:timers/promises';
import { Queue } from 'bullmq';
import type { RedisEndpoint } from '../config.ts';
import { ConfigError, sentenceOf } from '../errors.ts';
import type { Inventory } from '../inventory.ts';
import { HETZNER } from '../modules/cloud.ts';
import type { CheckResult, Module } from '../modules/contract.ts';
import { CHECK_RULE, type Observation } from './alert-rules.ts';
import { HOSTS_SUBJECT } from './alert-state.ts';
import type { AlertStore } from './alert-store.ts';
import { hearChecks, type Hearing } from './ask-checks.ts';
import type { Closer } from './engine.ts';
import { keysOf } from './keys.ts';
import { takeLeaseOn } from './lease.ts';
import { excusesOf, mutesOf } from './mutes.ts';
import { consume } from './queues.ts';
import { answered, isRedisSilent, openRedis } from './redis.ts';
import { keepSnapshot, writeMonitored, type Monitored } from './snapshots.ts';
import { forgetUnasked } from './unasked.ts';
import type { Workshop } from './workshop.ts';

/** What the monitor asks, and how often. */
export interface MonitorOptions {
  endpoint: RedisEndpoint;
  /** Between two questions to a module, ms. */
  everyMs: number;
  /** Names of the modules to ask; undefined: all. */
  only: readonly string[] | undefined;
}

/** Modules one worker asks at the same time. */
const MODULES_AT_ONCE = 2;
/** What is on every host has many to ask, and seldom changes: it is asked once in so many intervals. */
const SLOW_PACE = 4;
/** A question begins up to this share of its interval later, so that modules don't all ask at the same moment. */
const JITTER = 0.1;
/** A host that several modules ask is judged once in this share of an interval: what is lost once alarms nobody. */
const HOST_PACE = 0.75;
/** Who was killed while it asked keeps the others from it for so long. */
const LEASE_MS = 5_000;

const observationOf = ({ check, answer, value, text }: CheckResult): Observation => ({
  ...{ key: check, answer, value, text },
  severity: answer === 'unknown' ? 'warning' : 'critical',
});

/** What the hosts of a module told of themselves, but those that somebody works on. */
function hostObservations({ answers, silent }: Hearing, busy: ReadonlySet<string>): Observation[] {
  const hosts = answers.hosts.filter(({ host }) => host !== HETZNER);
  return hosts.flatMap(({ host }): Observation[] => {
    const silence = silent.find((one) => one.host === host);
    if (silence === undefined) return [{ key: host, answer: 'pass', value: '', text: '', severity: 'critical' }];
    if (busy.has(host)) return [];
    return [{ key: host, answer: 'fail', value: 'silent', text: silence.reason, severity: 'critical' }];
  });
}

/** Asks one module and lets its alerts, and those of its hosts, follow from the answers. */
export async function askForMonitor(
  workshop: Workshop,
  alerts: AlertStore,
  { module, everyMs }: { module: Module; everyMs: number },
  signal: AbortSignal,
): Promise<void> {
  const { store } = workshop;
  const mutes = await mutesOf(workshop);
  const hearing = await hearChecks(workshop, { module }, signal);
  await store.clock.sync();
  const at = new Date(store.clock.nowMs()).toISOString();
  const { answers, silent } = hearing;
  await keepSnapshot(store, { module: module.name, at, results: answers.results, silent, trouble: '' });
  const observed = { type: 'observed' as const, at };
  const { state: hosts } = await alerts.apply(HOSTS_SUBJECT, {
    ...{ ...observed, rule: { ...CHECK_RULE, apartMs: HOST_PACE * everyMs } },
    ...{ observations: hostObservations(hearing, mutes.hosts), isWhole: false, silent: [], mute: '' },
  });
  await alerts.apply(module.name, {
    ...{ ...observed, rule: CHECK_RULE },
    ...{ observations: answers.results.map(observationOf), isWhole: true },
    silent: excusesOf(module.name, { silent: silent.map(({ host }) => host), mutes, hosts }),
    mute: mutes.modules.get(module.name) ?? '',
  });
}

/** One question, by whoever of the workers was given it; none while the one before is still being asked. */
export async function askOnce(
  workshop: Workshop,
  alerts: AlertStore,
  asked: Monitored,
  stop: AbortSignal,
): Promise<void> {
  const { store, worker } = workshop;
  const module = workshop.modules.find(({ name }) => name === asked.module);
  if (module === undefined) return;
  await delay(Math.random() * JITTER * asked.everyMs, undefined, { signal: stop });
  const lease = await takeLeaseOn(store.redis, keysOf(store.prefix).asking(module.name), worker, LEASE_MS);
  if (lease === undefined) return;
  const signal = AbortSignal.any([stop, lease.signal]);
  try {
    await askForMonitor(workshop, alerts, { module, everyMs: asked.everyMs }, signal);
  } catch (error) {
    signal.throwIfAborted();
    // It says nothing about the module, whose answers of this turn may stand there already.
    if (isRedisSilent(error)) throw error;
    const at = new Date(store.clock.nowMs()).toISOString();
    await keepSnapshot(store, { module: module.name, at, results: [], silent: [], trouble: sentenceOf(error) });
    throw error;
  } finally {
    await lease.drop();
  }
}

/** Which of a fleet's modules to ask. */
type Choice = Pick<Workshop, 'modules' | 'inventory'> & Pick<MonitorOptions, 'everyMs' | 'only'>;

/** True for what is on every host. A module whose roles the inventory lacks can't be asked either: it says so itself. */
function isEverywhere(module: Module, inventory: Inventory): boolean {
  try {
    return module.hosts(inventory).length === inventory.hosts.length;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}

/** What has many to ask, or eats into the requests that Hetzner grants a project in an hour. */
function isSlow(module: Module, inventory: Inventory): boolean {
  return module.cloud !== undefined || isEverywhere(module, inventory);
}

/** The modules to ask, each in its own pace. Throws ConfigError when one of `only` does not exist. */
export function monitoredOf({ modules, inventory, everyMs, only }: Choice): Monitored[] {
  const unknown = (only ?? []).filter((wanted) => !modules.some(({ name }) => name === wanted));
  if (unknown.length > 0) {
    throw new ConfigError(`KEYBUZZ_MONITOR names ${unknown.join(', ')}, which is no module.`, {
      code: 'KEYBUZZ_CONFIG_INVALID',
      fix: `Choose from: ${modules.map(({ name }) => name).join(', ')}; or write all, or off.`,
    });
  }
  return modules
    .filter(({ name }) => only === undefined || only.includes(name))
    .map((module) => ({
      module: module.name,
      everyMs: isSlow(module, inventory) ? everyMs * SLOW_PACE : everyMs,
    }));
}

/** Puts the schedule into Redis: there is one, whatever the number of workers, and each turn of it is given to one. */
async function schedule(endpoint: RedisEndpoint, prefix: string, monitored: readonly Monitored[]): Promise<void> {
  const connection = openRedis(endpoint);
  const queue = new Queue<Monitored>('monitor', { connection, prefix: `{${prefix}}` });
  queue.on('error', () => undefined);
  try {
    const template = { name: 'ask', opts: { attempts: 1, removeOnComplete: true, removeOnFail: { count: 50 } } };
    for (const one of monitored) {
      const known = await answered(queue.getJobScheduler(one.module));
      // One that is right already keeps its turn: workers that start again and again must not put it off.
      if (known?.every === one.everyMs) continue;
      await answered(queue.upsertJobScheduler(one.module, { every: one.everyMs }, { ...template, data: one }));
    }
    for (const { key } of await answered(queue.getJobSchedulers())) {
      if (!monitored.some(({ module }) => module === key)) await answered(queue.removeJobScheduler(key));
    }
  } finally {
    await queue.close();
    connection.disconnect();
  }
}

/**
 * Starts asking the modules' checks again and again; with none to ask it ends the schedule. The alerts of what is not to be
 * asked any more are over. All workers should be told the same. The closer breaks off what is being asked; it is asked again.
 */
export async function startMonitor(workshop: Workshop, alerts: AlertStore, options: MonitorOptions): Promise<Closer> {
  const { endpoint } = options;
  const { store } = workshop;
  const monitored = monitoredOf({ ...workshop, ...options });
  await schedule(endpoint, store.prefix, monitored);
  await writeMonitored(store, monitored);
  // What can't be read of alerts must not keep the monitor from asking.
  await forgetUnasked(workshop, alerts, monitored).catch((error: unknown) => workshop.warn('alerts', error));
  if (monitored.length === 0) return () => Promise.resolve();
  const stop = new AbortController();
  const close = consume<Monitored>(endpoint, store.prefix, {
    name: 'monitor',
    concurrency: MODULES_AT_ONCE,
    async handle(asked) {
      try {
        await askOnce(workshop, alerts, asked, stop.signal);
      } catch (error) {
        if (!stop.signal.aborted) throw error;
      }
    },
    failed: (error) => workshop.warn('monitor', error),
  });
  return async () => {
    stop.abort();
    await close();
  };
}
