import { asJson, asList, asText, elementsOf, flatBlocks } from './blocks.ts';
import { SandboxError, type Block, type Element, type Json } from './model.ts';

/** What a person puts into an element: a text, an option's value, an id, a date, or several of them. */
export type Choice = string | number | readonly string[] | null;

/** By action_id or block_id. */
export type Choices = Readonly<Record<string, Choice>>;

/** Under which name an element's type carries its value, and its initial one. */
const FIELDS: Record<string, { chosen: string; initial: string; kind: 'plain' | 'option' | 'options' | 'list' }> = {
  plain_text_input: { chosen: 'value', initial: 'initial_value', kind: 'plain' },
  email_text_input: { chosen: 'value', initial: 'initial_value', kind: 'plain' },
  url_text_input: { chosen: 'value', initial: 'initial_value', kind: 'plain' },
  number_input: { chosen: 'value', initial: 'initial_value', kind: 'plain' },
  static_select: { chosen: 'selected_option', initial: 'initial_option', kind: 'option' },
  external_select: { chosen: 'selected_option', initial: 'initial_option', kind: 'option' },
  radio_buttons: { chosen: 'selected_option', initial: 'initial_option', kind: 'option' },
  overflow: { chosen: 'selected_option', initial: 'initial_option', kind: 'option' },
  checkboxes: { chosen: 'selected_options', initial: 'initial_options', kind: 'options' },
  multi_static_select: { chosen: 'selected_options', initial: 'initial_options', kind: 'options' },
  multi_external_select: { chosen: 'selected_options', initial: 'initial_options', kind: 'options' },
  users_select: { chosen: 'selected_user', initial: 'initial_user', kind: 'plain' },
  conversations_select: { chosen: 'selected_conversation', initial: 'initial_conversation', kind: 'plain' },
  channels_select: { chosen: 'selected_channel', initial: 'initial_channel', kind: 'plain' },
  multi_users_select: { chosen: 'selected_users', initial: 'initial_users', kind: 'list' },
  multi_conversations_select: { chosen: 'selected_conversations', initial: 'initial_conversations', kind: 'list' },
  multi_channels_select: { chosen: 'selected_channels', initial: 'initial_channels', kind: 'list' },
  datepicker: { chosen: 'selected_date', initial: 'initial_date', kind: 'plain' },
  timepicker: { chosen: 'selected_time', initial: 'initial_time', kind: 'plain' },
  datetimepicker: { chosen: 'selected_date_time', initial: 'initial_date_time', kind: 'plain' },
  rich_text_input: { chosen: 'rich_text_value', initial: 'initial_value', kind: 'plain' },
};

function optionsOf(element: Element): Json[] {
  return [...asList(element.options), ...asList(element.option_groups).flatMap((group) => asList(group.options))];
}

function option(element: Element, value: string): Json {
  const known = optionsOf(element).find((each) => each.value === value);
  if (known) return known;
  if (element.type.includes('external')) return { text: { type: 'plain_text', text: value }, value };
  const there = optionsOf(element).map((each) => asText(each.value));
  throw new SandboxError('no_option', `${element.action_id} has no option "${value}"; it has: ${there.join(', ')}.`);
}

function listOf(choice: Choice): string[] {
  if (choice === null) return [];
  return typeof choice === 'object' ? [...choice] : [String(choice)];
}

/** The value part of an element (`{selected_option: …}`), from a choice or, without one, from its initial value. */
export function valueOf(element: Element, choice?: Choice): Json {
  const field = FIELDS[element.type];
  if (!field) return {};
  if (choice === undefined) return { [field.chosen]: element[field.initial] ?? emptyOf(field.kind) };
  const texts = listOf(choice);
  const [first] = texts;
  switch (field.kind) {
    case 'plain':
      return { [field.chosen]: element.type === 'datetimepicker' ? Number(first) : (first ?? null) };
    case 'option':
      return { [field.chosen]: first === undefined ? null : option(element, first) };
    case 'options':
      return { [field.chosen]: texts.map((text) => option(element, text)) };
    case 'list':
      return { [field.chosen]: texts };
  }
}

function emptyOf(kind: 'plain' | 'option' | 'options' | 'list'): unknown {
  return kind === 'options' || kind === 'list' ? [] : null;
}

/** `state.values` of a message or a view, as Slack sends it along: every stateful element, chosen or initial. */
export function stateOf(blocks: readonly Block[], choices: Choices = {}): { values: Record<string, Json> } {
  const values: Record<string, Json> = {};
  const used = new Set<string>();
  for (const block of flatBlocks(blocks)) {
    for (const element of elementsOf(block)) {
      if (!FIELDS[element.type] || element.type === 'overflow') continue;
      const key = element.action_id in choices ? element.action_id : block.block_id;
      used.add(key);
      values[block.block_id] ??= {};
      Object.assign(values[block.block_id] ?? {}, {
        [element.action_id]: { type: element.type, ...valueOf(element, choices[key]) },
      });
    }
  }
  const stray = Object.keys(choices).filter((key) => !used.has(key));
  if (stray.length > 0) {
    throw new SandboxError('no_field', `There is no field ${stray.join(', ')}; there are: ${[...used].join(', ')}.`);
  }
  return { values };
}

function lengthFault(element: Element, value: string): string | undefined {
  const min = Number(element.min_length ?? 0);
  const max = Number(element.max_length ?? 3000);
  if (value.length < min) return `needs at least ${min} characters`;
  return value.length > max ? `takes at most ${max} characters` : undefined;
}

/** Why Slack's own client would not send this form: an empty required field, a text too long. Empty when it would. */
export function formFaults(blocks: readonly Block[], state: { values: Record<string, Json> }): string[] {
  return flatBlocks(blocks).flatMap((block) => {
    const element = asJson(block.element) as Element | undefined;
    if (block.type !== 'input' || !element) return [];
    const state_ = asJson(state.values[block.block_id]?.[element.action_id]) ?? {};
    const value = state_[FIELDS[element.type]?.chosen ?? 'value'];
    const empty = value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
    if (empty) return block.optional === true ? [] : [`${block.block_id} must be filled in`];
    const fault = typeof value === 'string' ? lengthFault(element, value) : undefined;
    return fault === undefined ? [] : [`${block.block_id} ${fault}`];
  });
}
