import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { hashOf } from '../../src/canonical.ts';
import type { Engine, Interaction, StartRequest } from '../../src/jobs/engine.ts';
import type { Person } from '../../src/jobs/events.ts';
import { openLog } from '../../src/jobs/log.ts';
import { openBase, openEngine, type Base, type EngineOptions } from '../../src/jobs/open-engine.ts';
import { decide } from '../../src/jobs/decide.ts';
import { freshPrefix, startRedis, type PrivateRedis } from '../helpers/redis.ts';
import { ADA, ANDRE, changeStep, OLGA, planOf } from '../helpers/runs.ts';

const plan = planOf([changeStep('servers', ['redis-01'])]);

function asking(interaction: string, approvals = 1): StartRequest {
  return {
    command: 'deploy redis',
    plan,
    planHash: hashOf(plan),
    gate: { approvals, impact: 'disruptive', expiresAfterSeconds: 3600 },
    person: OLGA,
    origin: { via: 'slack', channel: 'C1' },
    interaction,
    previewOnly: false,
  };
}

const decision = (runId: string, person: Person, interaction = `click-${person.id}`) => ({
  runId,
  person,
  via: 'slack',
  interaction,
});

/** Resolves when `look` gives something; the deadline is jest's. */
function arrival<T>(): { promise: Promise<T>; arrive(value: T): void } {
  let arrive: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => {
    arrive = resolve;
  });
  return { promise, arrive };
}

describe('the engine', () => {
  let server: PrivateRedis;
  let options: EngineOptions;
  let engine: Engine;
  let base: Base;

  beforeAll(async () => {
    server = await startRedis();
  });

  afterAll(async () => {
    await server.stop();
  });

  beforeEach(() => {
    const endpoint = {
      kind: 'single' as const,
      host: '127.0.0.1',
      port: server.port,
      db: 0,
      tls: false,
      username: undefined,
      password: undefined,
    };
    options = { endpoint, prefix: freshPrefix(), sweepMs: 200, warn: () => undefined };
    engine = openEngine(options);
    base = openBase(options);
  });

  afterEach(async () => {
    await engine.close();
    await base.close();
  });

  /** What a worker would append up to the prompt. */
  async function prompted(interaction: string, approvals = 1): Promise<string> {
    const { state } = await engine.startRun(asking(interaction, approvals));
    const log = openLog(base.store, state.runId);
    const changes = [{ host: 'redis-01', step: 'servers', kind: 'file', target: '/etc/x', detail: 'sha256:1' }];
    await log.refresh();
    await log.append(() => ({
      type: 'preview.taken',
      attempt: 1,
      locked: false,
      hash: hashOf(changes),
      changes,
      diffs: [],
      troubles: [],
    }));
    const waiting = await log.append((now) => {
      const next = decide(now, Date.now());
      return next.do === 'append' ? next.body : undefined;
    });
    expect(waiting.status).toBe('waiting-approval');
    return state.runId;
  }

  it('makes one run of one interaction, however often it is delivered', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => engine.startRun(asking('trigger-1'))));
    expect(new Set(all.map(({ state }) => state.runId)).size).toBe(1);
    expect(all.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(await engine.runs({ limit: 10, openOnly: false })).toHaveLength(1);
  });

  it('counts one of two approvals that come in the same millisecond, and tells the other who was first', async () => {
    const runId = await prompted('trigger-2');
    const other = openEngine(options);
    const both = await Promise.allSettled([
      engine.approve(decision(runId, ANDRE)),
      other.approve(decision(runId, ADA)),
    ]);
    await other.close();
    const state = await engine.run(runId);
    expect(state.approval?.decision).toBe('approved');
    expect(state.approval?.given).toHaveLength(1);
    const refused = both.filter((one) => one.status === 'rejected');
    expect(refused).toMatchObject([{ reason: { code: 'KEYBUZZ_DECIDED_ALREADY' } }]);
  });

  it('takes a double click as one and without complaint', async () => {
    const runId = await prompted('trigger-3', 2);
    await Promise.all([engine.approve(decision(runId, ANDRE)), engine.approve(decision(runId, ANDRE))]);
    expect((await engine.run(runId)).approval?.given).toHaveLength(1);
    const approvals = (await engine.events(runId)).filter(({ body }) => body.type === 'approval.given');
    expect(approvals).toHaveLength(1);
  });

  it("refuses the requester's own approval and says whom to ask", async () => {
    const runId = await prompted('trigger-4');
    await expect(engine.approve(decision(runId, OLGA))).rejects.toMatchObject({
      code: 'KEYBUZZ_SELF_APPROVAL',
      fix: 'Ask somebody else who may approve it.',
    });
    expect((await engine.run(runId)).approval?.decision).toBe('pending');
  });

  it('refuses a denial after the approval, and an approval after the denial', async () => {
    const runId = await prompted('trigger-5');
    await engine.deny({ ...decision(runId, ANDRE), reason: 'not on Friday' });
    await expect(engine.approve(decision(runId, ADA))).rejects.toMatchObject({ code: 'KEYBUZZ_DECIDED_ALREADY' });
    expect((await engine.run(runId)).approval).toMatchObject({ decision: 'denied', reason: 'not on Friday' });
  });

  it('refuses a click on a prompt that was voided since', async () => {
    const runId = await prompted('trigger-9');
    const outdated = { ...decision(runId, ANDRE), approval: `${runId}-1` };
    await expect(engine.approve(outdated)).rejects.toMatchObject({ code: 'KEYBUZZ_APPROVAL_VOIDED' });
    expect((await engine.run(runId)).approval?.decision).toBe('pending');
  });

  it('refuses to resume or abandon what is not interrupted', async () => {
    const runId = await prompted('trigger-6');
    await expect(engine.resume(decision(runId, OLGA))).rejects.toMatchObject({ code: 'KEYBUZZ_NOT_INTERRUPTED' });
    await expect(engine.abandon(decision(runId, OLGA))).rejects.toMatchObject({ code: 'KEYBUZZ_NOT_INTERRUPTED' });
  });

  it('takes no approval any more once the run was cancelled', async () => {
    const runId = await prompted('trigger-10');
    await engine.cancel(decision(runId, OLGA));
    await expect(engine.approve(decision(runId, ANDRE))).rejects.toMatchObject({ code: 'KEYBUZZ_RUN_CANCELLED' });
  });

  it('says so, instead of trying for ever, when Redis takes no more', async () => {
    await base.store.redis.config('SET', 'maxmemory', '1');
    try {
      const failed = engine.startRun(asking('trigger-11'));
      await expect(failed).rejects.toMatchObject({ code: 'KEYBUZZ_REDIS_UNAVAILABLE' });
    } finally {
      await base.store.redis.config('SET', 'maxmemory', '0');
    }
  });

  it('lists the runs that can be read when one can not', async () => {
    await engine.startRun(asking('trigger-12'));
    const { state } = await engine.startRun(asking('trigger-13'));
    const { redis, prefix } = base.store;
    const odd = { seq: 2, at: '', previous: state.head, hash: 'x', body: { type: 'from.the.future' } };
    const key = `{${prefix}}:run:${state.runId}:log`;
    await redis.xadd(key, '2-0', 'event', JSON.stringify(odd), 'hash', 'x');
    expect(await engine.runs({ limit: 10, openOnly: false })).toHaveLength(1);
  });

  it('never lets what a person typed become part of a key', async () => {
    await expect(engine.run('../runs')).rejects.toMatchObject({ code: 'KEYBUZZ_RUN_UNKNOWN' });
  });

  it('hands out each interaction once, also when it was recorded twice, and again when the handler failed', async () => {
    const interaction: Interaction = { key: 'k.1', userId: 'U1', teamId: 'T1', channel: 'C1', text: 'status' };
    await engine.recordInteraction(interaction);
    await engine.recordInteraction(interaction);
    const last = arrival<true>();
    const seen: string[] = [];
    const stop = engine.consumeInteractions(
      ({ key }) => {
        seen.push(key);
        if (seen.length === 1) return Promise.reject(new Error('first try fails'));
        if (key === 'k.2') last.arrive(true);
        return Promise.resolve();
      },
      { concurrency: 1 },
    );
    await engine.recordInteraction({ ...interaction, key: 'k.2' });
    await last.promise;
    await stop();
    expect(seen.filter((key) => key === 'k.1').length).toBeLessThanOrEqual(2);
    expect(seen.filter((key) => key === 'k.2')).toHaveLength(1);
  });

  it('reports a run until its newest event was reported, though the reporter failed and missed wake-ups', async () => {
    const { state } = await engine.startRun(asking('trigger-7'));
    const done = arrival<true>();
    let calls = 0;
    const stop = engine.consumeReports(
      async (runId) => {
        calls += 1;
        if (calls === 1) throw new Error('Slack is down');
        const now = await engine.run(runId);
        if (now.seq === 1) await engine.cancel(decision(runId, OLGA));
        else done.arrive(true);
      },
      { concurrency: 2 },
    );
    await done.promise;
    await stop();
    expect(calls).toBe(3);
    expect((await engine.run(state.runId)).seq).toBe(2);
  });

  it('watches a run until it waits for people', async () => {
    const { state } = await engine.startRun(asking('trigger-8'));
    const seen: string[] = [];
    const watching = (async () => {
      const signal = new AbortController().signal;
      for await (const one of engine.watch(state.runId, { signal, untilWaiting: true })) seen.push(one.status);
    })();
    await prompted('trigger-8').catch(() => undefined);
    await watching;
    expect(seen.at(-1)).toBe('waiting-approval');
  });
});
