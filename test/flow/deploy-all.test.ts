import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { BASE_DEPLOYED } from '../../sandbox/fleet/base.ts';
import type { Message } from '../../sandbox/slack/index.ts';
import { createBase } from '../../src/modules/base/index.ts';
import { inventory } from '../../src/modules/inventory/index.ts';
import { postgresql } from '../../src/modules/postgresql/index.ts';
import { redis } from '../../src/modules/redis/index.ts';
import { openGrounds, type Grounds, type House } from '../helpers/full-house.ts';

const MODULES = [inventory, createBase([...redis.locks, ...postgresql.locks]), postgresql, redis];
const PATIENCE_MS = 120_000;
jest.setTimeout(2 * PATIENCE_MS);

const textOf = (message: Message | undefined) => JSON.stringify(message?.blocks ?? []);

describe('the whole platform, from a slash command to the message in Slack', () => {
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
    await house.openBot();
  });

  afterEach(async () => {
    await house.close();
  });

  /** The newest message of a run, once it is as asked. */
  async function when(isAsked: RegExp): Promise<Message> {
    const find = () => house.slack.messages('#ops').findLast((message) => isAsked.test(textOf(message)));
    return house.slack.waitFor(find, PATIENCE_MS, isAsked.source);
  }

  const ask = (person: 'operator' | 'approver', text: string) =>
    house.slack.person(person).command('#ops', '/keybuzz', text);

  it('is deployed after one prompt that says what each module would change, in a message with a line for each', async () => {
    grounds.fleet.world.get('redis-02')?.deployed.clear();
    await ask('operator', 'deploy all');
    const prompt = await when(/deploy all.*keybuzz_approve/s);
    expect(textOf(prompt)).toMatch(
      /base: Base system and security: \d+ changes on 1 host .*redis: Redis: \d+ changes on 5 hosts/s,
    );
    expect(textOf(prompt)).toMatch(
      /\*inventory\* ok.*\*base\* not started.*\*postgresql\* not started.*\*redis\* not started/s,
    );
    await house.slack.person('approver').click(prompt, 'keybuzz_approve');
    const done = await when(/deploy all.*\*Done.*Log head/s);
    expect(done.ts).toBe(prompt.ts);
    expect(textOf(done)).toMatch(
      /\*inventory\* ok.*\*base\* ok · \d+ changes.*\*postgresql\* ok · \d+ changes.*\*redis\* ok · \d+ changes/s,
    );
    const prompts = house.slack.messages('#ops').filter((message) => textOf(message).includes('deploy all'));
    expect(prompts).toHaveLength(1);
    const tells = (note: Message) => textOf(note).includes('redis: Make each server a member');
    const note = () => house.slack.thread('#ops', done.ts).find(tells);
    await house.slack.waitFor(note, PATIENCE_MS, 'the note of a step of redis');
    await ask('operator', 'deploy all');
    await when(/deploy all.*Nothing to change.*nothing to change.*Log head/s);
  });

  it('is validated line by line, with evidence and what blocks what', async () => {
    grounds.fleet.world.get('db-slave-01')?.deployed.clear();
    await ask('operator', 'validate');
    const told = textOf(await when(/validate.*Checklist.*Log head/s));
    expect(told).toMatch(
      /fail \*Base system on all servers\*: base: \d of 10 checks pass; services fail: .*1 of 52: db-slave-01/s,
    );
    expect(told).toMatch(/pass \*Network 10\.0\.0\.0\/16.*unknown \*MinIO\*: minio: not part of this bot yet/s);
    expect(told).toMatch(/fail \*Redis\*: never: no failover or drill of it ever ended well/);
    expect(told).toContain('it blocks the deployment of postgresql, redis. See: status base');
  });

  it('says the same in the terminal, as lines of a document, and exits with 1 while not all of it passes', async () => {
    const { exit, reply } = await house.type('olga', 'validate');
    expect(exit).toBe(1);
    const line = reply?.checklist?.lines.find(({ title }) => title === 'Base system on all servers');
    expect(line).toMatchObject({ answer: 'pass', evidence: 'base: 10 of 10 checks pass' });
    expect(reply?.checklist).toMatchObject({ isComplete: false });
    const all = await house.type('olga', 'plan', 'all');
    expect([all.exit, all.reply?.state?.ending?.ending]).toEqual([0, 'ok']);
  });

  it('refuses a module on hosts without base, and takes an override with a reason to a prompt that shows what is not valid', async () => {
    grounds.fleet.world.get('redis-02')?.deployed.clear();
    await ask('operator', 'deploy redis');
    const refused = textOf(await when(/deploy redis.*Refused.*Log head/s));
    expect(refused).toMatch(/Ask whether base is valid on its 5 hosts.*1 of 5: redis-02.*First: deploy base/s);
    await ask('operator', 'deploy redis --override base follows tonight');
    const prompt = await when(/deploy redis --override.*keybuzz_approve/s);
    expect(textOf(prompt)).toMatch(/\*Override\* of what it requires: base follows tonight.*fail \*services\*/s);
    await house.slack.person('approver').click(prompt, 'keybuzz_approve');
    await when(/deploy redis --override.*\*Done.*Log head/s);
  });
});
