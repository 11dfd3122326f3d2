import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // It is gone.
  }
}

/** Command lines of the processes that were given a path below the directory, in arguments or environment. */
export function processesOf(directory: string): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  return pids.flatMap((pid) => {
    const command = read(`/proc/${pid}/cmdline`);
    const isTheirs = command.includes(directory) || read(`/proc/${pid}/environ`).includes(directory);
    return isTheirs ? [`${pid} ${command.replaceAll('\0', ' ')}`] : [];
  });
}

/** What is in the directory, but for the cache of tsx, which it keeps where it is told that temporary files go. */
export function filesIn(directory: string): string[] {
  return readdirSync(directory).filter((name) => !name.startsWith('tsx-'));
}

/**
 * Every file of the project that git does not have, ignored ones too: what a program has left there. Not what is installed
 * and built, and not what a chaos test, which runs at the same time, has for its worker.
 */
export function strangersInProject(): string[] {
  const not = ['node_modules', 'dist', '.cache/chaos-*'].map((path) => `:(exclude)${path}`);
  const files = execFileSync('git', ['ls-files', '--others', '--', '.', ...not], { cwd: ROOT, encoding: 'utf8' });
  return files.split('\n').filter((file) => file !== '');
}
