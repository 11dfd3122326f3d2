import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Block, Element, Json } from './model.ts';

/** A JSON object, or undefined for anything else. */
export function asJson(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

/** The objects of a list; everything else in it is left out. */
export function asList(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(asJson).filter((each) => each !== undefined) : [];
}

/** The text of a field, or an empty one. */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A copy without these keys. */
export function without<T extends object, K extends keyof T>(value: T, ...keys: K[]): Omit<T, K> {
  const copy = { ...value };
  for (const key of keys) Reflect.deleteProperty(copy, key);
  return copy;
}

const INTERACTIVE = new Set([
  ...['button', 'workflow_button', 'checkboxes', 'radio_buttons', 'overflow', 'feedback_buttons', 'icon_button'],
  ...['static_select', 'external_select', 'users_select', 'conversations_select', 'channels_select'],
  ...['multi_static_select', 'multi_external_select', 'multi_users_select'],
  ...['multi_conversations_select', 'multi_channels_select'],
  ...['datepicker', 'timepicker', 'datetimepicker', 'file_input', 'rich_text_input'],
  ...['plain_text_input', 'email_text_input', 'url_text_input', 'number_input'],
]);

/** Whether a person can touch an element of this type. */
export function isInteractive(type: string): boolean {
  return INTERACTIVE.has(type);
}

/** Where a block keeps its elements. */
function placesOf(block: Json): Json[] {
  const places = [block.accessory, block.element, ...asList(block.elements), ...asList(block.actions)];
  return asList(places);
}

/** The elements of one block that a person can touch. */
export function elementsOf(block: Json): Element[] {
  const own = placesOf(block).filter((each) => isInteractive(asText(each.type)));
  return own as unknown as Element[];
}

/** All blocks, those inside containers and carousels included. */
export function flatBlocks<T extends Json>(blocks: readonly T[]): T[] {
  return blocks.flatMap((block) => {
    const inner = [...asList(block.child_blocks), ...(block.type === 'carousel' ? asList(block.elements) : [])];
    return [block, ...flatBlocks(inner as T[])];
  });
}

function token(): string {
  return randomBytes(3).toString('base64url').slice(0, 5);
}

/** A stored copy: every block has a block_id, every element an action_id, as Slack gives them. */
export function withIds(blocks: unknown): Block[] {
  const copy = structuredClone(z.array(z.looseObject({ type: z.string() })).parse(blocks ?? []));
  for (const block of flatBlocks(copy)) {
    if (typeof block.block_id !== 'string' || block.block_id === '') block.block_id = token();
    for (const element of elementsOf(block)) {
      if (typeof element.action_id !== 'string' || element.action_id === '') element.action_id = token();
    }
  }
  return copy as Block[];
}

/** The touchable element with this action_id (and, if several blocks have one, this block_id). */
export function findElement(
  blocks: readonly Block[],
  actionId: string,
  blockId?: string,
): { block: Block; element: Element } | undefined {
  for (const block of flatBlocks(blocks)) {
    if (blockId !== undefined && block.block_id !== blockId) continue;
    const element = elementsOf(block).find((each) => each.action_id === actionId);
    if (element) return { block, element };
  }
  return undefined;
}

/** All action_ids of some blocks, for messages that say what could be clicked. */
export function actionIds(blocks: readonly Block[]): string[] {
  return flatBlocks(blocks).flatMap((block) => elementsOf(block).map((element) => element.action_id));
}
