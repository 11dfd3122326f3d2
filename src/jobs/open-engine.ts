import { randomUUID } from 'node:crypto';
import { DefectError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import type { RedisEndpoint } from '../config.ts';
import {
  abandonEvent,
  approvalEvent,
  cancelEvent,
  checkRunId,
  denialEvent,
  resumeEvent,
  reviewEvent,
} from './decisions.ts';
import { alertsOf, openAlerts } from './alerts.ts';
import { openAudit } from './audit.ts';
import { openSharedClock } from './clock.ts';
import { openDigests } from './digests.ts';
import { openFreeze } from './freeze.ts';
import { openHeeded, overtaken } from './heeded.ts';
import { lockVerbs } from './lock-verbs.ts';
import type { Decision, Engine, StartRequest } from './engine.ts';
import type { EventBody } from './events.ts';
import { keysOf } from './keys.ts';
import { tryAppend } from './append.ts';
import { brokenLink, readWritten } from './chain.ts';
import { openPostMemory } from './posts.ts';
import { keepLogs, nextEvent, openLog, readEvents, type LogStore } from './log.ts';
import { consume, openQueues, type Queues } from './queues.ts';
import { answered, openRedis } from './redis.ts';
import { sharedLimits } from './shared-limits.ts';
import { applyEvent, reduce } from './reduce.ts';
import { alertReports, consumeReports, runReports } from './reports.ts';
import { runIdOf } from './run-id.ts';
import type { RunState } from './state.ts';
import { openTotp } from './totp.ts';
import { watchRun } from './watch.ts';

/** What every process that touches runs needs to know. */
export interface EngineOptions {
  endpoint: RedisEndpoint;
  prefix: string;
  /** How often what was missed is looked for (reports here, runs in the worker), ms. */
  sweepMs: number;
  /** Told of every failure that is handled by trying again later. */
  warn: (what: string, error: unknown) => void;
  /** What the secrets of one-time codes are sealed with; left out where none are checked. */
  totpKey?: Secret | undefined;
}

/** The store and queues behind an engine; the worker opens its own. */
export interface Base {
  store: LogStore;
  queues: Queues;
  close: () => Promise<void>;
}

/** Connects to the bot's Redis. A missed wake-up after an append is only a delay: the sweeps find what is not reported. */
export function openBase({ endpoint, prefix, warn }: EngineOptions): Base {
  const redis = openRedis(endpoint);
  const queues = openQueues(endpoint, prefix);
  const clock = openSharedClock(redis);
  // What is asked for the time before anybody looked at a run should not hear this machine's.
  clock.sync().catch((error: unknown) => warn('clock', error));
  const waking = new Set<Promise<void>>();
  const store: LogStore = {
    redis,
    prefix,
    replicated: endpoint.kind === 'sentinel',
    clock,
    appended(runId) {
      const wakeUp = queues
        .report(runId)
        .catch((error: unknown) => warn('report wake-up', error))
        .finally(() => waking.delete(wakeUp));
      waking.add(wakeUp);
    },
  };
  return {
    store,
    queues,
    async close() {
      await Promise.all(waking);
      await queues.close();
      redis.disconnect();
    },
  };
}

const LOG_REFUSES = { code: 'KEYBUZZ_LOG_BROKEN', fix: "Look at that stream in the bot's Redis; nothing was started." };

/** Appends run.requested under the first id that is free or already means this interaction. */
async function request(store: LogStore, asked: StartRequest, planHash: string) {
  const body: EventBody = { type: 'run.requested', ...asked, planHash };
  await store.clock.sync();
  for (let round = 0; ; round += 1) {
    const runId = runIdOf(asked.interaction, round);
    const event = nextEvent(undefined, body, store.clock.nowMs());
    const state = applyEvent(runId, undefined, event);
    if (await tryAppend(store, runId, [event], state)) return { state, duplicate: false };
    const existing = reduce(runId, await readEvents(store, runId));
    if (existing === undefined) throw new DefectError(`The empty log of run ${runId} took no event.`, LOG_REFUSES);
    if (existing.interaction === asked.interaction) return { state: existing, duplicate: true };
  }
}

/** Opens the engine's face for a bot or a terminal. */
export function openEngine(options: EngineOptions): Engine {
  const { endpoint, prefix, sweepMs, warn } = options;
  const base = openBase(options);
  const { store, queues } = base;
  const keys = keysOf(prefix);
  const reporting = { endpoint, store, sweepMs, warn };
  const logs = keepLogs(store);

  async function load(runId: string): Promise<RunState> {
    return logs(checkRunId(runId)).refresh();
  }

  async function loadAll(ids: readonly string[]): Promise<RunState[]> {
    const loaded = await Promise.allSettled(ids.map(load));
    for (const one of loaded) if (one.status === 'rejected') hideOnlyDefects(one.reason, warn);
    return loaded.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  }

  return {
    async startRun(asked) {
      const started = await request(store, asked, asked.planHash);
      await queues.wake(started.state.runId).catch((error: unknown) => warn('wake-up', error));
      return started;
    },
    ...decisionVerbs(base, warn),
    unreviewed: async () => loadAll(await answered(store.redis.zrange(keys.unreviewed, 0, '-1'))),
    audit: openAudit(store),
    ...openFreeze(store),
    totp: openTotp(store, options.totpKey),
    run: load,
    events: async (runId) => readEvents(store, checkRunId(runId)),
    brokenLink: async (runId) => brokenLink(await readWritten(store, checkRunId(runId))),
    async runs({ limit, openOnly }) {
      const from = openOnly ? keys.open : keys.runs;
      const ids = await answered(
        openOnly ? store.redis.zrange(from, 0, '-1') : store.redis.zrange(from, 0, `${limit - 1}`, 'REV'),
      );
      const states = await loadAll(ids);
      states.sort((a, b) => b.requestedAt.localeCompare(a.requestedAt));
      return states.slice(0, limit);
    },
    async output(runId, step, host) {
      return (await answered(store.redis.hget(keys.output(checkRunId(runId)), `${step}.${host}`))) ?? '';
    },
    ...lockVerbs(base, warn),
    watch: (runId, watching) => watchRun(store, checkRunId(runId), watching),
    recordInteraction: (interaction) => queues.record(interaction),
    ...sharedLimits(store, processName()),
    consumeInteractions: (handle, { concurrency }) =>
      consume(endpoint, prefix, {
        name: 'interaction',
        concurrency,
        handle,
        failed: (error) => warn('interaction', error),
      }),
    consumeReports: (handle, options) =>
      consumeReports({ ...reporting, of: runReports(prefix, queues), ...options }, handle),
    posts: openPostMemory({ ...store, keyOf: (runId) => keys.posts(checkRunId(runId)) }),
    alerts: alertsOf(store, openAlerts(store, queues, warn), (handle, options) =>
      consumeReports({ ...reporting, of: alertReports(prefix, queues), ...options }, handle),
    ),
    digests: openDigests(endpoint, store, warn),
    nowMs: () => store.clock.nowMs(),
    ping: () => answered(store.redis.ping()).then(() => undefined),
    close: base.close,
  };
}

/** One log that can't be read must not hide the others; that Redis is away must not look like an empty list. */
function hideOnlyDefects(error: unknown, warn: EngineOptions['warn']): void {
  if (!(error instanceof DefectError)) throw error;
  warn('a run that can not be read', error);
}

/** What people say on a run. */
function decisionVerbs(
  { store, queues }: Base,
  warn: EngineOptions['warn'],
): Pick<Engine, 'approve' | 'deny' | 'cancel' | 'resume' | 'abandon' | 'review'> {
  const heeded = openHeeded(store);
  async function decided(decision: Decision, propose: (state: RunState) => EventBody | undefined): Promise<RunState> {
    const log = openLog(store, checkRunId(decision.runId));
    await log.refresh();
    const isKnown = await heeded.isKnown(decision.interaction);
    const state = await heeded.refusing(decision.interaction, () =>
      log.append((newest) => {
        const event = propose(newest);
        // It was refused when it came first: what it would decide now, nobody had seen then.
        if (event !== undefined && isKnown) throw overtaken();
        return event;
      }),
    );
    await queues.wake(decision.runId).catch((error: unknown) => warn('wake-up', error));
    return state;
  }

  const nowMs = () => store.clock.nowMs();
  return {
    approve: (decision) => decided(decision, (state) => approvalEvent(state, decision, nowMs())),
    deny: (decision) => decided(decision, (state) => denialEvent(state, decision, nowMs())),
    cancel: (decision) => decided(decision, (state) => cancelEvent(state, decision)),
    resume: (decision) => decided(decision, (state) => resumeEvent(state, decision)),
    abandon: (decision) => decided(decision, (state) => abandonEvent(state, decision)),
    review: (decision) => decided(decision, (state) => reviewEvent(state, decision)),
  };
}

/** A name for this process in leases and logs. */
export function processName(): string {
  return `${process.pid}-${randomUUID().slice(0, 8)}`;
}
