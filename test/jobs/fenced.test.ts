import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createSite, type Site } from '../../sandbox/demo/site.ts';
import { startFleet, type Fleet } from '../../sandbox/fleet/index.ts';
import { hashOf } from '../../src/canonical.ts';
import { loadInventory } from '../../src/inventory.ts';
import { openEngine, startWorker, type Closer, type RunState } from '../../src/jobs/index.ts';
import { assembleScript, MODULES } from '../../src/modules/index.ts';
import { createRedact } from '../../src/secret.ts';
import { createSshPool, loadKnownHosts, startDetached } from '../../src/ssh/index.ts';
import { freshPrefix, startRedis, type PrivateRedis } from '../helpers/redis.ts';
import { ANDRE, changeStep, OLGA, planOf } from '../helpers/runs.ts';

const HOST = 'redis-01';
const script = assembleScript('redis/deploy-server.sh');

describe('a worker, a Redis and hosts that answer over SSH', () => {
  let server: PrivateRedis;
  let fleet: Fleet;
  let site: Site;
  const closers: Closer[] = [];

  beforeAll(async () => {
    site = createSite();
    server = await startRedis();
    fleet = await startFleet({
      hosts: site.hosts.map((host) => ({ ...host, pace: 0 })),
      authorizedKey: site.publicKey,
    });
    site.pinHosts(fleet.knownHosts);
  });
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });
  afterAll(async () => {
    await fleet.close();
    await server.stop();
    site.remove();
  });

  async function openWorker() {
    const { port } = server;
    const shared = { db: 0, tls: false, username: undefined, password: undefined };
    const endpoint = { kind: 'single' as const, host: '127.0.0.1', port, ...shared };
    const common = { endpoint, prefix: freshPrefix(), sweepMs: 200, warn: () => undefined };
    const worker = await startWorker({
      ...common,
      inventory: loadInventory(site.inventoryFile),
      modules: MODULES,
      assemble: assembleScript,
      ssh: { keyFile: site.keyFile, agentSocket: undefined, port: fleet.port },
      knownHostsFile: site.knownHostsFile,
      credentialsDirectory: site.credentialsDirectory,
      leaseMs: 2_000,
      unreachableMs: 15_000,
    });
    closers.push(() => worker.close());
    const engine = openEngine(common);
    closers.push(() => engine.close());
    return engine;
  }

  /** The host learns a number for the lock that no run can have. */
  async function learn(number: number): Promise<void> {
    const known = loadKnownHosts(site.knownHostsFile);
    const pool = createSshPool({ keyFile: site.keyFile, knownHosts: () => known });
    closers.push(() => pool.close());
    const address = site.hosts.find(({ name }) => name === HOST)?.address ?? '';
    const target = { host: HOST, address, port: fleet.port, user: 'root' };
    const key = { run: 'newer', step: 'servers', attempt: 1 };
    const request = {
      key,
      script: assembleScript('redis/status-server.sh'),
      args: [],
      secrets: [],
      timeoutSeconds: 60,
      redact: createRedact(),
    };
    expect(await startDetached(pool, target, { ...request, fences: [{ lock: 'redis', number }] })).toEqual({
      kind: 'started',
    });
  }

  it('start nothing under a lock that the host knows was taken by somebody later', async () => {
    const engine = await openWorker();
    const newest = 2 ** 50;
    await learn(newest);
    const step = changeStep('servers', [HOST], { script: 'redis/deploy-server.sh', scriptHash: script.hash });
    const plan = planOf([step]);
    const { state } = await engine.startRun({
      command: 'deploy redis',
      plan,
      planHash: hashOf(plan),
      gate: { approvals: 1, impact: 'disruptive', expiresAfterSeconds: 3600 },
      person: OLGA,
      origin: { via: 'slack', channel: 'C1' },
      interaction: 'trigger-1',
      previewOnly: false,
    });
    const { runId } = state;
    const reached = async (status: RunState['status']) => {
      const { signal } = new AbortController();
      for await (const one of engine.watch(runId, { signal, untilWaiting: false }))
        if (one.status === status) return one;
      throw new Error(`run ${runId} ended before it was ${status}`);
    };
    await reached('waiting-approval');
    await engine.approve({ runId, person: ANDRE, via: 'slack', interaction: 'click' });
    const stopped = await reached('interrupted');
    expect(stopped.steps[0]?.hosts[0]).toMatchObject({
      status: 'failed',
      changes: [],
      reason: expect.stringContaining(`taken by a newer run (fence ${newest})`) as unknown,
    });
  });
});
