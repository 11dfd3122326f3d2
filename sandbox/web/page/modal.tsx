import { useState } from 'react';
import type { SeenView } from '../protocol.ts';
import { Blocks } from './blocks.tsx';
import { Dialog } from './dialog.tsx';
import { initialOf, type InputBlock } from './field.tsx';
import { useWorkspace } from './workspace.ts';

/** A required field that is empty never leaves Slack's own client: these are its words. */
function missing(view: SeenView, values: Record<string, string>): Record<string, string> {
  const empty = view.blocks.filter((block) => {
    if (block.type !== 'input' || block.optional === true) return false;
    const { element } = block as InputBlock;
    return (values[element.action_id] ?? initialOf(element)) === '';
  });
  return Object.fromEntries(empty.map((block) => [block.block_id, 'Please complete this required field.']));
}

/** The form in front of the person. */
export function Modal({ view }: { view: SeenView }) {
  const { act } = useWorkspace();
  const [values, setValues] = useState<Record<string, string>>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [trouble, setTrouble] = useState('');
  const close = () => void act({ do: 'close', view: view.id });
  const submit = async () => {
    const empty = missing(view, values);
    setErrors(empty);
    if (Object.keys(empty).length > 0) return;
    const { error = '', fields = {} } = await act({ do: 'submit', view: view.id, values });
    setErrors(fields);
    setTrouble(error);
  };
  return (
    <Dialog label={view.title} onClose={close}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <h2>{view.title}</h2>
        <Blocks
          blocks={view.blocks}
          values={values}
          errors={errors}
          onValue={(action, value) => setValues((old) => ({ ...old, [action]: value }))}
          onTouch={({ action, block }) => void act({ do: 'click-view', view: view.id, action, block, values })}
        />
        {trouble !== '' && <p className="error">{trouble}</p>}
        <div className="dialog-buttons">
          <button type="button" className="button" onClick={close}>
            {view.close === '' ? 'Close' : view.close}
          </button>
          {view.submit !== '' && (
            <button type="submit" className="button primary">
              {view.submit}
            </button>
          )}
        </div>
      </form>
    </Dialog>
  );
}
