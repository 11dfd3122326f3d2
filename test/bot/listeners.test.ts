import { describe, expect, it } from '@jest/globals';
import type { Execute } from '../../src/bot/interactions.ts';
import { RefusedError } from '../../src/errors.ts';
import { openBot } from './bench.ts';
import { createFakeEngine } from './fake-engine.ts';
import * as runs from './runs.ts';

const { RUN } = runs;

describe('a slash command', () => {
  it('is recorded once, acked with what is being worked on, executed and answered to the person alone', async () => {
    const { slack, engine, executed, told, operator } = await openBot();
    const delivery = await operator.command('#ops', '/keybuzz', 'deploy redis');
    expect(delivery.payload.text).toBe('Working on `deploy redis` …');
    await told('operator', 'What you can ask');
    expect(engine.recorded.map(({ key }) => key)).toEqual([delivery.triggerId]);
    expect(executed).toEqual([
      {
        text: 'deploy redis',
        userId: 'U0OPERATOR',
        teamId: 'T0KEYBUZZ',
        channel: 'C0OPS',
        interaction: delivery.triggerId,
      },
    ]);
    expect(slack.messages('#ops')).toHaveLength(0);
  });

  it('is executed once when its envelope comes twice', async () => {
    const { engine, executed, told, operator } = await openBot();
    const delivery = await operator.command('#ops', '/keybuzz', 'deploy redis', { duplicate: true });
    expect(delivery.acks).toHaveLength(2);
    await told('operator', 'What you can ask');
    await engine.idle();
    expect(executed).toHaveLength(1);
  });

  it('asks for help when it is empty', async () => {
    const { engine, executed, operator } = await openBot();
    await operator.command('#ops', '/keybuzz', '  ');
    await engine.idle();
    expect(executed[0]?.text).toBe('help');
  });

  it('says so when it could not be recorded, and does nothing', async () => {
    const { engine, executed, operator } = await openBot();
    engine.breakRecording('fails');
    const { payload } = await operator.command('#ops', '/keybuzz', 'deploy redis');
    expect(payload.text).toContain('Not recorded, so nothing was done');
    expect(executed).toEqual([]);
  });

  it('says that nobody knows when Redis does not answer, within a second and a bit', async () => {
    const { engine, operator } = await openBot();
    engine.breakRecording('hangs');
    const { payload, latencyMs } = await operator.command('#ops', '/keybuzz', 'deploy redis');
    expect(payload.text).toContain('may or may not have been recorded');
    expect(latencyMs).toBeLessThan(2000);
  });

  it('shows a refusal with its fix and code', async () => {
    const execute: Execute = () =>
      Promise.reject(
        new RefusedError('You may not deploy <redis>.', { code: 'KEYBUZZ_NOT_ALLOWED', fix: 'Ask Anne.' }),
      );
    const { told, operator } = await openBot({ execute });
    await operator.command('#ops', '/keybuzz', 'deploy redis');
    const answer = JSON.stringify((await told('operator', 'KEYBUZZ_NOT_ALLOWED')).blocks);
    expect(answer).toContain('You may not deploy &lt;redis&gt;.');
    expect(answer).toContain('Ask Anne.');
  });

  it('is answered by an ephemeral message when its response_url does not work', async () => {
    const { slack, told, operator } = await openBot();
    slack.fault({ method: 'response_url', kind: 'reset' });
    await operator.command('#ops', '/keybuzz', 'help');
    await told('operator', 'What you can ask');
    expect(slack.calls('chat.postEphemeral')).toHaveLength(1);
  });

  it('is executed and answered by another bot when the first one died after recording it', async () => {
    const engine = createFakeEngine();
    const who = { userId: 'U0OPERATOR', teamId: 'T0KEYBUZZ', channel: 'C0OPS' };
    await engine.recordInteraction({ key: 'trigger-of-the-dead', ...who, text: 'deploy redis' });
    const { executed, told } = await openBot({ engine });
    await told('operator', 'What you can ask');
    expect(executed.map(({ interaction }) => interaction)).toEqual(['trigger-of-the-dead']);
  });

  it('is acked well within a second', async () => {
    const { latencies, operator } = await openBot();
    for (let index = 0; index < 20; index += 1) await operator.command('#ops', '/keybuzz', 'help');
    latencies.sort((a, b) => a - b);
    expect(latencies).toHaveLength(20);
    expect(latencies[18]).toBeLessThan(1000);
  });
});

describe('the buttons', () => {
  it('decide nothing twice: two clicks in one tick are two interactions, each executed once', async () => {
    const { engine, executed, rootWith, slack } = await openBot();
    engine.append(RUN, ...runs.WAITING);
    const root = await rootWith('keybuzz_approve');
    const approver = slack.person('approver');
    const clicks = [
      approver.click(root, 'keybuzz_approve'),
      approver.click(root, 'keybuzz_approve', { duplicate: true }),
    ];
    await Promise.all(clicks);
    await engine.idle();
    expect(executed.map(({ text }) => text)).toEqual([`approve ${RUN}`, `approve ${RUN}`]);
    expect(new Set(executed.map(({ interaction }) => interaction)).size).toBe(2);
    expect(engine.recorded).toHaveLength(2);
  });

  it('refuse a click on an outdated prompt', async () => {
    const { engine, executed, rootWith, slack, told } = await openBot();
    engine.append(RUN, ...runs.WAITING);
    const old = await rootWith('keybuzz_approve');
    engine.append(RUN, { type: 'approval.voided', approval: `${RUN}-2`, reason: 'something else' });
    engine.append(RUN, runs.previewed, { ...runs.prompted, approval: `${RUN}-5` } as never);
    await rootWith(`${RUN}-5`);
    await slack.person('approver').click(old, 'keybuzz_approve', { stale: true });
    await told('approver', 'KEYBUZZ_PROMPT_OUTDATED');
    expect(executed).toEqual([]);
  });

  it('tell the person when a click could not be recorded', async () => {
    const { engine, rootWith, slack, told } = await openBot();
    engine.append(RUN, ...runs.WAITING);
    const root = await rootWith('keybuzz_cancel');
    engine.breakRecording('fails');
    await slack.person('approver').click(root, 'keybuzz_cancel');
    await told('approver', 'Not recorded');
  });

  it.each([
    ['keybuzz_cancel', 'cancel', runs.WAITING],
    ['keybuzz_resume', 'resume', runs.BROKEN],
    ['keybuzz_abandon', 'abandon', runs.BROKEN],
    ['keybuzz_logs', 'logs', runs.BROKEN],
  ])('%s is the same as typing %s', async (action, verb, events) => {
    const { engine, executed, rootWith, operator } = await openBot();
    engine.append(RUN, ...events);
    await operator.click(await rootWith(action), action);
    await engine.idle();
    expect(executed.map(({ text }) => text)).toEqual([`${verb} ${RUN}`]);
  });
});

describe('deny', () => {
  async function openForm() {
    const bench = await openBot();
    bench.engine.append(RUN, ...runs.WAITING);
    const root = await bench.rootWith('keybuzz_deny');
    const approver = bench.slack.person('approver');
    const { view } = await approver.openModal(root, 'keybuzz_deny');
    return { ...bench, approver, view };
  }

  it('asks for a reason before anything is recorded', async () => {
    const { engine, view } = await openForm();
    expect(view.private_metadata).toBe(RUN);
    expect(engine.recorded).toEqual([]);
  });

  it('refuses a blank reason in the form', async () => {
    const { engine, approver, view } = await openForm();
    const { payload } = await approver.submitView(view, { reason: '   ' });
    expect(payload).toMatchObject({ response_action: 'errors' });
    expect(engine.recorded).toEqual([]);
  });

  it('is recorded by view and hash, once, and answered where the click was', async () => {
    const { engine, approver, view, executed, told } = await openForm();
    await approver.submitView(view, { reason: 'wait for\nthe backup' }, { duplicate: true });
    await told('approver', 'What you can ask');
    await engine.idle();
    expect(engine.recorded.map(({ key }) => key)).toEqual([`${view.id}:${view.hash}`]);
    expect(executed.map(({ text, channel }) => [text, channel])).toEqual([
      [`deny ${RUN} wait for the backup`, 'C0OPS'],
    ]);
  });

  it('says in the form that it was not recorded', async () => {
    const { engine, approver, view } = await openForm();
    engine.breakRecording('fails');
    const { payload } = await approver.submitView(view, { reason: 'no' });
    expect(JSON.stringify(payload)).toContain('Not recorded');
  });

  it('says how to type it when the form does not open', async () => {
    const { engine, rootWith, slack, told } = await openBot();
    engine.append(RUN, ...runs.WAITING);
    const root = await rootWith('keybuzz_deny');
    slack.fault({ method: 'views.open', kind: 'error', error: 'expired_trigger_id' });
    await slack.person('approver').click(root, 'keybuzz_deny');
    await told('approver', `/keybuzz deny ${RUN}`);
  });
});
