import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** A machine idle for so large a share of a look counts as quiet. */
const IDLE_SHARE = 0.9;
const LOOK_MS = 100;
const DEADLINE_MS = 2_000;

/** Clock ticks of all processors so far: idle ones and all. */
async function ticks(): Promise<{ idle: number; all: number }> {
  const [line = ''] = (await readFile('/proc/stat', 'utf8')).split('\n');
  const counts = line.split(/\s+/).slice(1).map(Number);
  const [, , , idle = 0, waiting = 0] = counts;
  return { idle: idle + waiting, all: counts.slice(0, 8).reduce((sum, count) => sum + count, 0) };
}

/**
 * Waits until the machine has done what the measurement before left behind: a host goes on for a while after its last
 * connection closed (login sessions). A machine that never is quiet is waited for 2 s at most.
 */
export async function untilQuiet(): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  let before = await ticks();
  while (performance.now() < deadline) {
    await delay(LOOK_MS);
    const now = await ticks();
    if (now.idle - before.idle >= IDLE_SHARE * (now.all - before.all)) return;
    before = now;
  }
}
