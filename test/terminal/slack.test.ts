import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BASE_DEPLOYED } from '../../sandbox/fleet/base.ts';
import { MODULES } from '../../src/modules/index.ts';
import { openGrounds, type Grounds, type House } from '../helpers/full-house.ts';

let grounds: Grounds;
let house: House;

beforeAll(async () => {
  grounds = await openGrounds(MODULES);
});

afterAll(async () => {
  await grounds.close();
});

beforeEach(async () => {
  for (const host of grounds.fleet.world.values()) host.deployed = new Set(BASE_DEPLOYED);
  house = await grounds.openHouse();
});

afterEach(async () => {
  await house.close();
});

describe('a run that is started and approved in the terminal', () => {
  it('has one message and its thread in the ops channel, with who asked and who approved', async () => {
    await house.openBot();
    const { exit, runId } = await house.type('olga', 'deploy', 'redis');
    expect(exit).toBe(3);
    expect(await house.type('olga', 'approve', runId)).toMatchObject({ exit: 4, error: 'KEYBUZZ_SELF_APPROVAL' });
    expect((await house.type('anne', 'approve', runId)).exit).toBe(0);
    const drawn = JSON.stringify((await house.toldInFull(runId)).blocks);
    expect(drawn).toContain('Asked by <@U0OPERATOR> in the terminal');
    expect(drawn).toContain('*Approved* by <@U0APPROVER>');
    expect(drawn).toMatch(/, terminal: \d+ changes on 5 hosts/);
  });

  it('is told in full when Slack comes back, as if it had been there all the time', async () => {
    await house.openBot();
    const heal = house.slack.outage();
    const { runId } = await house.type('olga', 'deploy', 'redis');
    expect((await house.type('anne', 'approve', runId)).exit).toBe(0);
    expect(house.rootsOf(runId)).toEqual([]);
    heal();
    await house.toldInFull(runId);
  });

  it('goes on in its message when Slack went away in between', async () => {
    await house.openBot();
    const { runId } = await house.type('olga', 'deploy', 'redis');
    const shown = await house.slack.waitFor(() => house.rootsOf(runId)[0]);
    const heal = house.slack.outage();
    expect((await house.type('anne', 'approve', runId)).exit).toBe(0);
    heal();
    expect((await house.toldInFull(runId)).ts).toBe(shown.ts);
  });

  it('is told by the next bot when none was there', async () => {
    const { runId } = await house.type('olga', 'deploy', 'redis');
    expect((await house.type('anne', 'approve', runId)).exit).toBe(0);
    await house.openBot();
    await house.toldInFull(runId);
  });
});

describe('a lock that is held by hand', () => {
  it('makes a run wait until an approved steal frees it, and the prompt names the holder', async () => {
    await house.openBot();
    expect((await house.type('olga', 'lock', 'redis', 'disk of redis-02')).exit).toBe(0);
    expect(await house.type('anne', 'unlock', 'redis')).toMatchObject({ exit: 1, error: 'KEYBUZZ_LOCK_HELD' });
    const { runId } = await house.type('olga', 'deploy', 'redis');
    await house.type('anne', 'approve', runId, '--detach');
    await house.slack.waitFor(() =>
      JSON.stringify(house.rootsOf(runId)[0]?.blocks ?? []).includes('Lock `redis` is held by'),
    );

    const steal = await house.type('anne', 'steal', 'redis', 'Olga is ill');
    expect(steal.exit).toBe(3);
    await house.slack.waitFor(() =>
      JSON.stringify(house.rootsOf(steal.runId)[0]?.blocks ?? []).includes(
        'taken from Olga Operator, who holds it since',
      ),
    );
    expect((await house.type('olga', 'approve', steal.runId)).exit).toBe(0);
    await house.toldInFull(steal.runId);
    await house.toldInFull(runId);
    expect(await house.engine.locks()).toEqual([]);
  });
});
