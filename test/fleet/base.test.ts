import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunState } from '../../src/jobs/index.ts';
import { createBase } from '../../src/modules/base/index.ts';
import { wishesOf } from '../../src/modules/base/plan.ts';
import { inventory as inventoryModule } from '../../src/modules/inventory/index.ts';
import { BASE_FAULTS, BASE_FIXTURES, INVENTORY_FAULTS, INVENTORY_FIXTURES } from './base-faults.ts';
import { openBaseDeployment, TEST_SETTINGS, type BaseDeployment } from './base-deployment.ts';
import { describeFaults } from './injected.ts';
import { runScript } from './run-script.ts';

const HOSTS = ['redis-01', 'haproxy-01', 'db-master-01', 'install-01'];

/** By hand, as somebody did it long before us. */
const install = (name: string): string => `{ apt-get -q update && apt-get -q -y install ${name}; } >/dev/null 2>&1`;

/** Of a fleet of containers whose clock is the machine's. */
const CONTAINERS = ['clock'];

describe('deploy base on four real hosts', () => {
  let real: BaseDeployment;

  beforeAll(async () => {
    real = await openBaseDeployment(HOSTS);
  });

  afterAll(async () => {
    await real.close();
  });

  async function ask(host: string, command: string): Promise<string> {
    const { stdout, stderr, exitCode } = await real.fleet.exec(host, command);
    if (exitCode !== 0) throw new Error(`${command} on ${host}: exit ${exitCode}: ${stdout}${stderr}`);
    return stdout.trim();
  }

  const onAll = (command: string) => Promise.all(HOSTS.map((host) => ask(host, command)));
  const factsOf = (state: RunState, host: string) =>
    state.steps
      .filter(({ id }) => id.startsWith('host-'))
      .flatMap(({ hosts }) => hosts)
      .find((one) => one.host === host)?.facts;

  /** The attempt in which each host was last worked on; 0: not yet. */
  const attemptsOf = (state: RunState) =>
    Object.fromEntries(
      state.steps.flatMap(({ id, hosts }) =>
        id.startsWith('host-') ? hosts.map(({ host, attempt }) => [host, attempt] as const) : [],
      ),
    );

  /** What does not pass in status, as `check: answer`. */
  async function notPassing(module: 'base' | 'inventory' = 'base'): Promise<string[]> {
    const results = await real.status(module);
    return results
      .filter(({ check, answer }) => answer !== 'pass' && !CONTAINERS.includes(check))
      .map(({ check, answer }) => `${check}: ${answer}`);
  }

  const starts = () =>
    onAll(
      'systemctl show -p Id,MainPID,ActiveEnterTimestampMonotonic docker fail2ban systemd-resolved ssh systemd-journald',
    );

  it('leaves alone what a stranger has set up, and shows what would be closed', async () => {
    await ask('db-master-01', `${install('ufw')}; ufw allow 9100/tcp comment monitoring`);
    const run = 'systemd-run --unit=by-hand python3 -m http.server 9999';
    await ask('haproxy-01', `${run}; until ss -Hltn | grep -q :9999; do :; done`);
    const state = await real.deploy();
    expect([state.ending, state.interruption]).toEqual([{ ending: 'ok', reason: '', fix: '' }, undefined]);
    expect(state.preview?.changes).toContainEqual(
      expect.objectContaining({ host: 'haproxy-01', kind: 'port', target: '9999/tcp' }),
    );
    expect(await ask('db-master-01', 'ufw show added')).toContain("ufw allow 9100/tcp comment 'monitoring'");
    for (const host of HOSTS) expect(factsOf(state, host)).toMatchObject({ access: 'confirmed' });
  });

  it('set up every host, as the hosts themselves say', async () => {
    expect(await onAll('docker info --format "{{.LoggingDriver}}"')).toEqual(HOSTS.map(() => 'json-file'));
    expect(await onAll('systemctl is-active docker fail2ban systemd-resolved')).toEqual(
      HOSTS.map(() => 'active\nactive\nactive'),
    );
    expect(await onAll('systemctl is-enabled ufw')).toEqual(HOSTS.map(() => 'enabled'));
    expect(await onAll('iptables -S INPUT | head -n 1')).toEqual(HOSTS.map(() => '-P INPUT DROP'));
    expect(await ask('redis-01', 'ufw show added')).toContain("to any port 26379 proto tcp comment 'keybuzz:redis'");
    expect(await ask('haproxy-01', 'ufw show added')).not.toContain('26379');
    const sshd = await ask('install-01', 'sshd -T');
    for (const line of ['passwordauthentication no', 'maxsessions 4', 'allowtcpforwarding no']) {
      expect(sshd).toContain(line);
    }
    expect(await onAll('sysctl -n net.core.somaxconn net.ipv4.tcp_fin_timeout fs.inotify.max_user_watches')).toEqual(
      HOSTS.map(() => '65535\n15\n524288'),
    );
    expect(await onAll('readlink -f /etc/localtime')).toEqual(HOSTS.map(() => '/usr/share/zoneinfo/Europe/Paris'));
    expect((await onAll('resolvectl query --legend=no some.name.test'))[0]).toContain('192.0.2.1');
    expect(await ask('redis-01', 'fail2ban-client get sshd ignoreip')).toContain('10.0.0.0/16');
    expect(
      await onAll('ls /var/lib/keybuzz/access /etc/systemd/system/keybuzz-access-rollback.service 2>&1 | wc -l'),
    ).toEqual(HOSTS.map(() => '2'));
  });

  it('lets in what the role needs, and nothing else', async () => {
    const listen = (port: number) => `systemd-run --unit=by-hand-${port} python3 -m http.server ${port}`;
    await ask('redis-01', `${listen(6379)}; ${listen(8000)}; until ss -Hltn | grep -q :8000; do :; done`);
    const connect = (port: number) => `timeout 2 bash -c "exec 3<>/dev/tcp/10.0.0.123/${port}"`;
    await ask('haproxy-01', `until ${connect(6379)}; do :; done`);
    expect((await real.fleet.exec('haproxy-01', connect(8000))).exitCode).toBe(124);
    await ask('redis-01', 'systemctl stop by-hand-6379 by-hand-8000');
  });

  it('changes nothing and restarts nothing the second time', async () => {
    const before = await starts();
    const state = await real.deploy();
    expect(state.ending).toMatchObject({ ending: 'ok', reason: 'Nothing to change.' });
    expect(state.preview?.changes).toEqual([]);
    expect(await starts()).toEqual(before);
  });

  it('passes every check that containers can', async () => {
    expect(await notPassing()).toEqual([]);
    const clock = (await real.status('base')).find(({ check }) => check === 'clock');
    expect(clock).toMatchObject({ answer: 'warn', text: expect.stringContaining('4 of 4') as unknown });
  });

  it('finds the hosts to be those of the inventory, which lacks most of the platform', async () => {
    expect(await notPassing('inventory')).toEqual(['servers: warn', 'roles: fail']);
  });

  describeFaults({
    ...{ module: inventoryModule, faults: INVENTORY_FAULTS, fixtures: INVENTORY_FIXTURES },
    open: () => ({ fleet: real.fleet, ask: () => real.status('inventory') }),
  });

  describeFaults({
    ...{ module: createBase([], TEST_SETTINGS), faults: BASE_FAULTS, fixtures: BASE_FIXTURES },
    open: () => ({ fleet: real.fleet, ask: () => real.status('base') }),
  });

  it('puts right what was changed by hand, and takes away a rule that is ours no more', async () => {
    const byHand = "ufw allow proto tcp from 10.0.0.0/16 to any port 7777 comment 'keybuzz:old'";
    await ask('redis-01', `${byHand}; sysctl -w net.ipv4.tcp_fin_timeout=60; rm /etc/fail2ban/jail.d/keybuzz.local`);
    const state = await real.deploy();
    expect(state.ending?.ending).toBe('ok');
    expect([...new Set(state.preview?.changes.map(({ host }) => host))]).toEqual(['redis-01']);
    expect(await ask('redis-01', 'ufw show added')).not.toContain('7777');
    expect(await notPassing()).toEqual([]);
  });

  it('stops at a host that is broken, says which and why, and resumes with what is left', async () => {
    await onAll('rm /etc/fail2ban/jail.d/keybuzz.local');
    const broken = '/etc/systemd/system/fail2ban.service.d';
    const dropIn = `printf '[Service]\\nExecStartPre=/bin/false\\n' >${broken}/broken.conf`;
    await ask('db-master-01', `mkdir -p ${broken} && ${dropIn} && systemctl daemon-reload`);
    const stopped = await real.deploy();
    expect(stopped.interruption?.reason).toContain('db-master-01: fail2ban.service did not restart');
    expect(attemptsOf(stopped)).toEqual({ 'haproxy-01': 1, 'redis-01': 1, 'db-master-01': 1, 'install-01': 0 });
    await ask('db-master-01', `rm -r ${broken} && systemctl daemon-reload`);
    const resumed = await real.resume(stopped.runId);
    expect([resumed.ending?.ending, resumed.interruption]).toEqual(['ok', undefined]);
    expect(attemptsOf(resumed)).toEqual({ 'haproxy-01': 1, 'redis-01': 1, 'db-master-01': 2, 'install-01': 2 });
    expect(await notPassing()).toEqual([]);
  });

  it.each([
    ['a firewall that lets nobody in', { privateNetwork: '10.9.0.0/16' }, 'ufw show added', '10.9.0.0/16'],
    [
      'an sshd that knows no key',
      { sshd: { ...TEST_SETTINGS.sshd, AuthorizedKeysFile: '/etc/ssh/none' } },
      'sshd -T',
      '/etc/ssh/none',
    ],
  ])(
    'is not locked out by %s: the host takes it back, the run says so, and nobody else is touched',
    async (...args) => {
      const [, wrong, effective, trace] = args;
      const state = await real.deploy({ ...TEST_SETTINGS, ...wrong });
      expect(state.status).toBe('interrupted');
      expect(state.interruption?.reason).toContain('took its changes of sshd and firewall back');
      const touched = state.steps.flatMap(({ hosts }) =>
        hosts.filter(({ attempt }) => attempt > 0).map(({ host }) => host),
      );
      expect(touched).toHaveLength(1);
      for (const host of HOSTS) {
        expect(await ask(host, effective)).not.toContain(trace);
        expect((await real.fleet.ssh(host, 'true')).exitCode).toBe(0);
      }
      await real.abandon(state.runId);
      const after = await real.deploy();
      expect([after.ending?.ending, after.interruption]).toEqual(['ok', undefined]);
      expect(await notPassing()).toEqual([]);
    },
  );

  it('refuses, before it changes anything, an sshd that another file overrules or that keeps root out', async () => {
    await ask('redis-01', 'echo "MaxSessions 2" >/etc/ssh/sshd_config.d/00-by-hand.conf');
    await ask('haproxy-01', 'echo "AllowUsers deploy" >/etc/ssh/sshd_config.d/90-by-hand.conf');
    const state = await real.deploy();
    expect(state.status).toBe('interrupted');
    const reasons = state.preview?.troubles.map(({ host, reason }) => `${host}: ${reason}`).sort();
    expect(reasons?.[0]).toMatch(/^haproxy-01: sshd's lists of users or groups .* would keep root out/);
    expect(reasons?.[1]).toMatch(/^redis-01: sshd would go on with MaxSessions 2 instead of 4/);
    expect(state.steps.flatMap(({ hosts }) => hosts).filter(({ attempt }) => attempt > 0)).toEqual([]);
    await onAll('rm -f /etc/ssh/sshd_config.d/*by-hand.conf');
    await real.abandon(state.runId);
  });

  it('comes up as it was when it is restarted before anybody confirmed', async () => {
    const wrong = { ...TEST_SETTINGS, privateNetwork: '10.9.0.0/16', rollbackSeconds: 600 };
    const host = real.inventory.hosts.find(({ name }) => name === 'redis-01');
    if (host === undefined) throw new Error('no redis-01');
    const at = { address: host.privateIp, script: 'base/deploy-host.sh', secrets: {} };
    const ran = await runScript(real.fleet, { ...at, args: wishesOf(host, real.inventory, wrong) }, 'apply');
    expect(ran.exitCode).toBe(0);
    expect((await ask('redis-01', 'ufw show added')).match(/10\.9\.0\.0/g)).not.toBeNull();
    await real.fleet.reboot('redis-01');
    expect((await real.fleet.ssh('redis-01', 'true')).exitCode).toBe(0);
    expect(await ask('redis-01', 'ufw show added')).not.toContain('10.9.0.0');
    await real.deploy();
    expect(await notPassing()).toEqual([]);
  });
});
