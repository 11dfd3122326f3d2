import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openFleet, type Fleet } from './fleet.ts';
import { until } from './process.ts';
import { runScript, type Ran } from './run-script.ts';

const SERVERS = { 'redis-01': '10.0.0.123', 'redis-02': '10.0.0.124', 'redis-03': '10.0.0.125' };
const PASSWORDS = { REDIS_PASSWORD: 'canaryRedis0123456789', SENTINEL_PASSWORD: 'canarySentinel0123456789' };

type Server = keyof typeof SERVERS;

/** For what a test waits for but claims no time of. */
const PATIENCE_MS = 60_000;

/** What the scripts meet on hosts that are not as a first deploy finds them; the way through Slack is tested elsewhere. */
describe('the scripts of redis on real hosts', () => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await openFleet({ hosts: [...Object.keys(SERVERS), 'haproxy-01'] });
    for (const host of [...Object.keys(SERVERS), 'haproxy-01']) await fleet.reset(host);
  });

  afterAll(async () => {
    await fleet.close();
  });

  const deploy = (host: Server, mode: 'check' | 'apply' = 'apply', limitSeconds?: number): Promise<Ran> => {
    const args = [SERVERS[host], SERVERS['redis-01'], 'kb-redis-master', ...Object.values(SERVERS)];
    const at = { address: SERVERS[host], script: 'redis/deploy-server.sh', args, secrets: PASSWORDS };
    return runScript(fleet, at, mode, limitSeconds);
  };
  const deployProxy = (): Promise<Ran> => {
    const members = Object.entries(SERVERS).map(([name, address]) => `${name}=${address}`);
    const args = ['10.0.0.11', 'kb-redis-master', ...members];
    const at = { address: '10.0.0.11', script: 'redis/deploy-proxy.sh', args, secrets: PASSWORDS };
    return runScript(fleet, at, 'apply');
  };
  const startsOf = async (host: string): Promise<string> =>
    (await fleet.exec(host, 'systemctl show -p Id,MainPID,ActiveEnterTimestampMonotonic redis-server redis-sentinel'))
      .stdout;

  /** Asks a host's Sentinel until it names one of these; gives the address it names. */
  async function named(host: Server, wanted: readonly string[]): Promise<string> {
    const ask = `REDISCLI_AUTH=${PASSWORDS.SENTINEL_PASSWORD} redis-cli -p 26379 sentinel get-master-addr-by-name kb-redis-master`;
    const found = `until [[ "${wanted.join(' ')}" == *"$(${ask} | head -n 1)"* ]]; do sleep 0.2; done; ${ask} | head -n 1`;
    return (await fleet.exec(host, `timeout 60 bash -c '${found}'`)).stdout.trim();
  }

  it('changes nothing in check mode, and a second apply changes and restarts nothing', async () => {
    for (const host of Object.keys(SERVERS) as Server[]) {
      expect((await deploy(host, 'check')).exitCode).toBe(0);
      expect((await fleet.exec(host, 'ls /etc/redis /opt/keybuzz /etc/sysctl.d/60-keybuzz.conf')).stdout).toBe('');
      expect((await deploy(host)).exitCode).toBe(0);
      const before = await startsOf(host);
      expect(await deploy(host)).toMatchObject({ exitCode: 0, changes: [] });
      expect(await startsOf(host)).toBe(before);
    }
    expect((await deployProxy()).exitCode).toBe(0);
    expect(await deployProxy()).toMatchObject({ exitCode: 0, changes: [] });
  });

  it('puts right a setting that drifted, without a restart', async () => {
    const before = await startsOf('redis-02');
    const cli = `REDISCLI_AUTH=${PASSWORDS.REDIS_PASSWORD} redis-cli`;
    await fleet.exec('redis-02', `${cli} config set min-replicas-to-write 0; ${cli} config rewrite`);
    expect((await deploy('redis-02')).changes).toEqual(['setting redis:min-replicas-to-write']);
    expect((await deploy('redis-02')).changes).toEqual([]);
    expect(await startsOf('redis-02')).toBe(before);
  });

  it('keeps a fragment that is not valid from taking the others down', async () => {
    await fleet.exec('haproxy-01', 'printf "frontend x\\n  no-such-word\\n" >/etc/haproxy/conf.d/50-x.cfg');
    await fleet.exec('haproxy-01', 'echo >>/etc/haproxy/conf.d/40-redis.cfg');
    const ran = await deployProxy();
    expect(ran.exitCode).toBe(69);
    expect(ran.facts.reason).toContain('50-x.cfg');
    expect((await fleet.exec('haproxy-01', 'systemctl is-active haproxy')).stdout.trim()).toBe('active');
    await fleet.exec('haproxy-01', 'rm /etc/haproxy/conf.d/50-x.cfg');
    expect((await deployProxy()).changes).toEqual(['file /etc/haproxy/conf.d/40-redis.cfg', 'service haproxy.service']);
  });

  describe('the timer on a HAProxy', () => {
    const result = async () => (await fleet.exec('haproxy-01', 'cat /run/keybuzz-redis-update-master/result')).stdout;
    /** Servers that are drained, as HAProxy itself has it. */
    const drained = async (): Promise<string> => {
      const ask = `perl -MIO::Socket::UNIX -e '$s = IO::Socket::UNIX->new("/run/haproxy/admin.sock"); print $s "show servers state be_redis_master\\n"; print while <$s>'`;
      const { stdout } = await fleet.exec('haproxy-01', ask);
      const rows = stdout.split('\n').map((line) => line.split(' '));
      return rows.flatMap(([, , , name, , , admin]) => ((Number(admin) & 8) === 8 ? [name] : [])).join(',');
    };
    const sentinels = (verb: 'stop' | 'start') =>
      Promise.all(['redis-02', 'redis-03'].map((host) => fleet.exec(host, `systemctl ${verb} redis-sentinel`)));

    it('drains a server that does not follow the master within 5 s, and lets it in again', async () => {
      await until('nobody drained', 5_000, async () => (await drained()) === '' || undefined);
      await fleet.exec('redis-03', 'systemctl stop redis-server');
      await until('redis-03 drained', 5_000, async () => (await drained()) === 'redis-03' || undefined);
      expect(await result()).toMatch(/^state ok\nmaster 10\.0\.0\.123$/m);
      await fleet.exec('redis-03', 'systemctl start redis-server');
      await until('redis-03 ready', 5_000, async () => (await drained()) === '' || undefined);
    });

    it('makes all ready and raises an alarm when no majority knows the master', async () => {
      await fleet.exec('redis-03', 'systemctl stop redis-server');
      await until('redis-03 drained', PATIENCE_MS, async () => (await drained()) === 'redis-03' || undefined);
      await sentinels('stop');
      await until('nobody drained', PATIENCE_MS, async () => (await drained()) === '' || undefined);
      expect(await result()).toMatch(/^state unknown$[^]*^reason no majority/m);
      expect((await fleet.exec('haproxy-01', 'systemctl is-failed keybuzz-redis-update-master')).stdout.trim()).toBe(
        'failed',
      );
      await sentinels('start');
      await until('redis-03 drained', PATIENCE_MS, async () => (await drained()) === 'redis-03' || undefined);
      await fleet.exec('redis-03', 'systemctl start redis-server');
      await until('redis-03 ready', PATIENCE_MS, async () => (await drained()) === '' || undefined);
    });

    it('leaves alone what an operator took into maintenance', async () => {
      const ask = `perl -MIO::Socket::UNIX -e '$s = IO::Socket::UNIX->new("/run/haproxy/admin.sock"); print $s "set server be_redis_master/redis-02 state STATE\\n"; print while <$s>'`;
      await fleet.exec('haproxy-01', ask.replace('STATE', 'maint'));
      const before = /^at (.*)$/m.exec(await result())?.[1];
      await until('another result', PATIENCE_MS, async () => !(await result()).includes(`at ${before}\n`) || undefined);
      expect(
        (
          await fleet.exec(
            'haproxy-01',
            ask.replace('set server be_redis_master/redis-02 state STATE', 'show servers state be_redis_master'),
          )
        ).stdout,
      ).toMatch(/redis-02 \S+ 0 1 /);
      await fleet.exec('haproxy-01', ask.replace('STATE', 'ready'));
    });
  });

  it('never starts an empty node as master: it waits until another is chosen, and joins that one', async () => {
    const master = await named('redis-02', Object.values(SERVERS));
    expect(master).toBe(SERVERS['redis-01']);
    const chooseAfter = (milliseconds: number) =>
      Promise.all(
        ['redis-02', 'redis-03'].map((host) =>
          fleet.exec(
            host,
            `REDISCLI_AUTH=${PASSWORDS.SENTINEL_PASSWORD} redis-cli -p 26379 sentinel set kb-redis-master down-after-milliseconds ${milliseconds}`,
          ),
        ),
      );
    // However long the new disk's boot takes, the Sentinels still name this host when it is deployed.
    await chooseAfter(600_000);
    await fleet.reset('redis-01');
    const early = await deploy('redis-01');
    expect(early.exitCode).toBe(69);
    expect(early.facts.reason).toContain('empty its replicas');
    await chooseAfter(5_000);
    const next = await named('redis-02', [SERVERS['redis-02'], SERVERS['redis-03']]);
    expect(await deploy('redis-01')).toMatchObject({ exitCode: 0, facts: { master: next } });
    const role = await fleet.exec('redis-01', `REDISCLI_AUTH=${PASSWORDS.REDIS_PASSWORD} redis-cli role`);
    expect(role.stdout).toMatch(new RegExp(`^slave\\n${next}\\n`));
  });

  it.each([0.4, 0.9, 1.6])('goes on after a cut %s s into the installation', async (seconds) => {
    await fleet.reset('redis-01');
    await deploy('redis-01', 'apply', seconds);
    expect((await deploy('redis-01')).exitCode).toBe(0);
    expect(await deploy('redis-01')).toMatchObject({ exitCode: 0, changes: [] });
    expect((await fleet.exec('redis-01', 'ls -A /run/systemd/system')).stdout).not.toContain('redis');
  });
});
