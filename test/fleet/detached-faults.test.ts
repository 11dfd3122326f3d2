import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { inspectDetached, type SshPool } from '../../src/ssh/index.ts';
import { openFleet, type Fleet } from './fleet.ts';
import { until } from './process.ts';
import { freshKey, poolFor, workOn } from './work.ts';

const [host, other] = ['redis-02', 'redis-03'] as const;

/** Says `begun` in a file, then goes on when the file `go` is there. */
const waiting = (mark: string, then: string) =>
  `echo one\ntouch ${mark}.begun\nuntil [ -e ${mark}.go ]; do sleep 0.05; done\n${then}`;

describe('detached work when things break', () => {
  let fleet: Fleet;
  let pool: SshPool;
  beforeAll(async () => {
    fleet = await openFleet({ hosts: [host, other] });
    await Promise.all([fleet.reset(host), fleet.reset(other)]);
  });
  beforeAll(() => {
    pool = poolFor(fleet);
  });
  afterEach(async () => {
    await pool.close();
    pool = poolFor(fleet);
  });
  afterAll(async () => {
    await pool.close();
    await fleet.close();
  });

  const newMark = () => `/var/tmp/${freshKey().run}`;
  const start = async (body: string, mark: string) => {
    const task = workOn(fleet, host, body, { pool });
    expect(await task.start()).toEqual({ kind: 'started' });
    await task.reached(`${mark}.begun`);
    return task;
  };

  it('goes on when its starter is gone, and whoever comes next reads all of it', async () => {
    const mark = newMark();
    const task = await start(waiting(mark, 'echo two'), mark);
    await pool.close();
    await fleet.exec(host, `touch ${mark}.go`);
    const next = poolFor(fleet);
    const attached = workOn(fleet, host, waiting(mark, 'echo two'), { pool: next, key: task.key });
    expect(await attached.start()).toEqual({ kind: 'attached' });
    expect(await attached.follow()).toMatchObject({ outcome: 'ok', output: 'one\ntwo\n' });
    await next.close();
  });

  it('is followed through a cut cable without losing or doubling a line', async () => {
    const mark = newMark();
    const task = await start(waiting(mark, 'for n in {1..50}; do echo "line $n"; sleep 0.05; done'), mark);
    const following = task.follow();
    await fleet.exec(host, `touch ${mark}.go`);
    await fleet.linkDown(host);
    await until('the cut was noticed', 20_000, () => Promise.resolve(pool.connections === 0 || undefined));
    await fleet.linkUp(host);
    const all = Array.from({ length: 50 }, (_, n) => `line ${n + 1}\n`).join('');
    expect(await following).toMatchObject({ outcome: 'ok', output: `one\n${all}` });
  });

  it('is followed through an sshd that drops every connection', async () => {
    const mark = newMark();
    const task = await start(waiting(mark, 'for n in {1..20}; do echo "line $n"; sleep 0.05; done'), mark);
    const following = task.follow();
    for (let n = 0; n < 5; n++) await fleet.exec(host, 'pkill -KILL -f "sshd(-session)?: root"');
    await fleet.exec(host, `touch ${mark}.go`);
    await fleet.exec(host, 'pkill -KILL -f "sshd(-session)?: root"');
    const all = Array.from({ length: 20 }, (_, n) => `line ${n + 1}\n`).join('');
    expect(await following).toMatchObject({ outcome: 'ok', output: `one\n${all}` });
  });

  it('is unknown when the host stays out of reach, and known again when it is back', async () => {
    const mark = newMark();
    const task = await start(waiting(mark, 'echo two'), mark);
    await fleet.linkDown(host);
    const result = await task.follow({ deadlineMs: 1_500 });
    expect(result).toMatchObject({ outcome: 'unknown', code: 'KEYBUZZ_HOST_UNREACHABLE' });
    expect((await inspectDetached(pool, task.target, { key: task.key, how: 'look' })).state).toBe('unknown');
    await fleet.exec(host, `touch ${mark}.go`);
    await fleet.linkUp(host);
    expect(await task.follow()).toMatchObject({ outcome: 'ok', output: 'one\ntwo\n' });
  });

  it('is unknown when the host freezes', async () => {
    const mark = newMark();
    const task = await start(waiting(mark, 'echo two'), mark);
    await fleet.freeze(host);
    expect(await task.follow({ deadlineMs: 1_500 })).toMatchObject({ outcome: 'unknown' });
    await fleet.thaw(host);
    await fleet.exec(host, `touch ${mark}.go`);
    expect(await task.follow()).toMatchObject({ outcome: 'ok' });
  });

  it('outlives a restart of systemd itself', async () => {
    const mark = newMark();
    const task = await start(waiting(mark, 'echo two'), mark);
    const following = task.follow();
    await fleet.exec(host, 'systemctl daemon-reexec; systemctl daemon-reload');
    await fleet.exec(host, `touch ${mark}.go`);
    expect(await following).toMatchObject({ outcome: 'ok', output: 'one\ntwo\n' });
  });

  it('is lost, not failed, when all of its processes are killed from outside', async () => {
    const mark = newMark();
    const task = await start(waiting(mark, 'echo two'), mark);
    const following = task.follow();
    // The unit's end runs in the same group: killing again until it is gone leaves no result behind.
    await fleet.exec(
      host,
      `while systemctl is-active -q ${task.unit} || [ "$(systemctl show -P ActiveState ${task.unit})" = deactivating ]; do
         systemctl kill -s KILL --kill-whom=all ${task.unit}; done`,
    );
    const result = await following;
    expect(['KEYBUZZ_WORK_LOST', 'KEYBUZZ_SCRIPT_KILLED']).toContain(result.code);
    await fleet.exec(host, `rm -f ${task.directory}/result`);
    expect(await task.follow()).toMatchObject({ outcome: 'unknown', code: 'KEYBUZZ_WORK_LOST' });
    expect(await task.start()).toEqual({ kind: 'attached' });
  });

  it('is unknown after an orderly restart of the host in the middle, and never starts again', async () => {
    const mark = newMark();
    const task = await start(waiting(mark, 'echo two'), mark);
    const following = task.follow({ deadlineMs: 60_000 });
    await fleet.reboot(host);
    const expected = { outcome: 'unknown', exitCode: null, code: 'KEYBUZZ_HOST_REBOOTED' };
    expect(await following).toMatchObject(expected);
    expect(await task.start()).toEqual({ kind: 'attached' });
    expect(await task.follow()).toMatchObject({ ...expected, output: 'one\n' });
    const found = await inspectDetached(pool, task.target, { key: task.key, how: 'look' });
    expect(found.state).toBe('rebooted');
  });

  it('is unknown after the host was switched off hard in the middle', async () => {
    const mark = newMark();
    const task = await start(waiting(mark, 'echo two'), mark);
    const following = task.follow({ deadlineMs: 60_000 });
    await fleet.kill(host);
    await fleet.boot(host);
    expect(await following).toMatchObject({ outcome: 'unknown', code: 'KEYBUZZ_HOST_REBOOTED' });
    expect(await inspectDetached(pool, task.target, { key: task.key, how: 'look' })).toEqual({
      state: 'rebooted',
      reason: '',
    });
    expect(await task.start()).toEqual({ kind: 'attached' });
  });

  it('does not start on a host whose disk is full, and says so', async () => {
    await fleet.exec(other, 'mkdir -p /var/lib/keybuzz && chmod 755 /var/lib/keybuzz');
    await fleet.fillDisk(other, '/var/lib/keybuzz');
    const task = workOn(fleet, other, 'touch /run/started-on-a-full-disk', { pool });
    const started = await task.start();
    expect(started.kind).toBe('failed');
    expect((await fleet.exec(other, 'test -e /run/started-on-a-full-disk')).exitCode).toBe(1);
    await fleet.freeDisk(other, '/var/lib/keybuzz');
    expect(await workOn(fleet, other, 'true', { pool }).start()).toEqual({ kind: 'started' });
  });
});
