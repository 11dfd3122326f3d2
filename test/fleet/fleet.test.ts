import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openFleet, type Fleet } from './fleet.ts';

/** One host for each destructive test, so that none depends on how the one before left things. */
const [redis1, redis2, redis3, proxy1, proxy2] = [
  'redis-01',
  'redis-02',
  'redis-03',
  'haproxy-01',
  'haproxy-02',
] as const;

const bootIdCommand = 'cat /proc/sys/kernel/random/boot_id';

describe('the fleet', () => {
  let fleet: Fleet;
  beforeAll(async () => {
    fleet = await openFleet();
    await Promise.all(fleet.hosts.map(({ name }) => fleet.reset(name)));
  });
  afterAll(() => fleet.close());

  // More than one try: a neighbour that was not found a moment ago is asked for again only once a second.
  const pings = async (from: string, address: string) =>
    (await fleet.exec(from, `ping -c 1 -w 4 ${address}`)).exitCode === 0;
  const said = async (host: string, command: string) => (await fleet.exec(host, command)).stdout.trim();

  it('has five hosts whose systemd runs without a failed unit', async () => {
    const states = await Promise.all(fleet.hosts.map(({ name }) => said(name, 'systemctl is-system-running')));
    expect(states).toEqual(Array(5).fill('running'));
  });

  it('answers SSH on every host with the pinned host key', async () => {
    const answers = await Promise.all(fleet.hosts.map(({ name }) => fleet.ssh(name, 'hostname')));
    expect(answers.map(({ stdout }) => stdout.trim())).toEqual(fleet.hosts.map(({ name }) => name));
  });

  it('lets nothing out, from a host or from where the tests run', async () => {
    const [program = '', ...args] = fleet.enterNetns(['ip', 'route', 'show', 'default']);
    expect(execFileSync(program, args, { encoding: 'utf8' })).toBe('');
    expect(await said(redis1, 'ip route show default; ip -6 route show default')).toBe('');
    expect((await fleet.exec(redis1, 'ping -c 1 -W 1 192.0.2.1')).stderr).toContain('unreachable');
  });

  it('reaches every host from every host by name', async () => {
    const names = fleet.hosts.map(({ name }) => name);
    const pairs = names.flatMap((from) => names.map(async (to) => ({ from, to, ok: await pings(from, to) })));
    expect((await Promise.all(pairs)).filter(({ ok }) => !ok)).toEqual([]);
  });

  it('keeps a kernel setting of one host from the others', async () => {
    const other = await said(redis2, 'sysctl -n vm.overcommit_memory');
    const wanted = other === '1' ? '2' : '1';
    await fleet.exec(redis1, `sysctl -w vm.overcommit_memory=${wanted}`);
    expect(await said(redis1, 'sysctl -n vm.overcommit_memory')).toBe(wanted);
    expect(await said(redis2, 'sysctl -n vm.overcommit_memory')).toBe(other);
    await fleet.exec(redis1, `sysctl -w vm.overcommit_memory=${other}`);
  });

  it('cuts a cable and plugs it in again', async () => {
    await fleet.linkDown(proxy1);
    expect(await pings(proxy2, '10.0.0.11')).toBe(false);
    await fleet.linkUp(proxy1);
    expect(await pings(proxy2, '10.0.0.11')).toBe(true);
  });

  it('splits two hosts while a third reaches both', async () => {
    await fleet.splitBetween(redis1, redis2);
    expect(await pings(redis1, redis2)).toBe(false);
    expect([await pings(redis3, redis1), await pings(redis3, redis2)]).toEqual([true, true]);
    await fleet.heal();
    expect(await pings(redis1, redis2)).toBe(true);
  });

  it('freezes a host: its port takes the connection but nobody answers, until it thaws', async () => {
    const banner = 'timeout 1 bash -c "exec 3<>/dev/tcp/10.0.0.12/22; head -c 4 <&3"';
    expect(await said(proxy1, banner)).toBe('SSH-');
    await fleet.freeze(proxy2);
    expect(await said(proxy1, banner)).toBe('');
    await fleet.thaw(proxy2);
    expect(await said(proxy1, banner)).toBe('SSH-');
  });

  it('kills a frozen host as fast as a running one', async () => {
    await fleet.freeze(redis2);
    const start = performance.now();
    await fleet.kill(redis2);
    expect(performance.now() - start).toBeLessThan(5000);
    await fleet.boot(redis2);
    expect(await pings(redis1, redis2)).toBe(true);
  });

  it('boots a killed host again on the disk it had', async () => {
    const before = await said(redis3, bootIdCommand);
    await fleet.exec(redis3, 'echo still here >/var/lib/marker');
    await fleet.kill(redis3);
    await expect(fleet.exec(redis3, 'true')).rejects.toThrow('redis-03 is off');
    await fleet.boot(redis3);
    expect(await said(redis3, 'cat /var/lib/marker')).toBe('still here');
    expect(await said(redis3, bootIdCommand)).not.toBe(before);
    expect((await fleet.ssh(redis3, 'true')).exitCode).toBe(0);
  });

  it('reboots in order, and a cut cable stays cut', async () => {
    const before = await said(redis3, bootIdCommand);
    await fleet.linkDown(redis3);
    await fleet.reboot(redis3);
    expect(await said(redis3, bootIdCommand)).not.toBe(before);
    expect(await pings(redis1, redis3)).toBe(false);
    await fleet.linkUp(redis3);
    expect(await pings(redis1, redis3)).toBe(true);
  });

  it('stops a host in order, so that its services end by themselves', async () => {
    const stopper = '-p ExecStop=\'/bin/sh -c "echo orderly >/var/lib/stopped"\'';
    await fleet.exec(redis2, `systemd-run --quiet --unit=fleet-stop ${stopper} sleep infinity`);
    await fleet.stop(redis2);
    await fleet.boot(redis2);
    expect(await said(redis2, 'cat /var/lib/stopped; rm -f /var/lib/stopped')).toBe('orderly');
  });

  it('undoes on closing the faults made through the handle', async () => {
    const second = await openFleet({ hosts: [redis1] });
    await second.linkDown(redis1);
    expect(await pings(redis2, '10.0.0.123')).toBe(false);
    await second.close();
    expect(await pings(redis2, '10.0.0.123')).toBe(true);
  });

  it('gives a fresh disk on reset and keeps the host key', async () => {
    await fleet.exec(redis3, 'echo old >/var/lib/marker');
    await fleet.reset(redis3);
    expect((await fleet.exec(redis3, 'test -e /var/lib/marker')).exitCode).toBe(1);
    expect((await fleet.ssh(redis3, 'true')).exitCode).toBe(0);
  });

  it('fills a disk to the last byte and gives it room again', async () => {
    await fleet.exec(proxy1, 'mkdir -p /var/lib/fill && echo kept >/var/lib/fill/old');
    await fleet.fillDisk(proxy1, '/var/lib/fill');
    expect((await fleet.exec(proxy1, 'echo x >/var/lib/fill/new')).stderr).toContain('No space left on device');
    expect(await said(proxy1, 'cat /var/lib/fill/old')).toBe('kept');
    await fleet.freeDisk(proxy1, '/var/lib/fill');
    expect((await fleet.exec(proxy1, 'echo x >/var/lib/fill/new')).exitCode).toBe(0);
    await fleet.dropDisk(proxy1, '/var/lib/fill');
    expect(await said(proxy1, 'ls /var/lib/fill')).toBe('old');
    await fleet.reset(proxy1);
  });

  it('kills a unit that stays down until it is revived', async () => {
    const state = () => said(redis1, 'systemctl is-active ssh.service || true');
    await fleet.killUnit(redis1, 'ssh.service');
    expect(await state()).toBe('failed');
    await fleet.reviveUnit(redis1, 'ssh.service');
    expect(await state()).toBe('active');
  });

  it('refuses to take a fleet that is up for a new one', async () => {
    await expect(openFleet({ hosts: [redis1], mustBeNew: true })).rejects.toThrow('is up already');
  });

  it('runs a detached unit with a credential that the environment never shows', async () => {
    const unit = 'systemd-run --quiet --pipe --wait --unit=fleet-smoke -p LoadCredential=word:/run/fleet-word';
    const script = `umask 077; printf hush >/run/fleet-word
      ${unit} --expand-environment=no bash -c 'rm /run/fleet-word; cat "$CREDENTIALS_DIRECTORY/word"; env | grep -c hush'`;
    expect((await fleet.ssh(redis1, script)).stdout).toBe('hush0\n');
  });

  it('finds the packages of the redis module without a network', async () => {
    await fleet.exec(proxy2, 'apt-get -q update');
    const versions = await said(proxy2, "apt-cache policy redis-server haproxy | grep -c 'Candidate: .*[0-9]'");
    expect(versions).toBe('2');
  });
});
