import { id, plain } from './block-elements.ts';
import { blocksOn, refusal } from './block-limits.ts';
import { asJson, asList } from './blocks.ts';
import { all, anything, bool, faultsOf, record, str, type Check, type Shape } from './check.ts';
import { SlackFault, type Json } from './model.ts';

const base: Shape = {
  type: anything,
  'callback_id?': id,
  'external_id?': str(255, 0),
  'private_metadata?': str(3000, 0),
};

/** A form without a submit button can't be sent. */
const submitForInputs: Check = (value, at, note) => {
  const view = asJson(value) ?? {};
  if (view.submit !== undefined) return;
  asList(view.blocks).forEach((block, index) => {
    if (block.type === 'input') {
      note('must define `submit` to use an `input` block in modals', `${at}/blocks/${index}/input`);
    }
  });
};

const VIEWS: Readonly<Record<'modal' | 'home', Check>> = {
  modal: all(
    record({
      ...base,
      title: plain(24),
      blocks: blocksOn('modal', 1),
      'submit?': plain(24),
      'close?': plain(24),
      'clear_on_close?': bool,
      'notify_on_close?': bool,
      'submit_disabled?': bool,
    }),
    submitForInputs,
  ),
  home: record({ ...base, blocks: blocksOn('home', 1) }),
};

/** The view an app sent, or Slack's `invalid_arguments` with every fault in it. */
export function checkView(given: unknown, type: 'modal' | 'home'): Json {
  const view = asJson(given);
  if (!view) throw new SlackFault('invalid_arguments');
  const wrongType = view.type === type ? [] : [`unsupported type: ${String(view.type)} [json-pointer:/view/type]`];
  const faults = [...wrongType, ...faultsOf(VIEWS[type], view, '/view')];
  if (faults.length > 0) throw refusal('invalid_arguments', faults);
  return view;
}
