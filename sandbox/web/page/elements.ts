/** Block Kit's elements as far as this page knows them. */
export interface TextObject {
  text: string;
}

interface Option {
  text: TextObject;
  value: string;
}

/** An element that a person can touch. */
export interface Touchable {
  type: string;
  action_id: string;
  text?: TextObject;
  style?: 'primary' | 'danger';
  url?: string;
  confirm?: { title: TextObject; text: TextObject; confirm: TextObject; deny: TextObject; style?: string };
  placeholder?: TextObject;
  multiline?: boolean;
  max_length?: number;
  initial_value?: string;
  focus_on_load?: boolean;
  options?: Option[];
  initial_option?: Option;
  /** Epoch seconds. */
  initial_date_time?: number;
}
