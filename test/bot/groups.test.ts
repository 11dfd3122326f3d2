import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { openDirectory } from '../../src/bot/directory.ts';
import type { Execute } from '../../src/bot/interactions.ts';
import { createExecute } from '../../src/commands/index.ts';
import { parsePolicy } from '../../src/commands/policy-schema.ts';
import type { Decision } from '../../src/jobs/index.ts';
import { Secret } from '../../src/secret.ts';
import { startSlackSandbox, type SandboxOptions } from '../../sandbox/slack/index.ts';
import { hashOf, inventory, known, modules } from '../commands/fakes.ts';
import { openBot } from './bench.ts';
import { createFakeEngine } from './fake-engine.ts';
import * as runs from './runs.ts';

const { RUN } = runs;
const GROUP = 'S0APPROVERS';

const POLICY = `
roles:
  approver: { slackGroups: [${GROUP}] }
people:
  olga: { name: Olga, slack: [U0OPERATOR] }
rules:
  - { who: [olga, approver], verbs: [status, runs] }
approvals:
  disruptive: { approvals: 1, by: [approver] }
  destructive: { approvals: 2, by: [approver] }
`;

/** A bot whose policy lets a Slack user group approve, with a run that waits for approval. */
async function open(options: SandboxOptions = {}) {
  const slack = await startSlackSandbox(options);
  const engine = createFakeEngine();
  const approvals: Decision[] = [];
  engine.approve = async (decision) => {
    approvals.push(decision);
    return engine.run(decision.runId);
  };
  const directory = openDirectory(
    { botToken: new Secret('SLACK_BOT_TOKEN', slack.botToken), apiUrl: slack.apiUrl },
    pino({ level: 'silent' }),
  );
  const policy = parsePolicy(POLICY, 'policy.yaml', known);
  const execute: Execute = createExecute({ engine, inventory, policy: () => policy, modules, hashOf, directory });
  const bot = await openBot({ slack, engine, execute, directory, groups: () => [GROUP] });
  engine.append(RUN, ...runs.WAITING);
  const prompt = await bot.rootWith('keybuzz_approve');
  const click = (name: string) => slack.person(name).click(prompt, 'keybuzz_approve');
  return { ...bot, approvals, click };
}

describe('a click on Approve', () => {
  it('counts for a member of the group that may approve', async () => {
    const { click, told, approvals } = await open();
    await click('approver');
    await told('approver', 'approved');
    expect(approvals).toMatchObject([
      { runId: RUN, person: { id: 'slack:U0APPROVER', name: 'Anne Approver (U0APPROVER)', slack: 'U0APPROVER' } },
    ]);
  });

  it('is refused a second after the person was taken out of the group, whatever events say', async () => {
    const quiet = { app: { botEvents: ['app_home_opened', 'app_mention'] } };
    const { slack, click, told, approvals } = await open(quiet);
    await click('approver');
    await told('approver', 'approved');
    slack.admin.setGroup(GROUP, ['U0APPROVER2']);
    await click('approver');
    await told('approver', 'KEYBUZZ_NOT_ALLOWED');
    expect(approvals).toHaveLength(1);
  });

  it('is refused with the reason and what to do when Slack does not say who is in the group', async () => {
    const { slack, click, told, approvals } = await open();
    slack.fault({ method: 'usergroups.users.list', kind: '500', times: Infinity });
    await click('approver');
    const answer = JSON.stringify(await told('approver', 'KEYBUZZ_GROUP_UNKNOWN'));
    expect(answer).toContain('Slack did not say within 3 s about the user group S0APPROVERS');
    expect(answer).toContain('Try again in a moment');
    expect(approvals).toEqual([]);
  });

  it('is refused to a guest who was put into the group', async () => {
    const { slack, click, told, approvals } = await open();
    slack.admin.changeUser('approver', { is_restricted: true });
    await click('approver');
    await told('approver', 'a guest has no roles through user groups');
    expect(approvals).toEqual([]);
  });

  it('is refused to whoever is in no group', async () => {
    const { click, told, approvals } = await open();
    await click('viewer');
    await told('viewer', 'KEYBUZZ_NOT_ALLOWED');
    expect(approvals).toEqual([]);
  });
});

describe('what only reads', () => {
  it('follows a change of the group as soon as Slack tells of it', async () => {
    const { slack } = await open();
    const answers = () => slack.ephemerals('viewer').map((each) => JSON.stringify(each.blocks));
    const ask = async () => {
      const before = answers().length;
      await slack.person('viewer').command('#ops', '/keybuzz', 'runs');
      await slack.waitFor(() => answers().length > before && answers().at(-1)?.includes('Working on') === false);
      return answers().at(-1) ?? '';
    };
    expect(await ask()).toContain('KEYBUZZ_NOT_ALLOWED');
    slack.admin.setGroup(GROUP, ['U0VIEWER']);
    await slack.waitFor(() => slack.calls('events_api').length === 2);
    expect(await ask()).not.toContain('KEYBUZZ_NOT_ALLOWED');
  });
});

describe('the start', () => {
  it('names the scopes that user groups need', async () => {
    const scopes = ['chat:write', 'commands', 'channels:read', 'channels:history', 'files:write'];
    await expect(open({ app: { scopes } })).rejects.toThrow(/lacks the scopes .*usergroups:read, users:read/);
  });

  it('says which group of the policy nobody can be in', async () => {
    const { door } = await open({ groups: [{ id: 'S0OTHER', handle: 'other', name: 'Other', users: [] }] });
    expect(door.log()).toContain('Slack does not tell about the user group S0APPROVERS (no_such_subteam)');
  });
});
