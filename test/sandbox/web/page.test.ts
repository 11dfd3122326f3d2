import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chromium, type BrowserServer, type Locator, type Page } from 'playwright-core';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const CHROMIUM = '/usr/bin/chromium';

/** A closed network, no sandbox for root, and nothing in the background. */
const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update'],
];

const PATIENCE_MS = 60_000;

const describeWithChromium = existsSync(CHROMIUM) ? describe : describe.skip;

describeWithChromium('a person at the page of the demo', () => {
  let directory: string;
  let demo: ChildProcess;
  let chromiumServer: BrowserServer | undefined;
  let page: Page;
  const wrong: string[] = [];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'kb-page-'));
    const env = { PATH: process.env.PATH, TMPDIR: directory };
    const args = ['--import', 'tsx', join(ROOT, 'sandbox/demo.ts')];
    demo = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] });
    if (demo.stdout === null) throw new Error('The demo was spawned without a stdout.');
    let url = '';
    for await (const line of createInterface({ input: demo.stdout })) {
      url = /^Open (\S+) /.exec(line)?.[1] ?? '';
      if (url !== '') break;
    }
    chromiumServer = await chromium.launchServer({
      ...{ executablePath: CHROMIUM, args: FLAGS },
      // It puts a socket there, and a socket's path may have 108 characters only (unix(7)).
      env: { ...process.env, TMPDIR: '/tmp' },
    });
    const browser = await chromium.connect(chromiumServer.wsEndpoint());
    page = await browser.newPage({ viewport: { width: 1280, height: 860 }, colorScheme: 'light' });
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
    page.on(
      'request',
      (asked) => asked.url().startsWith(url) || asked.url().startsWith('data:') || wrong.push(asked.url()),
    );
    await page.goto(url);
  }, 120_000);

  afterAll(async () => {
    demo.kill('SIGINT');
    await once(demo, 'exit');
    const ended = chromiumServer && once(chromiumServer.process(), 'exit');
    await chromiumServer?.close();
    await ended;
    const left = readdirSync(directory).filter((name) => !name.startsWith('tsx-'));
    rmSync(directory, { recursive: true });
    expect(left).toEqual([]);
  }, 60_000);

  const type = async (text: string) => {
    await page.getByLabel('Message #ops').fill(text);
    await page.keyboard.press('Enter');
  };
  const newest = (text: string | RegExp): Locator => page.locator('main .message', { hasText: text }).last();
  const actAs = (name: string) => page.getByRole('radio', { name: new RegExp(name) }).click();
  const agree = (word: string) => page.getByRole('dialog').getByRole('button', { name: word }).click();

  it('is offered the command, and gets the help', async () => {
    await page.getByRole('button', { name: 'Skip the tour' }).click();
    await page.getByLabel('Message #ops').fill('/key');
    await page.keyboard.press('Tab');
    await page.keyboard.type('help');
    await page.keyboard.press('Enter');
    await newest('Install a module').waitFor();
    expect(await newest('Install a module').textContent()).toContain('Only visible to you');
  }, 120_000);

  it('deploys redis: may not approve alone, and the thread fills when another one does', async () => {
    await type('/keybuzz deploy redis');
    await page.locator('[data-action=keybuzz_approve]').click();
    await agree('Approve');
    await newest('KEYBUZZ_SELF_APPROVAL').waitFor();
    await actAs('Anne');
    await page.locator('[data-action=keybuzz_deny]').click();
    await agree('Deny');
    await page.getByRole('dialog').getByText('Please complete this required field.').waitFor();
    await agree('Back');
    await page.locator('[data-action=keybuzz_approve]').click();
    await agree('Approve');
    await newest(/Done.*checks: 13 pass/s).waitFor();
    await page.locator('main .thread-link').last().click();
    await page.getByLabel('Thread', { exact: true }).getByText('ok in').first().waitFor();
    await page.getByRole('button', { name: 'Close the thread' }).click();
  }, 120_000);

  it('sees no marks of Slack as they are written, and nothing wider than the page', async () => {
    const text = await page.locator('main').textContent();
    expect(text).not.toMatch(/<[@!#]|:[a-z]+_[a-z_]+:|This page does not show/);
    for (const [width, height] of [
      [1280, 860],
      [390, 800],
    ] as const) {
      await page.setViewportSize({ width, height });
      const wide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
      expect(wide).toBe(0);
    }
    await page.setViewportSize({ width: 1280, height: 860 });
  });

  it('kills the master, and is told who is down', async () => {
    await page.getByRole('button', { name: 'Make trouble' }).click();
    await page.locator('[data-fault=kill-primary]').click();
    await type('/keybuzz status redis');
    await newest(/redis-01.*(?:fail|stopped)/s).waitFor();
    await page.locator('[data-fault=kill-primary]').click();
    await page.getByRole('button', { name: 'Close the panel' }).click();
  }, 120_000);

  it('turns the light off', async () => {
    await page.getByRole('button', { name: 'Dark' }).click();
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
    expect(wrong).toEqual([]);
  });
});
