import { z } from 'zod';
import { blockOn, type Surface } from './block-shapes.ts';
import { asJson, asList, asText, elementsOf, flatBlocks } from './blocks.ts';
import { all, faultsOf, list, type Check } from './check.ts';
import { SlackFault, type Json } from './model.ts';

/** How many blocks a surface holds. */
const BLOCKS_MAX: Readonly<Record<Surface, number>> = { message: 50, modal: 100, home: 100 };
/** All markdown blocks of one message together. */
const MARKDOWN_MAX = 12_000;

/** block_ids are unique in a message, action_ids in a block. */
const uniqueIds: Check = (blocks, at, note) => {
  const blockIds = new Set<string>();
  asList(blocks).forEach((block, index) => {
    const blockId = asText(block.block_id);
    if (blockIds.has(blockId)) note(`\`block_id\` "${blockId}" already exists`, `${at}/${index}/block_id`);
    if (blockId !== '') blockIds.add(blockId);
    const actionIds = new Set<string>();
    elementsOf(block).forEach((element, place) => {
      const actionId = asText(element.action_id);
      if (actionIds.has(actionId)) {
        note(`\`action_id\` "${actionId}" already exists`, `${at}/${index}/elements/${place}/action_id`);
      }
      if (actionId !== '') actionIds.add(actionId);
    });
  });
};

/** What only the message as a whole can break. */
const together: Check = (blocks, at, note) => {
  const flat = flatBlocks(asList(blocks));
  const of = (...types: string[]): Json[] => flat.filter((block) => types.includes(asText(block.type)));
  const markdown = of('markdown').reduce((sum, block) => sum + asText(block.text).length, 0);
  if (markdown > MARKDOWN_MAX) note(`markdown must be less than ${MARKDOWN_MAX + 1} characters together`, at);
  if (of('table').length > 1) note('only one table block is allowed', at);
  if (of('plan').length > 1) note('only one plan block is allowed', at);
  if (of('plan').length > 0 && of('task_card').length > 0) note('plan and task_card blocks exclude each other', at);
};

/** The blocks of one surface with everything that Slack refuses about them. */
export function blocksOn(surface: Surface, min: number): Check {
  return all(list(blockOn(surface), BLOCKS_MAX[surface], min), uniqueIds, together);
}

/** Slack's refusal, with a line for each fault. */
export function refusal(error: string, faults: readonly string[]): SlackFault {
  const messages = faults.map((each) => `[ERROR] ${each}`);
  return new SlackFault(error, { errors: faults, response_metadata: { messages } });
}

/** Throws `invalid_blocks` with every fault of a message's blocks; `pointer` is where they are in the request. */
export function checkMessageBlocks(blocks: unknown, pointer: string): void {
  if (!Array.isArray(blocks)) throw new SlackFault('invalid_blocks_format');
  const faults = faultsOf(blocksOn('message', 0), blocks, pointer);
  if (faults.length > 0) throw refusal('invalid_blocks', faults);
}

/** Plain values, one object of them, or a list of such objects. */
function isShallow(value: unknown): boolean {
  const flat = (part: unknown): boolean => Object.values(asJson(part) ?? {}).every((each) => typeof each !== 'object');
  return Array.isArray(value) ? value.every((each) => !Array.isArray(each) && flat(each)) : flat(value);
}

/** Message metadata: an event_type, and a payload of plain values or one level of objects. */
export function checkMetadata(metadata: unknown): Json {
  const shape = z.strictObject({
    event_type: z.string().min(1).max(255),
    event_payload: z.record(z.string(), z.unknown()),
  });
  const parsed = shape.safeParse(metadata);
  if (!parsed.success) throw new SlackFault('invalid_metadata_format');
  const faults = Object.entries(parsed.data.event_payload)
    .filter(([, value]) => !isShallow(value))
    .map(([key]) => `must not be nested deeper [json-pointer:/metadata/event_payload/${key}]`);
  if (faults.length > 0) throw refusal('invalid_metadata_schema', faults);
  return parsed.data;
}
