import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SshPool } from '../../src/ssh/index.ts';
import { openFleet, type Fleet } from './fleet.ts';
import { freshKey, poolFor, workOn } from './work.ts';

const host = 'redis-01';
const WRAPPER = '/usr/local/bin/systemd-run';

/** The host's lock, the launcher's look and the unit's name keep work from beginning twice, too; here they are out of the way. */
describe('detached work that nothing but its mkdir keeps from beginning twice', () => {
  let fleet: Fleet;
  let pools: [SshPool, SshPool];
  beforeAll(async () => {
    fleet = await openFleet({ hosts: [host] });
    await fleet.reset(host);
    pools = [poolFor(fleet), poolFor(fleet)];
  });
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.close()));
    await fleet.close();
  });

  const said = async (command: string) => (await fleet.exec(host, command)).stdout.trim();

  /** The same work in the hands of two starters, which says in a file that it ran. */
  function twice() {
    const key = freshKey();
    const mark = `/var/tmp/${key.run}`;
    const [first, second] = [0, 1].map((n) =>
      workOn(fleet, host, `echo ran >>${mark}.ran`, { pool: pools[n] ?? pools[0], key }),
    );
    if (first === undefined || second === undefined) throw new Error('two starters expected');
    return { mark, first, second };
  }

  it('begins once for two that both saw that it had not begun', async () => {
    const { mark, first, second } = twice();
    const hold = `#!/bin/bash
      if mkdir ${mark}.held 2>/dev/null; then until [ -e ${mark}.go ]; do sleep 0.05; done; fi
      exec /usr/bin/systemd-run "$@"`;
    // Once systemd has forgotten the unit, its name keeps nobody out any more.
    const forgotten = () =>
      said(`until [ "$(systemctl show -P LoadState ${first.unit})" = not-found ]; do sleep 0.05; done`);
    await fleet.exec(host, `cat >${WRAPPER} <<'END'\n${hold}\nEND\nchmod 755 ${WRAPPER}`);
    try {
      const starting = first.start();
      await first.reached(`${mark}.held`);
      // The second finds another lock file, so it does not wait for the first.
      await fleet.exec(host, 'rm /var/lib/keybuzz/runs/.lock');
      expect(await second.start()).toEqual({ kind: 'started' });
      expect(await second.follow()).toMatchObject({ outcome: 'ok' });
      await forgotten();
      await fleet.exec(host, `touch ${mark}.go`);
      expect(['started', 'attached']).toContain((await starting).kind);
      await forgotten();
      expect(await said(`cat ${mark}.ran`)).toBe('ran');
      expect(await first.follow()).toMatchObject({ outcome: 'ok' });
    } finally {
      await fleet.exec(host, `touch ${mark}.go; rm -f ${WRAPPER}`);
    }
  });
});
