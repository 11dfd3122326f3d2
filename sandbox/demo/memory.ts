import { readdirSync, readFileSync } from 'node:fs';

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // The process is gone, or this is no Linux.
  }
}

/** The process group in a line of /proc/<pid>/stat: the third word after the name, which is in brackets and may be anything. */
function groupIn(stat: string): number {
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
}

/**
 * Bytes of memory that all processes of our process group hold, npm among them; a page that several share is counted once
 * (PSS, proc_pid_smaps(5)). 0 where the system does not say. A browser and booted hosts are groups of their own.
 */
export function groupMemoryBytes(): number {
  const own = groupIn(read('/proc/self/stat'));
  const pids = own > 0 ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  const kib = pids
    .filter((pid) => groupIn(read(`/proc/${pid}/stat`)) === own)
    .map((pid) => Number(/^Pss:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0));
  return kib.reduce((sum, one) => sum + one, 0) * 1024;
}
