import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');

const page = readFileSync(join(ROOT, 'docs/replaced-scripts.md'), 'utf8');

/** A row's last cell, `<file>: <part of a test's name>`. */
const SHOWN_BY = /\| (test\/\S+\.test\.ts): ([^|]+?) +\|$/gm;

it('docs/replaced-scripts.md names tests that are there, one in each row', () => {
  const shown = [...page.matchAll(SHOWN_BY)].map(([, file = '', title = '']) => ({ file, title }));
  expect(shown).toHaveLength(page.split('\n').filter((line) => line.startsWith('|')).length - 2);
  const isThere = ({ file, title }: { file: string; title: string }) => {
    const path = join(ROOT, file);
    return existsSync(path) && readFileSync(path, 'utf8').includes(title);
  };
  expect(shown.filter((one) => !isThere(one))).toEqual([]);
});
