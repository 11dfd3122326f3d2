import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BASE_DEPLOYED } from '../../sandbox/fleet/base.ts';
import { ACTION_IDS } from '../../src/bot/views/actions.ts';
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
  await house.openBot();
});
afterEach(async () => {
  await house.close();
});

const drawn = (message: object | undefined) => JSON.stringify(message ?? '');

/** What the person is answered in Slack, once it holds this. */
async function answered(person: string, command: string, text: string): Promise<string> {
  await house.slack.person(person).command('#ops', '/keybuzz', command);
  const found = await house.slack.waitFor(() =>
    house.slack.ephemerals(person).find((each) => drawn(each).includes(text)),
  );
  return drawn(found);
}

describe('a freeze', () => {
  it('typed in the terminal is told in the ops channel, keeps Slack from deploying, and is lifted from there', async () => {
    expect((await house.type('olga', 'freeze', 'the site is dark')).exit).toBe(0);
    const alert = await house.slack.waitFor(() =>
      house.slack.messages('#ops').find((each) => drawn(each).includes('Everything is frozen')),
    );
    expect(drawn(alert)).toContain('the site is dark');
    const refusal = await answered('approver', 'deploy redis', 'KEYBUZZ_FROZEN');
    expect(refusal).toContain('frozen by Olga Operator');
    expect(refusal).toContain('deploy redis --break-glass');
    expect(await house.type('anne', 'deploy', 'redis')).toMatchObject({ exit: 4, error: 'KEYBUZZ_FROZEN' });
    expect((await house.type('anne', 'status', 'redis')).error).toBeUndefined();
    expect(await answered('approver', 'policy check olga deploy redis', 'Refused')).toContain('frozen by Olga');

    await answered('approver', 'unfreeze the light is back', 'The freeze is lifted');
    await house.slack.waitFor(() =>
      house.slack.messages('#ops').some((each) => each.ts === alert.ts && drawn(each).includes('*Resolved*')),
    );
    expect((await house.type('olga', 'deploy', 'redis')).exit).toBe(3);
  });
});

describe('a run that breaks the glass', () => {
  it('goes ahead at once, loudly in the ops channel, until somebody else has reviewed it', async () => {
    await house.type('anne', 'freeze');
    await house.slack.person('operator').command('#ops-alerts', '/keybuzz', 'deploy redis --break-glass it is night');
    const root = await house.slack.waitFor(
      () => house.slack.messages('#ops').find((each) => drawn(each).includes('*Needs a review*')),
      45_000,
    );
    expect(drawn(root)).toContain('*Break-glass* by <@U0OPERATOR> <!here>: it is night');
    const runId = /run `([a-z]{5}-[a-z]{5})`/.exec(drawn(root))?.[1] ?? '';
    const { ending, approval } = await house.engine.run(runId);
    expect([ending?.ending, approval]).toEqual(['ok', undefined]);
    expect(await answered('approver', 'reviews', runId)).toContain('it is night');

    await house.slack.person('operator').click(root, ACTION_IDS.review);
    await house.slack.waitFor(() =>
      house.slack.ephemerals('operator').some((each) => drawn(each).includes('your review does not count')),
    );
    await house.slack.person('approver').click(root, ACTION_IDS.review);
    const reviewed = await house.slack.waitFor(() =>
      house.slack.messages('#ops').find((each) => each.ts === root.ts && drawn(each).includes('*Reviewed*')),
    );
    expect(drawn(reviewed)).toContain('by <@U0APPROVER>');
    expect(drawn(reviewed)).not.toContain(ACTION_IDS.review);
    expect(await house.engine.unreviewed()).toEqual([]);
    expect(await house.engine.brokenLink(runId)).toBeUndefined();
  });
});

describe('an audit', () => {
  it('is listed, exported into a thread of its own, and verified, in Slack and in the terminal', async () => {
    await house.type('olga', 'freeze', 'a test');
    await house.type('olga', 'unfreeze');
    expect(await answered('approver', 'audit --person olga', '2 entries')).toContain('`frozen`');
    await house.slack.person('approver').command('#ops', '/keybuzz', 'audit export --verb freeze');
    const root = await house.slack.waitFor(() =>
      house.slack.messages('#ops').find((each) => drawn(each).includes('exports 1 event')),
    );
    const [file] = await house.slack.waitFor(() => {
      const files = house.slack.thread('#ops', root.ts).flatMap((each) => each.files ?? []);
      return files.length === 0 ? undefined : files;
    });
    expect(file?.name).toMatch(/^audit-[0-9a-f]{16}\.jsonl$/);
    expect(await answered('approver', 'audit verify', 'Every chain holds')).toContain('2 of the ledger');
    const verified = await house.type('olga', 'audit', 'verify');
    expect([verified.exit, verified.reply]).toMatchObject([0, { verified: { faults: [], entries: 2 } }]);
    expect(await house.type('olga', 'audit', '--module', 'rediss')).toMatchObject({ exit: 2 });
  });
});
