import type { ReactNode } from 'react';
import type { Block } from '../../slack/model.ts';
import type { TextObject, Touchable } from './elements.ts';

export interface InputBlock extends Block {
  label: TextObject;
  hint?: TextObject;
  optional?: boolean;
  element: Touchable;
}

/** What stands in a field before anybody touches it, as its choice is sent: text, an option's value, or epoch seconds. */
export function initialOf(element: Touchable): string {
  const { initial_value: text, initial_option: option, initial_date_time: seconds } = element;
  return text ?? option?.value ?? (seconds === undefined ? '' : String(seconds));
}

/** `2026-03-01T14:05` in the reader's time zone, as the browser's own field wants it; empty for no time. */
function localTime(seconds: string): string {
  if (seconds === '') return '';
  const at = new Date(Number(seconds) * 1000);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** Epoch seconds of a time that was chosen; empty for none. */
function secondsOf(local: string): string {
  const ms = new Date(local).getTime();
  return Number.isNaN(ms) ? '' : String(Math.floor(ms / 1000));
}

interface FieldProps {
  block: InputBlock;
  value: string;
  onValue: (value: string) => void;
  error: string | undefined;
}

function Radios({ block: { element, block_id: id, label }, value, onValue }: FieldProps) {
  return (
    <fieldset aria-describedby={`field-${id}-hint`}>
      <legend>{label.text}</legend>
      {element.options?.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            name={element.action_id}
            value={option.value}
            checked={option.value === value}
            onChange={() => onValue(option.value)}
          />
          {option.text.text}
        </label>
      ))}
    </fieldset>
  );
}

function ControlOf({ block, value, onValue, error }: FieldProps): ReactNode {
  const { element, block_id } = block;
  const id = `field-${block_id}`;
  const placeholder = element.placeholder?.text ?? '';
  const shared = {
    ...{ id, name: element.action_id, autoFocus: element.focus_on_load === true },
    'aria-invalid': error !== undefined,
    'aria-describedby': `${id}-hint`,
  };
  const changed = ({ target }: { target: { value: string } }) => onValue(target.value);
  const text = { ...shared, value, placeholder, maxLength: element.max_length ?? 3000, onChange: changed };
  switch (element.type) {
    case 'static_select':
      return (
        <select {...shared} value={value} onChange={changed}>
          <option value="">{placeholder === '' ? 'Choose …' : placeholder}</option>
          {element.options?.map((option) => (
            <option key={option.value} value={option.value}>
              {option.text.text}
            </option>
          ))}
        </select>
      );
    case 'datetimepicker':
      // Not held by us: a time that is half typed has no value, and would be emptied.
      return (
        <input
          {...shared}
          type="datetime-local"
          defaultValue={localTime(value)}
          onChange={({ target }) => onValue(secondsOf(target.value))}
        />
      );
    case 'plain_text_input':
      return element.multiline === true ? <textarea rows={4} {...text} /> : <input type="text" {...text} />;
    default:
      return <span className="unknown">This page does not show {element.type}.</span>;
  }
}

/** One question of a form, with its hint or what is wrong with the answer. */
export function Field(props: FieldProps) {
  const { block, error } = props;
  const { label, hint, optional, element, block_id } = block;
  const id = `field-${block_id}`;
  return (
    <div className="field">
      {element.type === 'radio_buttons' ? (
        <Radios {...props} />
      ) : (
        <>
          <label htmlFor={id}>
            {label.text} {optional === true && <span className="muted">(optional)</span>}
          </label>
          <ControlOf {...props} />
        </>
      )}
      <p id={`${id}-hint`} className={error === undefined ? 'muted' : 'error'}>
        {error ?? hint?.text}
      </p>
    </div>
  );
}
