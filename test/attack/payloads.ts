import fc from 'fast-check';
import { ACTION_IDS } from '../../src/bot/views/actions.ts';
import { ALERT_ACTION_IDS } from '../../src/bot/views/alert-actions.ts';
import { HOME_ACTION_IDS } from '../../src/bot/views/home.ts';
import { RUN_MODAL } from '../../src/bot/views/home-modals.ts';
import { SILENCE_MODAL } from '../../src/bot/views/silence-modal.ts';
import { CODE_MODAL } from '../../src/bot/views/code-modal.ts';
import { DENY_MODAL } from '../../src/bot/views/deny-modal.ts';
import { API_URL } from './bolt.ts';
import { hostile } from './inputs.ts';

/** JSON as it comes over the wire. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const team = { id: 'T0KEYBUZZ', domain: 'keybuzz' };
const user = { id: 'U0OPERATOR', username: 'operator', team_id: 'T0KEYBUZZ' };
const origin = { api_app_id: 'A0KEYBUZZ', token: 'verification', team, user, trigger_id: '1.2.abc' };
const channel = { id: 'C0OPS', name: 'ops' };
const responseUrl = new URL('/actions/1', API_URL).toString();

const command: Json = {
  ...{ token: 'verification', team_id: 'T0KEYBUZZ', team_domain: 'keybuzz', channel_id: 'C0OPS', channel_name: 'ops' },
  ...{ user_id: 'U0OPERATOR', user_name: 'operator', command: '/keybuzz', text: 'deploy redis' },
  ...{ api_app_id: 'A0KEYBUZZ', is_enterprise_install: 'false', response_url: responseUrl, trigger_id: '1.2.abc' },
};

function click(action: string, type = 'button'): Json {
  return {
    ...origin,
    type: 'block_actions',
    container: { type: 'message', message_ts: '1.000001', channel_id: 'C0OPS', is_ephemeral: false },
    channel,
    message: { type: 'message', ts: '1.000001', text: 'x', user: 'U0KEYBUZZ' },
    state: { values: {} },
    response_url: responseUrl,
    actions: [{ type, action_id: action, block_id: 'b', value: 'lusab-babad lusab-babad-2', action_ts: '1.2' }],
  };
}

const submission: Json = {
  ...origin,
  type: 'view_submission',
  view: {
    ...{ id: 'V0FORM', type: 'modal', callback_id: DENY_MODAL.callback, private_metadata: 'lusab-babad', hash: 'h' },
    state: { values: { [DENY_MODAL.block]: { [DENY_MODAL.input]: { type: 'plain_text_input', value: 'no' } } } },
    root_view_id: 'V0FORM',
  },
  response_urls: [],
};

/** A form of alerts, of the home tab or for a code as it comes back, filled in. */
function filled(callback: string, metadata: string): Json {
  const option = (value: string) => ({ text: { type: 'plain_text', text: value }, value });
  return {
    ...(submission as object),
    view: {
      ...{ id: 'V0FORM', type: 'modal', callback_id: callback, private_metadata: metadata, hash: 'h' },
      state: {
        values: {
          [RUN_MODAL.module]: { [RUN_MODAL.module]: { type: 'static_select', selected_option: option('redis') } },
          [RUN_MODAL.how]: { [RUN_MODAL.how]: { type: 'radio_buttons', selected_option: option('run') } },
          [SILENCE_MODAL.until]: {
            [SILENCE_MODAL.until]: { type: 'datetimepicker', selected_date_time: Math.floor(Date.now() / 1000) + 3600 },
          },
          [SILENCE_MODAL.reason]: { [SILENCE_MODAL.reason]: { type: 'plain_text_input', value: 'new disks' } },
          [CODE_MODAL.block]: { [CODE_MODAL.input]: { type: 'plain_text_input', value: '123 456' } },
        },
      },
      root_view_id: 'V0FORM',
    },
  };
}

function event(inner: Record<string, Json>): Json {
  return {
    ...{ type: 'event_callback', token: 'verification', team_id: 'T0KEYBUZZ', api_app_id: 'A0KEYBUZZ' },
    ...{
      event: inner,
      event_id: 'Ev1',
      event_time: 1,
      authorizations: [{ team_id: 'T0KEYBUZZ', user_id: 'U0KEYBUZZ' }],
    },
  };
}

const said = { user: 'U0OPERATOR', channel: 'C0OPS', text: '<@U0KEYBUZZ> deploy redis', ts: '1.1', event_ts: '1.1' };

/** One of everything that Slack sends to the bot, and of what it does not send but could. */
export const ORDINARY: Json[] = [
  command,
  ...Object.values(ACTION_IDS).map((action) => click(action)),
  click(ACTION_IDS.approve, 'static_select'),
  submission,
  ...Object.values(ALERT_ACTION_IDS).map((action) => click(action)),
  ...Object.values(HOME_ACTION_IDS).map((action) => click(action)),
  filled(SILENCE_MODAL.callback, 'redis-12'),
  filled(SILENCE_MODAL.callback, ''),
  filled(RUN_MODAL.callback, 'deploy'),
  filled(CODE_MODAL.callback, 'lusab-babad lusab-babad-2'),
  { ...(submission as object), type: 'view_closed', is_cleared: false },
  {
    ...origin,
    type: 'message_action',
    callback_id: 'keybuzz_message',
    channel,
    message: said,
    response_url: responseUrl,
  },
  { ...origin, type: 'shortcut', callback_id: 'keybuzz', action_ts: '1.2' },
  { ...origin, type: 'block_suggestion', action_id: 'x', block_id: 'b', value: 'r' },
  event({ type: 'app_mention', ...said }),
  event({ type: 'message', channel_type: 'im', ...said }),
  event({ type: 'app_home_opened', user: 'U0OPERATOR', channel: 'D0', tab: 'home', event_ts: '1.1' }),
  event({ type: 'subteam_members_changed', subteam_id: 'S0APPROVERS', added_users: [], removed_users: ['U0A'] }),
  event({ type: 'subteam_updated', subteam: { id: 'S0APPROVERS', users: ['U0A'] } }),
];

/** The paths of everything in a payload. */
function pathsOf(value: Json, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path];
  const children = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...children.flatMap(([key, child]) => pathsOf(child, [...path, key]))];
}

const GONE = Symbol('gone');

function changed(value: Json, [key, ...rest]: (string | number)[], replacement: Json | typeof GONE): Json {
  if (key === undefined) return replacement === GONE ? null : replacement;
  if (Array.isArray(value)) {
    const items = value.map((item, at) => (at === key ? changed(item, rest, replacement) : item));
    return rest.length === 0 && replacement === GONE ? items.filter((_, at) => at !== key) : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, child]): [string, Json] =>
    name === key ? [name, changed(child, rest, replacement)] : [name, child],
  );
  const isGone = rest.length === 0 && replacement === GONE;
  return Object.fromEntries(isGone ? fields.filter(([name]) => name !== key) : fields);
}

const odd: fc.Arbitrary<Json> = fc.oneof(
  { weight: 4, arbitrary: hostile },
  { weight: 1, arbitrary: fc.constantFrom<Json>(null, true, 0, -1, 1e308, '', [], {}, [[]], [null], { id: null }) },
  // As JSON.parse makes it: an own property of that name.
  {
    weight: 1,
    arbitrary: fc.constant(JSON.parse('{"__proto__":{"id":"U0ADMIN"},"constructor":{"prototype":{}}}') as Json),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json> },
);

/** A payload that was ordinary until one to three of its parts were replaced or taken away, at times everything. */
export const payload: fc.Arbitrary<Json> = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...ORDINARY).chain(spoil) },
  { weight: 1, arbitrary: odd },
);

function spoil(ordinary: Json): fc.Arbitrary<Json> {
  const paths = pathsOf(ordinary).slice(1);
  const change = fc.tuple(fc.nat(paths.length - 1), fc.oneof(odd, fc.constant(GONE)));
  return fc
    .array(change, { minLength: 1, maxLength: 3 })
    .map((changes) =>
      changes.reduce((value, [at, replacement]) => changed(value, paths[at] ?? [], replacement as Json), ordinary),
    );
}
