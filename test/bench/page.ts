import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'prettier';

const PAGE = join(import.meta.dirname, '../../docs/bench.md');

/**
 * Replaces what stands between `<!-- figures of NAME -->` and `<!-- end of NAME -->`. Pure. Throws when the page has no
 * such place: a bench without one would be measured and forgotten.
 */
export function withFigures(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- figures of ${name} -->`, `<!-- end of ${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from === -1 || to < from)
    throw new Error(`docs/bench.md has no place for ${name}: add the lines ${begin}, ${end}.`);
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
}

/** Writes a bench's table into docs/bench.md, formatted as the linter wants it. */
export async function writeFigures(name: string, text: string): Promise<void> {
  const page = withFigures(await readFile(PAGE, 'utf8'), name, text);
  await writeFile(PAGE, await format(page, { parser: 'markdown', printWidth: 120, singleQuote: true }));
}
