import { openLog, type LogStore } from './log.ts';
import { keysOf } from './keys.ts';
import type { RunState } from './state.ts';

/** How long one blocking read waits before it looks at the abort signal again, ms. */
const BLOCK_MS = 1_000;

function isOver(state: RunState, untilWaiting: boolean): boolean {
  if (state.status === 'ended') return true;
  return untilWaiting && (state.status === 'waiting-approval' || state.status === 'interrupted');
}

/**
 * The run's states, each newer than the one before, until it ended (or waits for people, if asked so) or the signal aborts.
 * Blocks in Redis on a connection of its own.
 */
export async function* watchRun(
  store: LogStore,
  runId: string,
  { signal, untilWaiting }: { signal: AbortSignal; untilWaiting: boolean },
): AsyncGenerator<RunState> {
  const log = openLog(store, runId);
  const reader = store.redis.duplicate({ commandTimeout: BLOCK_MS * 10 });
  reader.on('error', () => undefined);
  try {
    let state = await log.refresh();
    yield state;
    while (!isOver(state, untilWaiting) && !signal.aborted) {
      await reader.xread('BLOCK', BLOCK_MS, 'STREAMS', keysOf(store.prefix).log(runId), `${state.seq}-0`);
      const newer = await log.refresh();
      if (newer.seq === state.seq) continue;
      state = newer;
      yield state;
    }
  } finally {
    reader.disconnect();
  }
}
