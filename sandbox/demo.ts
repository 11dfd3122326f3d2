import type { Browser } from 'playwright-core';
import type { HostMaker } from './demo/hosts.ts';
import { memorySentence, tellFirstStatus } from './demo/first-status.ts';
import { readOptions, USAGE, type Options } from './demo/options.ts';
import { openPage } from './demo/page.ts';
import { play } from './demo/play.ts';
import { runPrompt } from './demo/prompt.ts';
import { createScreen } from './demo/screen.ts';
import { setStage, type Stage } from './demo/stage.ts';

const write = (text: string) => void process.stdout.write(text);
const say = (line: string) => write(`${line}\n`);

/** Rejects when somebody wants the demo to end. */
function untilStopped(signal: AbortSignal): Promise<never> {
  const stopped = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true });
  });
  stopped.catch(() => undefined);
  return stopped;
}

/** Only what is needed is loaded: real hosts bring the tests' fleet along, the tour a browser. */
async function makerOf(kind: Options['hosts']): Promise<HostMaker> {
  if (kind === 'real') return (await import('./demo/real-hosts.ts')).realHosts();
  return (await import('./demo/simulated-hosts.ts')).simulatedHosts();
}

/** Plays the page's tour by itself. */
async function tour(url: string, directory: string, browser: Browser): Promise<number> {
  const { playTour } = await import('./demo/tour.ts');
  const paths = await playTour(browser, url, directory);
  say(`The tour is played, in ${Math.round(performance.now() / 1000)} s. Its pictures:\n${paths.join('\n')}`);
  return 0;
}

/** Serves the page until somebody ends the demo; with a browser until the tour is played in it. */
async function showPage(stage: Stage, options: Options & { browser: Browser | undefined }, stopped: Promise<never>) {
  const page = await openPage(stage, options.port);
  const stopTelling = tellFirstStatus(stage.slack, say);
  try {
    const seconds = (performance.now() / 1000).toFixed(1);
    say(`\nOpen ${page.url} in a browser; it took ${seconds} s.${memorySentence()} Ctrl-C ends it.`);
    const toured = options.browser === undefined ? [] : [tour(page.url, options.screens, options.browser)];
    return await Promise.race([...toured, stage.failed, stopped]);
  } finally {
    stopTelling();
    await page.close();
  }
}

/** Plays in the terminal; at one, people may play on. */
async function showTerminal(stage: Stage, stop: AbortSignal, stopped: Promise<never>): Promise<number> {
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
  const screen = createScreen(stage.slack, write, process.stdout.isTTY);
  const stopTelling = tellFirstStatus(stage.slack, say);
  try {
    await Promise.race([play(stage.slack, screen), stage.failed, stopped]);
  } finally {
    stopTelling();
  }
  if (isTerminal) await Promise.race([runPrompt(stage, screen, stop), stage.failed]);
  return 0;
}

/** Plays the demo and gives the exit code. */
async function main(options: Options): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  const stopped = untilStopped(stop.signal);
  const maker = await makerOf(options.hosts);
  say(`KeyBuzz demo. ${maker.title}`);
  say('Bot, worker and Redis are the real ones; everything ends and goes when the demo does.');
  // First, as it is the one thing that people may lack.
  const headless = options.show === 'tour' ? await (await import('./web/browser.ts')).openBrowser() : undefined;
  try {
    const stage = await setStage(maker, options.language, say);
    try {
      if (options.show === 'terminal') return await showTerminal(stage, stop.signal, stopped);
      return await showPage(stage, { ...options, browser: headless?.browser }, stopped);
    } finally {
      await stage.close();
    }
  } catch (error) {
    if (stop.signal.aborted) return 130;
    throw error;
  } finally {
    await headless?.close();
  }
}

function optionsOrUsage(): Options | undefined {
  try {
    return readOptions(process.argv.slice(2), process.env);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return undefined;
  }
}

// Everything is closed by then; what may be left is a wait for a message that will not come any more.
try {
  const options = optionsOrUsage();
  process.exit(options === undefined ? 2 : await main(options));
} catch (error) {
  process.stderr.write(`The demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
