import type { Call, Performance, World } from '../../../sandbox/fleet/world.ts';
import type { Inventory } from '../../../src/inventory.ts';
import type { HostAnswer, HostWork, Module, Verb } from '../../../src/modules/contract.ts';
import { createLineReader } from '../../../src/ssh/protocol.ts';

/** Plays a module's scripts on simulated hosts, as a worker would have them run. */
export interface Player {
  /** Hosts on which nothing is deployed. */
  newWorld: () => World;
  /** Plays a verb's scripts on all of their hosts; the changes they tell, as `host: kind target`. */
  playVerb: (world: World, verb: Verb, mode: 'check' | 'apply') => string[];
  /** Checks that do not pass, asked of the simulated hosts. */
  notPassing: (world: World) => string[];
}

/** A player of this module's scripts. */
export function createPlayer(
  module: Module,
  scripts: Readonly<Record<string, (call: Call) => Performance>>,
  inventory: Inventory,
): Player {
  function newWorld(): World {
    const host = (name: string, address: string) => ({
      ...{ name, address, deployed: new Set<string>() },
      ...{ isKilled: false, isDiskFull: false, isLockedOut: false, pace: 0 },
      ...{ bootId: '', bootedMs: 0, isStuck: false },
    });
    return new Map(inventory.hosts.map(({ name, privateIp }) => [name, host(name, privateIp)]));
  }

  /** Plays one script on one simulated host, and reads what it prints as a worker does. */
  function play(world: World, script: string, { host: name, args }: HostWork, mode: string) {
    const host = world.get(name);
    const act = scripts[script];
    if (host === undefined || act === undefined) throw new Error(`${script} on ${name}: nobody plays it`);
    const { lines, exitCode, then } = act({ world, host, script, mode, args });
    const reader = createLineReader();
    for (const line of lines) if (typeof line === 'string') reader.read(line);
    then?.();
    if (exitCode !== 0) throw new Error(`${script} on ${name} ended with ${exitCode}`);
    return reader.lines;
  }

  return {
    newWorld,
    playVerb(world, verb, mode) {
      const steps = module.plan({ verb, inventory }, () => '').filter((step) => step.kind === 'script');
      return steps.flatMap((step) => {
        const isShown = (work: HostWork) =>
          play(world, step.script, work, 'check').some(({ kind }) => kind === 'change');
        const works = step.onlyChanged === true ? step.work.filter(isShown) : step.work;
        return works.flatMap((work) =>
          play(world, step.script, work, step.mode === 'read' ? 'read' : mode).flatMap((line) =>
            line.kind === 'change' ? [`${work.host}: ${line.changeKind} ${line.target}`] : [],
          ),
        );
      });
    },
    notPassing(world) {
      const answers = module.probes(inventory).map(({ host, script, args }): HostAnswer => {
        const lines = play(world, script, { host, args }, 'read');
        const facts = Object.fromEntries(
          lines.flatMap((line) => (line.kind === 'fact' ? [[line.key, line.value]] : [])),
        );
        return { host, outcome: 'ok', facts, checks: [], reason: '' };
      });
      return module.assess(inventory, answers).flatMap(({ check, answer }) => (answer === 'pass' ? [] : [check]));
    },
  };
}
