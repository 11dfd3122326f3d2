/** A text of the catalogue, or the function that makes it. */
export interface Leaf {
  path: string;
  value: string | ((...given: never[]) => string);
}

/** Every text of a part of the catalogue, by its path: `home.buttons.deploy`. */
export function leavesOf(part: object, above = ''): Leaf[] {
  return Object.entries(part).flatMap(([key, value]: [string, unknown]): Leaf[] => {
    const path = above === '' ? key : `${above}.${key}`;
    if (typeof value === 'string' || typeof value === 'function') return [{ path, value: value as Leaf['value'] }];
    return typeof value === 'object' && value !== null ? leavesOf(value, path) : [];
  });
}

/** An argument that is told by its mark wherever it is put, and has any field: `§0§`, `§0.run§`. */
function marked(name: string): unknown {
  return new Proxy(Object(`§${name}§`) as object, {
    get(target, key) {
      if (typeof key === 'symbol' || key in String.prototype) {
        const method: unknown = Reflect.get(target, key);
        return typeof method === 'function' ? (method as () => unknown).bind(target) : method;
      }
      return marked(`${name}.${key}`);
    },
  });
}

/** What it says, with marks where something is filled in. */
export function spoken(value: Leaf['value']): string {
  if (typeof value === 'string') return value;
  const given = Array.from({ length: value.length }, (_, index) => marked(String(index)));
  return (value as (...all: unknown[]) => string)(...given);
}

/** The marks in a text, each once, in a fixed order. */
export function marksIn(text: string): string[] {
  return [...new Set(text.match(/§[^§]*§/g) ?? [])].sort();
}
