import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WebClient } from '@slack/web-api';
import { defaultApp } from '../../../sandbox/slack/defaults.ts';
import { startSlackSandbox, type SlackSandbox } from '../../../sandbox/slack/index.ts';
import { button, quietLogger } from './bolt.ts';

let slack: SlackSandbox;
let client: WebClient;

function webClient(token: string): WebClient {
  return new WebClient(token, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 }, logger: quietLogger });
}

const refused = (error: string) => ({ data: { ok: false, error } });

beforeEach(async () => {
  const scopes = [...defaultApp().scopes, 'channels:join', 'chat:write.public', 'reactions:write'];
  slack = await startSlackSandbox({
    app: { scopes },
    channels: [
      { id: 'C0OPS', name: 'ops', members: ['U0OPERATOR', 'U0KEYBUZZ'] },
      { id: 'C0OPEN', name: 'open', members: ['U0OPERATOR'] },
      { id: 'C0SECRET', name: 'secret', members: ['U0OPERATOR'], is_private: true },
    ],
  });
  client = webClient(slack.botToken);
});

afterEach(async () => {
  await slack.close();
});

describe('tokens and scopes', () => {
  it('tells who the token belongs to, and its scopes in the header', async () => {
    const who = await client.auth.test();
    expect(who).toMatchObject({ user_id: 'U0KEYBUZZ', bot_id: 'B0KEYBUZZ', team_id: 'T0KEYBUZZ' });
    expect(who.response_metadata?.scopes).toContain('chat:write');
  });

  it('refuses an unknown token, the wrong kind of token, and a missing scope', async () => {
    await expect(webClient('xoxb-wrong').auth.test()).rejects.toMatchObject(refused('invalid_auth'));
    await expect(client.apps.connections.open()).rejects.toMatchObject(refused('not_allowed_token_type'));
    const poor = await startSlackSandbox({ app: { scopes: ['chat:write'] } });
    try {
      const limited = new WebClient(poor.botToken, { slackApiUrl: poor.apiUrl, logger: quietLogger });
      const asked = limited.users.info({ user: 'U0OPERATOR' });
      await expect(asked).rejects.toMatchObject({ data: { error: 'missing_scope', needed: 'users:read' } });
    } finally {
      await poor.close();
    }
  });

  it('refuses a method it does not have', async () => {
    await expect(client.apiCall('rtm.start')).rejects.toMatchObject(refused('unknown_method'));
  });
});

describe('messages', () => {
  it('are refused where the bot may not post', async () => {
    const post = (channel: string) => client.chat.postMessage({ channel, text: 'hi' });
    await expect(post('C0NOWHERE')).rejects.toMatchObject(refused('channel_not_found'));
    await expect(post('C0SECRET')).rejects.toMatchObject(refused('channel_not_found'));
    expect((await post('C0OPEN')).ok).toBe(true);
    slack.admin.archive('#ops');
    await expect(post('C0OPS')).rejects.toMatchObject(refused('is_archived'));
  });

  it('need something to show', async () => {
    await expect(client.chat.postMessage({ channel: 'C0OPS', text: '' })).rejects.toMatchObject(refused('no_text'));
  });

  it('name the block that is too long', async () => {
    const blocks = [
      { type: 'divider' },
      { type: 'divider' },
      { type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(3001) } },
    ];
    const messages = ['[ERROR] must be less than 3001 characters [json-pointer:/blocks/2/text/text]'];
    const posted = client.chat.postMessage({ channel: 'C0OPS', text: 'x', blocks });
    await expect(posted).rejects.toMatchObject({ data: { error: 'invalid_blocks', response_metadata: { messages } } });
    expect(slack.messages('#ops')).toHaveLength(0);
  });

  it('lose their blocks when they are edited with a text alone, and keep their metadata', async () => {
    const metadata = { event_type: 'run', event_payload: { id: 'r1' } };
    const { ts = '' } = await client.chat.postMessage({
      channel: 'C0OPS',
      text: 'a',
      blocks: [button('go', '1')],
      metadata,
    });
    await client.chat.update({ channel: 'C0OPS', ts, text: 'b' });
    const [message] = slack.messages('#ops');
    expect(message).toMatchObject({ text: 'b', metadata });
    expect(message?.blocks).toBeUndefined();
  });

  it('can be edited and deleted by their author only, while they are there', async () => {
    const said = slack.person('operator').say('#ops', 'hello');
    const edit = (ts: string) => client.chat.update({ channel: 'C0OPS', ts, text: 'x' });
    await expect(edit(said.ts)).rejects.toMatchObject(refused('cant_update_message'));
    await expect(edit('1.000001')).rejects.toMatchObject(refused('message_not_found'));
    const { ts = '' } = await client.chat.postMessage({ channel: 'C0OPS', text: 'mine' });
    await expect(client.chat.update({ channel: 'C0OPS', ts, text: 'x'.repeat(4001) })).rejects.toMatchObject(
      refused('msg_too_long'),
    );
    await client.chat.delete({ channel: 'C0OPS', ts });
    expect(slack.messages('#ops').map((each) => each.text)).toEqual(['hello']);
  });

  it('form threads, shown in the channel only when broadcast', async () => {
    const { ts = '' } = await client.chat.postMessage({ channel: 'C0OPS', text: 'root' });
    await client.chat.postMessage({ channel: 'C0OPS', text: 'quiet', thread_ts: ts });
    await client.chat.postMessage({ channel: 'C0OPS', text: 'loud', thread_ts: ts, reply_broadcast: true });
    expect(slack.messages('#ops').map((each) => each.text)).toEqual(['root', 'loud']);
    expect(slack.thread('#ops', ts).map((each) => each.text)).toEqual(['root', 'quiet', 'loud']);
    const replies = await client.conversations.replies({ channel: 'C0OPS', ts });
    expect(replies.messages?.map((each) => each.text)).toEqual(['root', 'quiet', 'loud']);
    const link = await client.chat.getPermalink({ channel: 'C0OPS', message_ts: ts });
    expect(link.permalink).toContain(`/archives/C0OPS/p${ts.replace('.', '')}`);
  });

  it('land in the channel when their thread is gone, which only the answer tells', async () => {
    const { ts = '' } = await client.chat.postMessage({ channel: 'C0OPS', text: 'root' });
    const [root] = slack.messages('#ops');
    if (root) slack.admin.deleteMessage(root);
    const reply = await client.chat.postMessage({ channel: 'C0OPS', text: 'reply', thread_ts: ts });
    expect(reply.message?.thread_ts).toBeUndefined();
    expect(slack.messages('#ops').map((each) => each.text)).toEqual(['reply']);
  });

  it('show their metadata in the history only when asked, newest first', async () => {
    const metadata = { event_type: 'run', event_payload: { id: 'r1' } };
    await client.chat.postMessage({ channel: 'C0OPS', text: 'first', metadata });
    await client.chat.postMessage({ channel: 'C0OPS', text: 'second' });
    const plain = await client.conversations.history({ channel: 'C0OPS' });
    expect(plain.messages?.map((each) => [each.text, each.metadata])).toEqual([
      ['second', undefined],
      ['first', undefined],
    ]);
    const full = await client.conversations.history({ channel: 'C0OPS', include_all_metadata: true, limit: 1 });
    expect(full.has_more).toBe(true);
    const cursor = full.response_metadata?.next_cursor ?? '';
    const next = await client.conversations.history({ channel: 'C0OPS', include_all_metadata: true, cursor });
    expect(next.messages).toMatchObject([{ text: 'first', metadata }]);
  });

  it('can be for one person only, who must be in the channel', async () => {
    await client.chat.postEphemeral({ channel: 'C0OPS', user: 'U0OPERATOR', text: 'psst' });
    expect(slack.ephemerals('operator').map((each) => each.text)).toEqual(['psst']);
    const stranger = client.chat.postEphemeral({ channel: 'C0OPS', user: 'U0VIEWER', text: 'psst' });
    await expect(stranger).rejects.toMatchObject(refused('user_not_in_channel'));
  });
});

describe('files', () => {
  it('are uploaded and shared in a thread by uploadV2', async () => {
    const { ts = '' } = await client.chat.postMessage({ channel: 'C0OPS', text: 'root' });
    await client.files.uploadV2({ channel_id: 'C0OPS', thread_ts: ts, filename: 'run.log', content: 'line 1\nline 2' });
    expect(slack.files()).toMatchObject([{ name: 'run.log', channel: 'C0OPS', thread_ts: ts }]);
    expect(slack.files()[0]?.content.toString('utf8')).toBe('line 1\nline 2');
    expect(slack.thread('#ops', ts)[1]?.files).toMatchObject([{ name: 'run.log' }]);
  });

  it('are refused where the bot is not a member, even if it may post there', async () => {
    const upload = client.files.uploadV2({ channel_id: 'C0OPEN', filename: 'run.log', content: 'x' });
    await expect(upload).rejects.toMatchObject(refused('not_in_channel'));
  });
});

describe('the directory', () => {
  it('knows people with their flags, channels, and groups with their members', async () => {
    slack.admin.changeUser('viewer', { is_restricted: true });
    const { user } = await client.users.info({ user: 'U0VIEWER' });
    expect(user).toMatchObject({ is_restricted: true, is_bot: false, deleted: false });
    const groups = await client.usergroups.list();
    expect(groups.usergroups).toMatchObject([{ handle: 'operators' }, { handle: 'approvers' }]);
    slack.admin.setGroup('approvers', ['U0VIEWER']);
    expect((await client.usergroups.users.list({ usergroup: 'S0APPROVERS' })).users).toEqual(['U0VIEWER']);
    expect((await client.conversations.info({ channel: 'C0OPEN' })).channel?.is_member).toBe(false);
    await client.conversations.join({ channel: 'C0OPEN' });
    expect((await client.conversations.members({ channel: 'C0OPEN' })).members).toContain('U0KEYBUZZ');
    const list = await client.conversations.list();
    expect(list.channels?.map((each) => each.name)).toEqual(['ops', 'open']);
  });
});

describe('the journal', () => {
  it('holds everything that crossed the wire as text', async () => {
    await client.chat.postMessage({ channel: 'C0OPS', text: 'canary-7f3a' });
    expect(slack.wire()).toContain('canary-7f3a');
    expect(slack.calls('chat.postMessage')).toMatchObject([{ kind: 'api', status: 200, params: { channel: 'C0OPS' } }]);
  });

  it('says what is there when something does not come', async () => {
    await client.chat.postMessage({ channel: 'C0OPS', text: 'I am here' });
    await client.chat.update({ channel: 'C0OPS', ts: '1.1', text: 'x' }).catch(() => undefined);
    const waited = slack.waitFor(() => slack.messages('#ops')[1], 20, 'a second message');
    await expect(waited).rejects.toThrow(/a second message[\s\S]*I am here[\s\S]*message_not_found/);
  });
});
