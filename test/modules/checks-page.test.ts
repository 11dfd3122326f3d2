import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { MODULES } from '../../src/modules/index.ts';
import { CHECKS_PAGE, committedSection, rowsOf, sectionOf, UNWRITTEN } from '../fleet/checks-page.ts';

const ROOT = join(import.meta.dirname, '../..');
const page = readFileSync(CHECKS_PAGE, 'utf8');

const described = MODULES.filter(({ name }) => !UNWRITTEN.includes(name));

describe('docs/checks.md', () => {
  it('tells of every module, but those said to be unwritten, what turns each of its checks', () => {
    for (const module of described) {
      const rows = rowsOf(page, module.name);
      expect([module.name, ...rows.keys()]).toEqual([module.name, ...module.checks.map(({ id }) => id)]);
      expect([...rows].filter(([, isKnown]) => !isKnown).map(([check]) => check)).toEqual([]);
    }
  });

  it('names unit tests that are there', () => {
    const tests = [...page.matchAll(/test\/(?:modules|fleet)\/\S+\.test\.ts/g)].map(([path]) => path);
    expect(tests.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('has no section of a module that is said to have none', () => {
    expect(UNWRITTEN.filter((name) => rowsOf(page, name).size > 0)).toEqual([]);
  });
});

describe('a section of it', () => {
  const seen = {
    ...{
      section: 'redis with two-words',
      writer: 'test/fleet',
      checks: ['a-check', 'b'],
      healthy: { 'a-check': 'pass', b: 'warn' } as const,
    },
    seen: [{ title: 'a fault', turned: { 'a-check': 'fail' } as const }],
    fixtures: [],
  };

  it('numbers the faults and has a row for each check, a blank where nothing turned', () => {
    const rows = sectionOf(seen)
      .split('\n')
      .filter((line) => line.startsWith('|'));
    expect(rows.map((row) => row.split('|').map((cell) => cell.trim()))).toEqual([
      ['', 'check', 'healthy', '1', 'fixture', ''],
      ['', '---------', '-------', '----', '-------', ''],
      ['', '`a-check`', 'pass', 'fail', '', ''],
      ['', '`b`', 'warn', '', '', ''],
    ]);
  });

  it('is found again with its markers, and a check that nothing turns is told apart', () => {
    const text = sectionOf(seen);
    expect(committedSection(`before\n\n${text}\n\nafter\n`, seen.section)).toBe(text);
    expect(committedSection('nothing', seen.section)).toBeUndefined();
    expect([...rowsOf(`x\n${text}\n`, 'redis')]).toEqual([
      ['a-check', true],
      ['b', false],
    ]);
    expect(rowsOf(text, 'other').size).toBe(0);
  });
});
