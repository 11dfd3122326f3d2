import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Ssh from '../../src/ssh/index.ts';

const DIST = join(import.meta.dirname, '../../dist');

/** The built src/ssh, which is what a worker runs; a source run through a loader would be measured with the loader. */
export async function builtSsh(): Promise<typeof Ssh> {
  const file = join(DIST, 'ssh/index.js');
  if (!existsSync(file)) throw new Error(`${file} is missing: npm run build.`);
  return (await import(pathToFileURL(file).href)) as typeof Ssh;
}
