import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SLACK_LIMITS } from '../../src/bot/budget.ts';
import { HOME_ACTION_IDS } from '../../src/bot/views/home.ts';
import { RUN_MODAL } from '../../src/bot/views/home-modals.ts';
import { SILENCE_MODAL } from '../../src/bot/views/silence-modal.ts';
import { keepSnapshot, writeMonitored } from '../../src/jobs/snapshots.ts';
import { startRedis, type PrivateRedis } from '../helpers/redis.ts';
import { openAlertBench, until } from './alert-bench.ts';

let redis: PrivateRedis;
let bench: Awaited<ReturnType<typeof openAlertBench>>;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
beforeEach(async () => {
  bench = await openAlertBench(redis, { limits: { ...SLACK_LIMITS, postSpacingMs: 1, editSpacingMs: 1 } });
});
afterEach(() => bench.close());

/** A person's home tab as text, once it shows this. */
const homeOf = (person: string, holds: (text: string) => boolean) =>
  bench.slack.waitFor(() => {
    const view = bench.slack.home(person);
    return view !== undefined && holds(JSON.stringify(view)) ? view : undefined;
  });

async function openForm(action: keyof typeof HOME_ACTION_IDS, callback: string) {
  const operator = bench.slack.person('operator');
  await operator.openHome();
  const home = await homeOf('operator', () => true);
  await operator.clickInView(home, HOME_ACTION_IDS[action]);
  const form = await bench.slack.waitFor(() =>
    bench.slack.modals('operator').find(({ callback_id }) => callback_id === callback),
  );
  return { operator, form };
}

describe('The home tab', () => {
  it('shows every module with the age of its answers, what alerts, and what runs', async () => {
    const checks = [
      { check: 'one-master', answer: 'fail' as const, value: '0', text: 'nobody' },
      { check: 'lag', answer: 'pass' as const, value: '0', text: '' },
    ];
    await writeMonitored(bench.logs, [
      { module: 'redis', everyMs: 1000 },
      { module: 'base', everyMs: 4000 },
    ]);
    const at = new Date(Date.now() - 600_000).toISOString();
    await keepSnapshot(bench.logs, { module: 'redis', at, results: checks, silent: [], trouble: '' });
    await bench.repeatedly(3, 'redis', { 'one-master': 'fail' });
    await bench.slack.person('operator').command('#ops', '/keybuzz', 'deploy redis');
    await until(async () => (await bench.engine.runs({ limit: 5, openOnly: true })).length > 0, 'a run');

    await bench.slack.person('viewer').openHome();
    const home = JSON.stringify(await homeOf('viewer', (text) => text.includes('redis-1')));
    expect(home).toMatch(/fail \*Redis[^*]*\*[^"]*1 pass, 1 fail · asked 10 min \d+ s ago :warning: \*old\*/);
    expect(home).toContain('`base` · not asked yet');
    expect(home).toContain('`postgresql` · the monitor does not ask it');
    expect(home).toContain('deploy redis');
    expect(home).not.toContain('waiting for you');
  });

  it('shows nothing that the policy would refuse to tell, and to strangers how they come into it', async () => {
    await writeMonitored(bench.logs, [{ module: 'redis', everyMs: 1000 }]);
    await bench.repeatedly(3, 'redis', { 'one-master': 'fail' });
    await bench.slack.person('operator').command('#ops', '/keybuzz', 'deploy redis');
    await until(async () => (await bench.engine.runs({ limit: 5, openOnly: true })).length > 0, 'a run');

    await bench.slack.person('stranger').openHome();
    const nothing = JSON.stringify(await homeOf('stranger', (text) => text.includes('lets you read nothing')));
    expect(nothing).toContain('have `U0STRANGER` added');
    for (const told of ['redis', 'one-master', 'Alerts', 'Runs']) expect(nothing).not.toContain(told);

    await bench.slack.person('approver2').openHome();
    const some = JSON.stringify(await homeOf('approver2', (text) => text.includes('`redis`')));
    for (const told of ['postgresql', 'one-master', 'Alerts', 'deploy redis']) expect(some).not.toContain(told);
  });

  it('starts what its form was filled in with, as the person who filled it in', async () => {
    const { operator, form } = await openForm('deploy', RUN_MODAL.callback);
    await operator.submitView(form, { [RUN_MODAL.module]: 'redis', [RUN_MODAL.how]: 'run' });
    const [run] = await until(async () => {
      const runs = await bench.engine.runs({ limit: 5, openOnly: true });
      return runs.length > 0 ? runs : undefined;
    }, 'a run');
    expect(run).toMatchObject({ command: 'deploy redis', person: { id: 'olga' }, previewOnly: false });
  });

  it('shows only what a failover would do when that was chosen, which is how the form opens', async () => {
    const { operator, form } = await openForm('failover', RUN_MODAL.callback);
    expect(JSON.stringify(form)).not.toContain('"base"');
    await operator.submitView(form, { [RUN_MODAL.module]: 'redis' });
    const [run] = await until(async () => {
      const runs = await bench.engine.runs({ limit: 5, openOnly: false });
      return runs.length > 0 ? runs : undefined;
    }, 'a run');
    expect(run).toMatchObject({ command: 'plan failover redis', previewOnly: true });
  });

  it('silences a module until a time that lies ahead, and says what is wrong with another', async () => {
    const { operator, form } = await openForm('silence', SILENCE_MODAL.callback);
    const at = (hours: number) => Math.floor(Date.now() / 1000) + hours * 3600;
    const late = await operator.submitView(form, { [RUN_MODAL.module]: 'redis', [SILENCE_MODAL.until]: at(31 * 24) });
    expect(JSON.stringify(late.payload)).toContain('at most 30 days');
    await operator.submitView(form, { [RUN_MODAL.module]: 'redis', [SILENCE_MODAL.until]: at(2) });
    await until(async () => (await bench.engine.alerts.subject('redis')).silence, 'the silence');
    await operator.openHome();
    await homeOf('operator', (text) => text.includes('*Silenced*'));
  });
});
