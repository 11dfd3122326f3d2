import { describe, expect, it } from '@jest/globals';
import { MINIO_SCRIPTS } from '../../../sandbox/fleet/minio.ts';
import { minio } from '../../../src/modules/minio/index.ts';
import { inventoryOf } from '../../modules/minio/cluster.ts';
import { createPlayer } from './play.ts';

const { newWorld, playVerb, notPassing } = createPlayer(minio, MINIO_SCRIPTS, inventoryOf());

describe("the demo's MinIO", () => {
  it('is whole after its deploy, which shows beforehand what it does and has nothing to do a second time', () => {
    const world = newWorld();
    expect(notPassing(world)).toContain('live');
    const shown = playVerb(world, 'deploy', 'check');
    expect(playVerb(world, 'deploy', 'apply')).toEqual(shown);
    expect(notPassing(world)).toEqual(['end-of-life']);
    expect(playVerb(world, 'deploy', 'check')).toEqual([]);
    expect(playVerb(world, 'test', 'apply')).toEqual([]);
  });

  it('takes one node a move, and is whole afterwards', () => {
    const world = newWorld();
    playVerb(world, 'deploy', 'apply');
    for (const verb of ['failover', 'drill'] as const) {
      const taken = playVerb(world, verb, 'apply').filter((change) => change.includes(': node '));
      expect(taken).toEqual(['minio-03: node minio.service']);
      expect(notPassing(world)).toEqual(['end-of-life']);
    }
  });

  it('tells what a killed node takes with it, and is whole once its deploy has started it again', () => {
    const world = newWorld();
    playVerb(world, 'deploy', 'apply');
    const host = world.get('minio-02');
    if (host !== undefined) host.isKilled = true;
    expect(notPassing(world)).toEqual(expect.arrayContaining(['live', 'maintenance', 'drives']));
    expect(playVerb(world, 'deploy', 'check')).toEqual(['minio-02: service minio.service']);
    expect(playVerb(world, 'deploy', 'apply')).toEqual(['minio-02: service minio.service']);
    expect(notPassing(world)).toEqual(['end-of-life']);
  });

  it('is gone after its removal, and can be deployed anew', () => {
    const world = newWorld();
    const shown = playVerb(world, 'deploy', 'apply');
    playVerb(world, 'remove', 'apply');
    expect(playVerb(world, 'deploy', 'apply')).toEqual(shown);
  });
});
