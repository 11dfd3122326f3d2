import { parseArgs } from 'node:util';
import { openPage } from './demo/page.ts';
import { play } from './demo/play.ts';
import { runPrompt } from './demo/prompt.ts';
import { createScreen } from './demo/screen.ts';
import { setStage, type Stage } from './demo/stage.ts';

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

const USAGE = `keybuzz demo [--no-web] [--port N]
  Without options: a page that looks like the operators' Slack workspace; the address is printed. Ctrl-C ends it.
  --no-web   plays a deploy in the terminal instead; at a terminal you play on afterwards
  --port N   serve the page on this port (default: a free one)
`;

interface Options {
  isWeb: boolean;
  port: number | undefined;
}

/** Undefined, with what is wrong said, for options that are not ours. */
function readOptions(): Options | undefined {
  try {
    const { values } = parseArgs({ options: { 'no-web': { type: 'boolean' }, port: { type: 'string' } } });
    const port = values.port === undefined ? undefined : Number(values.port);
    if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
      throw new Error(`--port '${values.port}' is no port.`);
    }
    return { isWeb: values['no-web'] !== true, port };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return undefined;
  }
}

/** Serves the page until somebody ends the demo. */
async function showPage(stage: Stage, port: number | undefined, stopped: Promise<never>): Promise<never> {
  const page = await openPage(stage, port);
  try {
    write(
      `\nOpen ${page.url} in a browser; after ${Math.round(performance.now() / 1000)} s all is ready. Ctrl-C ends it.\n`,
    );
    return await Promise.race([stage.failed, stopped]);
  } finally {
    await page.close();
  }
}

/** Plays the demo and gives the exit code. */
async function main({ isWeb, port }: Options): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
  write(`${TITLE}\n`);
  const stopped = untilStopped(stop.signal);
  stopped.catch(() => undefined);
  const startedMs = Date.now();
  const stage = await setStage((line) => write(`${line}\n`));
  try {
    if (isWeb) return await showPage(stage, port, stopped);
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
  const options = readOptions();
  process.exit(options === undefined ? 2 : await main(options));
} catch (error) {
  process.stderr.write(`The demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
