import { describe, expect, it } from '@jest/globals';
import { checkMessageBlocks, checkMetadata } from '../../../sandbox/slack/block-limits.ts';
import { SlackFault } from '../../../sandbox/slack/model.ts';
import { checkView } from '../../../sandbox/slack/view-limits.ts';

/** The lines of a refusal, or none. */
function refusedBy(check: () => unknown): unknown[] {
  try {
    check();
    return [];
  } catch (error) {
    if (error instanceof SlackFault) return (error.body.errors as unknown[] | undefined) ?? [error.body.error];
    throw error;
  }
}

const blocksRefused = (...blocks: unknown[]) => refusedBy(() => checkMessageBlocks(blocks, '/blocks'));
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const plain = (text: string) => ({ type: 'plain_text', text });
const section = (text: string) => ({ type: 'section', text: mrkdwn(text) });
const button = (more: object = {}) => ({ type: 'button', action_id: 'a', text: plain('Go'), ...more });
const actions = (...elements: unknown[]) => ({ type: 'actions', elements });
const many = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));

describe('blocks of a message', () => {
  it('pass when they are what the bot sends', () => {
    const richText = {
      type: 'rich_text',
      elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'x', style: { bold: true } }] }],
    };
    const confirm = { title: plain('Sure?'), text: mrkdwn('*really*'), confirm: plain('Yes'), deny: plain('No') };
    const row = [{ type: 'raw_text', text: 'redis' }, richText];
    expect(
      blocksRefused(
        { type: 'header', text: plain('Deploy') },
        section('x'.repeat(3000)),
        { type: 'section', fields: [mrkdwn('a'), plain('b')], accessory: button() },
        { type: 'context', elements: [mrkdwn('x'), { type: 'image', image_url: 'https://x/y.png', alt_text: 'y' }] },
        { type: 'divider', block_id: 'd1' },
        actions(button({ style: 'primary', value: 'r1', confirm }), button({ action_id: 'b', style: 'danger' })),
        richText,
        { type: 'table', rows: [row], column_settings: [{ align: 'right', is_wrapped: true }] },
        { type: 'markdown', text: '# hi' },
      ),
    ).toEqual([]);
  });

  const cases: [string, unknown[], string][] = [
    ['an empty text', [section('')], 'must be more than 0 characters [json-pointer:/blocks/0/text/text]'],
    [
      'a long text',
      [section('x'.repeat(3001))],
      'must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
    ],
    ['51 blocks', many(51, () => ({ type: 'divider' })), 'no more than 50 items allowed [json-pointer:/blocks]'],
    [
      'a long header',
      [{ type: 'header', text: plain('x'.repeat(151)) }],
      'must be less than 151 characters [json-pointer:/blocks/0/text/text]',
    ],
    [
      'mrkdwn in a header',
      [{ type: 'header', text: mrkdwn('x') }],
      'unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]',
    ],
    [
      '11 fields',
      [{ type: 'section', fields: many(11, () => mrkdwn('x')) }],
      'no more than 10 items allowed [json-pointer:/blocks/0/fields]',
    ],
    ['a section of nothing', [{ type: 'section' }], 'missing required field: text [json-pointer:/blocks/0]'],
    [
      '11 things in a context',
      [{ type: 'context', elements: many(11, () => mrkdwn('x')) }],
      'no more than 10 items allowed [json-pointer:/blocks/0/elements]',
    ],
    [
      '26 buttons',
      [actions(...many(26, (n) => button({ action_id: `a${n}` })))],
      'no more than 25 items allowed [json-pointer:/blocks/0/elements]',
    ],
    [
      'a long label',
      [actions(button({ text: plain('x'.repeat(76)) }))],
      'must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]',
    ],
    [
      'a long value',
      [actions(button({ value: 'x'.repeat(2001) }))],
      'must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]',
    ],
    [
      'an unknown style',
      [actions(button({ style: 'blue' }))],
      'must be a valid enum value [json-pointer:/blocks/0/elements/0/style]',
    ],
    [
      'an unknown field',
      [actions(button({ disabled: true }))],
      'invalid additional property: disabled [json-pointer:/blocks/0/elements/0]',
    ],
    [
      'the same action twice in a block',
      [actions(button(), button())],
      '`action_id` "a" already exists [json-pointer:/blocks/0/elements/1/action_id]',
    ],
    [
      'the same block_id twice',
      many(2, () => ({ type: 'divider', block_id: 'd' })),
      '`block_id` "d" already exists [json-pointer:/blocks/1/block_id]',
    ],
    [
      'a long confirmation',
      [actions(button({ confirm: { text: plain('x'.repeat(301)) } }))],
      'must be less than 301 characters [json-pointer:/blocks/0/elements/0/confirm/text/text]',
    ],
    [
      'an unknown block',
      [{ type: 'data_visualization' }],
      'unsupported type: data_visualization [json-pointer:/blocks/0/type]',
    ],
    ['an alert', [{ type: 'alert', text: plain('x') }], 'unsupported type: alert [json-pointer:/blocks/0/type]'],
    [
      'a text that is no object',
      [{ type: 'header', text: 'x' }],
      'must provide an object [json-pointer:/blocks/0/text]',
    ],
    [
      'no options',
      [actions({ type: 'static_select', options: [] })],
      'must provide at least 1 items [json-pointer:/blocks/0/elements/0/options]',
    ],
    [
      'a table too full',
      [{ type: 'table', rows: many(11, () => [{ type: 'raw_text', text: 'x'.repeat(1000) }]) }],
      'table text must be less than 10001 characters [json-pointer:/blocks/0]',
    ],
    [
      'two tables',
      many(2, () => ({ type: 'table', rows: [[{ type: 'raw_text', text: 'x' }]] })),
      'only one table block is allowed [json-pointer:/blocks]',
    ],
    [
      'a wrong status',
      [{ type: 'task_card', task_id: 't', title: 'x', status: 'completed' }],
      'must be a valid enum value [json-pointer:/blocks/0/status]',
    ],
  ];

  it.each(cases)('are refused with %s', (_, blocks, line) => {
    expect(blocksRefused(...blocks)).toEqual([line]);
  });

  it('may use one action_id in two blocks', () => {
    expect(blocksRefused(actions(button()), actions(button()))).toEqual([]);
  });

  it('are refused together when their markdown is too long', () => {
    const half = { type: 'markdown', text: 'x'.repeat(6001) };
    expect(blocksRefused(half, half)).toEqual([
      'markdown must be less than 12001 characters together [json-pointer:/blocks]',
    ]);
  });
});

describe('views', () => {
  const input = { type: 'input', label: plain('Why'), element: { type: 'plain_text_input', action_id: 'w' } };
  const modal = { type: 'modal', title: plain('Deny'), submit: plain('OK'), blocks: [input] };
  const viewRefused = (change: object) => refusedBy(() => checkView({ ...modal, ...change }, 'modal'));

  it('pass when they are right', () => {
    expect(viewRefused({})).toEqual([]);
    expect(viewRefused({ blocks: [{ type: 'alert', level: 'warning', text: mrkdwn('careful') }] })).toEqual([]);
  });

  const cases: [string, object, string][] = [
    [
      'a long title',
      { title: plain('x'.repeat(25)) },
      'must be less than 25 characters [json-pointer:/view/title/text]',
    ],
    [
      'long private_metadata',
      { private_metadata: 'x'.repeat(3001) },
      'must be less than 3001 characters [json-pointer:/view/private_metadata]',
    ],
    [
      'an input and no submit',
      { submit: undefined },
      'must define `submit` to use an `input` block in modals [json-pointer:/view/blocks/0/input]',
    ],
    ['no blocks', { blocks: [] }, 'must provide at least 1 items [json-pointer:/view/blocks]'],
    [
      'a markdown block',
      { blocks: [{ type: 'markdown', text: 'x' }] },
      'unsupported type: markdown [json-pointer:/view/blocks/0/type]',
    ],
    [
      '101 blocks',
      { blocks: many(101, () => ({ type: 'divider' })) },
      'no more than 100 items allowed [json-pointer:/view/blocks]',
    ],
  ];

  it.each(cases)('are refused with %s', (_, change, line) => {
    expect(viewRefused(change)).toEqual([line]);
  });
});

describe('message metadata', () => {
  it('is an event type with plain values', () => {
    expect(
      refusedBy(() => checkMetadata({ event_type: 'run', event_payload: { id: 'r1', n: 1, o: { a: 1 } } })),
    ).toEqual([]);
    expect(refusedBy(() => checkMetadata({ event_type: 'run' }))).toEqual(['invalid_metadata_format']);
    const deep = { event_type: 'run', event_payload: { a: { b: { c: 1 } } } };
    expect(refusedBy(() => checkMetadata(deep))).toEqual([
      'must not be nested deeper [json-pointer:/metadata/event_payload/a]',
    ]);
  });
});
