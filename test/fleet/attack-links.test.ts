import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Secret } from '../../src/secret.ts';
import { inspectDetached, stopDetached, type SshPool } from '../../src/ssh/index.ts';
import { openFleet, type Fleet } from './fleet.ts';
import { poolFor, workOn } from './work.ts';

const host = 'redis-01';
/** Where the links lead: nothing of ours may ever stand there. */
const TRAP = '/srv/trap';

describe('a link planted in place of', () => {
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

  const run = async (command: string) => {
    const { exitCode, stdout } = await fleet.exec(host, command);
    expect([command, exitCode]).toEqual([command, 0]);
    return stdout.trim();
  };
  const work = () => workOn(fleet, host, 'touch /run/trapped', { pool });
  const secret = new Secret('PROBE_TOKEN', 'canary-of-the-trap');

  /** A host as it is after its first work, and a trap: a directory of root's, closed to others, as ours are. */
  beforeEach(async () => {
    await run(`rm -rf /var/lib/keybuzz /run/keybuzz ${TRAP} /run/trapped && install -d -m 700 ${TRAP}`);
    const first = workOn(fleet, host, 'true', { pool });
    expect(await first.start()).toEqual({ kind: 'started' });
    expect(await first.follow()).toMatchObject({ outcome: 'ok' });
  });

  /** Moves what is ours into the trap and puts a link in its place, which leads there. */
  const plant = (path: string) => run(`mv ${path} ${TRAP}/there && ln -s ${TRAP}/there ${path} && find ${TRAP} | sort`);
  const trapped = () => run(`find ${TRAP} | sort`);

  it.each(['/var/lib/keybuzz', '/var/lib/keybuzz/runs', '/var/lib/keybuzz/fences', '/run/keybuzz'])(
    '%s is refused by name, nothing is written behind it, and nothing runs',
    async (path) => {
      const before = await plant(path);
      const task = work();
      const started = await task.start({ secrets: [secret], fences: [{ lock: 'redis', number: 7 }] });
      expect(started).toMatchObject({ kind: 'failed', code: 'KEYBUZZ_RUN_DIRECTORY_UNSAFE' });
      expect(JSON.stringify(started)).toContain(`${path} is not a directory`);
      expect(JSON.stringify(started)).toContain('symbolic link');
      expect(await trapped()).toBe(before);
      expect(await run(`grep -rl ${secret.reveal()} ${TRAP} /run/keybuzz /var/lib/keybuzz || true`)).toBe('');
      expect(await run('ls /run/trapped 2>/dev/null || true')).toBe('');
    },
  );

  it.each(['/var/lib/keybuzz', '/var/lib/keybuzz/runs'])(
    '%s is written through by no question about the work and by no stop',
    async (path) => {
      const before = await plant(path);
      const { key, target } = work();
      const unsafe = { state: 'unknown', reason: expect.stringContaining("not root's alone") };
      expect(await inspectDetached(pool, target, { key, how: 'look' })).toEqual(unsafe);
      expect(await inspectDetached(pool, target, { key, how: 'forbid' })).toEqual(unsafe);
      expect(await stopDetached(pool, target, key)).toEqual(unsafe);
      expect(await trapped()).toBe(before);
    },
  );

  it("a piece of work's own directory is refused, also by whoever asks about it", async () => {
    const task = work();
    await run(`ln -s ${TRAP} ${task.directory}`);
    expect(await task.start()).toMatchObject({ kind: 'failed', code: 'KEYBUZZ_RUN_DIRECTORY_UNSAFE' });
    expect((await inspectDetached(pool, task.target, { key: task.key, how: 'forbid' })).state).toBe('unknown');
    expect((await stopDetached(pool, task.target, task.key)).state).toBe('unknown');
    expect(await trapped()).toBe(TRAP);
  });

  it('the file of a secret is replaced, never written through', async () => {
    const task = workOn(fleet, host, '[ -n "$PROBE_TOKEN" ] && echo taken', { pool });
    const name = task.directory.split('/').at(-1) ?? '';
    await run(`touch ${TRAP}/stolen && ln -s ${TRAP}/stolen /run/keybuzz/${name}`);
    expect(await task.start({ secrets: [secret] })).toEqual({ kind: 'started' });
    expect(await task.follow()).toMatchObject({ outcome: 'ok', output: 'taken\n' });
    expect(await run(`cat ${TRAP}/stolen; ls -A /run/keybuzz`)).toBe('');
  });
});
