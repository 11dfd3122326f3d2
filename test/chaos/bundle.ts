import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(import.meta.dirname, '../..');

/** What packages that are no modules expect around them. */
const COMMONJS = `
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const __dirname = import.meta.dirname;
`;

/** A program in one file, and how to take it away. */
export interface Bundle {
  file: string;
  remove(): Promise<void>;
}

/**
 * Puts the chaos worker and all it imports into one file: chaos starts workers by the dozen, and one that is read from one
 * file starts in a fifth of the processor time that reading its sources takes.
 */
export async function bundleWorker(): Promise<Bundle> {
  // Two folders below the root, like the sources: the shell scripts are read relative to them.
  const directory = join(ROOT, '.cache', `chaos-${process.pid}`);
  await mkdir(directory, { recursive: true });
  const file = join(directory, 'worker.js');
  await build({
    entryPoints: [join(import.meta.dirname, 'worker.ts')],
    outfile: file,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['*.node'],
    sourcemap: 'inline',
    logLevel: 'error',
    banner: { js: COMMONJS },
  });
  return { file, remove: () => rm(directory, { recursive: true, force: true }) };
}
