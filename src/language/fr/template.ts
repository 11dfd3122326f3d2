/**
 * What a place takes: anything, one word, a number, names of hosts or addresses (`a-1, a-2 and a-3`), only what is itself
 * known, or somebody's own words.
 */
export type Kind = 'any' | 'word' | 'number' | 'names' | 'told' | 'own';

/** A sentence with places to fill in: `{1} sees {2} down`, each number once, in any order; `{1:names}` takes only names. */
export interface Template {
  /** What stands between the places. */
  literals: string[];
  /** The numbers of the places, in their order. */
  places: number[];
  /** What each of them takes. */
  kinds: Kind[];
}

const PLACE = /\{(\d+)(?::(word|number|names|told|own))?\}/;

const TAKES: Readonly<Record<Kind, RegExp>> = {
  any: /^/,
  word: /^\S+$/,
  number: /^\d+$/,
  names: /^[^\s-]*[\d-]\S*(?:(?:, | and )[^\s-]*[\d-]\S*)*$/,
  told: /^/,
  own: /^/,
};

/** Reads a template. Throws an Error that quotes it when a place's number is there twice. */
export function readTemplate(text: string): Template {
  const parts = text.split(PLACE);
  const literals = parts.filter((_part, index) => index % 3 === 0);
  const places = parts.filter((_part, index) => index % 3 === 1).map(Number);
  const kinds = parts.filter((_part, index) => index % 3 === 2).map((kind) => (kind as Kind | undefined) ?? 'any');
  if (new Set(places).size < places.length) throw new Error(`A place is there twice: ${text}`);
  return { literals, places, kinds };
}

/**
 * What stands in the text where the template has places, by their numbers; undefined when the text is none of it. Each place
 * takes as little as it can, without going back: time is linear in the text, whoever wrote it.
 */
export function matchTemplate(template: Template, text: string): ReadonlyMap<number, string> | undefined {
  const { literals, places, kinds } = template;
  const [first = '', ...rest] = literals;
  const last = rest.pop();
  if (last === undefined) return text === first ? new Map() : undefined;
  if (!text.startsWith(first) || !text.endsWith(last)) return undefined;
  const end = text.length - last.length;
  const found = new Map<number, string>();
  let from = first.length;
  for (const [index, place] of places.entries()) {
    const literal = rest[index];
    const to = literal === undefined ? end : text.indexOf(literal, from);
    if (to < from || to + (literal?.length ?? 0) > end) return undefined;
    const filled = text.slice(from, to);
    if (!TAKES[kinds[index] ?? 'any'].test(filled)) return undefined;
    found.set(place, filled);
    from = to + (literal?.length ?? 0);
  }
  return found;
}

/** The template with its places filled in; one that nothing is known of stays as it is written. */
export function fillTemplate(text: string, filled: ReadonlyMap<number, string>): string {
  return text.replace(/\{(\d+)\}/g, (mark, place: string) => filled.get(Number(place)) ?? mark);
}
