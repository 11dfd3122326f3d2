import { describe, expect, it } from '@jest/globals';
import { NEEDED_SCOPES } from '../../src/bot/self-check.ts';
import { startSlackSandbox } from '../../sandbox/slack/index.ts';
import { openBot } from './bench.ts';

const without = (...scopes: string[]) => NEEDED_SCOPES.filter((scope) => !scopes.includes(scope));

describe('startBot', () => {
  it('names every fault of the workspace in one error', async () => {
    const slack = await startSlackSandbox({ app: { scopes: without('commands', 'channels:history') } });
    slack.admin.removeBot('#ops-alerts');
    await expect(openBot({ slack })).rejects.toThrow(
      /lacks the scopes commands, channels:history.*not in the ops channel C0OPSALERTS/s,
    );
  });

  it('says which token is wrong', async () => {
    await expect(openBot({ botToken: 'xoxb-wrong' })).rejects.toThrow(/SLACK_BOT_TOKEN \(invalid_auth\)/);
  });

  it('closes the socket before its closer resolves, also when called twice', async () => {
    const { slack, close } = await openBot();
    expect(slack.connections()).toBe(2);
    await Promise.all([close(), close()]);
    await slack.waitFor(() => slack.connections() === 0);
  });

  it('acks what no listener serves, so that nobody waits for Slack to give up', async () => {
    const slack = await startSlackSandbox({ app: { commands: ['/keybuzz', '/other'] } });
    const { operator, executed } = await openBot({ slack });
    const { payload } = await operator.command('#ops', '/other', 'deploy redis');
    expect(payload.text).toContain('does not serve `/other`');
    expect(executed).toEqual([]);
  });

  it('does not hang when it is stopped while it reconnects', async () => {
    const { slack, close } = await openBot();
    slack.refresh();
    await slack.waitFor(() => slack.connections() === 0);
    const startedMs = Date.now();
    await close();
    expect(Date.now() - startedMs).toBeLessThan(2000);
  });
});
