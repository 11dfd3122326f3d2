import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SLACK_LIMITS } from '../../src/bot/budget.ts';
import { ALERT_ACTION_IDS } from '../../src/bot/views/alert-actions.ts';
import { SILENCE_MODAL } from '../../src/bot/views/silence-modal.ts';
import { POLICY_SUBJECT, watchTold } from '../../src/jobs/index.ts';
import { startRedis, type PrivateRedis } from '../helpers/redis.ts';
import { openAlertBench, readable, until } from './alert-bench.ts';

let redis: PrivateRedis;
let bench: Awaited<ReturnType<typeof openAlertBench>>;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
afterEach(() => bench.close());

const limits = { ...SLACK_LIMITS, postSpacingMs: 1, editSpacingMs: 1 };

describe('An alert in the ops channel', () => {
  beforeEach(async () => {
    bench = await openAlertBench(redis, { limits });
  });

  it('is one message that says what failed with evidence, and is edited until it says how long it lasted', async () => {
    await bench.repeatedly(3, 'redis', { 'one-master': 'fail', lag: 'pass' });
    const opened = await bench.message('redis-1');
    expect(readable(opened)).toContain('*Critical* · *Redis');
    expect(readable(opened)).toContain('one-master says fail');
    expect(readable(opened)).not.toContain('lag says');

    await bench.repeatedly(3, 'redis', { 'one-master': 'fail', lag: 'unknown' });
    await bench.message('redis-1', (text) => text.includes('lag says unknown') && text.includes('2 checks since'));

    await bench.repeatedly(3, 'redis', { 'one-master': 'pass', lag: 'pass' });
    const over = await bench.message('redis-1', (text) => /Resolved[^]*It lasted \d+ s/.test(text));
    expect(over.ts).toBe(opened.ts);
    await bench.slack.waitFor(() => bench.thread(over).some((note) => readable(note).includes('*Resolved*')));
    expect(bench.alertMessages()).toHaveLength(1);
  });

  it('is acknowledged by its button, by whom the policy lets', async () => {
    await bench.repeatedly(3, 'redis', { 'one-master': 'fail' });
    const opened = await bench.message('redis-1');
    await bench.slack.person('viewer').click(opened, ALERT_ACTION_IDS.ack);
    await bench.slack.waitFor(() =>
      bench.slack.ephemerals('viewer').some((one) => readable(one).includes('may not ack redis-1')),
    );
    await bench.slack.person('operator').click(opened, ALERT_ACTION_IDS.ack);
    const taken = await bench.message('redis-1', (text) => text.includes('*Acknowledged*'));
    expect(readable(taken)).toContain('<@U0OPERATOR> looks after it');
    expect(readable(taken)).not.toContain(ALERT_ACTION_IDS.ack);
  });

  it('proposes the deployment that repairs it, which waits for approval like any other', async () => {
    await bench.repeatedly(3, 'redis', { 'one-master': 'fail' });
    await bench.slack.person('operator').click(await bench.message('redis-1'), ALERT_ACTION_IDS.deploy);
    await bench.slack.waitFor(() =>
      bench.slack.messages('#ops').some((one) => readable(one).includes('*deploy redis* · run')),
    );
    const [run] = await bench.engine.runs({ limit: 5, openOnly: true });
    expect(run?.gate.approvals).toBe(1);
  });

  it('is silent for an hour or until a chosen time, and is posted when the silence is over', async () => {
    await bench.repeatedly(3, 'redis', { 'one-master': 'fail' });
    const opened = await bench.message('redis-1');
    const operator = bench.slack.person('operator');
    const { view } = await operator.openModal(opened, ALERT_ACTION_IDS.silenceUntil);
    const past = await operator.submitView(view, { [SILENCE_MODAL.until]: Math.floor(Date.now() / 1000) - 60 });
    expect(JSON.stringify(past.payload)).toContain('ahead of now');
    const inTwoHours = Math.floor(Date.now() / 1000) + 7200;
    await operator.submitView(view, { [SILENCE_MODAL.until]: inTwoHours, [SILENCE_MODAL.reason]: 'new disks' });
    const silent = await bench.message('redis-1', (text) => text.includes('*Silenced*'));
    expect(readable(silent)).toContain('new disks');

    await operator.command('#ops', '/keybuzz', 'silence postgresql 1h');
    await until(async () => (await bench.engine.alerts.subject('postgresql')).silence, 'the silence');
    await bench.repeatedly(3, 'postgresql', { leader: 'fail' });
    await operator.command('#ops', '/keybuzz', 'alerts');
    await bench.slack.waitFor(() =>
      bench.slack.ephemerals('operator').some((one) => readable(one).includes('postgresql-1')),
    );
    expect(bench.alertMessages()).toHaveLength(1);
    await operator.command('#ops', '/keybuzz', 'unsilence postgresql');
    await bench.message('postgresql-1', (text) => text.includes('*Critical*'));
  });

  it('stands once though the answer to its post was lost and the bot was replaced', async () => {
    bench.slack.fault({ method: 'chat.postMessage', kind: 'reset-after-store' });
    await bench.repeatedly(3, 'redis', { 'one-master': 'fail' });
    await bench.message('redis-1');
    await bench.closeBot();
    await bench.startOne();
    await bench.repeatedly(3, 'redis', { 'one-master': 'pass' });
    await bench.message('redis-1', (text) => text.includes('*Resolved*'));
    expect(bench.alertMessages()).toHaveLength(1);
  });

  it('is shown as silent no longer, though the bot that had said it was did not live to hear the answer', async () => {
    await bench.repeatedly(3, 'redis', { 'one-master': 'fail' });
    await bench.message('redis-1');
    const person = { id: 'olga', name: 'Olga' };
    const heal = bench.slack.fault({ method: 'chat.update', kind: 'reset-after-store', times: Infinity });
    await bench.engine.alerts.silence('redis', {
      person,
      interaction: 'i1',
      seconds: 3600,
      reason: '',
      mayBeQuiet: false,
    });
    await bench.message('redis-1', (text) => text.includes('*Silenced*'));
    await bench.engine.alerts.unsilence('redis', { person, interaction: 'i2' });
    await bench.closeBot();
    heal();
    await bench.startOne();
    await bench.message('redis-1', (text) => text.includes('*Critical*'));
  });
});

describe('An alert that nobody acknowledges', () => {
  it('mentions the people on call in its thread, once', async () => {
    const alertPolicy = () => ({ escalateAfter: 1, onCall: 'S0ONCALL' });
    bench = await openAlertBench(redis, { limits, alertPolicy });
    await bench.repeatedly(3, 'redis', { 'one-master': 'fail' });
    const opened = await bench.message('redis-1');
    await bench.slack.waitFor(() => bench.thread(opened).length > 0);
    await bench.repeatedly(3, 'redis', { 'one-master': 'fail' });
    expect(bench.thread(opened).map(readable)).toEqual([expect.stringContaining('<!subteam^S0ONCALL> nobody')]);
  });
});

describe('The dead-man’s switch', () => {
  it('says that the monitor stopped asking a module, and when it asks again', async () => {
    bench = await openAlertBench(redis, { limits });
    const minuteAgo = new Date(Date.now() - 60_000).toISOString();
    const { alerts } = bench.engine;
    const real = { ...alerts };
    alerts.monitored = () => Promise.resolve([{ module: 'redis', everyMs: 1000 }]);
    const snapshot = { module: 'redis', at: minuteAgo, results: [], silent: [], trouble: 'no credentials' };
    alerts.snapshots = () => Promise.resolve([snapshot]);
    await bench.message('monitor-1', (text) => text.includes('no credentials'));
    Object.assign(alerts, real);
    await bench.message('monitor-1', (text) => text.includes('*Resolved*'));
  });
});

/** What the budget lets through in so many ms, and what stands in Slack's own. */
const postsMax = (ms: number) => Math.ceil(ms / SLACK_LIMITS.postSpacingMs) + 1;
const editsMax = (ms: number) => SLACK_LIMITS.editsPerMinute * Math.ceil(ms / 60_000 + 1);

describe('A storm', () => {
  it('of 1,000 alerts of Alertmanager is grouped, loses none, and meets no 429', async () => {
    bench = await openAlertBench(redis);
    const started = Date.now();
    const groups = Array.from({ length: 8 }, (_, index) => `am-service-${index}`);
    const tell = (index: number) =>
      bench.engine.alerts.tell(groups[index % groups.length] ?? '', {
        observations: [{ key: `alert ${index}`, answer: 'fail', value: '', text: 'it burns', severity: 'critical' }],
        isWhole: false,
      });
    for (let index = 0; index < 1000; index += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, more) => tell(index + more)));
    }
    await Promise.all(
      groups.map((group) => bench.message(`${group}-1`, (text) => text.includes('125 checks since'), 60_000)),
    );
    expect(bench.alertMessages()).toHaveLength(groups.length);
    const open = await bench.engine.alerts.open();
    expect(open.map(({ alert }) => Object.keys(alert?.checks ?? {}).length)).toEqual(groups.map(() => 125));
    const took = Date.now() - started;
    expect(bench.slack.calls().filter(({ status }) => status === 429)).toEqual([]);
    expect(bench.slack.calls('chat.postMessage').length).toBeLessThanOrEqual(postsMax(took));
    expect(bench.slack.calls('chat.update').length).toBeLessThanOrEqual(editsMax(took));
  }, 120_000);

  it('of 500 flapping checks makes no more calls than the budget allows, one alert a module, and loses no change', async () => {
    bench = await openAlertBench(redis);
    const started = Date.now();
    const modules = ['base', 'postgresql', 'redis', 'rabbitmq', 'mariadb', 'proxysql', 'minio', 'k3s', 'lb', 'apps'];
    const rounds = 40;
    const checks = Array.from({ length: 50 }, (_, index) => `check-${index}`);
    for (let round = 0; round < rounds; round += 1) {
      const answers = Object.fromEntries(checks.map((check) => [check, round % 2 === 0 ? 'fail' : 'pass'] as const));
      await Promise.all(modules.map((module) => bench.answer(module, answers)));
    }
    await Promise.all(
      modules.map((module) => bench.message(`${module}-1`, (text) => text.includes(':zap: flapping'), 60_000)),
    );
    const took = Date.now() - started;
    expect(bench.alertMessages()).toHaveLength(modules.length);
    expect(bench.slack.calls().filter(({ status }) => status === 429)).toEqual([]);
    expect(bench.slack.calls('chat.postMessage').length).toBeLessThanOrEqual(postsMax(took));
    expect(bench.slack.calls('chat.update').length).toBeLessThanOrEqual(editsMax(took));
    const events = await bench.engine.alerts.events(100_000);
    const turned = events.filter(({ type }) => type === 'turned');
    expect(turned).toHaveLength(modules.length * checks.length * (rounds - 1));
    const open = await bench.engine.alerts.open();
    expect(open.map(({ opened }) => opened)).toEqual(modules.map(() => 1));
  }, 120_000);
});

describe('A policy.yaml that got a fault', () => {
  it('is told in the ops channel with the line and the fix, again when the fault is another, and when it is corrected', async () => {
    bench = await openAlertBench(redis, { limits });
    let fault = 'line 13, rules/1/verbs/0: "deplyo" is no verb. Write deploy.';
    const { alerts } = bench.engine;
    const warn = (_what: string, error: unknown) => expect(error).toBeUndefined();
    const parts = { alerts, subject: POLICY_SUBJECT, name: 'policy.yaml on a', severity: 'critical' as const };
    const watching = { ...parts, look: () => fault, everyMs: 20, warn };
    const close = [watchTold(watching), watchTold(watching)];
    try {
      const opened = await bench.message('policy-1', (text) => text.includes('line 13, rules/1/verbs/0'));
      expect(readable(opened)).toContain('the policy before it still counts');
      fault = 'line 2, people: should be a map.';
      await bench.message('policy-1', (text) => text.includes('line 2, people'));
      fault = '';
      await bench.message('policy-1', (text) => text.includes('*Resolved*'));
      expect(bench.alertMessages()).toHaveLength(1);
    } finally {
      await Promise.all(close.map((one) => one()));
    }
  });
});
