import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { RunState } from '../../src/jobs/index.ts';
import { brokenLink } from '../../src/jobs/chain.ts';
import { openLedger } from '../../src/jobs/ledger.ts';
import { openBase } from '../../src/jobs/open-engine.ts';
import { createBase } from '../../src/modules/base/index.ts';
import { inventory as inventoryModule } from '../../src/modules/inventory/index.ts';
import { redis } from '../../src/modules/redis/index.ts';
import { startRedis, type PrivateRedis } from '../helpers/redis.ts';
import { ANDRE, OLGA } from '../helpers/runs.ts';
import { openWorkerBench, type WorkerBench } from '../helpers/worker-bench.ts';

const HOSTS = ['install-01', 'redis-01', 'redis-02', 'redis-03', 'haproxy-01', 'haproxy-02'];
const OF = [redis, createBase(redis.locks), inventoryModule];
const BASE = 'base/deploy-host.sh';
const SERVER = 'redis/deploy-server.sh';
const ALL = { verb: 'deploy', module: 'all' } as const;

describe('a freeze, on a real Redis and simulated hosts', () => {
  let server: PrivateRedis;
  let bench: WorkerBench;

  beforeAll(async () => {
    server = await startRedis();
  });
  beforeEach(async () => {
    bench = await openWorkerBench(server, HOSTS, OF, { isBare: true });
  });
  afterEach(() => bench.close());
  afterAll(() => server.stop());

  async function prompted(): Promise<RunState> {
    return bench.reached(await bench.start(ALL), 0, 'waiting-approval');
  }
  const touched = (state: RunState) => state.steps.flatMap(({ hosts }) => hosts.filter(({ attempt }) => attempt > 0));

  it('refuses a run that was approved and has changed nothing, which lets go of its locks', async () => {
    await bench.startWorker();
    const { runId, seq } = await prompted();
    await bench.engine.freeze(ANDRE, 'the site is dark', 'turn-1');
    await bench.approve(runId);
    const ended = await bench.reached(runId, seq, 'ended', 'interrupted');
    expect(ended.ending).toMatchObject({ ending: 'refused', reason: expect.stringContaining('frozen by André') });
    expect(ended.ending?.fix).toContain('Then ask again: deploy all');
    expect(touched(ended).filter(({ changes }) => changes.length > 0)).toEqual([]);
    expect(await bench.engine.locks()).toEqual([]);
  });

  it('lets what works on hosts end, interrupts the run there, and a resume goes on once it is lifted', async () => {
    await bench.startWorker();
    const { runId, seq } = await prompted();
    const slow = bench.fleet.world.get('install-01');
    if (slow === undefined) throw new Error('no install-01');
    slow.pace = 0.5;
    await bench.approve(runId);
    await bench.until(() => bench.fleet.world.get('redis-01')?.deployed.has(BASE) === true);
    await bench.engine.freeze(OLGA, '', 'turn-2');
    const stopped = await bench.reached(runId, seq, 'ended', 'interrupted');
    expect(stopped.interruption?.reason).toMatch(/^Everything is frozen by Olga since .*Z\.$/);
    expect(stopped.interruption?.fix).toContain(`resume ${runId}`);
    expect(touched(stopped).filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(bench.fleet.world.get('redis-01')?.deployed.has(SERVER)).toBe(false);

    const early = await bench.resume(runId);
    const again = await bench.reached(runId, early.seq, 'interrupted');
    expect(again.interruption?.reason).toContain('Everything is frozen');
    await bench.engine.unfreeze(ANDRE, 'over', 'turn-3');
    const { seq: from } = await bench.resume(runId);
    const ended = await bench.reached(runId, from, 'ended', 'interrupted');
    expect([ended.ending?.ending, ended.interruption]).toEqual(['ok', undefined]);
  });

  it('does not hold up a run that broke the glass, which is listed until somebody else has reviewed it', async () => {
    await bench.startWorker();
    await bench.engine.freeze(ANDRE, '', 'turn-4');
    const runId = await bench.start(ALL, { reason: 'redis is away' });
    const ended = await bench.reached(runId, 0, 'ended', 'interrupted');
    expect(ended.ending?.ending).toBe('ok');
    expect(ended.approval).toBeUndefined();
    expect((await bench.engine.unreviewed()).map((run) => run.runId)).toEqual([runId]);

    const vote = { runId, via: 'slack', interaction: 'x', note: 'right so' };
    const own = { ...vote, interaction: 'y' };
    await expect(bench.engine.review({ ...own, person: OLGA })).rejects.toMatchObject({
      code: 'KEYBUZZ_SELF_APPROVAL',
    });
    const reviewed = await bench.engine.review({ ...vote, person: ANDRE });
    expect(reviewed.review).toMatchObject({ person: ANDRE, note: 'right so' });
    expect(await bench.engine.unreviewed()).toEqual([]);
    await expect(
      bench.engine.review({ ...vote, interaction: 'z', person: { id: 'ada', name: 'Ada' } }),
    ).rejects.toMatchObject({
      code: 'KEYBUZZ_DECIDED_ALREADY',
    });
    expect((await bench.engine.review({ ...vote, person: ANDRE })).seq).toBe(reviewed.seq);
  });
});

describe('the kill-switch', () => {
  let server: PrivateRedis;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  it('is turned once however many turn it at the same time, and each turn stands in a chain', async () => {
    const bench = await openWorkerBench(server, HOSTS, OF);
    const { engine, prefix } = bench;
    const both = await Promise.all([engine.freeze(OLGA, 'one', 'turn-5'), engine.freeze(ANDRE, 'two', 'turn-6')]);
    expect(both[0]).toEqual(both[1]);
    expect(await engine.frozen()).toEqual(both[0]);
    await engine.lock('redis', { person: OLGA, reason: 'disk', interaction: 'lock-1' });
    await engine.lock('redis', { person: OLGA, reason: 'disk', interaction: 'lock-2' });
    await engine.unlock('redis', OLGA, 'unlock-1');
    const lifted = await Promise.allSettled([
      engine.unfreeze(OLGA, '', 'turn-7'),
      engine.unfreeze(ANDRE, '', 'turn-8'),
    ]);
    expect(lifted.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await engine.frozen()).toBeUndefined();

    const endpoint = { kind: 'single', host: '127.0.0.1', port: server.port, db: 0, tls: false } as const;
    const nobody = { username: undefined, password: undefined };
    const base = openBase({ endpoint: { ...endpoint, ...nobody }, prefix, sweepMs: 1000, warn: () => undefined });
    const ledger = openLedger(base.store);
    const types = (await ledger.events()).map(({ body }) => body.type);
    expect(types).toEqual(['frozen', 'lock.held', 'lock.dropped', 'unfrozen']);
    const written = await ledger.written();
    expect(brokenLink(written)).toBeUndefined();
    const changed = written.with(1, { ...written[1], at: '2020-01-01T00:00:00.000Z' });
    expect(brokenLink(changed)).toBe(2);
    await base.close();
    await bench.close();
  });
});
