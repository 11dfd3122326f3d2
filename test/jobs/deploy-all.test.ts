import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { checklistOf } from '../../src/commands/checklist.ts';
import type { RunState } from '../../src/jobs/index.ts';
import { createBase } from '../../src/modules/base/index.ts';
import { inventory as inventoryModule } from '../../src/modules/inventory/index.ts';
import { redis } from '../../src/modules/redis/index.ts';
import { startRedis, type PrivateRedis } from '../helpers/redis.ts';
import { OLGA } from '../helpers/runs.ts';
import { openWorkerBench, type WorkerBench } from '../helpers/worker-bench.ts';

const HOSTS = ['redis-01', 'redis-02', 'redis-03', 'haproxy-01', 'haproxy-02', 'install-01'];
const MODULES = [redis, createBase(redis.locks), inventoryModule];
const BASE = 'base/deploy-host.sh';
const ALL = { verb: 'deploy', module: 'all' } as const;

const changedBy = (state: RunState, module: string) =>
  state.steps
    .filter(({ id }) => id.startsWith(`${module}-`))
    .flatMap(({ hosts }) => hosts.flatMap(({ changes }) => changes)).length;

const attempts = (state: RunState, module: string) =>
  state.steps.filter(({ id }) => id.startsWith(`${module}-`)).flatMap(({ hosts }) => hosts.map((one) => one.attempt));

describe('deploy all and validate, on a real Redis and simulated hosts', () => {
  let server: PrivateRedis;
  let bench: WorkerBench;

  beforeAll(async () => {
    server = await startRedis();
  });
  beforeEach(async () => {
    bench = await openWorkerBench(server, HOSTS, MODULES, { isBare: true });
  });
  afterEach(async () => {
    await bench.close();
  });
  afterAll(async () => {
    await server.stop();
  });

  const hostNamed = (name: string) => {
    const host = bench.fleet.world.get(name);
    if (host === undefined) throw new Error(`no ${name}`);
    return host;
  };

  async function prompted(): Promise<RunState> {
    const runId = await bench.start(ALL);
    return bench.reached(runId, 0, 'waiting-approval');
  }

  async function deployAll(): Promise<RunState> {
    const { runId, seq } = await prompted();
    await bench.approve(runId);
    return bench.reached(runId, seq, 'ended', 'interrupted');
  }

  it('sets everything up with one prompt, and changes nothing the second time', async () => {
    await bench.startWorker();
    const asked = await prompted();
    const modules = asked.plan.stages?.map(({ module }) => module);
    expect(modules).toEqual(['inventory', 'base', 'redis']);
    const steps = new Set(asked.approval?.changes.map(({ step }) => step));
    expect([...steps].some((step) => step.startsWith('base-'))).toBe(true);
    expect([...steps].some((step) => step.startsWith('redis-'))).toBe(true);
    await bench.approve(asked.runId);
    const done = await bench.reached(asked.runId, asked.seq, 'ended', 'interrupted');
    expect([done.ending?.ending, done.interruption]).toEqual(['ok', undefined]);
    const events = await bench.engine.events(done.runId);
    expect(events.filter(({ body }) => body.type === 'approval.requested')).toHaveLength(1);
    const taken = events.flatMap(({ body }) => (body.type === 'locks.taken' ? [body.fences.map((f) => f.lock)] : []));
    expect(taken).toEqual([
      ['base', 'haproxy', 'redis'],
      ['haproxy', 'redis'],
    ]);
    expect(await bench.engine.locks()).toEqual([]);
    const again = await bench.reached(await bench.start(ALL), 0, 'ended');
    expect(again.ending).toMatchObject({ ending: 'ok', reason: 'Nothing to change.' });
    expect(again.approval).toBeUndefined();
  });

  it('stops at the module that fails, and goes on with it alone when resumed', async () => {
    await bench.startWorker();
    hostNamed('redis-02').isLockedOut = true;
    const stopped = await deployAll();
    expect(stopped.interruption?.reason).toContain('redis-02');
    expect(changedBy(stopped, 'redis')).toBe(0);
    hostNamed('redis-02').isLockedOut = false;
    const { seq } = await bench.resume(stopped.runId);
    const ended = await bench.reached(stopped.runId, seq, 'ended', 'interrupted');
    expect([ended.ending?.ending, ended.interruption]).toEqual(['ok', undefined]);
    expect(attempts(ended, 'base').filter((attempt) => attempt === 1).length).toBeGreaterThan(0);
    expect(changedBy(ended, 'redis')).toBeGreaterThan(0);
  });

  it('is gone on with by the next worker when the first one stops in the middle of a module', async () => {
    const first = await bench.startWorker();
    const { runId, seq } = await prompted();
    hostNamed('redis-01').pace = 0.2;
    await bench.approve(runId);
    await bench.until(() => hostNamed('install-01').deployed.has(BASE));
    await first.close();
    await bench.startWorker();
    const ended = await bench.reached(runId, seq, 'ended', 'interrupted');
    expect(ended.ending?.ending).toBe('ok');
    const hosts = [...attempts(ended, 'base'), ...attempts(ended, 'redis')].filter((attempt) => attempt > 1);
    expect(hosts).toEqual([]);
  });

  it('is cancelled between modules: what is done stays, and the next one is not begun', async () => {
    await bench.startWorker();
    const { runId, seq } = await prompted();
    hostNamed('install-01').pace = 0.5;
    await bench.approve(runId);
    await bench.until(() => hostNamed('redis-01').deployed.has(BASE));
    await bench.engine.cancel({ runId, person: OLGA, via: 'slack', interaction: 'stop' });
    const ended = await bench.reached(runId, seq, 'ended');
    expect(ended.ending?.ending).toBe('cancelled');
    expect(changedBy(ended, 'redis')).toBe(0);
    expect(await bench.engine.locks()).toEqual([]);
  });

  it('asks anew when what a module would change is not what was approved, and says what', async () => {
    await bench.startWorker();
    hostNamed('haproxy-01').deployed.add('redis/deploy-proxy.sh');
    const { runId, seq } = await prompted();
    await bench.approve(runId);
    hostNamed('haproxy-01').deployed.delete('redis/deploy-proxy.sh');
    const again = await bench.reached(runId, seq + 1, 'waiting-approval', 'ended', 'interrupted');
    expect(again.status).toBe('waiting-approval');
    const events = await bench.engine.events(runId);
    const voided = events.flatMap(({ body }) => (body.type === 'approval.voided' ? [body.reason] : []));
    expect(voided).toEqual([expect.stringMatching(/^Not among the approved changes of redis: .* on haproxy-01/)]);
    expect(again.approval?.changes.every(({ step }) => step.startsWith('redis-'))).toBe(true);
    await bench.approve(runId);
    const ended = await bench.reached(runId, again.seq, 'ended', 'interrupted');
    expect(ended.ending?.ending).toBe('ok');
  });

  it('refuses a module whose base is not valid on its hosts, with the next command; an override needs an approval', async () => {
    await bench.startWorker();
    await deployAll();
    hostNamed('redis-02').deployed.delete(BASE);
    hostNamed('haproxy-01').deployed.delete('redis/deploy-proxy.sh');
    const refused = await bench.reached(await bench.start({ verb: 'deploy', module: 'redis' }), 0, 'ended');
    expect(refused.ending).toMatchObject({
      ending: 'refused',
      reason: expect.stringMatching(
        /^Ask whether base is valid on its 5 hosts: .*firewall.*1 of 5: redis-02/,
      ) as unknown,
      fix: expect.stringContaining('First: deploy base.') as unknown,
    });
    expect(refused.preview).toBeUndefined();
    const override = { verb: 'deploy', module: 'redis', override: 'base follows tonight' } as const;
    const runId = await bench.start(override);
    const asked = await bench.reached(runId, 0, 'waiting-approval', 'ended', 'interrupted');
    expect(asked.plan.override).toEqual({ reason: 'base follows tonight' });
    await bench.approve(runId);
    const done = await bench.reached(runId, asked.seq, 'ended', 'interrupted');
    expect(done.ending?.ending).toBe('ok');
  });

  it('waits for people, and asks again, when nobody knows whether the base is valid', async () => {
    await bench.startWorker();
    await deployAll();
    const undo = bench.fleet.lines.get('redis-02')?.silence();
    const runId = await bench.start({ verb: 'deploy', module: 'redis' });
    const stopped = await bench.reached(runId, 0, 'ended', 'interrupted');
    expect([stopped.status, stopped.preview]).toEqual(['interrupted', undefined]);
    undo?.();
    const { seq } = await bench.resume(runId);
    expect((await bench.reached(runId, seq, 'ended', 'interrupted')).ending).toMatchObject({ ending: 'ok' });
  }, 60_000);

  it('goes through the checklist with the evidence of each line', async () => {
    await bench.startWorker();
    await deployAll();
    const moved = await bench.start({ verb: 'failover', module: 'redis' });
    const { seq } = await bench.reached(moved, 0, 'waiting-approval');
    await bench.approve(moved);
    expect((await bench.reached(moved, seq, 'ended', 'interrupted')).ending?.ending).toBe('ok');
    const lineOf = async (section: string, title: string) => {
      const state = await bench.reached(await bench.start({ verb: 'validate' }), 0, 'ended', 'interrupted');
      const checklist = checklistOf(state);
      return { checklist, line: checklist?.lines.find((one) => one.section === section && one.title === title) };
    };
    const { checklist, line } = await lineOf('Failovers tested', 'Redis');
    expect(line).toMatchObject({
      answer: 'pass',
      evidence: expect.stringMatching(new RegExp(`failover, run ${moved}, outage [\\d.]+s, 0 days ago`)) as unknown,
    });
    const answers = Object.fromEntries(
      (checklist?.lines ?? []).map((one) => [`${one.section}/${one.title}`, one.answer]),
    );
    expect(answers).toMatchObject({ 'Base/Base system on all servers': 'pass', 'Stateful/Redis': 'pass' });
    expect(answers).toMatchObject({ 'Stateful/MinIO': 'unknown', 'Base/Credentials, 0700 and 0600': 'pass' });
    expect([checklist?.isComplete, checklist?.blocking]).toEqual([false, []]);
    await chmod(join(bench.credentialsDirectory, 'redis.env'), 0o644);
    hostNamed('redis-02').deployed.delete(BASE);
    const broken = await lineOf('Base', 'Credentials, 0700 and 0600');
    expect(broken.line).toMatchObject({ answer: 'fail', evidence: expect.stringContaining('redis.env') as unknown });
    // The worker takes no credentials that others may read, so it knows nothing of redis any more.
    expect(broken.checklist?.blocking).toMatchObject([
      { module: 'base', checks: expect.arrayContaining(['firewall']) as unknown, blocks: ['redis'] },
      { module: 'redis', blocks: [] },
    ]);
  });
});
