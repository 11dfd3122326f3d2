import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { runShell } from '../shell.ts';

const MODULES = join(import.meta.dirname, '../../../src/modules');

/** A package whose unit must not start by itself when it is installed: one of ours starts it, when the cluster bears it. */
const HELD_UNITS = [
  /\bensure_package ([\w.-]+) (?:''|"\$version") "\$\w+_UNIT"/g,
  /\bpackage_version ([\w.-]+)\) \]\]; then hold_unit "\$\w+_UNIT"/g,
];

/** What the modules' scripts install that way, by package. */
function rolled(): string[] {
  const scripts = readdirSync(MODULES, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.sh'));
  const text = scripts.map((path) => readFileSync(join(MODULES, path), 'utf8')).join('\n');
  return HELD_UNITS.flatMap((pattern) => [...text.matchAll(pattern)].map(([, name = '']) => name)).sort();
}

it('keeps updates by night away from each package whose unit a module starts by itself', async () => {
  const packages = rolled();
  expect(packages).toEqual(expect.arrayContaining(['etcd-server', 'mariadb-server', 'patroni', 'rabbitmq-server']));
  const { output } = await runShell('update_choice', { needs: ['lib.sh', 'base-host.sh'], mode: 'read' });
  const patterns = [...output.matchAll(/^ {2}"(\^[^"]+)";$/gm)].map(([, text = '']) => new RegExp(text));
  expect(packages.filter((name) => !patterns.some((pattern) => pattern.test(name)))).toEqual([]);
});
