import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Message } from '../../sandbox/slack/index.ts';
import { rabbitmq } from '../../src/modules/rabbitmq/index.ts';
import { isOver, readable, runIdOf } from '../helpers/deployment.ts';
import { filesWithCanary, watchArgv } from './canary.ts';
import { describeFaults } from './injected.ts';
import { approved, command, moveModule, resume, type Movable, type Moved } from './operator.ts';
import { until } from './process.ts';
import { leadersOf, on, openRabbitmq, PROXIES, runningOf, servers, UNITS, WITNESS } from './rabbitmq-cluster.ts';
import { FAULTS, FEW, FIXTURES } from './rabbitmq-faults.ts';

const deployed = [...servers, ...Object.keys(PROXIES)];

/** Longest time a deploy of five empty hosts may take on a busy machine, ms. */
const DEPLOY_MS = 300_000;

const HEALTHY = /\*Done\* in .*checks: 12 pass/;

describe('rabbitmq, driven by Slack messages alone, on real hosts', () => {
  let real: Movable;

  beforeAll(async () => {
    real = await openRabbitmq();
  });

  afterAll(async () => {
    await real.close();
  });

  async function changesOf(message: Message): Promise<string[]> {
    const events = await real.events(message);
    const finished = events.flatMap((event) => (event.type === 'host.finished' ? event.changes : []));
    return finished.map(({ kind, target }) => `${kind} ${target}`);
  }

  const status = () => command(real, 'status rabbitmq', 60_000);

  async function whole(): Promise<void> {
    await until('a whole cluster', 120_000, async () => {
      return (await real.ask(rabbitmq)).every(({ answer }) => answer === 'pass') || undefined;
    });
  }

  it('stops at the host that is broken, says which and why, and completes when it is resumed', async () => {
    const watches = deployed.map((host) => watchArgv(real.fleet, host));
    await on(real, 'queue-02', 'mv /etc/apt/sources.list /etc/apt/sources.list.aside');
    const run = await command(real, 'deploy rabbitmq', DEPLOY_MS);
    expect(readable(run)).toMatch(/queue-02: apt-get could not install rabbitmq-server.*To do/s);
    expect((await real.fleet.exec('queue-03', 'command -v rabbitmqctl')).stdout).toBe('');
    await on(real, 'queue-02', 'mv /etc/apt/sources.list.aside /etc/apt/sources.list');
    expect(readable(await resume(real, run, DEPLOY_MS))).toMatch(HEALTHY);
    expect((await Promise.all(watches.map((watch) => watch.stop()))).flat()).toEqual([]);
    expect(await runningOf(real, 'queue-03')).toEqual(servers);
  });

  it('changes nothing and restarts nothing when it is deployed again, and asks nobody', async () => {
    const before = await real.starts(deployed, UNITS);
    const again = await command(real, 'deploy rabbitmq', 60_000);
    expect(readable(again)).toContain('Nothing to change.');
    expect((await real.events(again)).filter(({ type }) => type === 'host.started')).toEqual([]);
    expect(await real.starts(deployed, UNITS)).toEqual(before);
  });

  it('left its credentials nowhere but in the files that the module lists, closed to others', async () => {
    const listed = rabbitmq.credentials.flatMap((credential) => credential.files);
    for (const host of deployed) {
      const found = (await filesWithCanary(real.fleet, host)).map((line) => line.split(' '));
      expect(found.filter(([, path]) => !listed.includes(path ?? ''))).toEqual([]);
      expect(found.filter(([mode]) => (parseInt(mode ?? '7777', 8) & 0o137) !== 0)).toEqual([]);
    }
    const modes = await on(real, 'haproxy-01', 'stat -c "%a %U:%G" /etc/haproxy/conf.d/50-rabbitmq.cfg');
    expect(modes).toBe('640 root:haproxy\n');
  });

  it('answers status and test, which leaves no queue behind', async () => {
    expect(readable(await status())).toMatch(HEALTHY);
    expect(readable(await command(real, 'test rabbitmq', 60_000))).toMatch(HEALTHY);
    expect([...(await leadersOf(real, 'queue-01')).keys()]).toEqual(['keybuzz.dead-letters']);
  });

  describeFaults({
    ...{ module: rabbitmq, faults: FAULTS, fixtures: FIXTURES },
    open: () => ({ fleet: real.fleet, ask: () => real.ask(rabbitmq), hostOf }),
  });

  /** A node that leads no queue, whichever it is just now. */
  async function hostOf(name: string): Promise<string> {
    const leaders = [...(await leadersOf(real, 'queue-01')).values()];
    return name === 'follower' ? (servers.find((host) => !leaders.includes(host)) ?? name) : name;
  }

  it('puts right what drifted, without a restart', async () => {
    const before = await real.starts(servers, UNITS);
    const drift = [
      'rabbitmqctl -q update_vhost_metadata keybuzz --default-queue-type classic',
      'rabbitmqctl -q clear_policy -p keybuzz keybuzz',
      'rabbitmqctl -q change_password keybuzz something-else',
      'rabbitmqctl -q add_user guest guest',
    ];
    await on(real, 'queue-03', drift.join(' && '));
    const done = await command(real, 'deploy rabbitmq', 120_000);
    expect(readable(done)).toMatch(HEALTHY);
    const changes = ['vhost keybuzz', 'user keybuzz', 'user guest', 'policy keybuzz:keybuzz'];
    expect((await changesOf(done)).sort()).toEqual(changes.sort());
    expect(await real.starts(servers, UNITS)).toEqual(before);
  });

  /** What must hold after every move: nothing lost, the node back, nobody else restarted, nothing left over. */
  async function expectMoved(moved: Moved, chosen: string, before: string[]): Promise<void> {
    expect(moved.text).toMatch(/\*Done/);
    expect(moved.told).toMatchObject({ outage: 'pass', 'lost-writes': 'pass' });
    expect(moved.facts).toMatchObject({ node: chosen, lost: '0' });
    expect(Number(moved.facts.acknowledged)).toBeGreaterThan(100);
    const after = await real.starts(servers, UNITS);
    expect(servers.filter((_, index) => after[index] !== before[index])).toEqual([chosen]);
    expect(await runningOf(real, chosen)).toEqual(servers);
    const left = await on(real, chosen, 'ls -A /run/systemd/system; systemctl show -p Restart --value rabbitmq-server');
    expect(left).toBe('on-failure\n');
    const marker = 'keybuzz-marker-rabbitmq';
    const state = await real.fleet.exec(WITNESS, `ls -d /run/${marker}; systemctl is-active ${marker}`);
    expect(state.stdout).toBe('inactive\n');
    expect([...(await leadersOf(real, chosen)).keys()]).toEqual(['keybuzz.dead-letters']);
  }

  const chosenNode = async () => (await leadersOf(real, 'queue-01')).get('keybuzz.dead-letters') ?? '';

  it('takes one node out and back in without losing a confirmed message', async () => {
    const [chosen, before] = [await chosenNode(), await real.starts(servers, UNITS)];
    const moved = await moveModule(real, 'failover', 'rabbitmq');
    await expectMoved(moved, chosen, before);
    expect(moved.told).toMatchObject({ switch: 'pass' });
    expect(await chosenNode()).not.toBe(chosen);
    process.stdout.write(
      `failover: ${moved.facts['outage-seconds']} s without a confirmation, ${moved.facts.lost} lost\n`,
    );
  });

  it('starts a killed node again without losing a confirmed message, though the worker dies while it is down', async () => {
    const [chosen, before] = [await chosenNode(), await real.starts(servers, UNITS)];
    const moving = moveModule(real, 'drill', 'rabbitmq');
    await until('a killed node', 60_000, async () => {
      const { stdout } = await real.fleet.exec(chosen, 'systemctl is-failed rabbitmq-server');
      return stdout.trim() === 'failed' || undefined;
    });
    await real.worker.end('SIGKILL');
    await real.start('worker');
    const moved = await moving;
    await expectMoved(moved, chosen, before);
    expect(moved.told).toMatchObject({ takeover: 'pass' });
    process.stdout.write(
      `drill: ${moved.facts['outage-seconds']} s without a confirmation, ${moved.facts.lost} lost\n`,
    );
  });

  it.each([
    ['another is down', 'queue-03', 'systemctl stop rabbitmq-server', 'systemctl start rabbitmq-server'],
    ['it has the only copy of a queue', 'queue-02', FEW.make, FEW.undo],
  ])('refuses to take a node out while %s: queues would lose their majority', async (_, host, begin, end) => {
    await whole();
    await on(real, host, begin);
    const root = await real.run('operator', 'drill rabbitmq');
    const refused = await real.when(root, (text) => isOver(text) || text.includes('keybuzz_resume'), 60_000);
    expect(readable(refused)).toMatch(/would lose their majority/);
    const types = (await real.events(refused)).map(({ type }) => type);
    expect(types).not.toContain('approval.requested');
    await on(real, host, end);
    await whole();
  });

  it('waits while a person holds the lock, and takes no node out', async () => {
    const operator = real.slack.person('operator');
    await operator.command('#ops', '/keybuzz', 'lock rabbitmq new disks');
    let waiting = await approved(real, 'failover rabbitmq');
    waiting = await real.when(waiting, (text) => text.includes('is held by'), 60_000);
    expect(readable(waiting)).toMatch(/Lock `rabbitmq` is held by Olga Operator \(new disks\)/);
    await operator.command('#ops', '/keybuzz', `cancel ${runIdOf(waiting)}`);
    expect(readable(await real.when(waiting, isOver, 60_000))).toContain('Cancelled');
    expect((await real.events(waiting)).map(({ type }) => type)).not.toContain('host.started');
    await operator.command('#ops', '/keybuzz', 'unlock rabbitmq');
  });

  it('lets a node that lost its data join again, and its queues get their copies back', async () => {
    await on(real, 'queue-02', 'systemctl stop rabbitmq-server; rm -rf /opt/keybuzz/rabbitmq/data');
    const done = await command(real, 'deploy rabbitmq', 180_000);
    expect(readable(done)).toMatch(HEALTHY);
    expect((await changesOf(done)).filter((change) => change === 'member rabbit@queue-02')).toHaveLength(2);
    expect(await runningOf(real, 'queue-02')).toEqual(servers);
  });

  it('removes the module after two approvals, keeps the data, and has nothing to do a second time', async () => {
    const other = 'frontend other from keybuzz-tcp\\n  bind 127.0.0.1:6380\\n';
    await on(real, 'haproxy-01', `printf "${other}" >/etc/haproxy/conf.d/60-other.cfg`);
    expect(readable(await command(real, 'remove rabbitmq', 120_000))).toContain('*Done*');
    for (const host of servers) {
      const look = 'ls /opt/keybuzz/rabbitmq /etc/rabbitmq; systemctl is-enabled rabbitmq-server; ss -Hltn';
      const left = (await real.fleet.exec(host, look)).stdout;
      expect(left).toMatch(/data\.removed-\d{8}T\d{6}Z/);
      expect(left).toMatch(/^disabled$/m);
      expect(left).not.toMatch(/rabbitmq\.conf$|:5672|:15672|:25672/m);
    }
    const left = await on(real, 'haproxy-01', 'ls /etc/haproxy/conf.d; systemctl is-active haproxy; ss -Hltn');
    expect(left).not.toMatch(/rabbitmq|:5672/);
    expect(left).toMatch(/^active$[^]*:6380/m);
    expect(readable(await command(real, 'remove rabbitmq', 60_000))).toContain('Nothing to change.');
  });
});
