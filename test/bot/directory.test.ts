import { afterEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { openDirectory } from '../../src/bot/directory.ts';
import { Secret } from '../../src/secret.ts';
import { startSlackSandbox, type SandboxOptions } from '../../sandbox/slack/index.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const GROUP = 'S0APPROVERS';
const MEMBER = 'U0APPROVER';

async function open(options: SandboxOptions = {}) {
  const slack = await startSlackSandbox(options);
  closers.push(() => slack.close());
  let nowMs = 1_767_225_600_000;
  const parts = { botToken: new Secret('SLACK_BOT_TOKEN', slack.botToken), apiUrl: slack.apiUrl };
  const directory = openDirectory(parts, pino({ level: 'silent' }), () => nowMs);
  const asked = () => slack.calls('usergroups.users.list').length;
  return { slack, directory, asked, pass: (ms: number) => (nowMs += ms) };
}

describe('membership of a user group', () => {
  it('is asked anew each time it grants something now', async () => {
    const { slack, directory, asked } = await open();
    expect(await directory.membership(GROUP, MEMBER, 'now')).toEqual({ kind: 'member' });
    slack.admin.setGroup(GROUP, []);
    expect(await directory.membership(GROUP, MEMBER, 'now')).toEqual({ kind: 'stranger' });
    expect(asked()).toBe(2);
  });

  it('is remembered for a minute for what only reads, then asked again', async () => {
    const { slack, directory, asked, pass } = await open();
    expect(await directory.membership(GROUP, MEMBER, 'recent')).toEqual({ kind: 'member' });
    slack.admin.setGroup(GROUP, []);
    pass(60_000);
    expect(await directory.membership(GROUP, MEMBER, 'recent')).toEqual({ kind: 'member' });
    pass(1);
    expect(await directory.membership(GROUP, MEMBER, 'recent')).toEqual({ kind: 'stranger' });
    expect(asked()).toBe(2);
  });

  it('is asked once for many readers', async () => {
    const { directory, asked } = await open();
    await Promise.all([1, 2, 3].map(() => directory.membership(GROUP, MEMBER, 'recent')));
    expect(asked()).toBe(1);
  });

  it('is asked again at once after the group has changed', async () => {
    const { slack, directory } = await open();
    await directory.membership(GROUP, MEMBER, 'recent');
    slack.admin.setGroup(GROUP, []);
    directory.forget(GROUP);
    expect(await directory.membership(GROUP, MEMBER, 'recent')).toEqual({ kind: 'stranger' });
  });

  it('is not remembered from a question that was under way when the group changed', async () => {
    const { directory, asked } = await open();
    const going = directory.membership(GROUP, MEMBER, 'recent');
    directory.forget(GROUP);
    await going;
    await directory.membership(GROUP, MEMBER, 'recent');
    expect(asked()).toBe(2);
  });

  it('costs one question in half a minute, however often strangers try', async () => {
    const { directory, asked, pass } = await open();
    for (let times = 0; times < 30; times += 1) {
      expect(await directory.membership(GROUP, 'U0VIEWER', 'now')).toEqual({ kind: 'stranger' });
      pass(1000);
    }
    expect(asked()).toBe(1);
    pass(1000);
    await directory.membership(GROUP, 'U0VIEWER', 'now');
    expect(asked()).toBe(2);
  });
});

describe('without an answer of Slack', () => {
  it.each([
    ['500' as const, 'did not say within 3 s about the user group S0APPROVERS'],
    ['reset' as const, 'did not say within 3 s about'],
    ['timeout' as const, 'did not say within 3 s about'],
    ['429' as const, 'answers no more questions about the user group S0APPROVERS for 7 s'],
  ])('(%s) nobody is a member, and it is said why', async (kind, reason) => {
    const { slack, directory } = await open();
    await directory.membership(GROUP, MEMBER, 'recent');
    slack.fault({ method: 'usergroups.users.list', kind, retryAfterS: 7 });
    const answer = await directory.membership(GROUP, MEMBER, 'now');
    expect(answer).toMatchObject({ kind: 'unknown', reason: expect.stringContaining(reason) });
  });

  it('what is remembered serves readers for its minute and no longer', async () => {
    const { slack, directory, pass } = await open();
    await directory.membership(GROUP, MEMBER, 'recent');
    slack.fault({ method: 'usergroups.users.list', kind: '500', times: Infinity });
    expect(await directory.membership(GROUP, MEMBER, 'recent')).toEqual({ kind: 'member' });
    pass(60_001);
    expect(await directory.membership(GROUP, MEMBER, 'recent')).toMatchObject({ kind: 'unknown' });
  });

  it('a group that Slack does not know, or a missing scope, is named', async () => {
    const { directory } = await open();
    expect(await directory.members('S0NOTHERE')).toMatchObject({
      kind: 'unknown',
      reason: 'Slack does not tell about the user group S0NOTHERE (no_such_subteam)',
    });
    const poor = await open({ app: { scopes: ['chat:write'] } });
    expect(await poor.directory.membership(GROUP, MEMBER, 'now')).toMatchObject({
      kind: 'unknown',
      reason: expect.stringContaining('missing_scope'),
    });
  });
});

describe('an account', () => {
  it('is a person under their own name', async () => {
    const { directory } = await open();
    expect(await directory.account(MEMBER, 'now')).toEqual({ kind: 'person', name: 'Anne Approver' });
  });

  it.each([
    [{ is_bot: true }, 'a bot'],
    [{ deleted: true }, 'deactivated'],
    [{ is_restricted: true }, 'a guest'],
    [{ is_ultra_restricted: true }, 'a guest'],
  ])('is refused when it is %j', async (change, reason) => {
    const { slack, directory } = await open();
    slack.admin.changeUser(MEMBER, change);
    const answer = await directory.account(MEMBER, 'now');
    expect(answer).toEqual({ kind: 'refused', reason: expect.stringContaining(reason) });
  });

  it('is not known when Slack does not say', async () => {
    const { slack, directory } = await open();
    slack.fault({ method: 'users.info', kind: '500' });
    expect(await directory.account(MEMBER, 'now')).toMatchObject({ kind: 'unknown' });
  });
});
