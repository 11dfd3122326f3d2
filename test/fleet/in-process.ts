import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashPlan, planOf, type PlannedCommand } from '../../src/commands/plan.ts';
import { loadInventory, type Inventory } from '../../src/inventory.ts';
import { openEngine, startWorker, type Closer, type RunState } from '../../src/jobs/index.ts';
import { gravestImpact, type CheckResult, type Module, type OfferedVerb } from '../../src/modules/contract.ts';
import { assembleScript } from '../../src/modules/index.ts';
import { freshPrefix, startRedis } from '../helpers/redis.ts';
import { ANDRE, OLGA } from '../helpers/runs.ts';
import { openFleet, type Fleet } from './fleet.ts';

export interface InProcessOptions {
  hosts: readonly string[];
  /** What the worker knows, with the test's own settings. */
  modules: readonly Module[];
  /** Imported credentials: file name in the credentials directory, and its text. */
  credentials?: Record<string, string>;
}

/** What a worker over real hosts is given. */
export interface Place {
  fleet: Pick<Fleet, 'sshKeyFile'>;
  inventory: Inventory;
  knownHostsFile: string;
  credentialsDirectory: string;
}

/** A worker in this process with a Redis of its own: nobody posts what it does, so a question takes as long as its hosts. */
export interface OwnWorker {
  /** Carries out a command, approved where it asks; gives the state in which its run ended or was interrupted. */
  perform(command: PlannedCommand): Promise<RunState>;
  /** The types of a run's events, in their order. */
  typesOf(runId: string): Promise<string[]>;
  /** Runs a module's verb, approved where it asks; gives the state in which it ended or was interrupted. */
  run(verb: Exclude<OfferedVerb, 'plan'>, module: Module): Promise<RunState>;
  /** Goes on with an interrupted run. */
  resume(runId: string): Promise<RunState>;
  abandon(runId: string): Promise<RunState>;
  /** The answers to all of a module's checks. */
  status(module: Module): Promise<CheckResult[]>;
  close: Closer;
}

/** Such a worker over freshly reset real hosts, for modules whose settings are not the platform's. */
export interface InProcess extends OwnWorker {
  fleet: Fleet;
  inventory: Inventory;
  credentialsDirectory: string;
}

const HASH_OF = (script: string): string => assembleScript(script).hash;

/** Hosts to forget, a directory with copies of what a worker needs, in the order in which they are opened. */
async function openPlace({ hosts, credentials = {} }: InProcessOptions, closers: Closer[]) {
  const fleet = await openFleet({ hosts });
  closers.push(() => fleet.close());
  await Promise.all(hosts.map((host) => fleet.reset(host)));
  const directory = await mkdtemp(join(tmpdir(), 'keybuzz-fleet-in-process-'));
  closers.push(() => rm(directory, { recursive: true }));
  const knownHostsFile = join(directory, 'known_hosts');
  await copyFile(fleet.knownHostsFile, knownHostsFile);
  const credentialsDirectory = join(directory, 'credentials');
  await mkdir(credentialsDirectory, { mode: 0o700 });
  for (const [name, text] of Object.entries(credentials)) {
    await writeFile(join(credentialsDirectory, name), text, { mode: 0o600 });
  }
  const all = loadInventory(join(import.meta.dirname, '../../inventory/servers.tsv'));
  const inventory: Inventory = { ...all, hosts: all.hosts.filter(({ name }) => hosts.includes(name)) };
  return { fleet, inventory, knownHostsFile, credentialsDirectory };
}

/** Opens it. */
export async function openInProcess(options: InProcessOptions): Promise<InProcess> {
  const closers: Closer[] = [];
  const place = await openPlace(options, closers);
  const worker = await openOwnWorker(place, options.modules);
  const { fleet, inventory, credentialsDirectory } = place;
  closers.push(() => worker.close());
  return {
    ...{ ...worker, fleet, inventory, credentialsDirectory },
    async close() {
      for (const close of closers.reverse()) await close();
    },
  };
}

/** Opens a worker that knows these modules; the hosts are somebody else's to reset and to close. */
export async function openOwnWorker(place: Place, modules: readonly Module[]): Promise<OwnWorker> {
  const closers: Closer[] = [];
  const { fleet, inventory, knownHostsFile, credentialsDirectory } = place;
  const redis = await startRedis();
  closers.push(() => redis.stop());
  const endpoint = {
    ...{ kind: 'single' as const, host: '127.0.0.1', port: redis.port, db: 0, tls: false },
    ...{ username: undefined, password: undefined },
  };
  const common = { endpoint, prefix: freshPrefix(), sweepMs: 500, warn: () => undefined };
  const worker = await startWorker({
    ...{ ...common, inventory, modules, assemble: assembleScript },
    ...{ knownHostsFile, credentialsDirectory },
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

  async function perform(command: PlannedCommand, planned = modules): Promise<RunState> {
    const { plan } = planOf(command, { inventory, modules: planned, hashOf: HASH_OF });
    const impact = gravestImpact(plan.steps);
    const { state } = await engine.startRun({
      ...{ command: plan.title, plan, planHash: hashPlan(plan), person: OLGA, previewOnly: false },
      gate: { approvals: impact === 'none' ? 0 : 1, impact, expiresAfterSeconds: 3600 },
      origin: { via: 'slack', channel: 'C1' },
      interaction: `${command.verb}-${Math.random()}`,
    });
    return toItsEnd(state.runId, 0);
  }

  function run(verb: Exclude<OfferedVerb, 'plan'>, module: Module): Promise<RunState> {
    const planned = modules.map((one) => (one.name === module.name ? module : one));
    return perform({ verb, module: module.name }, planned);
  }

  const decisionOn = (runId: string) => ({
    ...{ runId, person: OLGA, via: 'slack' as const },
    interaction: `decide-${Math.random()}`,
  });
  return {
    run,
    perform: (command) => perform(command),
    typesOf: async (runId) => (await engine.events(runId)).map(({ body }) => body.type),
    async resume(runId) {
      const { seq } = await engine.resume(decisionOn(runId));
      return toItsEnd(runId, seq);
    },
    async abandon(runId) {
      const { seq } = await engine.abandon(decisionOn(runId));
      return toItsEnd(runId, seq);
    },
    async status(module) {
      const state = await run('status', module);
      return state.steps[0]?.checks ?? [];
    },
    async close() {
      for (const close of closers.reverse()) await close();
    },
  };
}
