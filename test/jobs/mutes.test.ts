import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { hashOf } from '../../src/canonical.ts';
import { planOf as planOfCommand, type PlannedCommand } from '../../src/commands/plan.ts';
import { loadInventory } from '../../src/inventory.ts';
import type { Engine } from '../../src/jobs/engine.ts';
import { HOSTS_SUBJECT, newSubject } from '../../src/jobs/alert-state.ts';
import type { EventBody } from '../../src/jobs/events.ts';
import { openLocks, type Locks } from '../../src/jobs/locks.ts';
import { openLog } from '../../src/jobs/log.ts';
import { excusesOf, mutesOf, type Mutes } from '../../src/jobs/mutes.ts';
import { openBase, openEngine, type Base, type EngineOptions } from '../../src/jobs/open-engine.ts';
import type { Workshop } from '../../src/jobs/workshop.ts';
import type { Plan } from '../../src/modules/contract.ts';
import { assembleScript, MODULES } from '../../src/modules/index.ts';
import { freshPrefix, startRedis, type PrivateRedis } from '../helpers/redis.ts';
import { changeStep, OLGA, planOf } from '../helpers/runs.ts';

const GATE = { approvals: 0, impact: 'disruptive', expiresAfterSeconds: 3600 } as const;
const inventory = loadInventory('inventory/servers.tsv');
const REDIS_HOSTS = ['haproxy-01', 'haproxy-02', 'install-01', 'redis-01', 'redis-02', 'redis-03'];

describe('What is muted', () => {
  let server: PrivateRedis;
  let base: Base;
  let engine: Engine;
  let locks: Locks;

  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    const shared = { db: 0, tls: false, username: undefined, password: undefined };
    const endpoint = { kind: 'single' as const, host: '127.0.0.1', port: server.port, ...shared };
    const options: EngineOptions = { endpoint, prefix: freshPrefix(), sweepMs: 200, warn: () => undefined };
    [base, engine] = [openBase(options), openEngine(options)];
    locks = openLocks(base.store.redis, base.store.prefix);
  });
  afterEach(async () => {
    await Promise.all([engine.close(), base.close()]);
  });

  /** A run of this plan that has taken its locks, and what happened to it then. */
  async function holding(plan: Plan, ...then: EventBody[]): Promise<string> {
    const asked = {
      command: plan.title,
      plan,
      planHash: hashOf(plan),
      gate: GATE,
      person: OLGA,
      interaction: plan.title,
    };
    const origin = { via: 'slack' as const, channel: 'C1' };
    const { state } = await engine.startRun({ ...asked, origin, previewOnly: false });
    const taking = await locks.take(state.runId, plan.locks, { owner: 'Olga', reason: plan.title });
    if (!taking.taken) throw new Error('not taken');
    await openLog(base.store, state.runId).append(() => [{ type: 'locks.taken', fences: taking.fences }, ...then]);
    return state.runId;
  }

  const mutes = (): Promise<Mutes> =>
    mutesOf({ store: base.store, locks, inventory, modules: MODULES } as Partial<Workshop> as Workshop);

  async function muted(): Promise<{ modules: string[]; hosts: string[] }> {
    const { modules, hosts } = await mutes();
    return { modules: [...modules.keys()].sort(), hosts: [...hosts].sort() };
  }

  const deploy = planOf([changeStep('servers', ['redis-01'])]);
  const touched: EventBody[] = [
    { type: 'step.started', step: 'servers', attempt: 1 },
    { type: 'host.started', step: 'servers', host: 'redis-01', attempt: 1, work: 1 },
  ];

  it('is the module that a run is at work on, with its hosts', async () => {
    await holding(deploy, ...touched);
    expect(await muted()).toEqual({ modules: ['redis'], hosts: REDIS_HOSTS });
  });

  it('is nothing by a run that was interrupted, though it keeps its locks until somebody looks after it', async () => {
    const runId = await holding(deploy, ...touched, { type: 'run.interrupted', reason: 'frozen', fix: '' });
    expect((await locks.list()).map(({ run }) => run)).toEqual([runId]);
    expect(await muted()).toEqual({ modules: [], hosts: [] });
    await engine.resume({ runId, person: OLGA, via: 'slack', interaction: 'resume' });
    expect(await muted()).toEqual({ modules: ['redis'], hosts: REDIS_HOSTS });
  });

  const planned = (command: PlannedCommand) =>
    planOfCommand(command, { inventory, modules: MODULES, hashOf: (script) => assembleScript(script).hash }).plan;

  it.each(['reboot', 'reset', 'poweron'] as const)(
    'by a %s is what the host is part of, and of hosts only it',
    async (verb) => {
      await holding(planned({ verb, host: 'redis-02' }));
      expect((await locks.list()).map(({ lock }) => lock)).toContain('redis');
      const { modules, hosts } = await muted();
      expect(modules).toEqual(['base', 'redis']);
      expect(hosts).toEqual(['redis-02']);
    },
  );

  it('by an emergency failover is its module, and of hosts only the one that is turned off', async () => {
    await holding(planned({ verb: 'failover', module: 'postgresql', emergency: 'db-master-01' }));
    expect(await muted()).toEqual({ modules: ['postgresql'], hosts: ['db-master-01'] });
  });

  it('is not what a deploy only requires', async () => {
    const plan = planned({ verb: 'deploy', module: 'redis' });
    expect(plan.steps.flatMap((step) => (step.kind === 'checks' ? [step.of] : []))).toContain('base');
    await holding(plan);
    expect((await muted()).modules).toEqual(['redis']);
  });

  it('excuses all that ask a host while its power is touched, and none but the muted while it is worked on otherwise', async () => {
    const excuses = async (module: string) =>
      excusesOf(module, { silent: ['redis-02'], mutes: await mutes(), hosts: newSubject(HOSTS_SUBJECT) });
    const reboot = planned({ verb: 'reboot', host: 'redis-02' });
    const runId = await holding(reboot);
    expect(await excuses('inventory')).toEqual(['redis-02']);
    await locks.release(runId, reboot.locks, (await engine.run(runId)).fences);
    expect((await mutes()).hosts.size).toBe(0);
    await holding(deploy, ...touched);
    expect(await excuses('inventory')).toEqual([]);
    expect(await excuses('redis')).toEqual(['redis-02']);
  });
});
