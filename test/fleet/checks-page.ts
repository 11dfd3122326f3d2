import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Answer } from '../../src/modules/contract.ts';

/** Sections that are still to be written: modules whose fleet tests don't describe their faults yet, or have not been run since. */
export const UNWRITTEN: readonly string[] = [];

export const CHECKS_PAGE = join(import.meta.dirname, '../../docs/checks.md');

/** A check that nothing can turn on these hosts, and the unit test that shows what turns it. */
export interface Fixture {
  check: string;
  /** Path from the root of the repository. */
  test: string;
  /** Why no host can show it, a few words. */
  because: string;
}

/** What a fleet test saw of one module. */
export interface SeenFaults {
  /** `redis`, `postgresql with etcd3`. */
  section: string;
  /** Who saw it, from the root of the repository. */
  writer: string;
  /** What people must know of how it was shown. */
  note?: string | undefined;
  /** Ids, in the module's order. */
  checks: readonly string[];
  /** What each answered before any fault. */
  healthy: Readonly<Record<string, Answer>>;
  seen: readonly { title: string; turned: Readonly<Record<string, Answer>> }[];
  fixtures: readonly Fixture[];
}

const beginOf = (section: string): string => `<!-- ${section}: written by `;
const endOf = (section: string): string => `<!-- end of ${section} -->`;

/** A table whose columns are as wide as their widest cell, as prettier wants it. */
function tableOf(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  const lineOf = (cells: readonly string[], fill = ' ') =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width, fill)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [
    lineOf(head),
    lineOf(
      head.map(() => ''),
      '-',
    ),
    ...body.map((row) => lineOf(row)),
  ].join('\n');
}

/** The section's text: the faults, numbered, and a row for each check. */
export function sectionOf({ section, writer, note, checks, healthy, seen, fixtures }: SeenFaults): string {
  const faults = seen.map(({ title }, index) => `${index + 1}. ${title}`).join('\n');
  const head = ['check', 'healthy', ...seen.map((_, index) => `${index + 1}`), 'fixture'];
  const rows = checks.map((check) => [
    `\`${check}\``,
    healthy[check] ?? '',
    ...seen.map(({ turned }) => turned[check] ?? ''),
    fixtures
      .filter((one) => one.check === check)
      .map(({ test, because }) => `${test} (${because})`)
      .join(', '),
  ]);
  const parts = [
    `${beginOf(section)}${writer} -->`,
    `## ${section}`,
    note,
    faults,
    tableOf([head, ...rows]),
    endOf(section),
  ];
  return parts.filter((part) => part !== undefined).join('\n\n');
}

/** The committed text of a section with its markers; undefined when the page has none. */
export function committedSection(page: string, section: string): string | undefined {
  const [begin, end] = [page.indexOf(beginOf(section)), page.indexOf(endOf(section))];
  return begin < 0 || end < begin ? undefined : page.slice(begin, end + endOf(section).length);
}

/** The rows of the tables of a module's sections: a check's id, and whether something is known to turn it. */
export function rowsOf(page: string, module: string): Map<string, boolean> {
  const sections = page
    .split(/^<!-- (?=[a-z])/m)
    .filter((text) => new RegExp(`^${module}(?: with [a-z0-9-]+)?:`).test(text));
  const rows = sections.flatMap((text) => [...text.matchAll(/^\| `([a-z0-9-]+)` *\|[^|]*\|(.*)\|$/gm)]);
  const known = new Map<string, boolean>();
  for (const [, check = '', cells = ''] of rows) {
    known.set(check, (known.get(check) ?? false) || cells.replace(/[| ]/g, '') !== '');
  }
  return known;
}

/** Compares the section of docs/checks.md with what was seen; with KEYBUZZ_WRITE_CHECKS set, writes it. */
export function publishFaults(seen: SeenFaults): void {
  const page = readFileSync(CHECKS_PAGE, 'utf8');
  const text = sectionOf(seen);
  const committed = committedSection(page, seen.section);
  if (process.env.KEYBUZZ_WRITE_CHECKS !== undefined) {
    writeFileSync(
      CHECKS_PAGE,
      committed === undefined ? `${page.trimEnd()}\n\n${text}\n` : page.replace(committed, text),
    );
  } else if (!UNWRITTEN.includes(seen.section)) {
    // A difference is either a check that turns otherwise than people read, or a section to be written anew.
    expect(committed).toBe(text);
  }
}
