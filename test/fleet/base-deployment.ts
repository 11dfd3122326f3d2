import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashPlan, planOf } from '../../src/commands/plan.ts';
import { loadInventory, type Inventory } from '../../src/inventory.ts';
import { openEngine, startWorker, type Closer, type RunState } from '../../src/jobs/index.ts';
import { createBase } from '../../src/modules/base/index.ts';
import { SETTINGS, type BaseSettings } from '../../src/modules/base/settings.ts';
import type { CheckResult } from '../../src/modules/contract.ts';
import { assembleScript } from '../../src/modules/index.ts';
import { inventory as inventoryModule } from '../../src/modules/inventory/index.ts';
import { freshPrefix, startRedis } from '../helpers/redis.ts';
import { ANDRE, OLGA } from '../helpers/runs.ts';
import { startDns } from './dns.ts';
import { openFleet, type Fleet } from './fleet.ts';

/** The machine's own address when install-01 is one of the hosts. */
const OWN_ADDRESS = '10.0.0.254';

/** The platform's settings, with a resolver that the hosts can reach and little patience. */
export const TEST_SETTINGS: BaseSettings = {
  ...SETTINGS,
  resolvers: [OWN_ADDRESS],
  probeName: 'probe.keybuzz.test',
  rollbackSeconds: 12,
};

/** A worker in this process over real hosts, with the modules base and inventory. */
export interface BaseDeployment {
  fleet: Fleet;
  inventory: Inventory;
  /** Deploys with these settings, approved where it asks; gives the state in which it ended or was interrupted. */
  deploy(settings?: BaseSettings): Promise<RunState>;
  /** Goes on with an interrupted run, with the settings of its plan. */
  resume(runId: string): Promise<RunState>;
  abandon(runId: string): Promise<RunState>;
  status(module: 'base' | 'inventory'): Promise<CheckResult[]>;
  close: Closer;
}

const HASH_OF = (script: string): string => assembleScript(script).hash;

/** Opens it over freshly reset hosts. */
export async function openBaseDeployment(hosts: readonly string[]): Promise<BaseDeployment> {
  const fleet = await openFleet({ hosts });
  await Promise.all(hosts.map((host) => fleet.reset(host)));
  const closers: Closer[] = [() => fleet.close()];
  const directory = await mkdtemp(join(tmpdir(), 'keybuzz-fleet-base-'));
  closers.push(() => rm(directory, { recursive: true }));
  const knownHostsFile = join(directory, 'known_hosts');
  await copyFile(fleet.knownHostsFile, knownHostsFile);
  const credentialsDirectory = join(directory, 'credentials');
  await mkdir(credentialsDirectory, { mode: 0o700 });
  const dns = await startDns(OWN_ADDRESS);
  closers.push(() => dns.close());
  const redis = await startRedis();
  closers.push(() => redis.stop());
  const all = loadInventory(join(import.meta.dirname, '../../inventory/servers.tsv'));
  const inventory: Inventory = { ...all, hosts: all.hosts.filter(({ name }) => hosts.includes(name)) };

  const endpoint = {
    ...{ kind: 'single' as const, host: '127.0.0.1', port: redis.port, db: 0, tls: false },
    ...{ username: undefined, password: undefined },
  };
  const common = { endpoint, prefix: freshPrefix(), sweepMs: 500, warn: () => undefined };
  const modules = [inventoryModule, createBase([], TEST_SETTINGS)];
  const worker = await startWorker({
    ...{ ...common, inventory, modules, assemble: assembleScript, knownHostsFile, credentialsDirectory },
    ssh: { keyFile: fleet.sshKeyFile, agentSocket: undefined, port: 22 },
    leaseMs: 2_000,
    unreachableMs: 15_000,
  });
  closers.push(() => worker.close());
  const engine = openEngine(common);
  closers.push(() => engine.close());

  /** Approves whatever it asks for, until it ends or stops. */
  async function toItsEnd(runId: string, from: number): Promise<RunState> {
    const { signal } = new AbortController();
    for await (const state of engine.watch(runId, { signal, untilWaiting: false })) {
      if (state.seq <= from) continue;
      if (state.status === 'interrupted' || state.status === 'ended') return state;
      if (state.status === 'waiting-approval') {
        await engine.approve({ runId, person: ANDRE, via: 'slack', interaction: `approve-${state.seq}` });
      }
    }
    throw new Error(`run ${runId} is watched no more`);
  }

  async function start(verb: 'deploy' | 'status', module: string, settings: BaseSettings): Promise<RunState> {
    const sources = { inventory, modules: [inventoryModule, createBase([], settings)], hashOf: HASH_OF };
    const { plan } = planOf({ verb, module }, sources);
    const { state } = await engine.startRun({
      ...{ command: plan.title, plan, planHash: hashPlan(plan), person: OLGA, previewOnly: false },
      gate: { approvals: verb === 'status' ? 0 : 1, impact: 'disruptive', expiresAfterSeconds: 3600 },
      origin: { via: 'slack', channel: 'C1' },
      interaction: `${verb}-${Math.random()}`,
    });
    return toItsEnd(state.runId, 0);
  }

  return {
    fleet,
    inventory,
    deploy: (settings = TEST_SETTINGS) => start('deploy', 'base', settings),
    async resume(runId) {
      const { seq } = await engine.resume({
        runId,
        person: OLGA,
        via: 'slack',
        interaction: `resume-${Math.random()}`,
      });
      return toItsEnd(runId, seq);
    },
    async abandon(runId) {
      const { seq } = await engine.abandon({ runId, person: OLGA, via: 'slack', interaction: `abandon-${runId}` });
      return toItsEnd(runId, seq);
    },
    async status(module) {
      const state = await start('status', module, TEST_SETTINGS);
      return state.steps[0]?.checks ?? [];
    },
    async close() {
      for (const close of closers.reverse()) await close();
    },
  };
}
