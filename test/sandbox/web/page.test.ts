import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CHROMIUM, openBrowser, type Headless } from '../../../sandbox/web/browser.ts';
import { DESK, PHONE, visit, type Visitor } from '../../../sandbox/web/visitor.ts';
import { filesIn, processesOf, strangersInProject } from '../../helpers/leftovers.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** What all processes of a demo may hold, and the time to its first answered status, on a machine that is busy with other tests. */
const MEMORY_MB_MAX = 700;
const FIRST_STATUS_S_MAX = 120;

const describeWithChromium = existsSync(CHROMIUM) ? describe : describe.skip;

/** The demo as somebody started it in a terminal: a process group of its own, which Ctrl-C ends as a whole. */
async function startDemo(directory: string) {
  const env = { PATH: process.env.PATH, TMPDIR: directory, HOME: directory };
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

describeWithChromium('a person at the page of the demo', () => {
  let directory: string;
  let strangers: string[];
  let demo: Awaited<ReturnType<typeof startDemo>>;
  let headless: Headless | undefined;
  let visitor: Visitor;
  const wrong: string[] = [];

  beforeAll(async () => {
    strangers = strangersInProject();
    directory = mkdtempSync(join(tmpdir(), 'kb-page-'));
    demo = await startDemo(directory);
    headless = await openBrowser();
    const page = await headless.browser.newPage({ viewport: DESK, colorScheme: 'light' });
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
    const isOurs = (url: string) => url.startsWith(demo.url) || url.startsWith('data:');
    page.on('request', (asked) => isOurs(asked.url()) || wrong.push(asked.url()));
    await page.goto(demo.url);
    visitor = visit(page);
  }, 120_000);

  afterAll(async () => {
    await headless?.close();
    expect(await pressCtrlC(demo.child)).toBe(130);
    const left = { files: filesIn(directory), processes: processesOf(directory), page: await knock(demo.url) };
    rmSync(directory, { recursive: true });
    expect(left).toEqual({ files: [], processes: [], page: 'ECONNREFUSED' });
    expect(strangersInProject()).toEqual(strangers);
  }, 60_000);

  it('is offered the command, and gets the help', async () => {
    const { page, newest } = visitor;
    await page.getByRole('button', { name: 'Skip the tour' }).click();
    await page.getByLabel('Message #ops').fill('/key');
    await page.keyboard.press('Tab');
    await page.keyboard.type('help');
    await page.keyboard.press('Enter');
    await newest('Install a module').waitFor();
    expect(await newest('Install a module').textContent()).toContain('Only visible to you');
  }, 120_000);

  it('sees the status of what is not there, and is told in the terminal how long that took', async () => {
    await visitor.type('/keybuzz status redis');
    await visitor.newest(/status redis.*unknown.*Log head/s).waitFor();
    const [, seconds, memory] = await demo.heard(/answered ([\d.]+) s .* hold (\d+) MB/);
    expect(Number(seconds)).toBeLessThan(FIRST_STATUS_S_MAX);
    expect(Number(memory)).toBeLessThan(MEMORY_MB_MAX);
  }, 120_000);

  it('may not approve what they asked for, and not deny without a reason', async () => {
    const { page } = visitor;
    await visitor.type('/keybuzz deploy redis');
    await visitor.press('keybuzz_approve', 'Approve');
    await visitor.newest('KEYBUZZ_SELF_APPROVAL').waitFor();
    await visitor.actAs('Anne');
    await visitor.press('keybuzz_deny', 'Deny');
    await page.getByRole('dialog').getByText('Please complete this required field.').waitFor();
    await visitor.answer('Back');
  }, 120_000);

  it('cuts a host off in the middle of a deploy, plugs it in again, and resumes', async () => {
    await visitor.trouble('slow');
    await visitor.press('keybuzz_approve', 'Approve');
    await visitor.newest(/redis-02: \d\/\d/).waitFor();
    await visitor.trouble('cut-host');
    await visitor.trouble('slow');
    await visitor.newest(/Interrupted.*redis-02/s).waitFor();
    await visitor.trouble('cut-host');
    await visitor.press('keybuzz_resume', 'Resume');
    await visitor.newest(/deploy redis.*Done.*checks: 13 pass.*attempt 2/s).waitFor();
    const thread = await visitor.openThread();
    await thread.getByText('resumes the run').waitFor();
    await thread.getByText('is over').waitFor();
    expect(await visitor.flaws()).toEqual([]);
    await visitor.closeThread();
  }, 120_000);

  it('sees the matrix of a status, every check with its answer', async () => {
    await visitor.type('/keybuzz status redis');
    const matrix = visitor.newest(/status redis.*13 pass.*Log head/s);
    await matrix.getByText('one-master').waitFor();
    expect((await matrix.innerText()).match(/\bpass\s[a-z-]+/g)).toHaveLength(13);
  }, 120_000);

  it.each(['failover', 'drill'])('plays a %s with an approval, to its measured end', async (verb) => {
    await visitor.actAs('Olga');
    await visitor.ask(`/keybuzz ${verb} redis`, ['Anne']);
    const report = visitor.newest(new RegExp(`${verb} redis.*Done.*Results.*Log head`, 's'));
    await report.waitFor();
    expect(await report.innerText()).toMatch(/pass\soutage\s\d+\.\d+s[^]*pass\slost-writes\s0\s/);
  });

  it('has load balancers made at the simulated Hetzner, is told what somebody edited there, and has it put right', async () => {
    await visitor.actAs('Olga');
    await visitor.ask('/keybuzz deploy lb', ['Anne']);
    await visitor.newest(/deploy lb.*Done.*Log head/s).waitFor();
    await visitor.trouble('hetzner-edit');
    await visitor.actAs('Olga');
    await visitor.type('/keybuzz status lb');
    await visitor.newest(/status lb.*needs target haproxy-02.*Log head/s).waitFor();
    await visitor.ask('/keybuzz deploy lb', ['Anne']);
    await visitor.newest(/deploy lb.*Done.*2 changes.*Log head/s).waitFor();
    expect(await visitor.flaws()).toEqual([]);
  }, 120_000);

  it('sees no marks of Slack as they are written, and nothing wider than the page, at a desk and on a phone', async () => {
    const { page } = visitor;
    expect(await visitor.flaws()).toEqual([]);
    await page.setViewportSize(PHONE);
    expect(await visitor.flaws()).toEqual([]);
    await page.getByRole('button', { name: 'Channels and people' }).click();
    await visitor.actAs('Olga');
    await page.getByRole('button', { name: '# ops', exact: true }).click();
    await visitor.type('/keybuzz whoami');
    await visitor.newest('the policy knows you as olga').waitFor();
    expect(await visitor.flaws()).toEqual([]);
    await page.setViewportSize(DESK);
  });

  it('kills the master, and is told who is down', async () => {
    await visitor.trouble('kill-primary');
    await visitor.type('/keybuzz status redis');
    await visitor.newest(/redis-0\d.*(?:fail|stopped)/s).waitFor();
    await visitor.trouble('kill-primary');
  }, 120_000);

  it('turns the light off', async () => {
    await visitor.page.getByRole('button', { name: 'Dark' }).click();
    expect(await visitor.page.locator('html').getAttribute('data-theme')).toBe('dark');
    expect(wrong).toEqual([]);
  });
});
