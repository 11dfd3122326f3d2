import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Secret as Shared, TOTP } from 'otpauth';
import { BASE_DEPLOYED } from '../../sandbox/fleet/base.ts';
import { ACTION_IDS } from '../../src/bot/views/actions.ts';
import { MODULES } from '../../src/modules/index.ts';
import { openGrounds, type Grounds, type House } from '../helpers/full-house.ts';

const STEP_MS = 30_000;
const drawn = (message: object | undefined) => JSON.stringify(message ?? '');

describe('where the policy asks for one-time codes', () => {
  let grounds: Grounds;
  let house: House;

  beforeAll(async () => {
    grounds = await openGrounds(MODULES, 'totp: { impacts: [destructive], breakGlass: true, resetBy: [olga] }\n');
  });
  afterAll(() => grounds.close());
  beforeEach(async () => {
    for (const host of grounds.fleet.world.values()) host.deployed = new Set(BASE_DEPLOYED);
    house = await grounds.openHouse();
    await house.openBot();
  });
  afterEach(() => house.close());

  /** What the person is answered in Slack, once it holds this. */
  async function answered(person: string, command: string, text: string): Promise<string> {
    await house.slack.person(person).command('#ops', '/keybuzz', command);
    const found = await house.slack.waitFor(() =>
      house.slack.ephemerals(person).find((each) => drawn(each).includes(text)),
    );
    return drawn(found);
  }

  const codeOf = (secret: string, steps = 0) =>
    new TOTP({ secret: Shared.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * STEP_MS });

  /** Enrols with the code of now; the next step's is left, also when that begins meanwhile. */
  async function enrol(person: string): Promise<string> {
    const told = await answered(person, 'totp enrol', 'authenticator app');
    const secret = /`([A-Z2-7]{32})`/.exec(told)?.[1] ?? '';
    await answered(person, `totp confirm ${codeOf(secret)}`, 'count now');
    return secret;
  }

  it('an approval of what can lose data takes one, in Slack and typed, and the secret is shown to its owner alone', async () => {
    const secret = await enrol('approver');
    // What is merely disruptive takes none.
    const { runId: deployed } = await house.type('olga', 'deploy', 'redis');
    expect((await house.type('anne', 'approve', deployed)).error).toBeUndefined();
    await house.toldInFull(deployed);
    const started = await house.type('olga', 'remove', 'redis');
    expect(started.exit).toBe(3);
    const shown = await house.slack.waitFor(() =>
      house.rootsOf(started.runId).find((root) => drawn(root.blocks).includes(ACTION_IDS.approve)),
    );
    const approver = house.slack.person('approver');
    // Too late for a form, the click is answered with what to type.
    await approver.click(shown, ACTION_IDS.approve, { triggerAgeMs: 4000 });
    const refused = await house.slack.waitFor(() =>
      house.slack.ephemerals('approver').find((each) => drawn(each).includes('KEYBUZZ_TOTP_REQUIRED')),
    );
    expect(drawn(refused)).toContain(`approve ${started.runId} --code`);
    expect(await house.type('anne', 'approve', started.runId)).toMatchObject({
      exit: 4,
      error: 'KEYBUZZ_TOTP_REQUIRED',
    });
    await answered('approver', `approve ${started.runId} --code ${codeOf(secret, 20)}`, 'KEYBUZZ_TOTP_WRONG');
    const code = codeOf(secret, 1);
    const { view: form } = await approver.openModal(shown, ACTION_IDS.approve);
    expect((await approver.submitView(form, { code: '12345' })).errors).toEqual({ code: 'A code has six digits.' });
    await approver.submitView(form, { code: `${code.slice(0, 3)} ${code.slice(3)}` });
    await house.slack.waitFor(() =>
      house.slack.ephemerals('approver').find((each) => drawn(each).includes('approved')),
    );
    const events = await house.engine.events(started.runId);
    expect(events.filter(({ body }) => body.type === 'approval.given')).toHaveLength(1);
    expect(drawn(events)).not.toContain(code);
    const others = ['operator', 'approver2', 'viewer'].map((person) => drawn(house.slack.ephemerals(person)));
    expect([...others, drawn(house.slack.messages('#ops'))].filter((text) => text.includes(secret))).toEqual([]);
  });

  it('breaking the glass takes one, which counts for it once', async () => {
    const secret = await enrol('operator');
    const bare = await house.type('olga', 'deploy', 'redis', '--break-glass', 'it is night');
    expect(bare).toMatchObject({ exit: 4, error: 'KEYBUZZ_TOTP_REQUIRED' });
    const code = codeOf(secret, 1);
    const broke = await house.type('olga', 'deploy', 'redis', '--code', code, '--break-glass', 'it is night');
    expect(broke.error).toBeUndefined();
    const { command, breakGlass } = await house.engine.run(broke.runId);
    expect([command, breakGlass?.reason]).toEqual(['deploy redis --break-glass it is night', 'it is night']);
    const again = await house.type('olga', 'deploy', 'redis', '--code', code, '--break-glass', 'once more');
    expect(again).toMatchObject({ exit: 4, error: 'KEYBUZZ_TOTP_USED' });
  });

  it('lost ones are forgotten by whom resetBy lists, and not by their owner', async () => {
    await enrol('approver');
    expect(await house.type('anne', 'totp', 'forget', 'anne')).toMatchObject({ exit: 4, error: 'KEYBUZZ_NOT_ALLOWED' });
    expect((await house.type('olga', 'totp', 'forget', 'anne')).exit).toBe(0);
    expect(await house.type('anne', 'totp', 'enrol')).toMatchObject({ exit: 0 });
    expect(await answered('viewer', 'totp enrol', 'KEYBUZZ_NOT_ALLOWED')).toContain('policy.yaml');
  });
});
