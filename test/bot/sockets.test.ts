import { describe, expect, it } from '@jest/globals';
import { systemClock, type Clock } from '../../src/bot/clock.ts';
import { startSlackSandbox } from '../../sandbox/slack/index.ts';
import { openBot } from './bench.ts';
import { createVirtualClock } from './virtual-clock.ts';

/** Long waits are short; deadlines of acks and records are as they are. */
const hasty: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms >= 10_000 ? 20 : ms, signal) };

describe('two connections to Slack', () => {
  it('are opened, and shown as the health of the door', async () => {
    const { slack, door } = await openBot();
    expect(slack.connections()).toBe(2);
    expect(door.health()).toMatchObject({ isOpen: true, connections: 2, wanted: 2, trouble: '' });
  });

  it('lose no command when one is refreshed in the middle of it', async () => {
    const { slack, engine, executed, told, operator } = await openBot();
    // The same for either: the first command comes over one, the second over the other.
    for (const which of [0, 1]) {
      const release = engine.holdRecording();
      const typed = operator.command('#ops', '/keybuzz', `show run-${which}`);
      slack.refresh({ which: 0 });
      slack.refresh({ which: 0 });
      release();
      const { payload } = await typed;
      expect(payload.text).toContain(`show run-${which}`);
      await told('operator', 'What you can ask');
      await slack.waitFor(() => slack.connections() === 2);
    }
    expect(executed.map(({ text }) => text)).toEqual(['show run-0', 'show run-1']);
  });

  it('serve the next command while one of them is away', async () => {
    const { slack, operator, executed, engine } = await openBot();
    slack.refresh({ which: 0 });
    await operator.command('#ops', '/keybuzz', 'help');
    await engine.idle();
    expect(executed).toHaveLength(1);
  });

  it('come back after Slack closed them, each by itself, with the trouble told meanwhile', async () => {
    const { slack, door, operator } = await openBot();
    const seen: number[] = [];
    slack.on('connections', (open) => seen.push(open));
    slack.cutConnections();
    await slack.waitFor(() => seen.includes(0) && slack.connections() === 2);
    // Each has read Slack's greeting when it carries a command.
    for (let n = 0; n < 2; n += 1) await operator.command('#ops', '/keybuzz', 'help');
    expect(door.health()).toMatchObject({ isOpen: true, connections: 2, trouble: '' });
    expect(door.log()).toContain('a connection to Slack ends');
  });

  it('are replaced for ever, also both at the same moment', async () => {
    let hoursMs = 0;
    const { slack, operator, executed, engine } = await openBot({
      clock: { ...systemClock, nowMs: () => Date.now() + hoursMs },
    });
    for (let n = 1; n <= 12; n += 1) {
      hoursMs = n * 3_600_000;
      slack.refresh();
      await slack.waitFor(() => slack.connections() === 2);
      await operator.command('#ops', '/keybuzz', `show run-${n}`);
    }
    await engine.idle();
    expect(executed).toHaveLength(12);
  });

  it('survive that Slack refuses one of them the way back', async () => {
    const { slack, door, operator } = await openBot({ clock: hasty });
    const heal = slack.fault({
      method: 'apps.connections.open',
      kind: 'error',
      error: 'invalid_auth',
      times: Infinity,
    });
    slack.refresh({ which: 0 });
    await slack.waitFor(() =>
      slack.calls('apps.connections.open').some(({ answer }) => answer.includes('invalid_auth')),
    );
    expect(door.health()).toMatchObject({ isOpen: true, connections: 1 });
    await operator.command('#ops', '/keybuzz', 'help');
    heal();
    await slack.waitFor(() => slack.connections() === 2, 20_000);
  }, 30_000);
});

describe('the end of the bot', () => {
  it('sends the acks that are due before it closes both connections', async () => {
    const { slack, engine, operator, close } = await openBot();
    const release = engine.holdRecording();
    const typed = operator.command('#ops', '/keybuzz', 'help');
    await engine.asked();
    const closed = close();
    release();
    expect((await typed).payload.text).toContain('Working on `help`');
    await closed;
    expect(slack.connections()).toBe(0);
  });

  it('leaves no connection open that was under way', async () => {
    const { slack, close } = await openBot();
    slack.refresh();
    await close();
    await slack.waitFor(() => slack.connections() === 0);
    const opened = slack.calls('hello').length;
    await slack.waitFor(() => slack.calls('hello').length >= opened);
    expect(slack.connections()).toBe(0);
  });
});

describe('too many connections', () => {
  it('leave a bot with one of two ready, which says so and takes the second when there is room', async () => {
    const slack = await startSlackSandbox();
    slack.fault({ method: 'websocket', kind: 'too_many_websockets', skip: 1, times: 3 });
    const { door, operator } = await openBot({ slack, clock: hasty });
    expect(door.health()).toMatchObject({ isOpen: true, connections: 1, wanted: 2 });
    expect(door.health()?.trouble).toContain('allows 10');
    await operator.command('#ops', '/keybuzz', 'help');
    await slack.waitFor(() => slack.connections() === 2);
    const refusals = door.log().match(/KEYBUZZ_SLACK_CONNECTIONS/g) ?? [];
    expect(refusals.length).toBeGreaterThanOrEqual(3);
  });

  it('keep a bot without any from starting, and it names the cause and what to do', async () => {
    const slack = await startSlackSandbox();
    slack.fault({ method: 'websocket', kind: 'too_many_websockets', times: Infinity });
    await expect(openBot({ slack, clock: createVirtualClock(Date.now()) })).rejects.toMatchObject({
      code: 'KEYBUZZ_SLACK_CONNECTIONS',
      fix: expect.stringContaining('Stop bots') as unknown,
    });
  });

  it('are counted by Slack in its greeting: nearly ten are a warning', async () => {
    const slack = await startSlackSandbox();
    const other = await openBot({ slack });
    for (let n = 0; n < 3; n += 1) await openBot({ slack });
    expect(other.door.log()).not.toContain('nearly all');
    const last = await openBot({ slack });
    expect(slack.connections()).toBe(10);
    expect(last.door.log()).toContain('nearly all of the 10 connections');
  });
});
