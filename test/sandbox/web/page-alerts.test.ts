import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CHROMIUM } from '../../../sandbox/web/browser.ts';
import { DESK, PHONE, type Visitor } from '../../../sandbox/web/visitor.ts';
import { hoursAhead, NOTHING_LEFT, openDemoPage, type DemoPage } from '../../helpers/demo-page.ts';

const describeWithChromium = existsSync(CHROMIUM) ? describe : describe.skip;

/** The alert's one message, as it is now. */
const ALERT = 'alert rabbitmq-1';
const alertIs = (state: string) => new RegExp(`${state}.*${ALERT}`, 's');

describeWithChromium('a person whom the monitor calls, at the page of the demo', () => {
  let demo: DemoPage;
  let visitor: Visitor;
  const dialog = () => visitor.page.getByRole('dialog');

  beforeAll(async () => {
    demo = await openDemoPage();
    ({ visitor } = demo);
  }, 120_000);

  afterAll(async () => {
    expect(await demo.close()).toEqual(NOTHING_LEFT);
  }, 60_000);

  it('sees on the home tab every module, those that are asked with the age of their answers', async () => {
    const home = await visitor.homeWith(/pass RabbitMQ/);
    const text = await home.innerText();
    expect(text).toMatch(/pass\sRabbitMQ\srabbitmq\s·\s12 pass · asked \d+ s ago/);
    expect(text.match(/the monitor does not ask it/g)).toHaveLength(8);
    expect(text).toMatch(/Alerts\s+\S+\sNothing alerts\.[^]*Runs in progress\s+None\.\s+Recent changes\s+None yet\./);
    expect(await visitor.flaws()).toEqual([]);
    await visitor.openOps();
  }, 120_000);

  it('is told once when a node is killed: what fails, why, and since when', async () => {
    await visitor.trouble('kill-broker');
    const alert = visitor.newest(alertIs('Critical'));
    await alert.waitFor();
    const text = await alert.innerText();
    expect(text).toMatch(/\d+ checks? since Today/);
    expect(text).toMatch(/fail\sin-service\ssince Today .*\n.*queue-02 does not serve/);
    expect(await visitor.flaws()).toEqual([]);
  });

  it('acknowledges it, silences it for an hour, and ends the silence', async () => {
    await visitor.press('keybuzz_alert_ack');
    await visitor.newest(alertIs('Acknowledged')).getByText('looks after it').waitFor();
    expect(await visitor.page.locator('main [data-action=keybuzz_alert_ack]').count()).toBe(0);
    await visitor.press('keybuzz_alert_silence');
    await visitor.newest(alertIs('Silenced')).waitFor();
    await visitor.press('keybuzz_alert_unsilence');
    await visitor.newest(alertIs('Acknowledged')).waitFor();
  });

  it('is asked until when it is to be silent, not in the past, and why', async () => {
    await visitor.press('keybuzz_alert_silence_until');
    const until = dialog().getByLabel('Until when is rabbitmq-1 silent?');
    expect(await until.inputValue()).not.toBe('');
    await until.fill(hoursAhead(-1));
    await visitor.answer('Silence');
    await dialog().getByText('Choose a time ahead of now.').waitFor();
    await until.fill(hoursAhead(5));
    await dialog().getByLabel('Why?').fill('new disks');
    expect(await visitor.flaws()).toEqual([]);
    await visitor.answer('Silence');
    await visitor.newest(alertIs('Silenced')).getByText('new disks').waitFor();
    await visitor.press('keybuzz_alert_unsilence');
    await visitor.newest(alertIs('Acknowledged')).waitFor();
  });

  it('shows its status, proposes the plan that repairs it, and is over once that is approved and done', async () => {
    await visitor.press('keybuzz_alert_status');
    await visitor.newest(/status rabbitmq.*queue-02 does not serve.*Log head/s).waitFor();
    await visitor.press('keybuzz_alert_deploy');
    await visitor.newest(/deploy rabbitmq.*It would make 1 change on 1 host/s).waitFor();
    await visitor.actAs('Anne');
    await visitor.press('keybuzz_approve', 'Approve');
    const over = visitor.newest(alertIs('Resolved'));
    await over.waitFor();
    expect(await over.innerText()).toMatch(
      /It lasted \d+[^]*Last change here: deploy rabbitmq, run\s[a-z-]+\sof\s@Olga/,
    );
    await over.locator('.thread-link').click();
    const thread = visitor.page.getByLabel('Thread', { exact: true });
    await thread.getByText('Resolved: RabbitMQ').waitFor();
    expect(await visitor.flaws()).toEqual([]);
    await visitor.closeThread();
    expect(await visitor.page.locator('main .message', { hasText: /alert [a-z]+-\d/ }).count()).toBe(1);
    await visitor.trouble('kill-broker');
  }, 120_000);

  it('deploys by a form of the home tab, whose approver finds it waiting and follows its link', async () => {
    await visitor.actAs('Olga');
    await visitor.openHome();
    await visitor.openForm('deploy');
    await visitor.answer('Start');
    await dialog().getByText('Please complete this required field.').waitFor();
    await dialog().getByLabel('Which module?').selectOption('redis');
    await dialog().getByLabel('Show it, and do it once it is approved').check();
    await visitor.answer('Start');
    await dialog().waitFor({ state: 'detached' });
    await visitor.actAs('Anne');
    const home = await visitor.homeWith(/1 run waiting for you.*Waiting for approval · deploy redis/s);
    expect(await visitor.flaws()).toEqual([]);
    await home.getByRole('link').first().click();
    await visitor.press('keybuzz_approve', 'Approve');
    await visitor.newest(/deploy redis.*Done.*Log head/s).waitFor();
    await visitor.homeWith(/Recent changes.*Done · deploy redis/s);
  }, 120_000);

  it('is shown what a failover would do, which is how its form opens, and offered only what can fail over', async () => {
    await visitor.openForm('failover');
    const module = dialog().getByLabel('Which module?');
    expect(await module.locator('option').allTextContents()).not.toContain('base');
    await module.selectOption('redis');
    expect(await dialog().getByLabel('Only show what it would change').isChecked()).toBe(true);
    await visitor.answer('Start');
    await dialog().waitFor({ state: 'detached' });
    await visitor.openOps();
    await visitor.newest(/plan failover redis.*Log head/s).waitFor();
    expect(await visitor.flaws()).toEqual([]);
  });

  it('silences a module by a form, at a desk and on a phone, in the light and in the dark', async () => {
    const { page } = visitor;
    await page.setViewportSize(PHONE);
    await page.getByRole('button', { name: 'Dark' }).click();
    await page.getByRole('button', { name: 'Channels and people' }).click();
    await visitor.openHome();
    await visitor.openForm('silence');
    await dialog().getByLabel('Which module?').selectOption('redis');
    await dialog().getByLabel('Until when is it silent?').fill(hoursAhead(2));
    expect(await visitor.flaws()).toEqual([]);
    await visitor.answer('Silence');
    await dialog().waitFor({ state: 'detached' });
    await page.setViewportSize(DESK);
    await visitor.homeWith(/Silenced · Redis · silenced by @Anne/);
    expect(demo.wrong).toEqual([]);
  }, 120_000);
});
