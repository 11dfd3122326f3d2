import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** Debian's. */
export const CHROMIUM = '/usr/bin/chromium';

/** A closed network, no sandbox for root, and nothing in the background. */
const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update'],
];

/** A browser without a window. */
export interface Headless {
  browser: Browser;
  /** Resolves when its processes are gone. */
  close: () => Promise<void>;
}

/** Starts Debian's Chromium. Throws an Error whose sentence says how to get it. */
export async function openBrowser(): Promise<Headless> {
  if (!existsSync(CHROMIUM)) {
    throw new Error(`There is no ${CHROMIUM}. Install it (Debian: \`apt-get install chromium\`) and try again.`);
  }
  const server = await chromium.launchServer({
    ...{ executablePath: CHROMIUM, args: FLAGS },
    // Signals are for whoever opened it: they close more than a browser.
    ...{ handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false },
    // It puts a socket there, and a socket's path may have 108 characters only (unix(7)).
    env: { ...process.env, TMPDIR: '/tmp' },
  });
  const gone = once(server.process(), 'exit');
  const close = async () => {
    await server.close();
    await gone;
  };
  try {
    return { browser: await chromium.connect(server.wsEndpoint()), close };
  } catch (error) {
    await close();
    throw error;
  }
}
