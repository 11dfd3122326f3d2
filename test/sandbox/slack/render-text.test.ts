import { describe, expect, it } from '@jest/globals';
import type { Block, Message, View } from '../../../sandbox/slack/model.ts';
import { renderMrkdwn } from '../../../sandbox/slack/render-mrkdwn.ts';
import { renderMessage, renderMessages, renderView } from '../../../sandbox/slack/render-text.ts';

const names: Record<string, string> = { U1: '@anne', C1: '#ops', S1: '@approvers', UBOT: '@keybuzz' };
const options = { nameOf: (id: string) => names[id] ?? id, ansi: false };
const text = (mrkdwn: string) => renderMrkdwn(mrkdwn, options);

const message = (ts: string, more: Partial<Message>): Message => ({
  type: 'message',
  channel: 'C1',
  ts,
  user: 'UBOT',
  text: '',
  ...more,
});

describe('mrkdwn as text', () => {
  it.each([
    ['*bold* and _so_ and ~no~', 'bold and so and no'],
    ['2*3*4 and snake_case_name', '2*3*4 and snake_case_name'],
    ['<@U1> in <#C1|ops> of <!subteam^S1>', '@anne in #ops of @approvers'],
    ['<https://a.b/c_d_e|the run> <https://x.y>', 'the run (https://a.b/c_d_e) https://x.y'],
    ['<!channel> <!date^1700000000^{date}|14 Nov>', '@channel 14 Nov'],
    [':white_check_mark: :unknown_one:', '✅ :unknown_one:'],
    ['a &lt;b&gt; &amp;amp;', 'a <b> &amp;'],
    ['run `a*b*c` now', 'run a*b*c now'],
    ['before\n```\nline *1*\nline 2\n```\nafter', 'before\n│ line *1*\n│ line 2\nafter'],
  ])('%j', (mrkdwn, plain) => {
    expect(text(mrkdwn)).toBe(plain);
  });

  it('is bold in a terminal', () => {
    expect(renderMrkdwn('*x*', { ...options, ansi: true })).toBe('\u001b[1mx\u001b[22m');
  });
});

const plain = (value: string) => ({ type: 'plain_text', text: value });
const blocks = [
  { type: 'header', text: plain('Deploy redis') },
  { type: 'section', text: { type: 'mrkdwn', text: '*4 steps*' }, fields: [{ type: 'mrkdwn', text: 'hosts\n3' }] },
  { type: 'divider' },
  {
    type: 'rich_text',
    elements: [
      {
        type: 'rich_text_list',
        style: 'bullet',
        elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'one' }] }],
      },
      { type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'log line' }] },
    ],
  },
  { type: 'context', elements: [{ type: 'mrkdwn', text: 'asked by <@U1>' }] },
  {
    type: 'actions',
    elements: [
      { type: 'button', text: plain('Approve') },
      { type: 'button', text: plain('Deny') },
    ],
  },
] as unknown as Block[];

describe('messages as text', () => {
  it('show their blocks and buttons', () => {
    expect(renderMessage(message('1700000000.000001', { blocks, text: 'unseen' }), options)).toBe(
      [
        '@keybuzz 22:13:20',
        '  Deploy redis',
        '  4 steps',
        '  hosts 3',
        '  ────────────────────────────────────────',
        '  • one',
        '  │ log line',
        '  asked by @anne',
        '  [ Approve ] [ Deny ]',
      ].join('\n'),
    );
  });

  it('stand with their replies under them', () => {
    const root = message('1700000000.000001', { text: 'root' });
    const other = message('1700000001.000001', { text: 'other' });
    const reply = message('1700000002.000001', { text: 'reply', thread_ts: root.ts });
    const shown = renderMessages([root, other, reply], options).split('\n');
    expect(shown.map((line) => line.trim())).toEqual([
      '@keybuzz 22:13:20',
      'root',
      '│ @keybuzz 22:13:22',
      '│   reply',
      '@keybuzz 22:13:21',
      'other',
    ]);
  });

  it('say who alone sees them', () => {
    const shown = renderMessage(message('1700000000.000001', { text: 'psst', visibleTo: 'U1' }), options);
    expect(shown).toContain('only @anne sees this');
  });
});

describe('modals as text', () => {
  it('show title, fields and buttons', () => {
    const view = {
      type: 'modal',
      title: plain('Deny'),
      submit: plain('Deny it'),
      blocks: [
        { type: 'input', label: plain('Reason'), element: { type: 'plain_text_input', placeholder: plain('why') } },
      ],
    } as unknown as View;
    expect(renderView(view, options)).toBe('┌ Deny\n│ Reason: [ why ]\n└ [ Deny it ]');
  });
});
