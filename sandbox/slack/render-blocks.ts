import { asJson, asList, asText } from './blocks.ts';
import { emojiNamed } from './emoji.ts';
import type { Json } from './model.ts';
import { indent, renderMrkdwn, renderPlain, styled, type RenderOptions } from './render-mrkdwn.ts';

const RULE = '────────────────────────────────────────';
const TASK_MARK: Readonly<Record<string, string>> = { pending: '○', in_progress: '⏳', complete: '✅', error: '❌' };

function textOf(value: unknown, options: RenderOptions): string {
  const object = asJson(value);
  if (!object) return asText(value);
  const text = asText(object.text);
  return object.type === 'plain_text' ? renderPlain(text) : renderMrkdwn(text, options);
}

function initialOf(element: Json, options: RenderOptions): string {
  const chosen = asJson(element.initial_option);
  const many = asList(element.initial_options).map((each) => textOf(each.text, options));
  if (chosen) return textOf(chosen.text, options);
  return many.join(', ') || asText(element.initial_value ?? element.initial_user ?? element.initial_date ?? '');
}

/** One element: a button as `[ Approve ]`, a choice as `[ Host ▾ ]`, a field as `[ text ]`. */
function element(value: Json, options: RenderOptions): string {
  const type = asText(value.type);
  if (type === 'image') return `[image: ${asText(value.alt_text)}]`;
  if (type === 'mrkdwn' || type === 'plain_text') return textOf(value, options);
  if (type.endsWith('button')) return `[ ${textOf(value.text, options)} ]`;
  if (type === 'overflow') return '[ ⋯ ]';
  const listed = asList(value.options).map((each) => textOf(each.text, options));
  if (type === 'checkboxes') return listed.map((each) => `☐ ${each}`).join('  ');
  if (type === 'radio_buttons') return listed.map((each) => `◯ ${each}`).join('  ');
  const shown = initialOf(value, options) || textOf(value.placeholder, options);
  return type.includes('select') || type.includes('picker') ? `[ ${shown} ▾ ]` : `[ ${shown || '…'} ]`;
}

const INLINE: Readonly<Record<string, (part: Json, options: RenderOptions) => string>> = {
  text: (part) => asText(part.text),
  link: (part) => (part.text === undefined ? asText(part.url) : `${asText(part.text)} (${asText(part.url)})`),
  emoji: (part) => emojiNamed(asText(part.name)),
  user: (part, options) => options.nameOf(asText(part.user_id)),
  usergroup: (part, options) => options.nameOf(asText(part.usergroup_id)),
  channel: (part, options) => options.nameOf(asText(part.channel_id)),
  broadcast: (part) => `@${asText(part.range)}`,
  date: (part) => asText(part.fallback) || new Date(Number(part.timestamp) * 1000).toISOString(),
};

function inline(parts: Json[], options: RenderOptions): string {
  return parts
    .map((part) => {
      const text = INLINE[asText(part.type)]?.(part, options) ?? '';
      const style = asJson(part.style);
      if (style?.bold === true) return styled(text, 'bold', options);
      return style?.strike === true ? styled(text, 'strike', options) : text;
    })
    .join('');
}

function richText(block: Json, options: RenderOptions): string {
  const parts = asList(block.elements).map((part) => {
    const inner = asList(part.elements);
    switch (part.type) {
      case 'rich_text_list': {
        const mark = (index: number): string => (part.style === 'ordered' ? `${index + 1}. ` : '• ');
        const by = '  '.repeat(Number(part.indent ?? 0));
        return inner.map((item, index) => by + mark(index) + inline(asList(item.elements), options)).join('\n');
      }
      case 'rich_text_preformatted':
        return indent(inline(inner, options), '│ ');
      case 'rich_text_quote':
        return indent(inline(inner, options), '> ');
      default:
        return inline(inner, options).replace(/\n$/, '');
    }
  });
  return parts.join('\n');
}

function table(block: Json, options: RenderOptions): string {
  const rows = (Array.isArray(block.rows) ? block.rows : []).map((row) =>
    asList(row).map((cell) => (cell.type === 'rich_text' ? richText(cell, options) : asText(cell.text))),
  );
  const widths = rows.reduce<number[]>((max, row) => row.map((cell, at) => Math.max(max[at] ?? 0, cell.length)), []);
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function section(block: Json, options: RenderOptions): string {
  const fields = asList(block.fields).map((field) => textOf(field, options).replace(/\n/g, ' '));
  const accessory = asJson(block.accessory);
  const lines = [textOf(block.text, options) + (accessory ? `   ${element(accessory, options)}` : ''), ...fields];
  return lines.filter((line) => line !== '').join('\n');
}

function task(block: Json, options: RenderOptions): string {
  const details = [block.details, block.output].flatMap((part) => {
    const text = asJson(part);
    return text ? [indent(richText(text, options), '    ')] : [];
  });
  return [`${TASK_MARK[asText(block.status)] ?? '○'} ${asText(block.title)}`, ...details].join('\n');
}

const BLOCKS: Readonly<Record<string, (block: Json, options: RenderOptions) => string>> = {
  header: (block, options) => styled(textOf(block.text, options), 'bold', options),
  divider: () => RULE,
  section,
  context: (block, options) =>
    styled(
      asList(block.elements)
        .map((each) => element(each, options))
        .join('  '),
      'dim',
      options,
    ),
  actions: (block, options) =>
    asList(block.elements)
      .map((each) => element(each, options))
      .join(' '),
  input: (block, options) => `${textOf(block.label, options)}: ${element(asJson(block.element) ?? {}, options)}`,
  image: (block) => `[image: ${asText(block.alt_text)}]`,
  markdown: (block) => asText(block.text),
  rich_text: richText,
  table,
  data_table: (block, options) => `${asText(block.caption)}\n${table(block, options)}`,
  alert: (block, options) => `⚠️ ${textOf(block.text, options)}`,
  plan: (block, options) =>
    [asText(block.title), ...asList(block.tasks).map((each) => indent(task(each, options), '  '))].join('\n'),
  task_card: task,
  container: (block, options) =>
    [textOf(block.title, options), indent(renderBlocks(asList(block.child_blocks), options), '  ')].join('\n'),
};

/** Blocks as plain text, one under the other. */
export function renderBlocks(blocks: readonly Json[], options: RenderOptions): string {
  return blocks.map((block) => BLOCKS[asText(block.type)]?.(block, options) ?? `[${asText(block.type)}]`).join('\n');
}
