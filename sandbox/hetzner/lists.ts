import { ApiFault } from './model.ts';

/** What a label selector demands of a resource's labels. Throws like the API for one it does not understand. */
export function selects(selector: string, labels: Readonly<Record<string, string>>): boolean {
  // Commas within the parentheses of `in (a,b)` don't part two demands.
  const demands = selector.split(/,(?![^(]*\))/).map((one) => one.trim());
  return demands.every((demand) => {
    const set = /^(?<key>\S+) (?<not>not)?in \((?<values>[^)]*)\)$/.exec(demand)?.groups;
    if (set !== undefined) {
      const values = (set.values ?? '').split(',').map((one) => one.trim());
      return values.includes(labels[set.key ?? ''] ?? '\u0000') === (set.not === undefined);
    }
    const pair = /^(?<key>[^!=\s]+)\s*(?<sign>==?|!=)\s*(?<value>[^=\s]*)$/.exec(demand)?.groups;
    if (pair !== undefined) return (labels[pair.key ?? ''] === pair.value) === (pair.sign !== '!=');
    const key = /^(?<not>!?)(?<key>[^!=\s()]+)$/.exec(demand)?.groups;
    if (key !== undefined) return Object.hasOwn(labels, key.key ?? '') === (key.not === '');
    throw new ApiFault(422, 'invalid_input', 'invalid label selector', {
      fields: [{ name: 'label_selector', messages: ['invalid'] }],
    });
  });
}

function whole(text: string | null, fallback: number, most: number): number {
  const value = Number(text ?? fallback);
  if (Number.isInteger(value) && value >= 1) return Math.min(value, most);
  throw new ApiFault(422, 'invalid_input', 'invalid page', { fields: [{ name: 'page', messages: ['invalid'] }] });
}

interface Entry {
  id: number | string;
  name: string;
  labels?: Readonly<Record<string, string>>;
}

/** A page of a list: filtered by name and labels, in the order of ids, with what the API says about pages. */
export function page<T extends Entry>(
  all: readonly T[],
  at: { key: string; query: URLSearchParams; mostPerPage?: number },
  show: (entry: T) => object,
): Record<string, unknown> {
  const { key, query, mostPerPage = 50 } = at;
  const [name, selector] = [query.get('name'), query.get('label_selector')];
  const found = all.filter(
    (one) => (name === null || one.name === name) && (selector === null || selects(selector, one.labels ?? {})),
  );
  if (query.getAll('sort').some((sort) => sort.startsWith('name'))) found.sort((a, b) => (a.name < b.name ? -1 : 1));
  if (query.getAll('sort').some((sort) => sort.endsWith(':desc'))) found.reverse();
  const perPage = whole(query.get('per_page'), 25, mostPerPage);
  const number = whole(query.get('page'), 1, Number.MAX_SAFE_INTEGER);
  const last = Math.max(1, Math.ceil(found.length / perPage));
  return {
    [key]: found.slice((number - 1) * perPage, number * perPage).map(show),
    meta: {
      pagination: {
        page: number,
        per_page: perPage,
        previous_page: number > 1 ? number - 1 : null,
        next_page: number < last ? number + 1 : null,
        last_page: last,
        total_entries: found.length,
      },
    },
  };
}
