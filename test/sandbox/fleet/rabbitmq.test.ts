import { describe, expect, it } from '@jest/globals';
import { RABBITMQ_SCRIPTS } from '../../../sandbox/fleet/rabbitmq.ts';
import { rabbitmq } from '../../../src/modules/rabbitmq/index.ts';
import { inventoryOf } from '../../modules/rabbitmq/cluster.ts';
import { createPlayer } from './play.ts';

const { newWorld, playVerb, notPassing } = createPlayer(rabbitmq, RABBITMQ_SCRIPTS, inventoryOf());

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
