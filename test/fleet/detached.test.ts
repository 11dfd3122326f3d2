import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRedact, Secret } from '../../src/secret.ts';
import { inspectDetached, stopDetached, type ProtocolLine, type SshPool } from '../../src/ssh/index.ts';
import { openFleet, type Fleet } from './fleet.ts';
import { freshKey, poolFor, workOn, type Work } from './work.ts';

const host = 'redis-01';

describe('detached work', () => {
  let fleet: Fleet;
  let pool: SshPool;
  beforeAll(async () => {
    fleet = await openFleet({ hosts: [host] });
    await fleet.reset(host);
    pool = poolFor(fleet);
  });
  afterAll(async () => {
    await pool.close();
    await fleet.close();
  });

  const work = (body: string, key = freshKey()) => workOn(fleet, host, body, { pool, key });
  const ask = (how: 'look' | 'forbid') => (task: Work) => inspectDetached(pool, task.target, { key: task.key, how });
  const look = ask('look');
  const said = async (command: string) => (await fleet.exec(host, command)).stdout.trim();

  it('runs with its arguments in apply mode, a sane environment and no stdin, and its lines arrive', async () => {
    const seen: ProtocolLine[] = [];
    const task = work(
      'echo "::fact mode $KEYBUZZ_MODE"\nprintf "%s|" "$@" "$HOME" "$LANG" "$USER"\necho\ncat\npwd >&2',
    );
    expect(await task.start({ args: ['a b', "it's", '$HOME', '%n'] })).toEqual({ kind: 'started' });
    const result = await task.follow({ onLine: (line) => seen.push(line) });
    expect(result).toMatchObject({
      outcome: 'ok',
      exitCode: 0,
      output: "::fact mode apply\na b|it's|$HOME|%n|/root|C.UTF-8|root|\n/\n",
    });
    expect(seen).toEqual(result.lines);
    expect(await look(task)).toEqual({ state: 'done', reason: '' });
    expect(await said(`stat -c '%a %U' ${task.directory} ${task.directory}/* | sort -u`)).toBe('600 root\n700 root');
  });

  it('gives lines while it runs, not only at its end', async () => {
    const mark = `/run/${freshKey().run}`;
    const task = work(`echo "::progress 1/2 half"\nuntil [ -e ${mark} ]; do sleep 0.05; done\necho end`);
    await task.start();
    const result = await task.follow({
      onLine: (line) => {
        if (line.kind === 'progress') void fleet.exec(host, `touch ${mark}`);
      },
    });
    expect(result).toMatchObject({ outcome: 'ok', output: '::progress 1/2 half\nend\n' });
  });

  it('starts once for twenty that start it at the same time', async () => {
    const key = freshKey();
    const count = `/var/tmp/${key.run}`;
    const body = `echo ran >>${count}\nsleep 0.3`;
    const pools = [1, 2, 3, 4, 5].map(() => poolFor(fleet));
    const tasks = Array.from({ length: 20 }, (_, n) => workOn(fleet, host, body, { pool: pools[n % 5] ?? pool, key }));
    const kinds = (await Promise.all(tasks.map((task) => task.start()))).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'started')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'attached')).toHaveLength(19);
    const results = await Promise.all(tasks.map((task) => task.follow()));
    expect(results.map(({ outcome }) => outcome)).toEqual(Array(20).fill('ok'));
    // Also once it is over: the unit's name is free again then, the directory is not.
    expect(await tasks[0]?.start()).toEqual({ kind: 'attached' });
    expect(await said(`cat ${count}`)).toBe('ran');
    await Promise.all(pools.map((each) => each.close()));
  });

  it.each([
    ['exit 7', { exitCode: 7, code: 'KEYBUZZ_SCRIPT_FAILED' }],
    ['exit 69', { exitCode: 69, code: 'KEYBUZZ_SCRIPT_MISSING' }],
    ['exit 75', { exitCode: 75, code: 'KEYBUZZ_SCRIPT_BUSY' }],
    ['false\necho not reached', { exitCode: 1, output: '' }],
    ['kill -KILL $$', { exitCode: null, code: 'KEYBUZZ_SCRIPT_KILLED', reason: 'The script was killed by SIGKILL.' }],
    ['echo "::fact reason full"\necho "::fact fix empty"\nexit 1', { exitCode: 1, reason: 'full', fix: 'empty' }],
  ])('calls %j failed', async (body, expected) => {
    const task = work(body);
    await task.start();
    expect(await task.follow()).toMatchObject({ outcome: 'failed', ...expected });
  });

  it('is ended by the host at its limit', async () => {
    const task = work('echo begun\nsleep 60');
    await task.start({ timeoutSeconds: 1 });
    expect(await task.follow()).toMatchObject({ outcome: 'failed', exitCode: 124, code: 'KEYBUZZ_SCRIPT_TIMEOUT' });
  });

  it('is stopped with every process it started, and says so', async () => {
    const task = work('(exec -a keybuzz-left-behind sleep 300) &\nexec -a keybuzz-in-front sleep 300');
    await task.start();
    const following = task.follow();
    expect(await said('pgrep -fc "keybuzz-(left-behind|in-front)"')).toBe('2');
    expect(await stopDetached(pool, task.target, task.key)).toEqual({ state: 'stopped', reason: '' });
    expect(await following).toMatchObject({ outcome: 'failed', exitCode: null, code: 'KEYBUZZ_WORK_STOPPED' });
    expect(await said('pgrep -fc "keybuzz-(left-behind|in-front)"')).toBe('0');
    expect(await stopDetached(pool, task.target, task.key)).toEqual({ state: 'not-running', reason: 'done' });
  });

  it('never starts after it was stopped before its start', async () => {
    const mark = `/run/${freshKey().run}`;
    const task = work(`touch ${mark}`);
    expect(await stopDetached(pool, task.target, task.key)).toEqual({ state: 'not-running', reason: 'never-started' });
    expect(await task.start()).toEqual({ kind: 'attached' });
    expect(await task.follow()).toMatchObject({ outcome: 'failed', code: 'KEYBUZZ_WORK_NOT_STARTED' });
    expect(await said(`ls ${mark} 2>&1`)).toContain('No such file');
  });

  it('never starts once it was forbidden, however late who wanted to start it wakes up', async () => {
    const forbid = ask('forbid');
    const task = work('touch /run/must-not-be-there');
    expect(await forbid(task)).toEqual({ state: 'refused', reason: '' });
    expect(await task.start()).toEqual({ kind: 'attached' });
    expect(await task.follow()).toMatchObject({ outcome: 'failed', code: 'KEYBUZZ_WORK_NOT_STARTED' });
    expect(await forbid(task)).toEqual({ state: 'refused', reason: '' });
    expect(await said('ls /run/must-not-be-there 2>&1')).toContain('No such file');
    const running = work('sleep 0.5');
    await running.start();
    expect(await forbid(running)).toEqual({ state: 'running', reason: '' });
    expect(await running.follow()).toMatchObject({ outcome: 'ok' });
    expect(await forbid(running)).toEqual({ state: 'done', reason: '' });
  });

  it('is unknown, not ok, when it was never started', async () => {
    const task = work('true');
    expect(await look(task)).toEqual({ state: 'absent', reason: '' });
    expect(await task.follow()).toMatchObject({ outcome: 'unknown', code: 'KEYBUZZ_WORK_NOT_STARTED' });
  });

  it('is refused with a fence older than the newest the host has seen, and nothing starts', async () => {
    const lock = freshKey().run;
    expect(await work('true').start({ fences: [{ lock, number: 5 }] })).toEqual({ kind: 'started' });
    const stale = work(`touch /run/${lock}-stale`);
    const fences = [
      { lock: `${lock}-other`, number: 1 },
      { lock, number: 4 },
    ];
    expect(await stale.start({ fences })).toEqual({ kind: 'fenced', lock, newest: 5 });
    expect(await look(stale)).toEqual({ state: 'absent', reason: '' });
    expect(await said(`ls /run/${lock}-stale /var/lib/keybuzz/fences/${lock}-other 2>/dev/null`)).toBe('');
    expect(await work('true').start({ fences: [{ lock, number: 5 }] })).toEqual({ kind: 'started' });
    expect(await work('true').start({ fences: [{ lock, number: 12 }] })).toEqual({ kind: 'started' });
    expect(await said(`cat /var/lib/keybuzz/fences/${lock}`)).toBe('12');
  });

  it('is refused when its key already stands for other work', async () => {
    const task = work('true');
    await task.start();
    const other = work('false', task.key);
    expect(await other.start()).toMatchObject({ kind: 'failed', code: 'KEYBUZZ_RUN_KEY_REUSED' });
    expect(await task.start({ args: ['more'] })).toMatchObject({ kind: 'failed', code: 'KEYBUZZ_RUN_KEY_REUSED' });
  });

  it('is attached to by a worker of another version, which wraps the same work in another text', async () => {
    const task = work('sleep 0.5\necho "$1"');
    expect(await task.start({ args: ['once'] })).toEqual({ kind: 'started' });
    await fleet.exec(host, `sed -i '1s/$/ By an older version./' ${task.directory}/work`);
    expect(await task.start({ args: ['once'] })).toEqual({ kind: 'attached' });
    expect(await task.follow()).toMatchObject({ outcome: 'ok', output: 'once\n' });
  });

  it('is refused when somebody planted a link or a directory of their own in its place', async () => {
    const linked = work('true');
    const trap = `/tmp/trap-${linked.key.run}`;
    await fleet.exec(host, `mkdir -p ${trap} && chmod 700 ${trap} && ln -s ${trap} ${linked.directory}`);
    expect(await linked.start()).toMatchObject({ kind: 'failed', code: 'KEYBUZZ_RUN_DIRECTORY_UNSAFE' });
    const open = work('true');
    await fleet.exec(host, `mkdir ${open.directory} && chmod 777 ${open.directory}`);
    expect(await open.start()).toMatchObject({ kind: 'failed', code: 'KEYBUZZ_RUN_DIRECTORY_UNSAFE' });
    expect(await said(`ls -A ${trap}`)).toBe('');
    expect((await look(open)).state).toBe('unknown');
  });

  it('shows its secret nowhere but to the script itself', async () => {
    const secret = new Secret('PROBE_TOKEN', `canary-'${freshKey().run}`);
    const task = work('[ "${#PROBE_TOKEN}" -gt 10 ] || exit 3\necho "$PROBE_TOKEN" | sha256sum\nexec sleep 300');
    await task.start({ secrets: [secret] });
    await task.follow({ signal: AbortSignal.timeout(500) });
    const places = [
      `systemctl show ${task.unit}; systemctl cat ${task.unit}`,
      'cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr "\\0" "\\n"',
      'cat $(find /run /var/lib/keybuzz /tmp /var/tmp /etc/systemd /dev/shm -xdev -type f -size -200k 2>/dev/null) 2>/dev/null',
      'journalctl --no-pager -o cat',
    ];
    for (const place of places) {
      const text = await said(place);
      expect(text.length).toBeGreaterThan(20);
      expect(text).not.toContain(secret.reveal().slice(-8));
    }
    expect(await said('ls -A /run/keybuzz')).toBe('');
    await stopDetached(pool, task.target, task.key);
    expect(await task.follow({ redact: createRedact([secret]) })).toMatchObject({ code: 'KEYBUZZ_WORK_STOPPED' });
  });

  it('has its output bounded here however much it prints there', async () => {
    const body = 'echo first\nhead -c 300000000 /dev/zero | tr "\\0" x | fold -w 1000\nprintf "\\nlast\\n"';
    const task = work(body);
    await task.start();
    const before = process.memoryUsage().rss;
    const result = await task.follow({ outputBytesMax: 64 * 1024 });
    expect(result).toMatchObject({ outcome: 'ok', outputBytes: 300_000_000 + 299_999 + 12 });
    expect(result.output.replace(/x+/g, 'x').replace(/(x\n)+/g, '')).toMatch(
      /^first\n\[\.\.\. \d+ bytes left out \.\.\.\]\nlast\n$/,
    );
    expect(result.output.length).toBeLessThan(80 * 1024);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
    await fleet.exec(host, `rm -r ${task.directory}`);
  });

  it('loses old directories, and never one whose unit lives', async () => {
    const [old, live] = [work('true'), work('sleep 300')];
    await old.start();
    await old.follow();
    await live.start();
    await fleet.exec(host, `touch -d '40 days ago' ${old.directory} ${live.directory}`);
    await work('true').start();
    expect(await said(`ls -d ${old.directory} ${live.directory} 2>/dev/null`)).toBe(live.directory);
    await stopDetached(pool, live.target, live.key);
  });
});
