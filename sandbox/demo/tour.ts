import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { DESK, PHONE, visit, type Visitor } from '../web/visitor.ts';

/** Scrolls an element's beginning to where one sees it. */
const reveal = (element: { scrollIntoView: () => void }) => element.scrollIntoView();

/** Keeps a picture of what is on the page now. */
type Shoot = (name: string) => Promise<void>;

/** The first five steps of the page's own tour, each with its picture. */
async function playSteps(visitor: Visitor, shoot: Shoot): Promise<void> {
  const { page, newest } = visitor;
  const next = () => page.getByRole('button', { name: 'Next' }).click();
  await visitor.type('/keybuzz help');
  await newest('Install a module').waitFor();
  await visitor.type('/keybuzz status redis');
  await newest(/status redis.*Log head/s).waitFor();
  await shoot('ask');
  await next();
  await visitor.type('/keybuzz deploy redis');
  await page.locator('main [data-action=keybuzz_approve]').waitFor();
  await shoot('plan');
  await next();
  await visitor.press('keybuzz_approve', 'Approve');
  await newest('KEYBUZZ_SELF_APPROVAL').waitFor();
  await shoot('alone');
  await next();
  await visitor.actAs('Anne');
  await visitor.press('keybuzz_approve', 'Approve');
  await newest(/deploy redis.*Done/s).waitFor();
  const thread = await visitor.openThread();
  await thread.getByText('is over').waitFor();
  await shoot('approve');
  await visitor.closeThread();
  await next();
  await visitor.trouble('cut-host');
  await visitor.type('/keybuzz deploy redis');
  await newest('Interrupted').waitFor();
  await page.getByRole('button', { name: 'Make trouble' }).click();
  await shoot('break');
  await page.getByRole('button', { name: 'Close the panel' }).click();
  await visitor.trouble('cut-host');
  await visitor.press('keybuzz_resume', 'Resume');
  await newest(/deploy redis.*Done.*attempt 2/s).waitFor();
  await next();
}

/** Its last step: a node is killed, its one alert proposes the fix, and is over once that is done. */
async function playAlert(visitor: Visitor, shoot: Shoot): Promise<void> {
  const { page, newest } = visitor;
  await visitor.actAs('Olga');
  await visitor.trouble('kill-broker');
  await newest(/Critical.*alert rabbitmq-1/s).waitFor();
  // Its head and its buttons on one picture.
  await page.setViewportSize({ ...DESK, height: 860 });
  await shoot('alert');
  await page.setViewportSize(DESK);
  await visitor.press('keybuzz_alert_ack');
  await newest(/Acknowledged.*alert rabbitmq-1/s).waitFor();
  await visitor.press('keybuzz_alert_deploy');
  await newest(/deploy rabbitmq.*It would make 1 change/s).waitFor();
  await visitor.actAs('Anne');
  await visitor.press('keybuzz_approve', 'Approve');
  const over = newest(/Resolved.*alert rabbitmq-1/s);
  await over.waitFor();
  await over.evaluate(reveal);
  await shoot('resolved');
  const alerts = await page.locator('main .message', { hasText: /alert rabbitmq-\d/ }).count();
  if (alerts !== 1) throw new Error(`One node was killed, and #ops has ${alerts} alerts of it.`);
  await page.getByRole('button', { name: 'Done', exact: true }).click();
}

/** What one comes to afterwards: a failover with what it cost, MinIO and the load balancers, and the checklist of it all. */
async function playModules(visitor: Visitor, shoot: Shoot): Promise<void> {
  const { newest } = visitor;
  await visitor.actAs('Olga');
  await visitor.ask('/keybuzz failover redis', ['Anne']);
  await newest(/failover redis.*Results.*Log head/s).waitFor();
  await shoot('failover');
  for (const module of ['minio', 'lb']) {
    await visitor.actAs('Olga');
    await visitor.ask(`/keybuzz deploy ${module}`, ['Anne']);
    await newest(new RegExp(`deploy ${module}.*Done.*Log head`, 's')).waitFor();
  }
  await visitor.type('/keybuzz validate');
  const checklist = newest(/validate.*Checklist.*Log head/s);
  await checklist.waitFor();
  await checklist.evaluate(reveal);
  await shoot('checklist');
}

/** The home tab with a form, the dark page, and a phone's. */
async function playHome(visitor: Visitor, shoot: Shoot): Promise<void> {
  const { page, newest } = visitor;
  await visitor.openHome();
  await page.locator('main .home', { hasText: 'deploy minio' }).waitFor();
  await shoot('home');
  await page.locator('[data-action=keybuzz_home_deploy]').click();
  await page.getByRole('dialog').waitFor();
  await shoot('form');
  await visitor.answer('Back');
  await visitor.openOps();
  await page.getByRole('button', { name: 'Dark' }).click();
  await visitor.type('/keybuzz status redis');
  await newest(/status redis.*13 pass.*Log head/s).waitFor();
  await shoot('dark');
  await page.setViewportSize(PHONE);
  await shoot('phone');
}

/**
 * Plays the tour of the page at this address, keeps its pictures in the directory, and gives their paths. Rejects when
 * something does not come, or does not look, as it should.
 */
export async function playTour(browser: Browser, url: string, directory: string): Promise<string[]> {
  mkdirSync(directory, { recursive: true });
  const page = await browser.newPage({ viewport: DESK, colorScheme: 'light', reducedMotion: 'reduce' });
  await page.goto(url);
  const visitor = visit(page);
  const paths: string[] = [];
  const shoot = async (name: string) => {
    const path = join(directory, `${name}.png`);
    // Away from what it clicked last.
    await page.mouse.move(0, 0);
    await page.screenshot({ path });
    paths.push(path);
    const flaws = await visitor.flaws();
    if (flaws.length > 0) throw new Error(`The page is not as it should be (${name}): ${flaws.join(', ')}`);
  };
  await playSteps(visitor, shoot);
  await playAlert(visitor, shoot);
  await playModules(visitor, shoot);
  await playHome(visitor, shoot);
  return paths;
}
