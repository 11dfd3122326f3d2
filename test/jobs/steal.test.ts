import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { hashOf } from '../../src/canonical.ts';
import type { LogStore } from '../../src/jobs/append.ts';
import type { Engine } from '../../src/jobs/engine.ts';
import { keysOf } from '../../src/jobs/keys.ts';
import { workLocally } from '../../src/jobs/local-work.ts';
import { openLocks, type Locks } from '../../src/jobs/locks.ts';
import { openLog } from '../../src/jobs/log.ts';
import { openBase, openEngine, type Base, type EngineOptions } from '../../src/jobs/open-engine.ts';
import type { RunState } from '../../src/jobs/state.ts';
import { previewSteal, stealApproved } from '../../src/jobs/steal.ts';
import type { Workshop } from '../../src/jobs/workshop.ts';
import type { Plan, StealStep } from '../../src/modules/contract.ts';
import { BOT_ITSELF } from '../../src/modules/step-hosts.ts';
import { freshPrefix, startRedis, type PrivateRedis } from '../helpers/redis.ts';
import { ANDRE, changeStep, OLGA, planOf } from '../helpers/runs.ts';

const STEP: StealStep = { kind: 'steal', id: 'steal', title: 'Steal redis', impact: 'disruptive', lock: 'redis' };
const GATE = { approvals: 1, impact: 'disruptive', expiresAfterSeconds: 3600 } as const;

describe('a lock that is stolen from a run', () => {
  let server: PrivateRedis;
  let base: Base;
  let engine: Engine;
  let locks: Locks;
  let victim: string;

  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    const shared = { db: 0, tls: false, username: undefined, password: undefined };
    const endpoint = { kind: 'single' as const, host: '127.0.0.1', port: server.port, ...shared };
    const options: EngineOptions = { endpoint, prefix: freshPrefix(), sweepMs: 200, warn: () => undefined };
    [base, engine] = [openBase(options), openEngine(options)];
    locks = openLocks(base.store.redis, base.store.prefix);
    victim = await holding('asked-1');
  });
  afterEach(async () => {
    await Promise.all([engine.close(), base.close()]);
  });

  async function started(interaction: string, extra: Partial<Plan> = {}): Promise<string> {
    const plan = planOf([changeStep('servers', ['redis-01'])], extra);
    const asked = { command: 'deploy redis', plan, planHash: hashOf(plan), gate: GATE, person: OLGA, interaction };
    const { state } = await engine.startRun({
      ...asked,
      ...{ origin: { via: 'slack', channel: 'C1' }, previewOnly: false },
    });
    return state.runId;
  }

  /** A run that has taken the lock and knows it. */
  async function holding(interaction: string): Promise<string> {
    const runId = await started(interaction);
    const taking = await locks.take(runId, ['redis'], { owner: 'Olga', reason: 'deploy redis' });
    if (!taking.taken) throw new Error('not taken');
    await openLog(base.store, runId).append(() => ({ type: 'locks.taken', fences: taking.fences }));
    return runId;
  }

  const workshop = (store: LogStore): Workshop =>
    ({ store, queues: base.queues, locks, warn: () => undefined }) as Partial<Workshop> as Workshop;

  /** What was approved: taking the lock from who holds it now. */
  async function approved(): Promise<RunState> {
    const state = await engine.run(await started('asked-steal'));
    const { changes } = await previewSteal(workshop(base.store), STEP);
    const decided = { needed: 1, expiresAt: '', decision: 'approved' as const, given: [], deniedBy: undefined };
    return { ...state, approval: { id: 'a', previewHash: '', changes, reason: '', ...decided } };
  }

  /** A Redis that does not take the first append to this log, and says nothing about it. */
  function failingOnce(runId: string): LogStore {
    const log = keysOf(base.store.prefix).log(runId);
    let failures = 0;
    const redis = new Proxy(base.store.redis, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          if (name === 'eval' && args[2] === log && (failures += 1) === 1) return Promise.reject(new Error('away'));
          return Reflect.apply(value as (...given: unknown[]) => unknown, target, args);
        };
      },
    });
    return { ...base.store, redis };
  }

  const lostIn = async (runId: string) =>
    (await engine.events(runId)).filter(({ body }) => body.type === 'locks.released').length;

  it('is told to it, once, by whoever does it', async () => {
    const state = await approved();
    expect(await stealApproved(workshop(base.store), state, STEP)).toMatchObject([{ target: 'redis' }]);
    expect(await stealApproved(workshop(base.store), state, STEP)).toEqual([]);
    expect(await lostIn(victim)).toBe(1);
    expect((await engine.run(victim)).fences).toEqual([]);
  });

  it('is told to it by whoever goes on where a worker came only as far as freeing the lock', async () => {
    const state = await approved();
    const broken = workshop(failingOnce(victim));
    await expect(stealApproved(broken, state, STEP)).rejects.toMatchObject({ code: 'KEYBUZZ_REDIS_UNAVAILABLE' });
    expect([await locks.list(), await lostIn(victim)]).toEqual([[], 0]);
    expect(await stealApproved(broken, state, STEP)).toEqual([]);
    expect(await lostIn(victim)).toBe(1);
  });

  it('goes on being stolen by the next worker, and has not failed, when Redis fell silent in the middle', async () => {
    const thief = await started('asked-steal', { steps: [STEP], locks: [] });
    const broken = workshop(failingOnce(victim));
    const log = openLog(base.store, thief);
    const pass = () => workLocally(broken, { log, step: STEP, host: BOT_ITSELF, signal: AbortSignal.timeout(10_000) });
    const outcome = async () => (await engine.run(thief)).steps[0]?.hosts[0]?.status;
    await expect(pass()).rejects.toMatchObject({ code: 'KEYBUZZ_REDIS_UNAVAILABLE' });
    expect(await outcome()).toBe('running');
    await pass();
    expect([await outcome(), await lostIn(victim)]).toEqual(['ok', 1]);
  });

  it('is told to it also when somebody else has taken the lock meanwhile, who keeps it', async () => {
    const state = await approved();
    const broken = workshop(failingOnce(victim));
    await expect(stealApproved(broken, state, STEP)).rejects.toMatchObject({ code: 'KEYBUZZ_REDIS_UNAVAILABLE' });
    const next = await holding('asked-2');
    await expect(stealApproved(broken, state, STEP)).rejects.toMatchObject({ code: 'KEYBUZZ_LOCK_MOVED' });
    expect([await lostIn(victim), await lostIn(next)]).toEqual([1, 0]);
    expect(await locks.list()).toMatchObject([{ run: next }]);
  });

  it('is not told to a run that has ended, whose log is closed', async () => {
    const state = await approved();
    const ending = { type: 'run.ended', ending: 'cancelled', reason: '', fix: '' } as const;
    await openLog(base.store, victim).append(() => ending);
    await stealApproved(workshop(base.store), state, STEP);
    expect(await lostIn(victim)).toBe(0);
    await engine.lock('redis', { person: ANDRE, reason: 'disk', interaction: 'lock-1' });
  });
});
