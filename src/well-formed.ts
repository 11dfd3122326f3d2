/** Half of a character that takes two: what cutting a text in the wrong place leaves. It has no UTF-8. */
const HALF = /\p{Surrogate}/gu;

/** The text with each half character replaced by U+FFFD. */
export function wellFormedText(text: string): string {
  return text.replace(HALF, '\ufffd');
}

/** JSON data with every text in it well-formed; the same data when nothing had to be replaced. */
export function wellFormed<T>(data: T): T {
  if (typeof data === 'string') return wellFormedText(data) as T;
  if (Array.isArray(data)) {
    const items: unknown[] = data.map(wellFormed);
    return items.some((item, at) => item !== data[at]) ? (items as T) : data;
  }
  if (typeof data !== 'object' || data === null) return data;
  const fields = Object.entries(data).map(([name, value]) => [wellFormedText(name), wellFormed(value as unknown)]);
  return Object.fromEntries(fields) as T;
}
