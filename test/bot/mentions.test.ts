import { describe, expect, it } from '@jest/globals';
import { startSlackSandbox } from '../../sandbox/slack/index.ts';
import { openBot } from './bench.ts';

describe('a mention', () => {
  it('is a command: recorded by its event, executed as its author, answered to them', async () => {
    const { slack, engine, executed, told, operator } = await openBot();
    await operator.mention('#ops', 'deploy redis');
    await told('operator', 'What you can ask');
    const [event] = slack.calls('events_api').map(({ params }) => params.payload as { event_id: string });
    expect(executed).toEqual([
      {
        text: 'deploy redis',
        userId: 'U0OPERATOR',
        teamId: 'T0KEYBUZZ',
        channel: 'C0OPS',
        interaction: event?.event_id,
      },
    ]);
    expect(engine.recorded).toHaveLength(1);
  });

  it('in a thread is answered in that thread', async () => {
    const { executed, told, operator } = await openBot();
    const talk = operator.say('#ops', 'Redis is slow again');
    await operator.mention('#ops', 'status redis', talk.ts);
    const answer = await told('operator', 'What you can ask');
    expect(answer.thread_ts).toBe(talk.ts);
    expect(executed[0]).toMatchObject({ channel: 'C0OPS', thread: talk.ts });
  });

  it('that Slack delivers again because the ack was late is carried out once', async () => {
    const slack = await startSlackSandbox({ ackTimeoutMs: 300 });
    const { engine, executed, operator } = await openBot({ slack });
    const release = engine.holdRecording();
    const mentioned = operator.mention('#ops', 'deploy redis');
    await slack.waitFor(() => slack.calls('events_api').filter(({ kind }) => kind === 'envelope').length === 2);
    release();
    await mentioned;
    await engine.idle();
    expect(executed).toHaveLength(1);
  });

  it('that could not be recorded is not acked, comes again, and is carried out then', async () => {
    const { slack, engine, executed, told, operator } = await openBot({
      slack: await startSlackSandbox({ ackTimeoutMs: 300 }),
    });
    engine.breakRecording('fails');
    const mentioned = operator.mention('#ops', 'deploy redis');
    await told('operator', 'Not recorded yet');
    engine.breakRecording('works');
    await mentioned;
    await engine.idle();
    expect(executed.map(({ text }) => text)).toEqual(['deploy redis']);
    expect(slack.calls('events_api').filter(({ kind }) => kind === 'ack')).toHaveLength(1);
  });

  it('asks for help when nothing follows', async () => {
    const { engine, executed, operator } = await openBot();
    await operator.mention('#ops', '');
    await engine.idle();
    expect(executed.map(({ text }) => text)).toEqual(['help']);
  });

  it.each([
    ['in the middle of a sentence', { text: 'I asked <@U0KEYBUZZ> to deploy redis' }],
    ['after somebody else was addressed', { text: '<@U0VIEWER> <@U0KEYBUZZ> deploy redis' }],
  ])('%s is no command, and its author is told how to give one', async (_where, change) => {
    const { engine, told, operator } = await openBot();
    await operator.mention('#ops', 'deploy redis', undefined, { change });
    await told('operator', 'begin with my name');
    expect(engine.recorded).toEqual([]);
  });

  it.each([
    ['another bot', { bot_id: 'B0OTHER', user: undefined }],
    ['a bot with a user', { bot_id: 'B0OTHER' }],
    ['nobody', { user: undefined }],
    ['an edited message', { edited: { user: 'U0OPERATOR', ts: '1.000001' } }],
    ['a message of another kind', { subtype: 'channel_topic' }],
    ['a text that is none', { text: { deploy: 'redis' } }],
  ])('of %s does nothing', async (_who, change) => {
    const { slack, engine, operator } = await openBot();
    await operator.mention('#ops', 'deploy redis', undefined, { change });
    await engine.idle();
    expect(engine.recorded).toEqual([]);
    expect(slack.ephemerals('operator')).toEqual([]);
  });

  it('of another workspace in a shared channel is executed as of that workspace', async () => {
    const { engine, executed, operator } = await openBot();
    await operator.mention('#ops', 'deploy redis', undefined, { change: { user_team: 'T0STRANGERS' } });
    await engine.idle();
    expect(executed[0]?.teamId).toBe('T0STRANGERS');
  });
});

describe('the message shortcut', () => {
  async function openForm(inThread = true) {
    const bench = await openBot();
    const talk = bench.operator.say('#ops', 'Redis is slow again');
    const reply = bench.operator.say('#ops', 'Who looks at it?', talk.ts);
    await bench.operator.messageShortcut(inThread ? reply : talk, 'keybuzz_command');
    const form = await bench.slack.waitFor(() => bench.slack.modals('operator')[0]);
    return { ...bench, talk, form };
  }

  it.each([true, false])(
    "asks for a command whose answer goes into the message's thread (of a reply: %s)",
    async (of) => {
      const { slack, engine, executed, told, operator, talk, form } = await openForm(of);
      await operator.submitView(form, { command: 'status redis' });
      expect((await told('operator', 'What you can ask')).thread_ts).toBe(talk.ts);
      expect(executed).toEqual([
        {
          text: 'status redis',
          userId: 'U0OPERATOR',
          teamId: 'T0KEYBUZZ',
          channel: 'C0OPS',
          thread: talk.ts,
          interaction: `${form.id}:${form.hash}`,
        },
      ]);
      expect(engine.recorded).toHaveLength(1);
      expect(slack.modals('operator')).toEqual([]);
    },
  );

  it('is answered by whichever bot the form comes back to', async () => {
    const { slack, told, operator, talk, form } = await openForm();
    slack.fault({ method: 'response_url', kind: '500', times: Infinity });
    await operator.submitView(form, { command: 'status redis' });
    expect((await told('operator', 'What you can ask')).thread_ts).toBe(talk.ts);
  });

  it('refuses a blank command and says when it could not be recorded, in the form', async () => {
    const { engine, operator, form } = await openForm();
    expect((await operator.submitView(form, { command: '  ' })).errors.command).toContain('type a command');
    engine.breakRecording('fails');
    expect((await operator.submitView(form, { command: 'runs' })).errors.command).toContain('Not recorded');
    expect(engine.recorded).toEqual([]);
  });

  it('that comes too late for a form says what to do instead', async () => {
    const { operator, told, slack } = await openBot();
    const talk = operator.say('#ops', 'Redis is slow again');
    await operator.messageShortcut(talk, 'keybuzz_command', { triggerAgeMs: 4000 });
    await told('operator', 'The form did not open');
    expect(slack.modals('operator')).toEqual([]);
  });
});
