import { Fragment, useState, type ReactNode } from 'react';
import { Message, type Block as LibraryBlock } from 'slack-blocks-to-jsx';
import type { Block } from '../../slack/model.ts';
import { Confirm, type ConfirmSpec } from './dialog.tsx';
import type { Touchable } from './elements.ts';
import { Field, initialOf, type InputBlock } from './field.tsx';
import { useWorkspace } from './workspace.ts';

/** What the page does with a touched element. */
export type Touch = (touched: { action: string; block: string }) => void;

export interface BlocksProps {
  blocks: readonly Block[];
  onTouch: Touch;
  /** A form's values by action_id; only in modals. */
  values?: Readonly<Record<string, string>>;
  onValue?: (action: string, value: string) => void;
  /** A form's errors by block_id. */
  errors?: Readonly<Record<string, string>>;
}

function confirmOf({ confirm }: Touchable): ConfirmSpec | undefined {
  if (confirm === undefined) return undefined;
  const { title, text, confirm: yes, deny } = confirm;
  return { title: title.text, text: text.text, yes: yes.text, no: deny.text, isDanger: confirm.style === 'danger' };
}

function ButtonElement({ element, onClick }: { element: Touchable; onClick: () => void }) {
  const [isAsking, setAsking] = useState(false);
  const confirm = confirmOf(element);
  return (
    <>
      <button
        type="button"
        className={`button ${element.style ?? ''}`}
        data-action={element.action_id}
        onClick={() => (confirm === undefined ? onClick() : setAsking(true))}
      >
        {element.text?.text}
      </button>
      {isAsking && confirm !== undefined && (
        <Confirm
          spec={confirm}
          onAnswer={(yes) => {
            setAsking(false);
            if (yes) onClick();
          }}
        />
      )}
    </>
  );
}

function ElementOf({ element, block, onTouch }: { element: Touchable; block: Block; onTouch: Touch }) {
  if (element.type === 'button') {
    return (
      <ButtonElement element={element} onClick={() => onTouch({ action: element.action_id, block: block.block_id })} />
    );
  }
  return <span className="unknown">This page does not show {element.type}.</span>;
}

function InputOf({ block, props }: { block: InputBlock; props: BlocksProps }) {
  const { values = {}, onValue = () => undefined, errors = {} } = props;
  const { action_id: action } = block.element;
  return (
    <Field
      block={block}
      value={values[action] ?? initialOf(block.element)}
      onValue={(value) => onValue(action, value)}
      error={errors[block.block_id]}
    />
  );
}

/** What an app escapes, as it is read. The mark behind `<` has no width, and keeps the library from taking it for a link. */
const READ: Readonly<Record<string, string>> = { '&lt;': '<\u2060', '&gt;': '>', '&amp;': '&' };

/**
 * Blocks as they are drawn. `verbatim` keeps Slack from making links of what looks like some; the library takes it for text
 * without any marks, and makes no links anyway. What is escaped is read by us: the library reads it before the marks. Blanks
 * that indent a line stay, as in Slack: the library cuts them off unless they stand behind a mark without a width.
 */
function readable<T>(blocks: T): T {
  const text = JSON.stringify(blocks, (key, value: unknown) => {
    if (key === 'verbatim') return undefined;
    if (key !== 'text' || typeof value !== 'string') return value;
    return value
      .replace(/&(?:lt|gt|amp);/g, (escaped) => READ[escaped] ?? escaped)
      .replace(/^ +/gm, (indent) => `\u2060${'\u00a0'.repeat(indent.length)}`);
  });
  return JSON.parse(text) as T;
}

/** Blocks that nobody touches, as the library draws them. */
function Still({ blocks }: { blocks: readonly Block[] }) {
  const { seen, theme } = useWorkspace();
  const users = seen.users.map(({ id, realName }) => ({ id, name: realName }));
  const channels = seen.channels.map(({ id, name }) => ({ id, name }));
  const drawn = blocks as unknown as LibraryBlock[];
  return <Message blocks={drawn} logo="" name="" withoutWrapper theme={theme} data={{ users, channels }} />;
}

/** Runs of blocks of one kind: still ones are drawn together. */
function runsOf(blocks: readonly Block[]): Block[][] {
  const runs: Block[][] = [];
  const isStill = (block: Block | undefined) =>
    block !== undefined && !['actions', 'input'].includes(block.type) && block.accessory === undefined;
  for (const block of blocks) {
    const last = runs.at(-1);
    if (last !== undefined && isStill(block) && isStill(last[0])) last.push(block);
    else runs.push([block]);
  }
  return runs;
}

/** Block Kit: what can be touched is ours, since the library draws it and leaves it at that. */
export function Blocks(props: BlocksProps): ReactNode {
  const { blocks, onTouch } = props;
  return runsOf(readable(blocks)).map((run, at) => {
    const [block] = run;
    if (block === undefined) return null;
    // An id that the app did not give is another one after each redraw: what is being asked before a click would be gone.
    const key = `${at} ${block.type === 'input' ? block.block_id : block.type}`;
    if (block.type === 'input') return <InputOf key={key} block={block as InputBlock} props={props} />;
    if (block.type === 'actions') {
      return (
        <div key={key} className="actions">
          {(block.elements as Touchable[]).map((element) => (
            <ElementOf key={element.action_id} element={element} block={block} onTouch={onTouch} />
          ))}
        </div>
      );
    }
    if (block.accessory !== undefined) {
      const { accessory, ...text } = block;
      return (
        <div key={key} className="with-accessory">
          <div>
            <Still blocks={[text]} />
          </div>
          <ElementOf element={accessory as Touchable} block={block} onTouch={onTouch} />
        </div>
      );
    }
    return (
      <Fragment key={key}>
        <Still blocks={run} />
      </Fragment>
    );
  });
}

/** Plain text with Slack's marks. */
export function Text({ text }: { text: string }) {
  const block = { type: 'section', block_id: 'text', text: { type: 'mrkdwn', text } };
  return <Still blocks={readable([block])} />;
}
