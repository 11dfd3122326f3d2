import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openBrowser, type Headless } from '../../sandbox/web/browser.ts';
import { DESK, visit, type Visitor } from '../../sandbox/web/visitor.ts';
import { filesIn, processesOf, strangersInProject } from './leftovers.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The demo as somebody started it in a terminal: a process group of its own, which Ctrl-C ends as a whole. */
async function startDemo(directory: string, environment: Record<string, string>) {
  const env = { ...environment, PATH: process.env.PATH, TMPDIR: directory, HOME: directory };
  const args = ['--import', 'tsx', join(ROOT, 'sandbox/demo.ts')];
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  const lines = createInterface({ input: child.stdout });
  let said = '';
  lines.on('line', (line) => (said += `${line}\n`));
  const ended = once(lines, 'close').then(() => {
    throw new Error(`The demo ended. It said:\n${said}`);
  });
  ended.catch(() => undefined);
  /** What it said by this pattern, once it does. */
  const heard = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const found = pattern.exec(said);
      if (found !== null) return found;
      await Promise.race([once(lines, 'line'), ended]);
    }
  };
  const [, url = ''] = await heard(/^Open (\S+) /m);
  return { child, url, heard };
}

async function pressCtrlC(child: ChildProcess): Promise<number | null> {
  const ended = once(child, 'exit');
  process.kill(-(child.pid ?? 0), 'SIGINT');
  const [code] = (await ended) as [number | null];
  return code;
}

/** The error with which a connection to the address is refused; `open` when it is not. */
async function knock(url: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const answer = await once(socket, 'connect').then(
    () => 'open',
    (error: unknown) => (error as NodeJS.ErrnoException).code ?? '',
  );
  socket.destroy();
  return answer;
}

/** What is left of a demo that was ended: nothing but its exit code. */
export const NOTHING_LEFT = { code: 130, files: [], processes: [], page: 'ECONNREFUSED', strangers: [] };

/** A time of this machine's zone, as a field for times takes it; one that is over has negative hours. */
export function hoursAhead(hours: number): string {
  const at = new Date(Date.now() + hours * 3_600_000);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** A demo of its own, and a person at its page in a browser. */
export interface DemoPage {
  visitor: Visitor;
  /** What the demo printed by this pattern, once it does. */
  heard: (pattern: RegExp) => Promise<RegExpExecArray>;
  /** Errors of the page, and requests that leave it. */
  wrong: readonly string[];
  /** Ends both, and says what is left of them. */
  close: () => Promise<object>;
}

async function openVisitor(headless: Headless, url: string, wrong: string[]): Promise<Visitor> {
  const page = await headless.browser.newPage({ viewport: DESK, colorScheme: 'light' });
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
  const isOurs = (asked: string) => asked.startsWith(url) || asked.startsWith('data:');
  page.on('request', (asked) => isOurs(asked.url()) || wrong.push(asked.url()));
  await page.goto(url);
  await page.getByRole('button', { name: 'Skip the tour' }).click();
  return visit(page);
}

/** Starts the demo, with this beside what it needs, and opens its page. Rejects with what the demo said when it does not come up. */
export async function openDemoPage(environment: Record<string, string> = {}): Promise<DemoPage> {
  const before = strangersInProject();
  const directory = mkdtempSync(join(tmpdir(), 'kb-page-'));
  const { child, url, heard } = await startDemo(directory, environment);
  let headless: Headless | undefined;
  const close = async () => {
    await headless?.close();
    const code = await pressCtrlC(child);
    const left = { code, files: filesIn(directory), processes: processesOf(directory), page: await knock(url) };
    rmSync(directory, { recursive: true });
    return { ...left, strangers: strangersInProject().filter((stranger) => !before.includes(stranger)) };
  };
  try {
    headless = await openBrowser();
    const wrong: string[] = [];
    return { visitor: await openVisitor(headless, url, wrong), heard, wrong, close };
  } catch (error) {
    await close();
    throw error;
  }
}
