import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { k3s } from '../../src/modules/k3s/index.ts';
import { readable } from '../helpers/deployment.ts';
import { filesWithCanary, watchArgv } from './canary.ts';
import { describeFaults } from './injected.ts';
import { CANARIES, kubectl, MASTERS, NODES, on, openK3s, UNITS, WORKERS, type K3sDeployment } from './k3s-cluster.ts';
import { FAULTS, FIXTURES } from './k3s-faults.ts';
import { answersOf, command, moveModule, resume, type Moved } from './operator.ts';
import { until } from './process.ts';

/** Longest time a deploy of five empty hosts may take on a busy machine, ms. */
const DEPLOY_MS = 300_000;

const HEALTHY = /\*Done\* in .*checks: 10 pass/;

const WHAT = process.env.KEYBUZZ_REAL_ARTIFACTS === undefined ? 'k3s-stand-in' : 'K3s itself';

describe(`k3s on real hosts that run ${WHAT}, driven by Slack messages alone`, () => {
  let real: K3sDeployment;

  beforeAll(async () => {
    real = await openK3s();
  });

  afterAll(async () => {
    await real.close();
  });

  const whole = () =>
    until('a whole cluster', 120_000, async () => {
      return HEALTHY.test(readable(await command(real, 'status k3s', 60_000))) || undefined;
    });

  it("refuses a host that reaches the pods' network another way, says which, and changes nothing", async () => {
    await on(real, 'k8s-worker-02', 'ip address add 10.42.7.1/24 dev lo && ip route add 10.43.9.0/24 via 10.0.0.1');
    const root = await real.run('operator', 'deploy k3s');
    const refused = await real.when(root, (said) => said.includes('keybuzz_resume'), 60_000);
    expect(readable(refused)).toMatch(
      /k8s-worker-02: This host reaches 10\.43\.9\.0\/24 over \S+, which overlaps with 10\.43\.0\.0\/16/,
    );
    for (const host of NODES)
      expect(await on(real, host, 'ls /usr/local/bin /etc/rancher 2>/dev/null || true')).not.toContain('k3s');
    await on(real, 'k8s-worker-02', 'ip address del 10.42.7.1/24 dev lo && ip route del 10.43.9.0/24');
  });

  it('stops at a node that never becomes Ready, says what it says of itself, and completes when it is resumed', async () => {
    const watches = NODES.map((host) => watchArgv(real.fleet, host));
    await on(real, 'k8s-worker-02', 'mkdir -p /etc/k3s-stand-in && touch /etc/k3s-stand-in/not-ready');
    const run = await command(real, 'deploy k3s', DEPLOY_MS);
    expect(readable(run)).toMatch(
      /k8s-worker-02: The node k8s-worker-02 is not Ready 60 s after k3s-agent\.service started: Ready is False \(KubeletNotReady: .*cni/s,
    );
    await on(real, 'k8s-worker-02', 'rm /etc/k3s-stand-in/not-ready');
    expect(readable(await resume(real, run, DEPLOY_MS))).toMatch(HEALTHY);
    expect((await Promise.all(watches.map((watch) => watch.stop()))).flat()).toEqual([]);
  });

  it('changes nothing and restarts nothing when it is deployed again, and asks nobody', async () => {
    const before = await real.starts(NODES, UNITS);
    const again = await command(real, 'deploy k3s', 60_000);
    expect(readable(again)).toContain('Nothing to change.');
    // That packets come through is asked all the same.
    const worked = (await real.events(again)).filter(
      (event) => event.type === 'host.started' && event.step !== 'ports',
    );
    expect(worked).toEqual([]);
    expect(await real.starts(NODES, UNITS)).toEqual(before);
  });

  it('left the tokens nowhere but in the files that the module lists, closed to others; workers have the agents’ alone', async () => {
    const [server = [], agent = []] = k3s.credentials.map(({ files }) => files);
    for (const host of NODES) {
      const found = (await filesWithCanary(real.fleet, host)).map((line) => line.split(' '));
      const listed = WORKERS.includes(host) ? agent : [...server, ...agent];
      expect(found.filter(([, path]) => !listed.includes(path ?? ''))).toEqual([]);
      expect(found.filter(([mode]) => (parseInt(mode ?? '7777', 8) & 0o077) !== 0)).toEqual([]);
      expect(found).not.toEqual([]);
    }
    for (const token of Object.values(CANARIES)) expect(real.logs()).not.toContain(token);
  });

  it('answers test, and leaves nothing behind', async () => {
    expect(readable(await command(real, 'test k3s', 60_000))).toMatch(HEALTHY);
    expect(await kubectl(real, 'get --raw /api/v1/namespaces/default/configmaps')).not.toContain('keybuzz-probe');
  });

  async function expectMoved(moved: Moved, master: string): Promise<void> {
    expect(moved.text).toMatch(/\*Done(?: with warnings)?\* in/);
    expect(moved.told).toMatchObject({ outage: 'pass', 'lost-writes': 'pass' });
    expect(moved.facts).toMatchObject({ lost: '0', 'lost-by-all': '0', master });
    expect(Number(moved.facts.acknowledged)).toBeGreaterThan(50);
    for (const host of MASTERS) expect(await on(real, host, 'ls -A /run/systemd/system')).toBe('');
    expect(await kubectl(real, 'get --raw /api/v1/namespaces/default/configmaps')).not.toContain('keybuzz-marker');
  }

  it('goes on without a killed master, whose node is called not Ready, and Ready when it is back', async () => {
    const others = NODES.filter((host) => host !== 'k8s-master-02');
    const before = await real.starts(others, UNITS);
    const moved = await moveModule(real, 'drill', 'k3s');
    await expectMoved(moved, 'k8s-master-02');
    expect(moved.told).toMatchObject({ takeover: 'pass', noticed: 'pass', rejoin: 'pass' });
    expect(await real.starts(others, UNITS)).toEqual(before);
    process.stdout.write(`drill: ${moved.facts['outage-seconds']} s without a write, ${moved.facts.lost} lost\n`);
  });

  it('drains, restarts and opens another master in order, without losing a write', async () => {
    await whole();
    const moved = await moveModule(real, 'failover', 'k3s');
    await expectMoved(moved, 'k8s-master-03');
    expect(moved.told).toMatchObject({ switch: 'pass' });
    process.stdout.write(`failover: ${moved.facts['outage-seconds']} s without a write, ${moved.facts.lost} lost\n`);
  });

  it('fails a drill whose killed master does not start again, says which, and has it back when it is resumed', async () => {
    await whole();
    const broken = '/etc/systemd/system/k3s.service.d/broken.conf';
    const drill = command(real, 'drill k3s', DEPLOY_MS);
    const killed = await until('a killed master', 120_000, async () => {
      const told = await Promise.all(MASTERS.map((host) => real.fleet.exec(host, 'systemctl is-failed k3s')));
      return MASTERS.find((_, at) => told[at]?.stdout.trim() === 'failed');
    });
    const unit = '[Service]\\nExecStartPre=/bin/false\\n';
    await on(real, killed, `mkdir -p $(dirname ${broken}) && printf '${unit}' >${broken}`);
    const stopped = await drill;
    expect(readable(stopped)).toContain(`${killed}: k3s.service did not start again`);
    await on(real, killed, `rm -r $(dirname ${broken}) && systemctl daemon-reload`);
    expect(readable(await resume(real, stopped, DEPLOY_MS))).toMatch(/\*Done(?: with warnings)?\* in/);
    await whole();
  });

  describeFaults({
    module: k3s,
    faults: FAULTS,
    fixtures: FIXTURES,
    note: `Seen on hosts that run k3s-stand-in, which is not K3s (docs/testing.md).`,
    open: () => ({ fleet: real.fleet, ask: () => answersOf(real, 'k3s') }),
  });

  it('removes K3s after two approvals, with every token on the hosts', async () => {
    await whole();
    expect(readable(await command(real, 'remove k3s', 120_000))).toContain('*Done*');
    for (const host of NODES) {
      expect(await on(real, host, 'systemctl is-enabled k3s k3s-agent 2>&1 || true; ss -Hltn')).not.toMatch(
        /^enabled|:6443/m,
      );
    }
    expect(readable(await command(real, 'remove k3s', 60_000))).toContain('Nothing to change.');
  });
});
