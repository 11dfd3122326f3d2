import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseInventory } from '../../src/inventory-parse.ts';
import { askChecks } from '../../src/jobs/ask-checks.ts';
import { openCredentials } from '../../src/jobs/credentials.ts';
import { openBase, type Base } from '../../src/jobs/open-engine.ts';
import { openLocks } from '../../src/jobs/locks.ts';
import { reduce } from '../../src/jobs/reduce.ts';
import type { RunState } from '../../src/jobs/state.ts';
import { takePreview } from '../../src/jobs/take-preview.ts';
import type { Workshop } from '../../src/jobs/workshop.ts';
import { createSshPool, type SshPool } from '../../src/ssh/index.ts';
import { knownHostsOf } from '../../src/ssh/known-hosts.ts';
import { assembleChaos, chaos, planOfChaos } from '../chaos/module.ts';
import { logOf, requested } from '../helpers/runs.ts';
import { startRedis, type PrivateRedis } from '../helpers/redis.ts';
import { startTestServer, type TestServer } from '../ssh/test-server.ts';

describe('a worker that loses its lease while hosts are being asked', () => {
  const directory = mkdtempSync(join(tmpdir(), 'keybuzz-broken-off-'));
  let redis: PrivateRedis;
  let host: TestServer;
  let base: Base;
  let pool: SshPool;
  let asked: () => void = () => undefined;

  function baseOn({ port }: PrivateRedis): Base {
    const shared = { host: '127.0.0.1', port, db: 0, tls: false, username: undefined, password: undefined };
    return openBase({ endpoint: { kind: 'single', ...shared }, prefix: 'b', sweepMs: 1000, warn: () => undefined });
  }

  beforeAll(async () => {
    redis = await startRedis();
    // It is asked and never answers.
    host = await startTestServer(() => asked());
    base = baseOn(redis);
    const entries = host.knownHosts.entries.map((entry) => ({ ...entry, names: ['redis-01'] }));
    pool = createSshPool({ keyFile: host.keyFile, knownHosts: () => knownHostsOf(entries) });
  });

  afterAll(async () => {
    await pool.close();
    await base.close();
    await host.close();
    await redis.stop();
    rmSync(directory, { recursive: true });
  });

  /** All that a worker has; the inventory knows the one host that never answers. */
  function workshop(own: Base = base): Workshop {
    const header = 'ENV IP_PUBLIQUE HOSTNAME IP_PRIVEE FQDN USER_SSH POOL ROLE SUBROLE DOCKER_STACK CORE NOTES';
    const row = 'test 203.0.113.1 redis-01 127.0.0.1 redis-01.test root data redis replica redis oui -';
    const text = `${header}\n${row}\n`.replaceAll(' ', '\t');
    return {
      ...own,
      locks: openLocks(own.store.redis, 'b'),
      pool,
      inventory: parseInventory(text, 'servers.tsv'),
      modules: [chaos],
      assemble: assembleChaos,
      credentials: openCredentials(directory),
      knownHostsFile: '',
      sshPort: host.target.port,
      worker: 'test',
      leaseMs: 500,
      unreachableMs: 1000,
      standstill: () => Promise.resolve(undefined),
      warn: () => undefined,
    };
  }

  /** Breaks off as soon as a host was asked. */
  function breakOff(): AbortSignal {
    const lost = new AbortController();
    asked = () => lost.abort(new Error('lease lost'));
    return lost.signal;
  }

  function planned(): RunState {
    const plan = planOfChaos('t', 'chaos', { shape: 'rolling', pieces: { spread: 1, roll: 1, stop: 1 } });
    const state = reduce('lusab-babad', logOf([requested({ ...plan, module: 'chaos' })], Date.now()));
    if (state === undefined) throw new Error('no state');
    return state;
  }

  it('takes no preview: what hosts were kept from saying is no trouble of theirs', async () => {
    await expect(takePreview(workshop(), planned(), { do: 'preview', locked: false }, breakOff())).rejects.toThrow(
      'lease lost',
    );
  });

  it('gives no answer to a check that would count as unknown', async () => {
    await expect(askChecks(workshop(), { module: chaos }, breakOff())).rejects.toThrow('lease lost');
  });

  it('blames no host for a Redis of its own that is away: it asks again once that is back', async () => {
    const away = await startRedis();
    const own = baseOn(away);
    await away.stop();
    const { signal } = new AbortController();
    const silent = expect.objectContaining({ code: 'KEYBUZZ_REDIS_UNAVAILABLE' });
    const asking = [
      takePreview(workshop(own), planned(), { do: 'preview', locked: false }, signal),
      askChecks(workshop(own), { module: chaos }, signal),
    ];
    const answers = await Promise.allSettled(asking);
    await own.close();
    expect(answers).toEqual(answers.map(() => ({ status: 'rejected', reason: silent })));
  });
});
