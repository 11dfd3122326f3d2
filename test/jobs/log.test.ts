import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { hashOf } from '../../src/canonical.ts';
import { tryAppend } from '../../src/jobs/append.ts';
import { brokenLink, readWritten, type WrittenEvent } from '../../src/jobs/chain.ts';
import { keepLogs, nextEvent, openLog, readEvents, type LogStore } from '../../src/jobs/log.ts';
import { keysOf } from '../../src/jobs/keys.ts';
import { openSharedClock } from '../../src/jobs/clock.ts';
import { openRedis } from '../../src/jobs/redis.ts';
import { applyEvent } from '../../src/jobs/reduce.ts';
import type { RunState } from '../../src/jobs/state.ts';
import { freshPrefix, startRedis, type PrivateRedis } from '../helpers/redis.ts';
import { ANDRE, changeStep, OLGA, planOf, requested } from '../helpers/runs.ts';

const RUN = 'lusab-babad';

describe('the run log', () => {
  let server: PrivateRedis;
  let store: LogStore;

  beforeAll(async () => {
    server = await startRedis();
  });

  afterAll(async () => {
    store.redis.disconnect();
    await server.stop();
  });

  beforeEach(async () => {
    const endpoint = {
      kind: 'single' as const,
      host: '127.0.0.1',
      port: server.port,
      db: 0,
      tls: false,
      username: undefined,
      password: undefined,
    };
    const redis = (store as LogStore | undefined)?.redis ?? openRedis(endpoint);
    store = {
      redis,
      prefix: freshPrefix(),
      replicated: false,
      clock: openSharedClock(redis),
      appended: () => undefined,
    };
    const event = nextEvent(undefined, requested(planOf([changeStep('servers', ['redis-01'])])), Date.now());
    expect(await tryAppend(store, RUN, [event], applyEvent(RUN, undefined, event))).toBe(true);
  });

  it('refuses a second event with the same sequence number, and one that builds on an older head', async () => {
    const first = await openLog(store, RUN).refresh();
    const ours = nextEvent(first, { type: 'cancel.requested', person: OLGA, interaction: 'a' }, Date.now());
    const theirs = nextEvent(first, { type: 'cancel.requested', person: ANDRE, interaction: 'b' }, Date.now());
    const after = applyEvent(RUN, first, ours);
    expect(await tryAppend(store, RUN, [ours], after)).toBe(true);
    expect(await tryAppend(store, RUN, [theirs], applyEvent(RUN, first, theirs))).toBe(false);
    const gap = { ...nextEvent(after, { type: 'locks.released' }, Date.now()), seq: 9, previous: first.head };
    expect(await tryAppend(store, RUN, [gap], after)).toBe(false);
    expect((await readEvents(store, RUN)).map((event) => event.seq)).toEqual([1, 2]);
  });

  it('is refused by Redis itself when its number is taken, though it builds on the newest head', async () => {
    const state = await openLog(store, RUN).append(() => ({ type: 'approval.voided', approval: 'x', reason: 'a' }));
    const next = nextEvent(state, { type: 'cancel.requested', person: OLGA, interaction: 'a' }, Date.now());
    for (const seq of [state.seq, state.seq - 1]) {
      await expect(tryAppend(store, RUN, [{ ...next, seq }], state)).rejects.toMatchObject({
        cause: { message: expect.stringMatching(/ID specified in XADD is equal or smaller/) as unknown },
      });
    }
    expect((await readEvents(store, RUN)).map((event) => event.seq)).toEqual([1, 2]);
    expect(await tryAppend(store, RUN, [next], applyEvent(RUN, state, next))).toBe(true);
  });

  it('lets many writers append without losing or doubling anything, every link holding', async () => {
    const logs = Array.from({ length: 8 }, () => openLog(store, RUN));
    await Promise.all(
      logs.map((log, index) =>
        log.append((state) =>
          state.seq > 8 ? undefined : { type: 'approval.voided', approval: `${index}`, reason: `seen ${state.seq}` },
        ),
      ),
    );
    const events = await readEvents(store, RUN);
    expect(events).toHaveLength(9);
    expect(brokenLink(await readWritten(store, RUN))).toBeUndefined();
  });

  it('asks the proposal again on the newest state when somebody else was first', async () => {
    const [one, two] = [openLog(store, RUN), openLog(store, RUN)];
    await Promise.all([one.refresh(), two.refresh()]);
    const cancelOnce = (who: typeof OLGA) => (state: { cancel: unknown }) =>
      state.cancel === undefined ? { type: 'cancel.requested' as const, person: who, interaction: who.id } : undefined;
    await one.append(cancelOnce(OLGA));
    const seen = await two.append(cancelOnce(ANDRE));
    expect(seen.cancel?.person).toEqual(OLGA);
    expect(await readEvents(store, RUN)).toHaveLength(2);
  });

  it('writes what follows together with what it follows from, all of it or nothing', async () => {
    const voided = (approval: string) => ({ type: 'approval.voided' as const, approval, reason: 'a' });
    const follow = (state: RunState) => (state.seq < 5 ? voided(`after ${state.seq}`) : undefined);
    const [ours, theirs] = [openLog(store, RUN, follow), openLog(store, RUN)];
    await ours.refresh();
    await theirs.append(() => voided('theirs'));
    const state = await ours.append(() => [voided('first'), voided('second')]);
    const events = await readEvents(store, RUN);
    expect(events.map(({ body }) => (body.type === 'approval.voided' ? body.approval : body.type))).toEqual([
      'run.requested',
      'theirs',
      'first',
      'second',
      'after 4',
    ]);
    expect(state).toEqual(await openLog(store, RUN).refresh());
    expect(brokenLink(await readWritten(store, RUN))).toBeUndefined();
  });

  it('believes a Redis that was put back to an older day, and goes on from there', async () => {
    const log = openLog(store, RUN);
    const [first] = await store.redis.xrange(keysOf(store.prefix).log(RUN), '-', '+');
    await log.append(() => ({ type: 'cancel.requested', person: OLGA, interaction: 'a' }));
    await store.redis.del(keysOf(store.prefix).log(RUN));
    await store.redis.xadd(keysOf(store.prefix).log(RUN), '1-0', ...(first?.[1] ?? []));
    expect((await log.refresh()).cancel).toBeUndefined();
    const state = await log.append(() => ({ type: 'cancel.requested', person: ANDRE, interaction: 'b' }));
    expect(state).toMatchObject({ seq: 2, cancel: { person: ANDRE } });
    expect(brokenLink(await readWritten(store, RUN))).toBeUndefined();
  });

  it('keeps the logs that were used last, and reads only what is new of them', async () => {
    const logs = keepLogs(store);
    const before = logs(RUN);
    await before.refresh();
    await openLog(store, RUN).append(() => ({ type: 'cancel.requested', person: OLGA, interaction: 'a' }));
    expect(await logs(RUN).refresh()).toEqual(await openLog(store, RUN).refresh());
    expect(logs(RUN)).toBe(before);
    for (let other = 0; other < 60; other += 1) logs(`other-${other}`);
    expect(logs(RUN)).not.toBe(before);
  });

  it('wakes the reporter for the first event that is not reported, and again once it was', async () => {
    const woken: string[] = [];
    const log = openLog({ ...store, appended: (runId) => void woken.push(runId) }, RUN);
    const cancel = () => ({ type: 'locks.released' as const });
    // The request of beforeEach is not reported yet: somebody was woken for it.
    await log.append(cancel);
    expect(woken).toEqual([]);
    await store.redis.hdel(keysOf(store.prefix).unreported, RUN);
    await log.append(cancel);
    await log.append(cancel);
    expect(woken).toEqual([RUN]);
    expect(await store.redis.hget(keysOf(store.prefix).unreported, RUN)).toBe('4');
  });

  it('notices a changed, a missing and a swapped event', async () => {
    const log = openLog(store, RUN);
    await log.append(() => ({ type: 'approval.voided', approval: 'x', reason: 'a' }));
    await log.append(() => ({ type: 'approval.voided', approval: 'x', reason: 'b' }));
    const [first, second, third] = await readWritten(store, RUN);
    if (first === undefined || second === undefined || third === undefined) throw new Error('three events expected');
    expect(brokenLink([first, second, third])).toBeUndefined();
    expect(brokenLink([first, { ...second, at: '2000-01-01T00:00:00.000Z' }, third])).toBe(2);
    expect(brokenLink([first, third])).toBe(2);
    expect(brokenLink([second, first, third])).toBe(1);
  });

  it('notices an event that was forged together with its own hash, and one taken out with the rest linked anew', async () => {
    const log = openLog(store, RUN);
    await log.append(() => ({ type: 'approval.voided', approval: 'x', reason: 'a' }));
    await log.append(() => ({ type: 'approval.voided', approval: 'x', reason: 'b' }));
    const [first, second, third] = await readWritten(store, RUN);
    if (first === undefined || second === undefined || third === undefined) throw new Error('three events expected');
    const sealed = (event: WrittenEvent): WrittenEvent => {
      const open = Object.fromEntries(Object.entries(event).filter(([name]) => name !== 'hash'));
      return { ...open, hash: hashOf(open) };
    };
    expect(brokenLink([first, sealed({ ...second, at: '2000-01-01T00:00:00.000Z' }), third])).toBe(3);
    expect(brokenLink([first, sealed({ ...third, previous: first.hash })])).toBe(2);
  });

  it('says so, and what to type, when there is no such run', async () => {
    await expect(openLog(store, 'nobod-babad').refresh()).rejects.toMatchObject({
      code: 'KEYBUZZ_RUN_UNKNOWN',
      fix: 'Type `runs` to see the recent ones.',
    });
  });
});
