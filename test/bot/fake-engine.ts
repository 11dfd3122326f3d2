import { CommandError, ExternalError } from '../../src/errors.ts';
import { hashOf } from '../../src/canonical.ts';
import type { Engine, Interaction, RunEvent, RunState } from '../../src/jobs/index.ts';
import { reduce } from '../../src/jobs/index.ts';

type Body = RunEvent['body'];

/** An engine in memory: the parts of the interface that the bot uses, with the promises the interface makes. */
export interface FakeEngine extends Engine {
  append(runId: string, ...bodies: Body[]): void;
  recorded: Interaction[];
  stored: Map<string, Record<string, string>>;
  /** From now on every write of an interaction fails, or never answers. */
  breakRecording(how: 'fails' | 'hangs' | 'works'): void;
  /** From now on a write waits until the function is called. */
  holdRecording(): () => void;
  /** Resolves when the next write is asked for. */
  asked(): Promise<void>;
  /** Every error a report threw. */
  reportErrors: unknown[];
  /** Resolves when nothing is waiting to be reported or executed. */
  idle(): Promise<void>;
}

const away = () => new ExternalError('Redis is away.', { code: 'KEYBUZZ_REDIS', fix: 'Try again.' });
const unused = () => Promise.reject(new Error('not part of this test'));

/** One queue with the engine's rules: one call per id at a time, again after it threw. */
function createQueue(onError: (error: unknown) => void) {
  let handler: ((id: string) => Promise<void>) | undefined;
  const dirty = new Set<string>();
  const active = new Map<string, Promise<void>>();
  let isClosed = false;

  async function work(id: string): Promise<void> {
    while (dirty.has(id) && !isClosed) {
      dirty.delete(id);
      try {
        await handler?.(id);
      } catch (error) {
        onError(error);
        dirty.add(id);
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  }
  const wake = (id: string) => {
    if (handler === undefined || isClosed || active.has(id)) return;
    active.set(
      id,
      work(id).finally(() => active.delete(id)),
    );
  };
  return {
    add(id: string) {
      dirty.add(id);
      wake(id);
    },
    consume(handle: (id: string) => Promise<void>) {
      handler = handle;
      for (const id of dirty) wake(id);
      return async () => {
        isClosed = true;
        await Promise.all(active.values());
      };
    },
    async idle() {
      while (active.size > 0) await Promise.all(active.values());
    },
  };
}

function createRuns(stored: FakeEngine['stored'], appended: (runId: string) => void) {
  const logs = new Map<string, RunEvent[]>();
  const run = async (runId: string): Promise<RunState> => {
    const state = reduce(runId, logs.get(runId) ?? []);
    await Promise.resolve();
    if (state !== undefined) return state;
    throw new CommandError(`There is no run ${runId}.`, { code: 'KEYBUZZ_RUN_UNKNOWN', fix: 'Type `runs`.' });
  };
  return {
    run,
    events: (runId: string) => Promise.resolve([...(logs.get(runId) ?? [])]),
    brokenLink: () => Promise.resolve(undefined),
    append(runId: string, ...bodies: Body[]) {
      const log = logs.get(runId) ?? [];
      for (const body of bodies) {
        const open = { seq: log.length + 1, at: new Date(1_767_225_600_000 + log.length * 1000).toISOString(), body };
        const previous = log.at(-1)?.hash ?? '';
        log.push({ ...open, previous, hash: hashOf({ ...open, previous }) });
      }
      logs.set(runId, log);
      appended(runId);
    },
    posts: {
      load: (runId: string) => Promise.resolve({ ...stored.get(runId) }),
      save: (runId: string, fields: Record<string, string>) => {
        stored.set(runId, { ...stored.get(runId), ...fields });
        return Promise.resolve();
      },
      claim: (runId: string, field: string, { seen, value }: { seen: string; value: string }) => {
        const fields = stored.get(runId) ?? {};
        const isSame = (fields[field] ?? '') === seen;
        if (isSame) stored.set(runId, { ...fields, [field]: value });
        return Promise.resolve(isSame);
      },
    },
  };
}

/** Nothing alerts and nobody monitors. */
const quietAlerts: Engine['alerts'] = {
  open: () => Promise.resolve([]),
  subject: (subject) => Promise.resolve({ subject, opened: 0, watches: {}, silent: {}, mute: '' }),
  ...{
    alert: unused,
    events: unused,
    tell: unused,
    forget: unused,
    acknowledge: unused,
    silence: unused,
    unsilence: unused,
  },
  tick: () => Promise.resolve(),
  snapshots: () => Promise.resolve([]),
  monitored: () => Promise.resolve([]),
  consume: () => () => Promise.resolve(),
  posts: { load: () => Promise.resolve({}), save: () => Promise.resolve(), claim: () => Promise.resolve(true) },
};

export function createFakeEngine(): FakeEngine {
  const stored: FakeEngine['stored'] = new Map();
  const recorded: Interaction[] = [];
  const reportErrors: unknown[] = [];
  const reports = createQueue((error) => reportErrors.push(error));
  const interactions = createQueue(() => undefined);
  const runs = createRuns(stored, (runId) => reports.add(runId));
  const claims = new Set<string>();
  let broken: 'fails' | 'hangs' | 'works' = 'works';
  let hear: () => void = () => undefined;
  let held: Promise<void> = Promise.resolve();
  return {
    ...runs,
    recorded,
    stored,
    reportErrors,
    breakRecording: (how) => {
      broken = how;
    },
    holdRecording() {
      let release: () => void = () => undefined;
      held = new Promise((resolve) => (release = resolve));
      return release;
    },
    idle: async () => {
      await interactions.idle();
      await reports.idle();
    },
    asked: () => new Promise((resolve) => (hear = resolve)),
    async recordInteraction(interaction) {
      hear();
      await held;
      if (broken === 'hangs') return new Promise(() => undefined);
      if (broken === 'fails') {
        throw away();
      }
      if (recorded.some(({ key }) => key === interaction.key)) return;
      recorded.push(interaction);
      interactions.add(interaction.key);
    },
    claim(key) {
      if (broken === 'hangs') return new Promise(() => undefined);
      if (broken === 'fails') return Promise.reject(away());
      const isFirst = !claims.has(key);
      claims.add(key);
      return Promise.resolve(isFirst);
    },
    // The budget's own counting is the same for one process.
    spend: () => Promise.resolve(0),
    consumeInteractions: (handle) =>
      interactions.consume(async (key) => {
        const found = recorded.find((each) => each.key === key);
        if (found !== undefined) await handle(found);
      }),
    consumeReports: (handle) => reports.consume(handle),
    startRun: unused,
    approve: unused,
    deny: unused,
    cancel: unused,
    resume: unused,
    abandon: unused,
    review: unused,
    unreviewed: unused,
    totp: { check: unused, enrol: unused, confirm: unused, forget: unused },
    audit: { entries: unused, lines: unused, verify: unused },
    frozen: () => Promise.resolve(undefined),
    freeze: unused,
    unfreeze: unused,
    locks: () => Promise.resolve([]),
    lock: unused,
    unlock: unused,
    runs: () => Promise.resolve([]),
    output: () => Promise.resolve(''),
    watch: () => {
      throw new Error('not part of this test');
    },
    alerts: quietAlerts,
    digests: {
      ...{ proofs: unused, before: unused, keep: unused, posts: quietAlerts.posts },
      consume: () => () => Promise.resolve(),
    },
    nowMs: Date.now,
    ping: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
