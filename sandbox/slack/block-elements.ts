import { all, anything, bool, list, num, oneOf, record, str, variant, type Check, type Shape } from './check.ts';

/*
 * The shapes and limits of Block Kit's objects and elements, from the comments of @slack/types 3.2 and
 * docs.slack.dev/reference/block-kit. What the documents leave open is the stricter reading.
 */

/** action_id, block_id, callback_id and external_id. */
export const id = str(255);

const plainShape = (max: number, min: number): Check =>
  record({ type: oneOf('plain_text'), text: str(max, min), 'emoji?': bool });
const mrkdwnShape = (max: number, min: number): Check =>
  record({ type: oneOf('mrkdwn'), text: str(max, min), 'verbatim?': bool });

/** A plain_text object. */
export const plain = (max: number, min = 1): Check => variant({ plain_text: plainShape(max, min) });
/** A plain_text or mrkdwn object. */
export const text = (max: number, min = 1): Check =>
  variant({ plain_text: plainShape(max, min), mrkdwn: mrkdwnShape(max, min) });
/** A mrkdwn object. */
export const mrkdwn = (max: number): Check => variant({ mrkdwn: mrkdwnShape(max, 1) });

const confirm = record({
  'title?': plain(100),
  text: text(300),
  'confirm?': plain(30),
  'deny?': plain(30),
  'style?': oneOf('primary', 'danger'),
});
const option = record({ text: text(75), 'value?': str(75), 'url?': str(3000), 'description?': text(75) });
const groups = list(record({ label: plain(75), options: list(option, 100) }), 100);
const filter = record({
  'include?': list(oneOf('im', 'mpim', 'private', 'public'), 4),
  'exclude_external_shared_channels?': bool,
  'exclude_bot_users?': bool,
});
const dispatch = record({ 'trigger_actions_on?': list(oneOf('on_enter_pressed', 'on_character_entered'), 2) });

const base: Shape = { type: anything, 'action_id?': id };
const touchable: Shape = { ...base, 'confirm?': confirm, 'focus_on_load?': bool };
const select: Shape = { ...touchable, 'placeholder?': plain(150) };
const multi: Shape = { ...select, 'max_selected_items?': num(1) };
const input: Shape = {
  ...base,
  'focus_on_load?': bool,
  'placeholder?': plain(150),
  'initial_value?': str(3000, 0),
  'dispatch_action_config?': dispatch,
};
const people = list(str(255), 100);
const style = { 'style?': oneOf('primary', 'danger') };

/** A static select has options or groups, not both and not neither. */
const optionsOrGroups: Check = (value, at, note) => {
  const given = value as { options?: unknown; option_groups?: unknown };
  if (given.options === undefined && given.option_groups === undefined) note('missing required field: options', at);
  if (given.options !== undefined && given.option_groups !== undefined) {
    note('only one of options, option_groups is allowed', at);
  }
};
const staticShape: Shape = { 'options?': list(option, 100), 'option_groups?': groups };

/** An image: by address or by file, with the text for those who can't see it. */
export const image = record({
  type: anything,
  'image_url?': str(3000),
  'slack_file?': record({ 'url?': str(3000), 'id?': str(255) }),
  alt_text: str(2000),
});

const feedback = record({ text: plain(75), 'accessibility_label?': str(75), value: str(2000) });

/** Every element by its type. */
export const ELEMENTS: Readonly<Record<string, Check>> = {
  button: record({
    ...base,
    ...style,
    text: plain(75),
    'confirm?': confirm,
    'value?': str(2000),
    'url?': str(3000),
    'accessibility_label?': str(75),
  }),
  workflow_button: record({ ...base, ...style, text: plain(75), workflow: anything, 'accessibility_label?': str(75) }),
  feedback_buttons: record({ ...base, positive_button: feedback, negative_button: feedback }),
  icon_button: record({
    ...base,
    icon: str(255),
    text: plain(75),
    'confirm?': confirm,
    'value?': str(2000),
    'accessibility_label?': str(75),
    'visible_to_user_ids?': people,
  }),
  checkboxes: record({ ...touchable, options: list(option, 10), 'initial_options?': list(option, 10) }),
  radio_buttons: record({ ...touchable, options: list(option, 10), 'initial_option?': option }),
  overflow: record({ ...base, 'confirm?': confirm, options: list(option, 5) }),
  static_select: all(record({ ...select, ...staticShape, 'initial_option?': option }), optionsOrGroups),
  multi_static_select: all(
    record({ ...multi, ...staticShape, 'initial_options?': list(option, 100) }),
    optionsOrGroups,
  ),
  external_select: record({ ...select, 'initial_option?': option, 'min_query_length?': num(0) }),
  multi_external_select: record({ ...multi, 'initial_options?': list(option, 100), 'min_query_length?': num(0) }),
  users_select: record({ ...select, 'initial_user?': str(255) }),
  multi_users_select: record({ ...multi, 'initial_users?': people }),
  channels_select: record({ ...select, 'initial_channel?': str(255), 'response_url_enabled?': bool }),
  multi_channels_select: record({ ...multi, 'initial_channels?': people }),
  conversations_select: record({
    ...select,
    'initial_conversation?': str(255),
    'default_to_current_conversation?': bool,
    'response_url_enabled?': bool,
    'filter?': filter,
  }),
  multi_conversations_select: record({
    ...multi,
    'initial_conversations?': people,
    'default_to_current_conversation?': bool,
    'filter?': filter,
  }),
  datepicker: record({ ...select, 'initial_date?': str(10) }),
  timepicker: record({ ...select, 'initial_time?': str(5), 'timezone?': str(255) }),
  datetimepicker: record({ ...touchable, 'initial_date_time?': num(0) }),
  plain_text_input: record({
    ...input,
    'multiline?': bool,
    'min_length?': num(0, 3000),
    'max_length?': num(1, 3000),
  }),
  email_text_input: record(input),
  url_text_input: record(input),
  number_input: record({ ...input, is_decimal_allowed: bool, 'min_value?': str(255), 'max_value?': str(255) }),
  rich_text_input: record({ ...input, 'initial_value?': anything, 'min_lines?': num(1), 'max_lines?': num(1) }),
  file_input: record({ ...base, 'filetypes?': list(str(255), 100), 'max_files?': num(1, 10) }),
};

const selects = ['static', 'external', 'users', 'conversations', 'channels'];
const anySelect = selects.flatMap((name) => [`${name}_select`, `multi_${name}_select`]);
const pickers = ['datepicker', 'timepicker', 'datetimepicker', 'checkboxes', 'radio_buttons'];

/** What may stand in an actions block. */
export const inActions = ['button', 'workflow_button', 'overflow', 'rich_text_input', ...anySelect, ...pickers];
/** What may stand beside a section. */
export const asAccessory = ['button', 'workflow_button', 'overflow', ...anySelect, ...pickers, 'image'];
/** What may be asked for in a form. */
export const asInput = [
  ...['plain_text_input', 'email_text_input', 'url_text_input', 'number_input', 'rich_text_input', 'file_input'],
  ...anySelect,
  ...pickers,
];
