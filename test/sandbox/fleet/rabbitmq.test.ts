import { describe, expect, it } from '@jest/globals';
import { RABBITMQ_SCRIPTS } from '../../../sandbox/fleet/rabbitmq.ts';
import type { World } from '../../../sandbox/fleet/world.ts';
import type { HostAnswer, HostWork, Verb } from '../../../src/modules/contract.ts';
import { rabbitmq } from '../../../src/modules/rabbitmq/index.ts';
import { createLineReader } from '../../../src/ssh/protocol.ts';
import { inventoryOf } from '../../modules/rabbitmq/cluster.ts';

const inventory = inventoryOf();

function newWorld(): World {
  const host = (name: string, address: string) => ({
    ...{ name, address, deployed: new Set<string>() },
    ...{ isKilled: false, isDiskFull: false, isLockedOut: false, pace: 0 },
  });
  return new Map(inventory.hosts.map(({ name, privateIp }) => [name, host(name, privateIp)]));
}

/** Plays one script on one simulated host, and reads what it prints as a worker does. */
function play(world: World, script: string, { host: name, args }: HostWork, mode: string) {
  const host = world.get(name);
  const act = RABBITMQ_SCRIPTS[script];
  if (host === undefined || act === undefined) throw new Error(`${script} on ${name}: nobody plays it`);
  const { lines, exitCode, then } = act({ world, host, script, mode, args });
  const reader = createLineReader();
  for (const line of lines) if (typeof line === 'string') reader.read(line);
  then?.();
  if (exitCode !== 0) throw new Error(`${script} on ${name} ended with ${exitCode}`);
  return reader.lines;
}

/** Plays a verb's scripts on all of their hosts; the changes they tell, as `host: kind target`. */
function playVerb(world: World, verb: Verb, mode: 'check' | 'apply'): string[] {
  const steps = rabbitmq.plan({ verb, inventory }, () => '').filter((step) => step.kind === 'script');
  return steps.flatMap((step) => {
    const isShown = (work: HostWork) => play(world, step.script, work, 'check').some(({ kind }) => kind === 'change');
    const works = step.onlyChanged === true ? step.work.filter(isShown) : step.work;
    return works.flatMap((work) =>
      play(world, step.script, work, step.mode === 'read' ? 'read' : mode).flatMap((line) =>
        line.kind === 'change' ? [`${work.host}: ${line.changeKind} ${line.target}`] : [],
      ),
    );
  });
}

/** What does not pass, asked of the simulated hosts. */
function notPassing(world: World): string[] {
  const answers = rabbitmq.probes(inventory).map(({ host, script, args }): HostAnswer => {
    const lines = play(world, script, { host, args }, 'read');
    const facts = Object.fromEntries(lines.flatMap((line) => (line.kind === 'fact' ? [[line.key, line.value]] : [])));
    return { host, outcome: 'ok', facts, checks: [], reason: '' };
  });
  return rabbitmq.assess(inventory, answers).flatMap(({ check, answer }) => (answer === 'pass' ? [] : [check]));
}

describe("the demo's RabbitMQ", () => {
  it('is whole after its deploy, which shows beforehand what it does and has nothing to do a second time', () => {
    const world = newWorld();
    expect(notPassing(world)).toContain('nodes-agree');
    const shown = playVerb(world, 'deploy', 'check');
    expect(playVerb(world, 'deploy', 'apply')).toEqual(shown);
    expect(notPassing(world)).toEqual([]);
    expect(playVerb(world, 'deploy', 'check')).toEqual([]);
    expect(playVerb(world, 'test', 'apply')).toEqual([]);
  });

  it('takes one node a move, another one the next time, and is whole afterwards', () => {
    const world = newWorld();
    playVerb(world, 'deploy', 'apply');
    const taken = () => playVerb(world, 'failover', 'check').filter((change) => change.includes(': node '));
    const first = taken();
    expect(first).toHaveLength(1);
    playVerb(world, 'failover', 'apply');
    expect(taken()).not.toEqual(first);
    playVerb(world, 'drill', 'apply');
    expect(notPassing(world)).toEqual([]);
  });

  it('is gone after its removal, and can be deployed anew', () => {
    const world = newWorld();
    const shown = playVerb(world, 'deploy', 'apply');
    playVerb(world, 'remove', 'apply');
    expect(playVerb(world, 'deploy', 'apply')).toEqual(shown);
  });
});
