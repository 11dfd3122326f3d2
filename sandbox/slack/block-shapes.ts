import { ELEMENTS, asAccessory, asInput, id, image, inActions, mrkdwn, plain, text } from './block-elements.ts';
import { all, anything, bool, list, num, oneOf, record, str, variant, type Check, type Shape } from './check.ts';

/** Where blocks are shown. */
export type Surface = 'message' | 'modal' | 'home';

/** Slack: a table's cells may hold this much together. */
const TABLE_TEXT_MAX = 10_000;

const base: Shape = { type: anything, 'block_id?': id };

const textStyle = record({ 'bold?': bool, 'italic?': bool, 'strike?': bool, 'underline?': bool, 'code?': bool });
const styled = (shape: Shape): Check => record({ type: anything, 'style?': textStyle, ...shape });
const inline = variant({
  text: styled({ text: str(Infinity) }),
  link: styled({ url: str(3000), 'text?': str(Infinity), 'unsafe?': bool }),
  emoji: styled({ name: str(255), 'unicode?': str(255), 'url?': str(3000), 'skin_tone?': num(1, 6) }),
  user: styled({ user_id: str(255) }),
  usergroup: styled({ usergroup_id: str(255) }),
  channel: styled({ channel_id: str(255) }),
  team: styled({ team_id: str(255) }),
  broadcast: styled({ range: oneOf('here', 'channel', 'everyone') }),
  color: styled({ value: str(255) }),
  date: styled({ timestamp: num(), format: str(Infinity), 'url?': str(3000), 'fallback?': str(Infinity) }),
});
const section = record({ type: anything, elements: list(inline, Infinity) });
const bordered: Shape = { type: anything, 'border?': oneOf(0, 1) };
const richText = record({
  ...base,
  elements: list(
    variant({
      rich_text_section: section,
      rich_text_list: record({
        ...bordered,
        style: oneOf('bullet', 'ordered'),
        elements: list(variant({ rich_text_section: section }), Infinity),
        'indent?': num(0, 8),
        'offset?': num(0),
      }),
      rich_text_quote: record({ ...bordered, elements: list(inline, Infinity) }),
      rich_text_preformatted: record({ ...bordered, elements: list(inline, Infinity), 'language?': str(255) }),
    }),
    Infinity,
  ),
});

const cell = variant({
  raw_text: record({ type: anything, text: str(Infinity) }),
  raw_number: record({ type: anything, value: num(), text: str(Infinity) }),
  rich_text: richText,
});

/** All the text somewhere inside a value. */
function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + textLength(each), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, each]) => sum + (key === 'text' && typeof each === 'string' ? each.length : textLength(each)),
    0,
  );
}

const tableText: Check = (value, at, note) => {
  if (textLength(value) > TABLE_TEXT_MAX) note(`table text must be less than ${TABLE_TEXT_MAX + 1} characters`, at);
};

const textOrFields: Check = (value, at, note) => {
  const given = value as { text?: unknown; fields?: unknown };
  if (given.text === undefined && given.fields === undefined) note('missing required field: text', at);
};

const task = record({
  ...base,
  task_id: str(255),
  title: str(256),
  status: oneOf('pending', 'in_progress', 'complete', 'error'),
  'details?': richText,
  'output?': richText,
  'sources?': list(record({ type: oneOf('url'), url: str(3000), text: str(255) }), Infinity, 0),
});
const card = record({
  ...base,
  'hero_image?': image,
  'icon?': image,
  'title?': mrkdwn(150),
  'subtitle?': mrkdwn(150),
  'body?': mrkdwn(200),
  'actions?': list(variant(ELEMENTS, ['button']), 5),
});

const FLAT: Readonly<Record<string, Check>> = {
  actions: record({ ...base, elements: list(variant(ELEMENTS, inActions), 25) }),
  alert: record({ ...base, text: text(3000), 'level?': oneOf('default', 'info', 'warning', 'error', 'success') }),
  card,
  carousel: record({ ...base, elements: list(variant({ card }), 10) }),
  context: record({ ...base, elements: list(variant({ image, plain_text: text(3000), mrkdwn: text(3000) }), 10) }),
  context_actions: record({ ...base, elements: list(variant(ELEMENTS, ['feedback_buttons', 'icon_button']), 5) }),
  data_table: all(
    record({
      ...base,
      rows: list(list(cell, 20), 101),
      caption: str(Infinity),
      'page_size?': num(1, 100),
      'row_header_column_index?': num(0),
    }),
    tableText,
  ),
  divider: record(base),
  header: record({ ...base, text: plain(150), 'level?': num(1, 4) }),
  image: record({
    ...base,
    'image_url?': str(3000),
    'slack_file?': anything,
    alt_text: str(2000),
    'title?': plain(2000),
  }),
  input: record({
    ...base,
    label: plain(2000),
    element: variant(ELEMENTS, asInput),
    'hint?': plain(2000),
    'optional?': bool,
    'dispatch_action?': bool,
  }),
  markdown: record({ ...base, text: str(12_000) }),
  plan: record({ ...base, title: str(256), 'tasks?': list(variant({ task_card: task }), 50, 0) }),
  rich_text: richText,
  section: all(
    record({
      ...base,
      'text?': text(3000),
      'fields?': list(text(2000), 10),
      'accessory?': variant({ ...ELEMENTS, image }, asAccessory),
      'expand?': bool,
    }),
    textOrFields,
  ),
  table: all(
    record({
      ...base,
      rows: list(list(cell, 20), 100),
      'column_settings?': list(record({ 'align?': oneOf('left', 'center', 'right'), 'is_wrapped?': bool }), 20),
    }),
    tableText,
  ),
  task_card: task,
  video: record({
    ...base,
    video_url: str(3000),
    thumbnail_url: str(3000),
    alt_text: str(2000),
    title: plain(200),
    'title_url?': str(3000),
    'author_name?': str(50),
    'provider_name?': str(255),
    'provider_icon_url?': str(3000),
    'description?': plain(200),
  }),
};

const inContainer = [
  'actions',
  'context',
  'divider',
  'header',
  'image',
  'input',
  'rich_text',
  'section',
  'table',
  'video',
];
const container = record({
  ...base,
  'title?': plain(150),
  'rich_text_title?': richText,
  'subtitle?': text(150),
  child_blocks: list(variant(FLAT, inContainer), 10),
  'width?': oneOf('narrow', 'standard', 'wide', 'full'),
  'icon?': image,
  'is_collapsible?': bool,
  'default_collapsed?': bool,
  'has_header_divider?': bool,
});

const everywhere = ['actions', 'context', 'divider', 'header', 'image', 'input', 'rich_text', 'section', 'video'];
const TYPES: Readonly<Record<Surface, readonly string[]>> = {
  message: [
    ...everywhere,
    ...['card', 'carousel', 'container', 'context_actions', 'data_table', 'markdown', 'plan', 'table', 'task_card'],
  ],
  modal: [...everywhere, 'alert'],
  home: everywhere,
};

/** One block of a surface; a type that the surface does not show is refused. */
export function blockOn(surface: Surface): Check {
  return variant({ ...FLAT, container }, TYPES[surface]);
}
