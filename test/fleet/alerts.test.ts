import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Message } from '../../sandbox/slack/index.ts';
import { ALERT_ACTION_IDS } from '../../src/bot/views/alert-actions.ts';
import { CHECK_RULE } from '../../src/jobs/alert-rules.ts';
import { HOSTS_SUBJECT } from '../../src/jobs/index.ts';
import { postgresql } from '../../src/modules/postgresql/index.ts';
import { redis } from '../../src/modules/redis/index.ts';
import { isOver, keyIn, readable } from '../helpers/deployment.ts';
import { dueMs, openWatched, recoveredMs, type Opened, type Watched } from './alert-troubles.ts';
import type { InjectedFault } from './injected.ts';
import { command, deployModule, moveModule } from './operator.ts';
import { hostOf, leadersOf, leaderOf } from './postgresql-cluster.ts';
import { DATA, FAULTS as POSTGRESQL_FAULTS } from './postgresql-faults.ts';
import { until } from './process.ts';
import { FAULTS as REDIS_FAULTS } from './redis-faults.ts';
import { masterOf, SERVERS as REDIS_SERVERS } from './redis-moves.ts';

/** A fault of a module's table that is shell. */
function faultOf(faults: readonly InjectedFault[], title: string): { make: string; undo: string } {
  const fault = faults.find((one) => one.title === title);
  if (typeof fault?.make !== 'string' || typeof fault.undo !== 'string') throw new Error(`no shell for: ${title}`);
  return { make: fault.make, undo: fault.undo };
}

const SENTINEL = faultOf(REDIS_FAULTS, 'a Sentinel stopped');
const LAG = faultOf(POSTGRESQL_FAULTS, 'a replica that applies nothing, 2 MiB behind');

/** Longest time that a deploy which starts one member again may take on a busy machine, ms. */
const FIX_MS = 240_000;

const PATRONI = 'patroni.service';

/** Longest time that both deploys of empty hosts may take on a busy machine, ms. */
const SETUP_MS = 900_000;

/** Their order counts: a check that turns four times in twenty answers flaps, and what flaps is over later. */
describe('the monitor over real hosts of two modules, of whose troubles Slack is told', () => {
  let real: Watched;
  const deployed: Record<string, Message> = {};
  /** The alerts that there are to be. */
  const wanted: string[] = [];

  beforeAll(async () => {
    real = await openWatched();
    for (const { name } of [redis, postgresql]) deployed[name] = await deployModule(real, name);
    for (const module of [redis, postgresql]) {
      expect((await real.ask(module)).filter(({ answer }) => answer === 'fail' || answer === 'unknown')).toEqual([]);
    }
    await real.restart('worker');
    await heard(1);
  }, SETUP_MS);

  afterAll(async () => {
    await real.close();
  });

  /** Waits until the monitor heard both modules so often again. */
  async function heard(times: number): Promise<void> {
    const seen = new Map([redis, postgresql].map(({ name }) => [name, new Set<string>()]));
    const first = await real.engine.alerts.snapshots();
    await until(`${times} more answers`, 120_000, async () => {
      for (const { module, at } of await real.engine.alerts.snapshots()) {
        if (!first.some((one) => one.module === module && one.at === at)) seen.get(module)?.add(at);
      }
      return [...seen.values()].every(({ size }) => size >= times) || undefined;
    });
  }

  /** What every alert must be: in time, as grave as it is, with evidence and the last change of its module. */
  function expectWhole(opened: Opened, evidence: RegExp, module?: string): void {
    const text = readable(opened.message);
    expect(text).toContain(':red_circle: *Critical*');
    expect(text).toMatch(evidence);
    expect(opened.tookMs).toBeLessThan(dueMs(opened));
    const root = deployed[module ?? ''];
    if (root === undefined) return;
    expect(text).toMatch(
      new RegExp(`Last change here: deploy ${module} .*/p${root.ts.replace('.', '')}\\|.*<@U0OPERATOR>`),
    );
  }

  /** Mended: the same message says so, no later than the rule wants, and there is still one for each trouble. */
  async function expectOver(opened: Opened): Promise<void> {
    const { subject, resolvedAt = '' } = await real.over(opened);
    const turns = (await real.changes('turned')).filter((one) => one.subject === subject && one.at < resolvedAt);
    const steadyMs = Date.parse(resolvedAt) - Date.parse(turns.at(-1)?.at ?? '');
    expect(steadyMs).toBeLessThan(recoveredMs(opened));
    wanted.push(opened.id);
    expect(real.posted()).toEqual(expect.arrayContaining(wanted));
  }

  const click = (opened: Opened, action: keyof typeof ALERT_ACTION_IDS, person = 'operator') =>
    real.slack
      .person(person)
      .click(
        real.slack.messages('#ops').find(({ ts }) => ts === opened.message.ts) ?? opened.message,
        ALERT_ACTION_IDS[action],
      );

  /** Presses a button that starts a run; gives the run's message once it is over. */
  async function runOf(opened: Opened, action: keyof typeof ALERT_ACTION_IDS, person?: string): Promise<Message> {
    const before = new Set(real.slack.messages('#ops').map(({ ts }) => ts));
    await click(opened, action, person);
    const root = await real.slack.waitFor(() =>
      real.slack.messages('#ops').find((one) => !before.has(one.ts) && keyIn(one).key.startsWith('root-')),
    );
    return real.when(root, isOver, 60_000);
  }

  it('a killed primary is one alert; Show status tells more, Propose fix names what is in the way, and a deploy repairs it with a note', async () => {
    const lost = await leaderOf(real);
    const opened = await real.trouble('postgresql', postgresql, () => real.fleet.killUnit(lost, PATRONI));
    expectWhole(opened, new RegExp(`nobody listens for \\w+ on ${lost}`), 'postgresql');
    expect(readable(await runOf(opened, 'status', 'viewer'))).toMatch(/status postgresql.*\d fail/s);
    await until('another leader', 120_000, async () => {
      const [leader, ...others] = await leadersOf(real);
      return (leader !== undefined && leader !== lost && others.length === 0) || undefined;
    });
    // These hosts have no base, which is in the way of every deploy without a reason.
    expect(readable(await runOf(opened, 'deploy'))).toMatch(/deploy postgresql.*base.*--override/s);
    const [fixed] = await Promise.all([
      command(real, 'deploy postgresql', FIX_MS),
      real.says(opened, /:construction: Muted: run [a-z]{5}-[a-z]{5} of Olga Operator is at work: deploy postgresql/),
    ]);
    expect(readable(fixed)).toContain('*Done');
    deployed.postgresql = fixed;
    await expectOver(opened);
    await real.fleet.reviveUnit(lost, PATRONI);
  });

  it('a full disk and a stopped Sentinel are an alert each, which can be acknowledged and silenced, also when bot and worker are killed meanwhile', async () => {
    const [replica, master] = await Promise.all([hostOf(real, 'replica'), masterOf(real)]);
    const other = Object.keys(REDIS_SERVERS).find((host) => host !== master) ?? master;
    const [disk, sentinel] = await Promise.all([
      real.trouble('postgresql', postgresql, () => real.fleet.fillDisk(replica, DATA)),
      real.trouble('redis', redis, () => real.on(other, SENTINEL.make)),
    ]);
    expectWhole(
      disk,
      new RegExp(`1 check since.*\\*disk\\*.*100 % of the disk of ${replica} is used`, 's'),
      'postgresql',
    );
    expectWhole(sentinel, new RegExp(`nobody listens for \\w+ on ${other}`), 'redis');
    await Promise.all([click(disk, 'ack'), click(sentinel, 'silence')]);
    await real.says(disk, /\*Acknowledged\*[^]*<@U0OPERATOR> looks after it/);
    await real.says(sentinel, /\*Silenced\*[^]*Silenced by <@U0OPERATOR>/);
    await Promise.all([real.restart('bot'), real.restart('worker')]);
    await heard(1);
    await click(sentinel, 'unsilence');
    await real.says(sentinel, '*Critical*');
    await real.says(disk, '*Acknowledged*');
    await Promise.all([real.fleet.dropDisk(replica, DATA), real.on(other, SENTINEL.undo)]);
    await Promise.all([expectOver(disk), expectOver(sentinel)]);
  });

  it('a host that is cut off is one alert of its own, though both modules ask it and the bot is killed before it can tell', async () => {
    const cut = 'haproxy-02';
    let restarted: Promise<void> | undefined;
    const opened = await real.trouble(HOSTS_SUBJECT, redis, async () => {
      await real.fleet.linkDown(cut);
      restarted = real.restart('bot');
    });
    await restarted;
    expectWhole(opened, new RegExp(`1 host since.*\\*${cut}\\*.*silent`, 's'));
    await heard(CHECK_RULE.bad);
    const open = await real.engine.alerts.open();
    expect(open.map(({ alert }) => alert?.id)).toEqual([opened.id]);
    await real.fleet.linkUp(cut);
    await expectOver(opened);
  });

  it('a replica that lags is one alert, while a drill of the other module mutes its own', async () => {
    const replica = await hostOf(real, 'replica');
    const [opened, drill] = await Promise.all([
      real.trouble('postgresql', postgresql, () => real.on(replica, LAG.make)),
      moveModule(real, 'drill', 'redis'),
    ]);
    expectWhole(
      opened,
      new RegExp(`1 check since.*\\*replication-lag\\*.*${replica} is \\d{7,} bytes behind`, 's'),
      'postgresql',
    );
    expect(drill.text).toContain('*Done');
    const muted = (await real.changes('muted')).filter(({ subject }) => subject === 'redis');
    expect(muted.map(({ what }) => what)).toEqual([
      expect.stringMatching(/^run \S+ of Olga Operator is at work: drill redis/),
    ]);
    await heard(CHECK_RULE.bad + 1);
    await real.on(replica, LAG.undo);
    await expectOver(opened);
  });

  it('five troubles were five alerts, each with one message', async () => {
    expect(real.posted().toSorted()).toEqual(['hosts-1', 'postgresql-1', 'postgresql-2', 'postgresql-3', 'redis-1']);
    expect((await real.changes('opened')).map(({ alert }) => alert).toSorted()).toEqual(real.posted().toSorted());
    expect((await real.changes('flapping', 'escalated')).map(({ alert, type }) => `${type} ${alert}`)).toEqual([]);
  });
});
