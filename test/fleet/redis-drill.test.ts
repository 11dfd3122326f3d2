import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { assembleScript } from '../../src/modules/index.ts';
import { LAST_LINE } from '../../src/ssh/index.ts';
import { openFleet, type Fleet } from './fleet.ts';

const host = 'redis-02';
const UNIT = 'keybuzz-drilled.service';
const FILE = `/etc/systemd/system/${UNIT}`;

/** What finds the master and waits for the next one is played; units, systemd and SIGKILL are real. */
const PLAYED = `
find_master() { MASTER=10.0.0.124 MASTER_FROM=sentinels; }
unit_of_port() { UNIT=${UNIT}; }
use_secrets() { :; }
run_perl() { fact awaited yes; }
`;

describe('a drill keeps systemd from starting again what it kills', () => {
  let fleet: Fleet;
  beforeAll(async () => {
    fleet = await openFleet({ hosts: [host] });
    await fleet.reset(host);
  });
  afterAll(async () => {
    await fleet.close();
  });

  const show = async (property: string) =>
    (await fleet.exec(host, `systemctl show -P ${property} ${UNIT}`)).stdout.trim();

  beforeEach(async () => {
    const unit = '[Service]\nExecStart=/bin/sleep infinity\nRestart=always\nRestartSec=100ms\n';
    await fleet.exec(host, `printf '${unit}' >${FILE}; systemctl daemon-reload; systemctl start ${UNIT}`);
    expect(await show('ActiveState')).toBe('active');
  });
  afterEach(async () => {
    const left = `${FILE} ${FILE}.d /run/systemd/system/${UNIT}.d`;
    await fleet.exec(host, `systemctl stop ${UNIT}; rm -rf ${left}; systemctl daemon-reload`);
  });

  /** The drill's script with its own last line, after what is played. */
  async function drill(more = ''): Promise<{ exitCode: number | null; said: string }> {
    const last = `main 10.0.0.124 the-master 10.0.0.123 10.0.0.124 </dev/null`;
    const script = assembleScript('redis/drill-server.sh').text.replace(LAST_LINE, `${PLAYED}${more}\n${last}`);
    const ran = await fleet.exec(host, `export KEYBUZZ_MODE=apply\n${script}`);
    return { exitCode: ran.exitCode, said: ran.stdout };
  }

  it('with a drop-in that lasts until the unit is let go', async () => {
    expect(await drill()).toMatchObject({
      exitCode: 0,
      said: expect.stringContaining('::fact awaited yes') as unknown,
    });
    expect(await show('ActiveState')).toBe('failed');
    expect([await show('Restart'), await show('NRestarts')]).toEqual(['no', '0']);
    const letGo = assembleScript('redis/return-server.sh').text.replace(LAST_LINE, `let_restart ${UNIT}`);
    await fleet.exec(host, `export KEYBUZZ_MODE=apply\n${letGo}`);
    expect(await show('Restart')).toBe('always');
  });

  it('and kills nothing where another drop-in overrules its own', async () => {
    const pid = await show('MainPID');
    const other = `mkdir -p ${FILE}.d; printf '[Service]\\nRestart=always\\n' >${FILE}.d/zzz-other.conf`;
    await fleet.exec(host, `${other}; systemctl daemon-reload`);
    const { exitCode, said } = await drill();
    expect({ exitCode, said }).toMatchObject({
      exitCode: 1,
      said: expect.stringContaining('was not killed') as unknown,
    });
    expect(await show('MainPID')).toBe(pid);
  });

  it('and fails, waiting for no takeover, when it was started again all the same', async () => {
    const { exitCode, said } = await drill('keep_stopped() { :; }');
    expect({ exitCode, said }).toMatchObject({
      exitCode: 1,
      said: expect.stringContaining('started again') as unknown,
    });
    expect(said).not.toContain('awaited');
  });
});
