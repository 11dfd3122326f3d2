import { describe, expect, it } from '@jest/globals';
import { openBot } from './bench.ts';

describe('an answer that another bot than the one that heard the command must give', () => {
  it('is shown to the person alone in the channel', async () => {
    const { slack, told, operator } = await openBot();
    slack.fault({ method: 'response_url', kind: 'reset' });
    await operator.command('#ops', '/keybuzz', 'help');
    await told('operator', 'What you can ask');
    expect(slack.calls('chat.postMessage')).toHaveLength(0);
  });

  it('is a direct message where the bot is not in the channel', async () => {
    const { slack, operator } = await openBot();
    slack.admin.removeBot('#ops');
    slack.fault({ method: 'response_url', kind: 'reset' });
    slack.fault({ method: 'chat.postEphemeral', kind: 'error', error: 'not_in_channel' });
    await operator.command('#ops', '/keybuzz', 'help');
    const direct = () => slack.channels().find(({ is_im: isDirect }) => isDirect);
    const answer = await slack.waitFor(() => {
      const channel = direct();
      return channel === undefined ? undefined : slack.messages(channel.id)[0];
    });
    expect(JSON.stringify(answer.blocks)).toContain('What you can ask');
    expect(direct()?.members).toContain('U0OPERATOR');
    expect(slack.messages('#ops')).toEqual([]);
  });
});
