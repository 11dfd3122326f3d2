import { describe, expect, it } from '@jest/globals';
import { openBot } from './bench.ts';
import * as runs from './runs.ts';

const { RUN } = runs;

describe.each(['socket', 'http'] as const)('a bot behind the %s door', (door) => {
  it('records, acks, executes and answers a command', async () => {
    const { executed, told, operator } = await openBot({ door });
    const delivery = await operator.command('#ops', '/keybuzz', 'deploy redis');
    expect(delivery.payload.text).toBe('Working on `deploy redis` …');
    await told('operator', 'What you can ask');
    expect(executed.map(({ text, interaction }) => [text, interaction])).toEqual([
      ['deploy redis', delivery.triggerId],
    ]);
  });

  it('does nothing twice when an envelope comes twice: command, click, mention, shortcut and form', async () => {
    const { slack, engine, executed, rootWith, operator } = await openBot({ door });
    engine.append(RUN, ...runs.WAITING);
    const root = await rootWith('keybuzz_approve');
    const approver = slack.person('approver');
    const duplicate = true;
    await operator.command('#ops', '/keybuzz', 'deploy redis', { duplicate });
    await approver.click(root, 'keybuzz_approve', { duplicate });
    await operator.mention('#ops', 'runs', undefined, { duplicate });
    await operator.messageShortcut(root, 'keybuzz_command', { duplicate });
    const form = await slack.waitFor(() => slack.modals('operator')[0]);
    await operator.submitView(form, { command: 'status redis' }, { duplicate });
    await slack.waitFor(() => slack.modals('operator').length === 0);
    await engine.idle();
    const texts = executed.map(({ text }) => text).sort();
    expect(texts).toEqual([`approve ${RUN}`, 'deploy redis', 'runs', 'status redis']);
    // The second copy found its form there already and says nothing of it.
    expect(JSON.stringify(slack.ephemerals('operator'))).not.toContain('did not open');
  });

  it('asks for the reason of a denial, refuses a blank one, and records it', async () => {
    const { engine, slack, executed, rootWith } = await openBot({ door });
    engine.append(RUN, ...runs.WAITING);
    const approver = slack.person('approver');
    const { view } = await approver.openModal(await rootWith('keybuzz_deny'), 'keybuzz_deny');
    expect((await approver.submitView(view, { reason: ' ' })).errors).toHaveProperty('reason');
    await approver.submitView(view, { reason: 'not now' });
    await engine.idle();
    expect(executed.map(({ text }) => text)).toEqual([`deny ${RUN} not now`]);
  });
});
