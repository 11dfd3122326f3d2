import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CHROMIUM } from '../../../sandbox/web/browser.ts';
import { DESK, PHONE, type Visitor } from '../../../sandbox/web/visitor.ts';
import { NOTHING_LEFT, openDemoPage, type DemoPage } from '../../helpers/demo-page.ts';

/** What all processes of a demo may hold, and the time to its first answered status, on a machine that is busy with other tests. */
const MEMORY_MB_MAX = 700;
const FIRST_STATUS_S_MAX = 120;

const describeWithChromium = existsSync(CHROMIUM) ? describe : describe.skip;

describeWithChromium('a person at the page of the demo', () => {
  let demo: DemoPage;
  let visitor: Visitor;

  beforeAll(async () => {
    demo = await openDemoPage();
    ({ visitor } = demo);
  }, 120_000);

  afterAll(async () => {
    expect(await demo.close()).toEqual(NOTHING_LEFT);
  }, 60_000);

  it('is offered the command, and gets the help', async () => {
    const { page, newest } = visitor;
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

  it('deploys MinIO, and has nothing to change the second time', async () => {
    await visitor.actAs('Olga');
    await visitor.ask('/keybuzz deploy minio', ['Anne']);
    await visitor.newest(/deploy minio.*Done.*\d+ changes on \d hosts.*Log head/s).waitFor();
    await visitor.actAs('Olga');
    await visitor.type('/keybuzz deploy minio');
    await visitor.newest(/deploy minio.*Done.*no changes.*Nothing to change.*Log head/s).waitFor();
    expect(await visitor.flaws()).toEqual([]);
  }, 120_000);

  it("sees the platform's checklist, every line with its evidence and its time", async () => {
    await visitor.type('/keybuzz validate');
    const report = visitor.newest(/validate.*Checklist.*Log head/s);
    await report.waitFor();
    const text = await report.innerText();
    expect(text.match(/^\S+\s(?:pass|warn|fail|unknown) [^:]+: .+ \(Today [^()]+\)$/gm)).toHaveLength(19);
    expect(text).toMatch(/pass RabbitMQ: rabbitmq: 12 of 12 checks pass/);
    expect(text).toMatch(/warn MinIO: minio: 9 of 10 checks pass; end-of-life warn: /);
    expect(text).toMatch(/pass 10\.0\.0\.10: lb-haproxy: /);
    expect(text).toMatch(/pass Redis: \d{4}-\d\d-\d\d: drill, run [a-z-]+, outage \d+\.\d+s/);
    expect(text).toMatch(/fail PostgreSQL: never: no failover or drill/);
    expect(text).toMatch(/k3s is not valid \([^)]+\): it blocks the deployment of apps\. See: status k3s/);
    expect(await visitor.flaws()).toEqual([]);
  });

  it('sees no marks of Slack as they are written, and nothing wider than the page, at a desk and on a phone', async () => {
    const { page } = visitor;
    expect(await visitor.flaws()).toEqual([]);
    await page.setViewportSize(PHONE);
    expect(await visitor.flaws()).toEqual([]);
    await page.getByRole('button', { name: 'Channels and people' }).click();
    await visitor.actAs('Olga');
    await visitor.openOps();
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
    expect(demo.wrong).toEqual([]);
  });
});
