import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createSite, type Site } from '../../sandbox/demo/site.ts';
import { startFleet, type Fleet } from '../../sandbox/fleet/index.ts';
import { hashPlan, planOf } from '../../src/commands/plan.ts';
import { loadInventory, type Inventory } from '../../src/inventory.ts';
import {
  openEngine,
  startWorker,
  type Closer,
  type Engine,
  type RunState,
  type StartedWorker,
} from '../../src/jobs/index.ts';
import { createBase } from '../../src/modules/base/index.ts';
import { assembleScript } from '../../src/modules/index.ts';
import { freshPrefix, startRedis, type PrivateRedis } from '../helpers/redis.ts';
import { ANDRE, OLGA } from '../helpers/runs.ts';

const HOSTS = ['redis-01', 'redis-02', 'app-01'];
const base = createBase([]);
const hashOf = (script: string): string => assembleScript(script).hash;

describe('a step whose work must be confirmed over a new connection', () => {
  let server: PrivateRedis;
  let site: Site;
  let fleet: Fleet;
  let inventory: Inventory;
  let engine: Engine;
  let startOne: () => Promise<StartedWorker>;
  const closers: Closer[] = [];

  beforeAll(async () => {
    site = createSite();
    server = await startRedis();
    const all = loadInventory(site.inventoryFile);
    inventory = { ...all, hosts: all.hosts.filter(({ name }) => HOSTS.includes(name)) };
  });

  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  afterAll(async () => {
    await server.stop();
    site.remove();
  });

  async function open(): Promise<void> {
    const hosts = site.hosts.filter(({ name }) => HOSTS.includes(name)).map((host) => ({ ...host, pace: 0 }));
    fleet = await startFleet({ hosts, authorizedKey: site.publicKey, isBare: true });
    closers.push(() => fleet.close());
    site.pinHosts(fleet.knownHosts);
    const shared = { db: 0, tls: false, username: undefined, password: undefined };
    const endpoint = { kind: 'single' as const, host: '127.0.0.1', port: server.port, ...shared };
    const common = { endpoint, prefix: freshPrefix(), sweepMs: 200, warn: () => undefined };
    startOne = async () => {
      const worker = await startWorker({
        ...{ ...common, inventory, modules: [base], assemble: assembleScript },
        ssh: { keyFile: site.keyFile, agentSocket: undefined, port: fleet.port },
        knownHostsFile: site.knownHostsFile,
        credentialsDirectory: site.credentialsDirectory,
        leaseMs: 2_000,
        unreachableMs: 15_000,
      });
      closers.push(() => worker.close());
      return worker;
    };
    const opened = openEngine(common);
    engine = opened;
    closers.push(() => opened.close());
  }

  async function reached(runId: string, ...statuses: RunState['status'][]): Promise<RunState> {
    const { signal } = new AbortController();
    for await (const state of engine.watch(runId, { signal, untilWaiting: false }))
      if (statuses.includes(state.status)) return state;
    throw new Error(`run ${runId} ended before it was ${statuses.join(' or ')}`);
  }

  async function deploy(): Promise<string> {
    const { plan } = planOf({ verb: 'deploy', module: 'base' }, { inventory, modules: [base], hashOf });
    const { state } = await engine.startRun({
      ...{ command: 'deploy base', plan, planHash: hashPlan(plan), person: OLGA, interaction: 'trigger' },
      gate: { approvals: 1, impact: 'disruptive', expiresAfterSeconds: 3600 },
      origin: { via: 'slack', channel: 'C1' },
      previewOnly: false,
    });
    await reached(state.runId, 'waiting-approval');
    await engine.approve({ runId: state.runId, person: ANDRE, via: 'slack', interaction: 'click' });
    return state.runId;
  }

  const hostOf = (state: RunState, name: string) =>
    state.steps.flatMap(({ hosts }) => hosts).find(({ host }) => host === name);

  it('is done on a host only when the confirmation is, and tells what both said', async () => {
    await open();
    await startOne();
    const state = await reached(await deploy(), 'ended');
    expect(state.ending?.ending).toBe('ok');
    for (const host of HOSTS) expect(hostOf(state, host)?.facts).toMatchObject({ access: 'confirmed' });
    expect(hostOf(state, 'redis-01')?.changes.map(({ target }) => target)).toContain('ssh.service');
  });

  it('fails on a host that took its changes back, is interrupted with that reason, and resumes with that host alone', async () => {
    await open();
    await startOne();
    const victim = fleet.world.get('redis-02');
    if (victim === undefined) throw new Error('no redis-02');
    victim.isLockedOut = true;
    const runId = await deploy();
    const stopped = await reached(runId, 'interrupted');
    expect(stopped.interruption?.reason).toContain('redis-02: Nobody came in over a new connection in time');
    expect(stopped.interruption?.fix).toContain('resume');
    victim.isLockedOut = false;
    await engine.resume({ runId, person: OLGA, via: 'slack', interaction: 'again' });
    const state = await reached(runId, 'ended');
    expect(state.ending?.ending).toBe('ok');
    expect(HOSTS.map((host) => hostOf(state, host)?.attempt)).toEqual([1, 2, 1]);
  });

  it('is confirmed by the next worker when the first one stops as soon as the work is done', async () => {
    await open();
    const first = await startOne();
    const runId = await deploy();
    const isDone = () => fleet.world.get('app-01')?.deployed.has('base/deploy-host.sh') === true;
    while (!isDone()) await delay(5);
    await first.close();
    await startOne();
    const state = await reached(runId, 'ended');
    expect(state.ending?.ending).toBe('ok');
    expect(hostOf(state, 'app-01')).toMatchObject({ attempt: 1, facts: { access: 'confirmed' } });
  });
});
