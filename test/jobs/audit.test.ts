import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openEngine, type Engine } from '../../src/jobs/index.ts';
import { keysOf } from '../../src/jobs/keys.ts';
import { openLog } from '../../src/jobs/log.ts';
import { openBase, type Base } from '../../src/jobs/open-engine.ts';
import { openRedis } from '../../src/jobs/redis.ts';
import { openSeals, sealEnded } from '../../src/jobs/seals.ts';
import { parseRedisUrl } from '../../src/config-redis-url.ts';
import { freshPrefix, startRedis, type PrivateRedis } from '../helpers/redis.ts';
import { ANDRE, changeStep, OLGA, planOf, requested } from '../helpers/runs.ts';

const EVER = { sinceMs: 0, untilMs: Number.MAX_SAFE_INTEGER };

describe('the audit, on a real Redis', () => {
  let server: PrivateRedis;
  let redis: ReturnType<typeof openRedis>;
  let engine: Engine;
  let prefix: string;

  beforeAll(async () => {
    server = await startRedis();
    redis = openRedis(parseRedisUrl(server.url));
  });
  beforeEach(() => {
    prefix = freshPrefix();
    engine = openEngine({ endpoint: parseRedisUrl(server.url), prefix, sweepMs: 1000, warn: () => undefined });
  });
  afterEach(() => engine.close());
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  let asked = 0;
  async function start(module: string): Promise<string> {
    const plan = planOf([changeStep('install', ['redis-01'])], { module, title: `deploy ${module}` });
    const { type, ...body } = requested(plan) as Extract<ReturnType<typeof requested>, { type: 'run.requested' }>;
    expect(type).toBe('run.requested');
    return (await engine.startRun({ ...body, interaction: `asked-${(asked += 1)}` })).state.runId;
  }
  const cancel = (runId: string) =>
    engine.cancel({ runId, person: ANDRE, via: 'slack', interaction: `cancel ${runId}` });
  const whats = async (query: object, limit = 50) =>
    (await engine.audit.entries({ ...EVER, ...query }, limit)).entries.map(({ what, about }) => `${what} ${about}`);

  it('tells who decided what, newest first, by person, module, verb and time', async () => {
    await cancel(await start('redis'));
    await start('postgresql');
    await engine.freeze(ANDRE, 'the site is dark', 'turn-1');
    expect(await whats({})).toEqual([
      'frozen ',
      'run.requested deploy postgresql',
      'cancel.requested deploy redis',
      'run.requested deploy redis',
    ]);
    expect(await whats({ isMeant: ({ id }: { id: string }) => id === OLGA.id })).toHaveLength(2);
    expect(await whats({ module: 'redis' })).toEqual(['cancel.requested deploy redis', 'run.requested deploy redis']);
    expect(await whats({ verb: 'freeze' })).toEqual(['frozen ']);
    expect(await whats({ sinceMs: engine.nowMs() + 60_000 })).toEqual([]);
    const bounded = await engine.audit.entries(EVER, 1);
    expect([bounded.entries.length, bounded.more]).toEqual([1, 3]);
  });

  it('exports whole logs as they were written, the ledger too, and never more than it may', async () => {
    const run = await start('redis');
    await engine.lock('redis', { person: OLGA, reason: 'disk', interaction: 'lock-1' });
    const { lines, isCut } = await engine.audit.lines(EVER, 1_000_000);
    const events = lines.map((text) => JSON.parse(text) as Record<string, unknown>);
    expect(isCut).toBe(false);
    expect(events.map((event) => event.run ?? event.ledger)).toEqual([run, true]);
    const [written] = await engine.events(run);
    expect(events[0]).toMatchObject({ seq: 1, hash: written?.hash, body: { type: 'run.requested' } });
    expect(await engine.audit.lines(EVER, 10)).toEqual({ lines: [], isCut: true });
  });

  it('verifies every chain, and names what was changed, cut out, taken away or hidden', async () => {
    const keys = keysOf(prefix);
    const [whole, cut, changed, gone, hidden] = await Promise.all(
      ['redis', 'redis', 'redis', 'redis', 'redis'].map(start),
    );
    for (const run of [whole, cut, changed]) await cancel(run ?? '');
    await engine.freeze(OLGA, '', 'turn-2');
    await engine.unfreeze(OLGA, '', 'turn-3');
    const before = await engine.audit.verify();
    expect(before).toMatchObject({ runs: 5, events: 8, entries: 2, faults: [], isCut: false });

    await redis.xdel(keys.log(cut ?? ''), '1-0');
    const [entry] = await redis.xrange(keys.log(changed ?? ''), '2-0', '2-0');
    await redis.xdel(keys.log(changed ?? ''), '2-0');
    const forged = (entry?.[1][1] ?? '').replace('"andre"', '"ada"');
    await redis.del(keys.log(gone ?? ''));
    await redis.zrem(keys.runs, hidden ?? '');
    await redis.eval("return redis.call('XSETID', KEYS[1], '1-0')", 1, keys.log(changed ?? ''));
    await redis.xadd(keys.log(changed ?? ''), '2-0', 'event', forged, 'hash', entry?.[1][3] ?? '');
    const newest = await redis.xrevrange(keys.ledger, '+', '-', 'COUNT', 1);
    await redis.xdel(keys.ledger, '1-0');
    const { faults, ledgerHead } = await engine.audit.verify();
    expect(ledgerHead).toBe(newest[0]?.[1][3]);
    const told = faults.map(({ run, kind, text }) => `${run} ${kind} ${text}`).sort();
    expect(told).toEqual(
      [
        `${cut} changed event 1 was changed, or what stood before it is missing`,
        `${changed} changed event 2 was changed, or what stood before it is missing`,
        `${gone} no-log it is listed and its log is gone`,
        `${hidden} not-listed it has a log and was taken out of the list of runs`,
        ' changed entry 1 of the ledger was changed, or what stood before it is missing',
      ].sort(),
    );
  });

  describe('of runs that have ended', () => {
    let base: Base;
    beforeEach(() => {
      base = openBase({ endpoint: parseRedisUrl(server.url), prefix, sweepMs: 1000, warn: () => undefined });
    });
    afterEach(() => base.close());

    async function ended(): Promise<string> {
      const run = await start('redis');
      const log = openLog(base.store, run);
      await log.refresh();
      await log.append(() => ({ type: 'run.ended', ending: 'ok', reason: '', fix: '' }));
      return run;
    }
    const told = async () =>
      (await engine.audit.verify()).faults.map(({ run, kind, text }) => `${run} ${kind}: ${text}`);
    const cutTail = async (run: string) => {
      const key = keysOf(prefix).log(run);
      await redis.xdel(key, '2-0');
      // What a careful hand would do, too.
      await redis.eval("return redis.call('XSETID', KEYS[1], '1-0')", 1, key);
    };

    it('sees a log that was cut at its end, and one that is gone from everywhere', async () => {
      const [, cut, gone] = [await ended(), await ended(), await ended()];
      await start('redis');
      await sealEnded(base.store);
      expect(await engine.audit.verify()).toMatchObject({ seals: 3, faults: [] });
      await cutTail(cut);
      await redis.del(keysOf(prefix).log(gone));
      await redis.zrem(keysOf(prefix).runs, gone);
      expect((await told()).sort()).toEqual(
        [
          `${cut} cut: it was cut at its end: it had 2 events when it ended, and has 1`,
          `${gone} no-log: it has ended, and its log and its place in the list are gone`,
        ].sort(),
      );
    });

    it('seals each end once, whoever else does it, also that of a log whose writer died before', async () => {
      const run = await ended();
      await Promise.all([sealEnded(base.store), sealEnded(base.store), sealEnded(base.store)]);
      const seals = await openSeals(base.store).events();
      const last = (await engine.events(run)).at(-1);
      expect(seals.map(({ body }) => body)).toEqual([{ run, seq: 2, head: last?.hash }]);
      expect(await redis.hkeys(keysOf(prefix).unsealed)).toEqual([]);
    });

    it('sees a seal that was changed to fit', async () => {
      const [run] = [await ended(), await ended()];
      await sealEnded(base.store);
      await cutTail(run);
      const [first] = await redis.xrange(keysOf(prefix).seals, '1-0', '1-0');
      const [second] = await redis.xrange(keysOf(prefix).seals, '2-0', '2-0');
      const forged = (first?.[1][1] ?? '').replace('"seq":2', '"seq":1');
      await redis.del(keysOf(prefix).seals);
      await redis.xadd(keysOf(prefix).seals, '1-0', 'event', forged, 'hash', first?.[1][3] ?? '');
      await redis.xadd(keysOf(prefix).seals, '2-0', 'event', second?.[1][1] ?? '', 'hash', second?.[1][3] ?? '');
      expect(await told()).toContain(
        ' changed: entry 1 of the chain of seals was changed, or what stood before it is missing',
      );
    });
  });
});
