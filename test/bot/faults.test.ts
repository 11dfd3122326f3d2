import { describe, expect, it } from '@jest/globals';
import { openBot } from './bench.ts';
import * as runs from './runs.ts';

const { RUN } = runs;

/**
 * What the bot does about each trouble that the sandbox makes on demand. Elsewhere: a lost answer to a post and an outage in
 * reporter.test.ts, envelopes that come twice in doors.test.ts, refreshes and too many connections in sockets.test.ts.
 */
describe('when Slack has trouble', () => {
  async function waiting() {
    const bench = await openBot();
    bench.engine.append(RUN, ...runs.WAITING);
    return { ...bench, root: await bench.rootWith('keybuzz_deny'), approver: bench.slack.person('approver') };
  }

  it.each([
    ['429', { kind: '429' }],
    ['500, again and again', { kind: '500', times: Infinity }],
    ['that the trigger has expired', { kind: 'error', error: 'expired_trigger_id' }],
  ] as const)('and answers a form with %s, the person is told what to type instead', async (_what, fault) => {
    const { slack, root, approver, told, engine } = await waiting();
    slack.fault({ method: 'views.open', ...fault });
    await approver.click(root, 'keybuzz_deny');
    await told('approver', `/keybuzz deny ${RUN}`);
    expect(engine.recorded).toEqual([]);
  });

  it('and a click is too old when it arrives, the person is told what to type instead', async () => {
    const { root, approver, told } = await waiting();
    await approver.click(root, 'keybuzz_deny', { triggerAgeMs: 4000 });
    await told('approver', `/keybuzz deny ${RUN}`);
  });

  it('and answers a form with 500 once, the form opens all the same', async () => {
    const { slack, root, approver } = await waiting();
    slack.fault({ method: 'views.open', kind: '500' });
    const { view } = await approver.openModal(root, 'keybuzz_deny');
    expect(view.private_metadata).toBe(RUN);
  });

  it('and loses the answer to a form, the person has one form and no complaint', async () => {
    const { slack, root, approver, engine } = await waiting();
    slack.fault({ method: 'views.open', kind: 'reset-after-store' });
    await approver.click(root, 'keybuzz_deny');
    await slack.waitFor(() => slack.calls('views.open').length === 2);
    expect(slack.modals('approver')).toHaveLength(1);
    const [form] = slack.modals('approver');
    if (form === undefined) throw new Error('no form');
    await approver.submitView(form, { reason: 'not now' });
    await engine.idle();
    expect(engine.recorded.map(({ text }) => text)).toEqual([`deny ${RUN} not now`]);
    expect(JSON.stringify(slack.ephemerals('approver'))).not.toContain('did not open');
  });

  it('and answers edits with 500, the newest state is shown once it does not', async () => {
    const { slack, engine, rootWith } = await waiting();
    const heal = slack.fault({ method: 'chat.update', kind: '500', times: Infinity });
    engine.append(RUN, ...runs.WELL.slice(3));
    await slack.waitFor(() => slack.calls('chat.update').some(({ status }) => status === 500));
    heal();
    await rootWith('*Done with warnings*');
    expect(slack.messages('#ops')).toHaveLength(1);
  });

  it('and answers a post with 500, one message stands in the end', async () => {
    const { slack, engine, rootWith } = await openBot();
    slack.fault({ method: 'chat.postMessage', kind: '500' });
    engine.append(RUN, ...runs.WAITING);
    await rootWith('keybuzz_approve');
    expect(slack.messages('#ops')).toHaveLength(1);
  });
});
