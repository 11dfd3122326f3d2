import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sha256 } from '../../src/canonical.ts';
import { tryAppend } from '../../src/jobs/append.ts';
import { openSharedClock } from '../../src/jobs/clock.ts';
import { workOnHost } from '../../src/jobs/do-work.ts';
import type { EventBody } from '../../src/jobs/events.ts';
import { nextEvent, openLog, type LogStore } from '../../src/jobs/log.ts';
import { openRedis } from '../../src/jobs/redis.ts';
import { applyEvent } from '../../src/jobs/reduce.ts';
import type { Workshop } from '../../src/jobs/workshop.ts';
import { freshPrefix, startRedis, type PrivateRedis } from '../helpers/redis.ts';
import { changeStep, OLGA, planOf, requested } from '../helpers/runs.ts';

const RUN = 'lusab-babad';
const text = 'main() {\n  :\n}\nmain "$@" </dev/null\n';
const script = { text, hash: sha256(text) };
const step = changeStep('servers', ['redis-01'], { mode: 'read', scriptHash: script.hash });

describe('work on a host', () => {
  let server: PrivateRedis;
  let redis: LogStore['redis'];

  beforeAll(async () => {
    server = await startRedis();
    const shared = { db: 0, tls: false, username: undefined, password: undefined };
    redis = openRedis({ kind: 'single', host: '127.0.0.1', port: server.port, ...shared });
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  /** What the host was asked after `body` had come between the decision and the beginning. */
  async function askedAfter(body: EventBody | undefined): Promise<{ commands: number; types: string[] }> {
    const store: LogStore = {
      redis,
      prefix: freshPrefix(),
      replicated: false,
      clock: openSharedClock(redis),
      appended: () => undefined,
    };
    const first = nextEvent(undefined, requested(planOf([step])), Date.now());
    await tryAppend(store, RUN, [first], applyEvent(RUN, undefined, first));
    const [ours, theirs] = [openLog(store, RUN), openLog(store, RUN)];
    await ours.append(() => [
      { type: 'locks.taken', fences: [{ lock: 'redis', number: 7 }] },
      { type: 'step.started', step: step.id, attempt: 1 },
    ]);
    await theirs.refresh();
    if (body !== undefined) await theirs.append(() => body);
    let commands = 0;
    const workshop = {
      store,
      pool: { exec: () => Promise.resolve({ kind: 'exited', code: (commands += 1) - 1 }) },
      inventory: { hosts: [{ name: 'redis-01', privateIp: '127.0.0.1', user: 'root' }] },
      modules: [{ name: 'redis', credentials: [] }],
      assemble: () => script,
      credentials: { load: () => Promise.resolve(new Map()) },
    } as unknown as Workshop;
    const { signal } = new AbortController();
    await workOnHost(workshop, { log: ours, step, host: 'redis-01', signal });
    const { steps } = await theirs.refresh();
    return { commands, types: steps.flatMap(({ hosts }) => hosts.map(({ status }) => status)) };
  }

  it('begins when the log is what the decision was made from', async () => {
    expect(await askedAfter(undefined)).toEqual({ commands: 1, types: ['ok'] });
  });

  it('does not begin when a person cancelled the run, or its lock was stolen, after that', async () => {
    const nothing = { commands: 0, types: ['pending'] };
    expect(await askedAfter({ type: 'cancel.requested', person: OLGA, interaction: 'x' })).toEqual(nothing);
    expect(await askedAfter({ type: 'locks.released' })).toEqual(nothing);
  });
});
