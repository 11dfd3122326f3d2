import { describe, expect, it } from '@jest/globals';
import type { Caller } from '../../src/commands/index.ts';
import { createExecute } from '../../src/commands/index.ts';
import type { Account, Directory, Freshness } from '../../src/commands/directory.ts';
import { parsePolicy } from '../../src/commands/policy-schema.ts';
import { errorOf } from './doors.ts';
import { fakeEngine, hashOf, inventory, known, modules } from './fakes.ts';

const POLICY = `
roles:
  admin: { slackGroups: [S0ADMINS, S0BOSSES] }
  operator: { slackGroups: [S0OPS] }
  reader: {}
people:
  olga: { name: Olga Petit, slack: [U0OLGA], logins: [olga], roles: [operator] }
  ada: { name: Ada Blanc, slack: [U0ADA, U0ADA2], logins: [ada] }
  rita: { name: Rita Brun, slack: [U0RITA], roles: [reader] }
rules:
  - { who: [reader, operator], verbs: [status, runs, show] }
  - { who: [operator], verbs: [deploy, steal], modules: [redis] }
  - { who: [admin], verbs: [cancel] }
approvals:
  disruptive: { approvals: 2, by: [admin, olga] }
  destructive: { approvals: 2, by: [admin] }
`;

interface Slack {
  groups: Record<string, string[] | 'silent'>;
  accounts: Record<string, Account>;
  asked: string[];
}

/** Slack as commands/ sees it: groups, accounts, and what was asked of it. */
function directoryOf(slack: Slack): Directory {
  const silent = { kind: 'unknown' as const, reason: 'Slack did not say', fix: 'Try again in a moment' };
  const ask = (group: string, how: Freshness) => {
    slack.asked.push(`${group} ${how}`);
    return slack.groups[group] ?? 'silent';
  };
  return {
    membership(group, userId, how) {
      const users = ask(group, how);
      if (users === 'silent') return Promise.resolve(silent);
      return Promise.resolve({ kind: users.includes(userId) ? 'member' : 'stranger' });
    },
    members(group) {
      const users = ask(group, 'recent');
      return Promise.resolve(users === 'silent' ? silent : { kind: 'members', userIds: new Set(users) });
    },
    account: (userId) => Promise.resolve(slack.accounts[userId] ?? { kind: 'person', name: 'Nina Neuf' }),
  };
}

function open(groups: Slack['groups'] = {}, accounts: Slack['accounts'] = {}) {
  const slack: Slack = { groups: { S0ADMINS: [], S0BOSSES: [], S0OPS: [], ...groups }, accounts, asked: [] };
  const engine = fakeEngine();
  const policy = parsePolicy(POLICY, 'policy.yaml', known);
  const deps = { engine, inventory, policy: () => policy, modules, hashOf };
  const inSlack = createExecute({ ...deps, directory: directoryOf(slack) });
  const inTerminal = createExecute(deps);
  let count = 0;
  const caller = (identity: Caller['identity']): Caller => ({
    ...{ identity, channel: 'C0OPS', interaction: `i${(count += 1)}` },
  });
  return {
    ...{ slack, engine },
    say: (userId: string, text: string) => inSlack(text, caller({ via: 'slack', userId, teamId: 'T0' })),
    type: (login: string, text: string) => inTerminal(text, caller({ via: 'terminal', login })),
  };
}

describe('a role given by a Slack user group', () => {
  it('lets a member do what the role may, under their own name with their id', async () => {
    const { engine, say } = open({ S0OPS: ['U0NINA'] });
    await say('U0NINA', 'deploy redis');
    expect(engine.started[0]?.person).toEqual({ id: 'slack:U0NINA', name: 'Nina Neuf (U0NINA)', slack: 'U0NINA' });
    expect((await errorOf(say('U0NINA', 'deploy postgresql'))).code).toBe('KEYBUZZ_NOT_ALLOWED');
  });

  it('adds to what the policy gives by name', async () => {
    const { engine, say } = open({ S0OPS: ['U0ADA2'] });
    await say('U0ADA2', 'deploy redis');
    expect(engine.started[0]?.person).toEqual({ id: 'ada', name: 'Ada Blanc', slack: 'U0ADA2' });
  });

  it('is asked anew for what changes something and for decisions, and only of groups that matter', async () => {
    const { slack, say } = open({ S0OPS: ['U0NINA'], S0BOSSES: ['U0BO'] });
    await say('U0NINA', 'status redis');
    await say('U0NINA', 'deploy redis');
    await say('U0BO', 'cancel gutih-tugad');
    expect(slack.asked.filter((each) => !each.endsWith('recent'))).toEqual([
      ...['S0OPS now', 'S0OPS now', 'S0ADMINS now', 'S0BOSSES now'],
    ]);
    expect(slack.asked[0]).toBe('S0OPS recent');
  });

  it('costs no question when the role is given by name', async () => {
    const { slack, say } = open({ S0OPS: 'silent', S0ADMINS: 'silent' });
    await say('U0RITA', 'status redis');
    await say('U0OLGA', 'status redis');
    expect(slack.asked).toEqual([]);
  });

  it('is gone the moment somebody is no member any more', async () => {
    const { slack, engine, say } = open({ S0OPS: ['U0NINA'], S0ADMINS: ['U0BO'] });
    await say('U0NINA', 'deploy redis');
    slack.groups.S0ADMINS = [];
    const error = await errorOf(say('U0BO', 'approve lusab-babad'));
    expect([error.code, engine.decisions]).toEqual(['KEYBUZZ_NOT_ALLOWED', []]);
  });

  it('is refused with the reason and the way on when Slack does not say', async () => {
    const { engine, say } = open({ S0OPS: 'silent' });
    const error = await errorOf(say('U0NINA', 'deploy redis'));
    expect(error.code).toBe('KEYBUZZ_GROUP_UNKNOWN');
    expect(error.message).toBe('U0NINA may not deploy redis now: Slack did not say.');
    expect(error.fix).toContain('Try again in a moment. Ask: operator.');
    expect(engine.started).toEqual([]);
  });

  it('needs one group that says yes, whatever another one leaves open', async () => {
    const { engine, say } = open({ S0OPS: ['U0NINA'], S0ADMINS: 'silent', S0BOSSES: ['U0BO'] });
    await say('U0NINA', 'deploy redis');
    await say('U0BO', 'approve lusab-babad');
    expect(engine.decisions).toHaveLength(1);
  });

  it('is refused to bots, guests and deactivated accounts', async () => {
    const account = { kind: 'refused' as const, reason: 'a guest has no roles through user groups' };
    const { engine, say } = open({ S0OPS: ['U0GUEST'] }, { U0GUEST: account });
    const error = await errorOf(say('U0GUEST', 'deploy redis'));
    expect(error.message).toContain('a guest has no roles');
    expect(engine.started).toEqual([]);
  });

  it('is not known in the terminal, which says so', async () => {
    const { engine, type } = open({ S0OPS: ['U0ADA'] });
    const error = await errorOf(type('ada', 'deploy redis'));
    expect([error.code, error.message]).toEqual([
      'KEYBUZZ_GROUP_UNKNOWN',
      expect.stringContaining('the terminal has no Slack token'),
    ]);
    expect(error.fix).toContain('Type it in Slack');
    await type('olga', 'deploy redis');
    expect(engine.started).toHaveLength(1);
  });

  it('never lets somebody approve their own run under another name', async () => {
    const { say } = open({ S0OPS: ['U0NINA'], S0ADMINS: ['U0NINA'] });
    await say('U0NINA', 'deploy redis');
    expect((await errorOf(say('U0NINA', 'approve lusab-babad'))).code).toBe('KEYBUZZ_OWN_RUN');
  });
});

describe('steering a run', () => {
  it('is also for whom a rule grants it', async () => {
    const { engine, say } = open({ S0ADMINS: ['U0BO'] });
    await say('U0OLGA', 'deploy redis');
    await say('U0BO', 'cancel lusab-babad');
    expect(engine.decisions.map(({ what }) => what)).toEqual(['cancel']);
    expect((await errorOf(say('U0BO', 'abandon lusab-babad'))).code).toBe('KEYBUZZ_NOT_ALLOWED');
  });
});

describe('the number of people who may approve', () => {
  const warnings = async (groups: Slack['groups']) => {
    const reply = await open(groups).say('U0OLGA', 'deploy redis');
    return reply.kind === 'started' ? reply.warnings : ['not started'];
  };

  it('counts every member once and never who asks', async () => {
    expect(await warnings({ S0ADMINS: ['U0OLGA', 'U0BO'], S0BOSSES: ['U0BO', 'U0NINA'] })).toBeUndefined();
    expect(await warnings({ S0ADMINS: ['U0ADA', 'U0ADA2'] })).toEqual([expect.stringContaining('only 1 beside you')]);
    expect(await warnings({})).toEqual([expect.stringContaining('nobody beside you may approve')]);
  });

  it('is not guessed when Slack does not say', async () => {
    expect(await warnings({ S0BOSSES: 'silent' })).toBeUndefined();
  });
});

describe('help and whoami', () => {
  it('show what user groups add', async () => {
    const { say } = open({ S0OPS: ['U0NINA'] });
    expect(await say('U0NINA', 'whoami')).toMatchObject({ mapped: false, roles: ['operator'] });
    expect(JSON.stringify(await say('U0NINA', 'help'))).toContain('deploy <module|all>');
  });

  it('say which roles are not known now', async () => {
    const { say, type } = open({ S0OPS: 'silent' });
    expect(await say('U0RITA', 'whoami')).toMatchObject({
      roles: ['reader'],
      notes: [expect.stringContaining('Not all of your roles are known: Slack did not say.')],
    });
    expect(await type('ada', 'whoami')).toMatchObject({ notes: [expect.stringContaining('Type it in Slack')] });
    expect(JSON.stringify(await say('U0RITA', 'help'))).toContain('Not all of your roles are known');
  });
});
