import { asJson } from './blocks.ts';

/** Notes a fault with the place it is at (a JSON pointer). The sentences are Slack's own. */
export type Note = (message: string, at: string) => void;

/** Looks at one value. */
export type Check = (value: unknown, at: string, note: Note) => void;

/** The fields of an object; a name that ends in `?` may be left out. Everything else is refused. */
export type Shape = Readonly<Record<string, Check>>;

/** A text of `min` to `max` characters. */
export function str(max: number, min = 1): Check {
  return (value, at, note) => {
    if (typeof value !== 'string') note('must be a string', at);
    else if (value.length > max) note(`must be less than ${max + 1} characters`, at);
    else if (value.length < min) note(`must be more than ${min - 1} characters`, at);
  };
}

/** True or false. */
export const bool: Check = (value, at, note) => {
  if (typeof value !== 'boolean') note('must be a boolean', at);
};

/** A number in a range. */
export function num(min = -Infinity, max = Infinity): Check {
  return (value, at, note) => {
    if (typeof value !== 'number') note('must be a number', at);
    else if (value < min || value > max) note(`must be between ${min} and ${max}`, at);
  };
}

/** One of these values. */
export function oneOf(...allowed: readonly (string | number)[]): Check {
  return (value, at, note) => {
    if (!allowed.some((each) => each === value)) note('must be a valid enum value', at);
  };
}

/** Whatever Slack accepts here is not checked. */
export const anything: Check = () => undefined;

/** A list of `min` to `max` things. */
export function list(item: Check, max: number, min = 1): Check {
  return (value, at, note) => {
    if (!Array.isArray(value)) {
      note('must be an array', at);
      return;
    }
    if (value.length > max) note(`no more than ${max} items allowed`, at);
    if (value.length < min) note(`must provide at least ${min} items`, at);
    value.forEach((each, index) => item(each, `${at}/${index}`, note));
  };
}

/** An object with exactly these fields. */
export function record(shape: Shape): Check {
  const names = new Set(Object.keys(shape).map((name) => name.replace(/\?$/, '')));
  return (value, at, note) => {
    const given = asJson(value);
    if (!given) {
      note('must provide an object', at);
      return;
    }
    for (const [key, check] of Object.entries(shape)) {
      const name = key.replace(/\?$/, '');
      if (given[name] !== undefined) check(given[name], `${at}/${name}`, note);
      else if (name === key) note(`missing required field: ${name}`, at);
    }
    for (const name of Object.keys(given)) if (!names.has(name)) note(`invalid additional property: ${name}`, at);
  };
}

/** An object whose `type` says which shape it has. */
export function variant(
  shapes: Readonly<Record<string, Check>>,
  allowed: readonly string[] = Object.keys(shapes),
): Check {
  return (value, at, note) => {
    const given = asJson(value);
    if (!given) {
      note('must provide an object', at);
      return;
    }
    const type = given.type;
    if (type === undefined) note('missing required field: type', at);
    else if (typeof type !== 'string' || !allowed.includes(type))
      note(`unsupported type: ${typeof type === 'string' ? type : JSON.stringify(type)}`, `${at}/type`);
    else shapes[type]?.(value, at, note);
  };
}

/** Several looks at the same value. */
export function all(...checks: readonly Check[]): Check {
  return (value, at, note) => checks.forEach((check) => check(value, at, note));
}

/** Runs a check; gives Slack's lines: `must be less than 25 characters [json-pointer:/view/title/text]`. */
export function faultsOf(check: Check, value: unknown, at: string): string[] {
  const faults: string[] = [];
  check(value, at, (message, place) => faults.push(`${message} [json-pointer:${place}]`));
  return faults;
}
