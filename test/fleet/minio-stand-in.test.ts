import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { minio } from '../../src/modules/minio/index.ts';
import { isOver, readable } from '../helpers/deployment.ts';
import { filesWithCanary, watchArgv } from './canary.ts';
import { describeFaults } from './injected.ts';
import { CANARIES, on, openMinio, s3, servers, UNIT, WITNESS, type MinioDeployment } from './minio-cluster.ts';
import { FAULTS, FIXTURES } from './minio-faults.ts';
import { answersOf, command, moveModule, resume, type Moved } from './operator.ts';
import { until } from './process.ts';

/** Longest time a deploy of three empty hosts may take on a busy machine, ms. */
const DEPLOY_MS = 240_000;

/** These hosts have one file system each: that MinIO shares it, and that it is at its end, warns. */
const HEALTHY = /\*Done with warnings\* in .*checks: 8 pass, 2 warn/;

/** Four entries take five markers a second each, and a move is over within seconds. */
const MARKERS_MIN = 20;

const WHAT = process.env.KEYBUZZ_REAL_ARTIFACTS === undefined ? 'minio-stand-in' : 'MinIO itself';

describe(`minio on real hosts that run ${WHAT}, driven by Slack messages alone`, () => {
  let real: MinioDeployment;

  beforeAll(async () => {
    real = await openMinio();
  });

  afterAll(async () => {
    await real.close();
  });

  const status = () => command(real, 'status minio', 60_000);

  const whole = () =>
    until('a whole cluster', 120_000, async () => HEALTHY.test(readable(await status())) || undefined);

  it('stops at the host that is broken, says which and why, and completes when it is resumed', async () => {
    const watches = [...servers, WITNESS].map((host) => watchArgv(real.fleet, host));
    await on(real, 'minio-02', 'mv /etc/apt/sources.list /etc/apt/sources.list.aside; rm -rf /var/lib/apt/lists/*');
    const run = await command(real, 'deploy minio', DEPLOY_MS);
    expect(readable(run)).toMatch(/minio-02: apt-get could not install curl.*To do/s);
    for (const host of servers) expect(await on(real, host, 'ss -Hltn sport = :9000')).toBe('');
    await on(real, 'minio-02', 'mv /etc/apt/sources.list.aside /etc/apt/sources.list');
    expect(readable(await resume(real, run, DEPLOY_MS))).toMatch(HEALTHY);
    expect((await Promise.all(watches.map((watch) => watch.stop()))).flat()).toEqual([]);
  });

  it('changes nothing and restarts nothing when it is deployed again, and asks nobody', async () => {
    const before = await real.starts(servers, UNIT);
    const again = await command(real, 'deploy minio', 60_000);
    expect(readable(again)).toContain('Nothing to change.');
    expect((await real.events(again)).filter(({ type }) => type === 'host.started')).toEqual([]);
    expect(await real.starts(servers, UNIT)).toEqual(before);
  });

  it('left its password nowhere but in the file that the module lists, closed to others', async () => {
    const listed = minio.credentials.flatMap(({ files }) => files);
    for (const host of [...servers, WITNESS]) {
      const wanted = host === WITNESS ? [] : listed.map((path) => `600 ${path}`);
      expect(await filesWithCanary(real.fleet, host)).toEqual(wanted);
    }
    expect(real.logs()).not.toContain(CANARIES.ROOT_PASSWORD);
  });

  it('takes objects through each node and the entry, as test minio shows, and leaves none behind', async () => {
    const tested = await command(real, 'test minio', 60_000);
    expect(readable(tested)).toMatch(HEALTHY);
    for (const host of servers) expect(await s3(real, 'minio-01', `/keybuzz-probe-${host}`)).toBe('404');
  });

  async function expectMoved(moved: Moved): Promise<void> {
    expect(moved.text).toMatch(/\*Done\*|\*Done with warnings\*/);
    expect(moved.told).toMatchObject({ outage: 'pass', 'lost-writes': 'pass', rejoin: 'pass' });
    expect(moved.facts).toMatchObject({ lost: '0', 'lost-by-all': '0', node: 'minio-03' });
    expect(Number(moved.facts.acknowledged)).toBeGreaterThan(MARKERS_MIN);
    for (const host of [...servers, WITNESS]) expect(await on(real, host, 'ls -A /run/systemd/system')).toBe('');
    expect(await s3(real, 'minio-01', '/keybuzz-marker')).toBe('404');
  }

  describe('when a node goes, or something is broken', () => {
    it('takes a node out for maintenance and back, while objects are written and read, and loses none', async () => {
      await whole();
      const moved = await moveModule(real, 'failover', 'minio');
      await expectMoved(moved);
      expect(moved.told).toMatchObject({ leave: 'pass' });
      process.stdout.write(`failover: ${moved.facts['outage-seconds']} s without a write, ${moved.facts.lost} lost\n`);
    });

    it('goes on without a killed node, which has every object again when it is back', async () => {
      const before = await real.starts(['minio-01', 'minio-02'], UNIT);
      const moved = await moveModule(real, 'drill', 'minio');
      await expectMoved(moved);
      expect(moved.told).toMatchObject({ takeover: 'pass' });
      expect(await real.starts(['minio-01', 'minio-02'], UNIT)).toEqual(before);
      process.stdout.write(`drill: ${moved.facts['outage-seconds']} s without a write, ${moved.facts.lost} lost\n`);
    });

    describeFaults({
      module: minio,
      faults: FAULTS,
      fixtures: FIXTURES,
      open: () => ({ fleet: real.fleet, ask: () => answersOf(real, 'minio') }),
    });

    it('refuses a move while a node is down, and restarts all together for what changed', async () => {
      await on(real, 'minio-01', 'systemctl stop minio');
      expect(readable(await command(real, 'drill minio', 60_000))).toMatch(/\*Refused/);
      await on(real, 'minio-02', "sed -i 's/MINIO_UPDATE=off/MINIO_UPDATE=on/' /etc/default/minio");
      const [before] = await real.starts(['minio-03'], UNIT);
      expect(readable(await command(real, 'deploy minio', DEPLOY_MS))).toMatch(HEALTHY);
      expect(await real.starts(['minio-03'], UNIT)).toEqual([before]);
      expect(await on(real, 'minio-02', 'grep -c UPDATE=off /etc/default/minio')).toBe('1');
    });
  });

  it('refuses other nodes for a MinIO that holds data, says why and what to do, and changes nothing', async () => {
    const before = await real.starts(servers, UNIT);
    const other = { KEYBUZZ_INVENTORY: real.otherInventory };
    await Promise.all([real.bot.end('SIGTERM'), real.worker.end('SIGTERM')]);
    const [bot, worker] = [await real.start('bot', other), await real.start('worker', other)];
    const run = await real.run('operator', 'deploy minio');
    const told = await real.when(run, (text) => text.includes('keybuzz_abandon'), 60_000);
    expect(readable(told)).toMatch(/can't be changed: it was begun with http:\/\/minio-0\{1\.\.\.3\}/);
    expect(readable(told)).toMatch(/Put the inventory right again.*mc mirror.*Nothing was changed on any host/s);
    await real.slack.person('operator').click(told, 'keybuzz_abandon');
    await real.when(told, isOver, 60_000);
    expect(await real.starts(servers, UNIT)).toEqual(before);
    await Promise.all([bot.end('SIGTERM'), worker.end('SIGTERM')]);
    await real.start('bot');
    await real.start('worker');
  });

  it('is removed after two approvals: the data is kept under another name, no password is left', async () => {
    expect(readable(await command(real, 'remove minio', 120_000))).toContain('*Done*');
    for (const host of servers) {
      expect(await on(real, host, 'ls /opt/keybuzz/minio')).toMatch(/^bin\ndata\.removed-\S+$/);
      expect(await on(real, host, 'ss -Hltn sport = :9000')).toBe('');
      expect(await filesWithCanary(real.fleet, host)).toEqual([]);
    }
    expect(readable(await command(real, 'remove minio', 60_000))).toContain('Nothing to change.');
  });
});
