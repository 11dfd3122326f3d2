import { setTimeout as delay } from 'node:timers/promises';
import { createSite, type Site } from '../../sandbox/demo/site.ts';
import { startFleet, type Fleet } from '../../sandbox/fleet/index.ts';
import { hashPlan, planOf, type PlannedCommand } from '../../src/commands/plan.ts';
import { gateFor } from '../../src/commands/policy.ts';
import { parsePolicy } from '../../src/commands/policy-schema.ts';
import { loadInventory, type Inventory } from '../../src/inventory.ts';
import {
  openEngine,
  startWorker,
  type Closer,
  type Engine,
  type RunState,
  type WorkerSettings,
} from '../../src/jobs/index.ts';
import type { Module } from '../../src/modules/contract.ts';
import { assembleScript } from '../../src/modules/index.ts';
import { freshPrefix, type PrivateRedis } from './redis.ts';
import { ANDRE, OLGA } from './runs.ts';

const DEADLINE_MS = 50_000;

const POLICY = parsePolicy(
  `people: { olga: { name: Olga }, andre: { name: André } }
rules: [{ who: [everyone], verbs: ['*'] }]
approvals: { disruptive: { approvals: 1, by: [everyone] }, destructive: { approvals: 1, by: [everyone] } }
`,
  'policy.yaml',
  { modules: [], hosts: [] },
);

/** An engine on a real Redis, its workers, and simulated hosts that answer over real SSH. */
export interface WorkerBench {
  engine: Engine;
  fleet: Fleet;
  inventory: Inventory;
  credentialsDirectory: string;
  startWorker(given?: Pick<WorkerSettings, 'tracing'>): Promise<{ close: Closer }>;
  prefix: string;
  /** With `breakGlass`: without approval. */
  start(command: PlannedCommand, breakGlass?: { reason: string }): Promise<string>;
  approve(runId: string): Promise<void>;
  resume(runId: string): Promise<RunState>;
  /** The first state after `from` in one of these statuses. */
  reached(runId: string, from: number, ...statuses: RunState['status'][]): Promise<RunState>;
  /** Resolves when the condition holds. */
  until(holds: () => boolean | Promise<boolean>): Promise<void>;
  close: Closer;
}

/** Opens it for the named hosts; no worker runs yet. */
export async function openWorkerBench(
  server: PrivateRedis,
  names: readonly string[],
  modules: readonly Module[],
  { isBare = false }: { isBare?: boolean } = {},
): Promise<WorkerBench> {
  const site: Site = createSite();
  const closers: Closer[] = [
    () => {
      site.remove();
      return Promise.resolve();
    },
  ];
  const all = loadInventory(site.inventoryFile);
  const inventory = { ...all, hosts: all.hosts.filter(({ name }) => names.includes(name)) };
  const hosts = site.hosts.filter(({ name }) => names.includes(name)).map((host) => ({ ...host, pace: 0 }));
  const fleet = await startFleet({ hosts, authorizedKey: site.publicKey, isBare });
  closers.push(() => fleet.close());
  site.pinHosts(fleet.knownHosts);
  const shared = { db: 0, tls: false, username: undefined, password: undefined };
  const endpoint = { kind: 'single' as const, host: '127.0.0.1', port: server.port, ...shared };
  const common = { endpoint, prefix: freshPrefix(), sweepMs: 200, warn: () => undefined };
  const engine = openEngine(common);
  closers.push(() => engine.close());
  const hashOf = (script: string): string => assembleScript(script).hash;
  let interactions = 0;
  const interaction = () => `interaction-${(interactions += 1)}`;

  async function reached(runId: string, from: number, ...statuses: RunState['status'][]): Promise<RunState> {
    const signal = AbortSignal.timeout(DEADLINE_MS);
    let last: RunState | undefined;
    for await (const state of engine.watch(runId, { signal, untilWaiting: false })) {
      last = state;
      if (state.seq > from && statuses.includes(state.status)) return state;
    }
    const at = `${last?.status ?? 'nowhere'} ${JSON.stringify(last?.interruption ?? last?.ending)}`;
    throw new Error(`run ${runId} was not ${statuses.join(' or ')}: ${at}`);
  }

  return {
    engine,
    fleet,
    inventory,
    credentialsDirectory: site.credentialsDirectory,
    async startWorker(given = {}) {
      const worker = await startWorker({
        ...given,
        ...{ ...common, inventory, modules, assemble: assembleScript },
        ssh: { keyFile: site.keyFile, agentSocket: undefined, port: fleet.port },
        knownHostsFile: site.knownHostsFile,
        credentialsDirectory: site.credentialsDirectory,
        leaseMs: 2_000,
        unreachableMs: 1_000,
      });
      closers.push(() => worker.close());
      return worker;
    },
    prefix: common.prefix,
    async start(command, breakGlass) {
      const { plan, previewOnly } = planOf(command, { inventory, modules, hashOf });
      const { state } = await engine.startRun({
        ...{ command: plan.title, plan, planHash: hashPlan(plan), person: OLGA, previewOnly },
        gate: breakGlass === undefined ? gateFor(POLICY, plan) : { ...gateFor(POLICY, plan), approvals: 0 },
        ...(breakGlass === undefined ? {} : { breakGlass }),
        ...{ origin: { via: 'slack', channel: 'C1' }, interaction: interaction() },
      });
      return state.runId;
    },
    async approve(runId) {
      await engine.approve({ runId, person: ANDRE, via: 'slack', interaction: interaction() });
    },
    resume: (runId) => engine.resume({ runId, person: OLGA, via: 'slack', interaction: interaction() }),
    reached,
    async until(holds) {
      const deadline = Date.now() + DEADLINE_MS;
      while (!(await holds())) {
        if (Date.now() > deadline) throw new Error(`never held: ${holds.toString()}`);
        await delay(5);
      }
    },
    async close() {
      for (const close of closers.splice(0).reverse()) await close();
    },
  };
}
