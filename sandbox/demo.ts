import { play } from './demo/play.ts';
import { runPrompt } from './demo/prompt.ts';
import { createScreen } from './demo/screen.ts';
import { setStage } from './demo/stage.ts';

const TITLE = [
  'KeyBuzz demo. Slack is a local workspace and the hosts are a SIMULATED FLEET: real SSH, nothing behind it.',
  'Bot, worker and Redis are the real ones; everything ends and goes when the demo does.',
].join('\n');

const write = (text: string) => void process.stdout.write(text);

/** Rejects when somebody wants the demo to end. */
function untilStopped(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true });
  });
}

/** Plays the demo and gives the exit code. */
async function main(): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
  write(`${TITLE}\n`);
  const stopped = untilStopped(stop.signal);
  stopped.catch(() => undefined);
  const startedMs = Date.now();
  const stage = await setStage((line) => write(`${line}\n`));
  try {
    const screen = createScreen(stage.slack, write, process.stdout.isTTY);
    await Promise.race([play(stage.slack, screen), stage.failed, stopped]);
    screen.say(`\nPlayed in ${Math.round((Date.now() - startedMs) / 1000)} s.`);
    if (isTerminal) await Promise.race([runPrompt(stage, screen, stop.signal), stage.failed]);
    return 0;
  } catch (error) {
    if (stop.signal.aborted) return 130;
    throw error;
  } finally {
    await stage.close();
  }
}

// Everything is closed by then; what may be left is a wait for a message that will not come any more.
try {
  process.exit(await main());
} catch (error) {
  process.stderr.write(`The demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
