import { join } from 'node:path';
import { loadInventory } from '../../src/inventory.ts';
import { notPassing } from '../../src/jobs/ask-checks.ts';
import type { ChecksStep, ScriptStep, Step } from '../../src/modules/contract.ts';
import { assembleScript, findModule } from '../../src/modules/index.ts';
import { stepsOf } from '../../src/modules/steps.ts';
import { readable } from '../helpers/deployment.ts';
import type { DrillEngine } from './drill-engines.ts';
import { answersOf, deployModule, moveModule, type Movable } from './operator.ts';
import { until } from './process.ts';
import { runScript, type Ran } from './run-script.ts';

const INVENTORY = join(import.meta.dirname, '../../inventory/servers.tsv');

/** Longest time until others serve, until the killed node is back, and until all is as a drill wants it, ms. */
const PATIENCE_MS = 180_000;

/** What the death of one node cost, as the markers tell that `drill` writes through the service's entries. */
export interface Cost {
  host: string;
  /** Longest time without an acknowledged write, s. */
  outageSeconds: number;
  acknowledged: number;
  /** Acknowledged writes that are gone, and those of them that every replica had that must. */
  lost: number;
  lostByAll: number;
  /** Whether the service itself counted the killed node as a full member at the end. */
  isBack: boolean;
}

function stepOf(engine: DrillEngine, id: string): Step {
  const module = findModule(engine.module);
  const steps = module && stepsOf(module, 'drill', loadInventory(INVENTORY), (script) => assembleScript(script).hash);
  const step = steps?.find((one) => one.id === id);
  if (step === undefined) throw new Error(`A drill of ${engine.name} has no step ${id}.`);
  return step;
}

/** Runs a step of the drill's markers as the worker would, but by hand. */
async function runMarkers(real: Movable, engine: DrillEngine, id: 'marker-start' | 'marker-stop'): Promise<Ran> {
  const { script, work, secrets } = stepOf(engine, id) as ScriptStep;
  const { host = '', args = [] } = work[0] ?? {};
  const address = real.fleet.hosts.find(({ name }) => name === host)?.address ?? '';
  const given = Object.fromEntries(secrets.map((name) => [name, engine.secrets[name] ?? '']));
  const ran = await runScript(real.fleet, { address, script, args, secrets: given }, 'apply');
  if (ran.exitCode !== 0) throw new Error(`${script} on ${host}: exit ${ran.exitCode}: ${ran.facts.reason ?? ''}`);
  return ran;
}

function costOf(host: string, facts: Record<string, string>, isBack: boolean): Cost {
  const numberOf = (key: string): number => {
    const value = Number(facts[key]);
    if (!Number.isFinite(value)) throw new Error(`The markers told no ${key}: ${JSON.stringify(facts)}`);
    return value;
  };
  return {
    ...{ host, isBack, outageSeconds: numberOf('outage-seconds'), acknowledged: numberOf('acknowledged') },
    ...{ lost: numberOf('lost'), lostByAll: numberOf('lost-by-all') },
  };
}

/** Asks a service until it says yes; while it moves it may not answer at all. */
async function untilSaid(what: string, ask: () => Promise<boolean>): Promise<void> {
  await until(what, PATIENCE_MS, async () => (await ask().catch(() => false)) || undefined, 100);
}

/** Opens the engine's hosts and deploys what it is made of. */
export async function openDrills(engine: DrillEngine): Promise<Movable> {
  const real = await engine.open();
  try {
    for (const module of engine.deploys) {
      const said = readable(await deployModule(real, module));
      if (!/\*Done(?: with warnings)?\* in/.test(said)) throw new Error(`deploy ${module}: ${said.slice(0, 2000)}`);
    }
    return real;
  } catch (error) {
    await real.close();
    throw error;
  }
}

/** Waits until every check passes that a drill asks before it kills. */
export async function untilReady(real: Movable, engine: DrillEngine): Promise<void> {
  const { must } = stepOf(engine, 'before') as ChecksStep;
  const passes = async () => notPassing(await answersOf(real, engine.module), must).length === 0;
  await until(`${engine.name} ready for a drill`, PATIENCE_MS, async () => (await passes()) || undefined, 1_000);
}

/** One `drill` typed in Slack and approved there. Throws when it does not end well, or killed another than the chosen node. */
export async function drill(real: Movable, engine: DrillEngine): Promise<Cost> {
  const host = await engine.chosen(real);
  const [before] = await real.starts([host], engine.unit);
  const { text, facts } = await moveModule(real, 'drill', engine.module);
  const isBack = await engine.isMember(real, host).catch(() => false);
  if (!/\*Done(?: with warnings)?\* in/.test(text)) throw new Error(`drill ${engine.module}: ${text.slice(0, 3000)}`);
  const [after] = await real.starts([host], engine.unit);
  if (before === after) throw new Error(`The drill did not kill ${engine.unit} on ${host}.`);
  return costOf(host, facts, isBack);
}

/**
 * What the engine alone costs: the same node is killed by hand in the same way, started again by hand once the others go on,
 * and nobody helps. Measured by the markers of `drill`, through the same entries.
 */
export async function killByHand(real: Movable, engine: DrillEngine): Promise<Cost> {
  const host = await engine.chosen(real);
  await runMarkers(real, engine, 'marker-start');
  await real.fleet.killUnit(host, engine.unit);
  await untilSaid(`${engine.name} without ${host}`, () => engine.goesOn(real, host));
  await real.fleet.reviveUnit(host, engine.unit);
  await untilSaid(`${host} as a member`, () => engine.isMember(real, host));
  await engine.besides?.(real);
  const { facts } = await runMarkers(real, engine, 'marker-stop');
  return costOf(host, facts, await engine.isMember(real, host).catch(() => false));
}
