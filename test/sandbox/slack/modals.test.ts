import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ModalView } from '@slack/types';
import { startSlackSandbox, type Message, type SlackSandbox } from '../../../sandbox/slack/index.ts';
import { button, createBoltApp, type BoltApp } from './bolt.ts';

let slack: SlackSandbox;
let bolt: BoltApp;
let nowMs: number;

const text = (value: string) => ({ type: 'plain_text' as const, text: value });
const reasonForm: ModalView = {
  type: 'modal',
  callback_id: 'deny',
  title: text('Deny'),
  submit: text('Deny'),
  notify_on_close: true,
  private_metadata: 'a1',
  blocks: [
    {
      type: 'input',
      block_id: 'reason',
      label: text('Reason'),
      element: { type: 'plain_text_input', action_id: 'text' },
    },
  ],
};

beforeEach(async () => {
  nowMs = Date.now();
  slack = await startSlackSandbox({ nowMs: () => nowMs });
  bolt = createBoltApp(slack);
  bolt.app.action('deny', async ({ ack, body, client }) => {
    await ack();
    if (body.type === 'block_actions') await client.views.open({ trigger_id: body.trigger_id, view: reasonForm });
  });
  await bolt.start();
});

afterEach(async () => {
  await bolt.stop();
  await slack.close();
});

async function prompt(): Promise<Message> {
  const sent = await bolt.app.client.chat.postMessage({ channel: 'C0OPS', text: '?', blocks: [button('deny', 'a1')] });
  return slack.waitFor(() => slack.messages('#ops').find((each) => each.ts === sent.ts));
}

describe('modals', () => {
  it('open with the click, stay with errors, and close when the form is right', async () => {
    bolt.app.view('deny', async ({ ack, view }) => {
      const reason = view.state.values.reason?.text?.value ?? '';
      if (reason.length > 5) await ack();
      else await ack({ response_action: 'errors', errors: { reason: 'Say more' } });
    });
    const person = slack.person('approver');
    const { view } = await person.openModal(await prompt(), 'deny');
    expect(view).toMatchObject({ callback_id: 'deny', private_metadata: 'a1' });
    const short = await person.submitView(view, { reason: 'no' });
    expect(short).toMatchObject({ responseAction: 'errors', errors: { reason: 'Say more' } });
    expect(slack.modals('approver')).toHaveLength(1);
    const long = await person.submitView(view, { text: 'not on a Friday' });
    expect(long.responseAction).toBe('close');
    expect(slack.modals('approver')).toHaveLength(0);
  });

  it('can become another view by the ack, or get one on top', async () => {
    bolt.app.view('deny', async ({ ack }) => {
      await ack({ response_action: 'push', view: { ...reasonForm, callback_id: 'sure' } });
    });
    bolt.app.view('sure', async ({ ack }) => {
      await ack({ response_action: 'update', view: { ...reasonForm, callback_id: 'done' } });
    });
    const person = slack.person('approver');
    const { view } = await person.openModal(await prompt(), 'deny');
    const pushed = await person.submitView(view, { reason: 'because' });
    expect(pushed.view).toMatchObject({ callback_id: 'sure', previous_view_id: view.id, root_view_id: view.id });
    if (!pushed.view) throw new Error('nothing on top');
    await person.submitView(pushed.view, { reason: 'because' });
    expect(slack.modals('approver').map((each) => each.callback_id)).toEqual(['deny', 'done']);
  });

  it('never reach the app with an empty required field', async () => {
    const person = slack.person('approver');
    const { view } = await person.openModal(await prompt(), 'deny');
    await expect(person.submitView(view)).rejects.toMatchObject({ code: 'form_incomplete' });
    expect(slack.calls('interactive').filter((call) => call.kind === 'envelope')).toHaveLength(1);
  });

  it('tell the app when they are closed, if it asked', async () => {
    const closed: string[] = [];
    bolt.app.view({ callback_id: 'deny', type: 'view_closed' }, async ({ ack, view }) => {
      closed.push(view.id);
      await ack();
    });
    const person = slack.person('approver');
    const { view } = await person.openModal(await prompt(), 'deny');
    await person.closeView(view);
    expect(closed).toEqual([view.id]);
  });

  it('refuse a trigger that is used or too old', async () => {
    const person = slack.person('approver');
    const { triggerId } = await person.openModal(await prompt(), 'deny');
    const again = bolt.app.client.views.open({ trigger_id: triggerId, view: reasonForm });
    await expect(again).rejects.toMatchObject({ data: { error: 'exchanged_trigger_id' } });
    bolt.app.action('later', async ({ ack }) => ack());
    const sent = await bolt.app.client.chat.postMessage({
      channel: 'C0OPS',
      text: '?',
      blocks: [button('later', '1')],
    });
    const message = slack.messages('#ops').find((each) => each.ts === sent.ts);
    if (!message) throw new Error('not posted');
    const late = await person.click(message, 'later');
    nowMs += 3_001;
    const opened = bolt.app.client.views.open({ trigger_id: late.triggerId, view: reasonForm });
    await expect(opened).rejects.toMatchObject({ data: { error: 'expired_trigger_id' } });
  });

  it('refuse an update based on an older version', async () => {
    const person = slack.person('approver');
    const { view } = await person.openModal(await prompt(), 'deny');
    const { views } = bolt.app.client;
    const first = await views.update({ view_id: view.id, hash: view.hash, view: reasonForm });
    expect(first.view?.hash).not.toBe(view.hash);
    const stale = views.update({ view_id: view.id, hash: view.hash, view: reasonForm });
    await expect(stale).rejects.toMatchObject({ data: { error: 'hash_conflict' } });
  });
});

describe('the home tab', () => {
  it('is published for the person who opens it, and can be clicked', async () => {
    bolt.app.event('app_home_opened', async ({ event, client }) => {
      await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: [button('refresh', 'now')] } });
    });
    const seen: string[] = [];
    bolt.app.action('refresh', async ({ ack, body }) => {
      seen.push(body.user.id);
      await ack();
    });
    await slack.person('viewer').openHome();
    const home = await slack.waitFor(() => slack.home('viewer'));
    await slack.person('viewer').clickInView(home, 'refresh');
    expect(seen).toEqual(['U0VIEWER']);
    expect(slack.home('operator')).toBeUndefined();
  });
});
