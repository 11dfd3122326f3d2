import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Message } from '../../sandbox/slack/index.ts';
import { isOver, readable, runIdOf } from '../helpers/deployment.ts';
import type { RealDeployment } from './deployment.ts';
import { until } from './process.ts';
import { approved, command, openMovable } from './operator.ts';
import { deploy, HOSTS, masterOf, SERVERS } from './redis-moves.ts';

const servers = Object.keys(SERVERS);

/** What an operator, or bad luck, does to a cluster; `host` is a replica, `other` the other one. */
interface Trouble {
  check: string;
  begin: (real: RealDeployment, host: string, other: string) => Promise<unknown>;
  end: (real: RealDeployment, host: string, other: string) => Promise<unknown>;
}

const on =
  (shell: string): Trouble['begin'] =>
  (real, host) =>
    real.fleet.exec(host, shell);
const nothing = () => Promise.resolve();

const TROUBLES: [title: string, trouble: Trouble][] = [
  [
    'a replica is down',
    { check: 'replica-links', begin: on('systemctl stop redis-server'), end: on('systemctl start redis-server') },
  ],
  [
    "a replica's link is down",
    {
      check: 'replica-links',
      begin: (real, host) => real.askRedis(host, '127.0.0.1', 'replicaof 10.0.0.99 6379'),
      end: async (real, host) =>
        real.askRedis(host, '127.0.0.1', `replicaof ${SERVERS[(await masterOf(real)) as keyof typeof SERVERS]} 6379`),
    },
  ],
  [
    'a replica lags',
    {
      check: 'replication-lag',
      begin: async (real, host) => {
        const master = await masterOf(real);
        await real.fleet.splitBetween(master, host);
        const write = `eval "for i = 1, 3 do redis.call('set', 'lag-probe', string.rep('x', 1000000)) end" 0`;
        await real.askRedis(master, '127.0.0.1', write);
      },
      end: async (real) => {
        await real.fleet.heal();
        await real.askRedis(await masterOf(real), '127.0.0.1', 'del lag-probe');
      },
    },
  ],
  [
    'the Sentinels have no majority',
    {
      check: 'ckquorum',
      begin: (real, host, other) =>
        Promise.all([host, other].map((one) => real.fleet.exec(one, 'systemctl stop redis-sentinel'))),
      end: (real, host, other) =>
        Promise.all([host, other].map((one) => real.fleet.exec(one, 'systemctl start redis-sentinel'))),
    },
  ],
  [
    'a Sentinel is in TILT',
    {
      check: 'tilt',
      // Its timer stands still for more than 2 s: that is what it takes for a clock that jumped.
      begin: async (real, host) => {
        await real.fleet.exec(host, 'systemctl kill -s STOP redis-sentinel; timeout 3 tail -f /dev/null');
        await real.fleet.exec(host, 'systemctl kill -s CONT redis-sentinel');
        await until('TILT', 5_000, async () => {
          return (await real.askSentinel(host, 'info sentinel')).includes('sentinel_tilt:1') || undefined;
        });
      },
      end: nothing,
    },
  ],
  [
    'a failover has just happened',
    {
      check: 'settled',
      begin: async (real, host) => {
        const before = await masterOf(real);
        await real.askSentinel(host, 'sentinel failover kb-redis-master');
        await until(
          'another master',
          20_000,
          async () => ![before, 'none'].includes(await masterOf(real)) || undefined,
        );
      },
      end: nothing,
    },
  ],
];

/** What a move would change. */
interface State {
  /** Who says that it is master. */
  masters: string[];
  /** Who the Sentinels say that it is, two of three. */
  named: string;
  /** How many failovers the Sentinels have made, and when each Redis was started. */
  epoch: number;
  starts: string[];
}

async function stateOf(real: RealDeployment): Promise<State> {
  const named = await masterOf(real);
  const each = servers.map(async (host) => {
    const role = await real.askRedis(host, '127.0.0.1', 'role').catch(() => 'silent');
    const monitored = await real.askSentinel(host, 'sentinel master kb-redis-master').catch(() => '');
    const epoch = Number(/^config-epoch\n(\d+)$/m.exec(monitored)?.[1] ?? '-1');
    const show = 'systemctl show -p ActiveState,ExecMainStartTimestampMonotonic redis-server';
    return { host, isMaster: role.startsWith('master'), epoch, start: (await real.fleet.exec(host, show)).stdout };
  });
  const all = await Promise.all(each);
  return {
    masters: all.filter(({ isMaster }) => isMaster).map(({ host }) => host),
    named,
    epoch: Math.max(...all.map(({ epoch }) => epoch)),
    starts: all.map(({ start }) => start),
  };
}

/** After a failover an old master says for a while that it is one, and ceases to: that is no move of ours. */
function expectUnmoved(before: State, after: State): void {
  expect(before.epoch).toBeGreaterThanOrEqual(0);
  expect(after).toEqual({ ...before, masters: after.masters });
  expect(after.masters.filter((host) => !before.masters.includes(host))).toEqual([]);
  expect(after.masters).not.toEqual([]);
}

/** Work that a run began on hosts. */
async function begunIn(real: RealDeployment, root: Message): Promise<string[]> {
  const events = await real.events(root);
  return events.flatMap((event) => (event.type === 'host.started' ? [`${event.step} on ${event.host}`] : []));
}

describe('a move of the master is refused, by name, and moves nothing', () => {
  let real: RealDeployment;

  beforeAll(async () => {
    real = await openMovable(HOSTS);
    expect(readable(await deploy(real))).toContain('*Done*');
  });

  afterAll(async () => {
    await real.close();
  });

  /** What the trouble before left behind is over when every check passes again. */
  async function whole(): Promise<void> {
    await until('a whole cluster', 90_000, async () => {
      const status = await command(real, 'status redis', 30_000);
      return readable(status).includes('13 pass') || undefined;
    });
  }

  it.each(TROUBLES)('when %s', async (_, { check, begin, end }) => {
    await whole();
    const first = await masterOf(real);
    const [host = '', other = ''] = servers.filter((one) => one !== first);
    await begin(real, host, other);
    const before = await stateOf(real);
    const refused = await command(real, 'drill redis', 60_000);
    const after = await stateOf(real);
    await end(real, host, other);
    expect(readable(refused)).toMatch(/\*Refused/);
    const answers = (await real.events(refused)).flatMap((event) =>
      event.type === 'checks.answered' && event.step === 'before' ? event.results : [],
    );
    expect(answers.find((result) => result.check === check)?.answer).toBe('fail');
    expectUnmoved(before, after);
    expect(await begunIn(real, refused)).toEqual([]);
  });

  it('while a person holds the lock: it waits, says who holds it, since when and what for, and moves once it may', async () => {
    await whole();
    const operator = real.slack.person('operator');
    await operator.command('#ops', '/keybuzz', 'lock redis disk of redis-02');
    const said = (who: string, text: string) =>
      real.slack.waitFor(
        () => real.slack.ephemerals(who).find((message) => readable(message).includes(text)),
        10_000,
        text,
      );
    await said('operator', 'You hold the lock');
    const before = await stateOf(real);
    let waiting = await approved(real, 'failover redis');
    waiting = await real.when(waiting, (text) => text.includes('is held by'), 60_000);
    expect(readable(waiting)).toMatch(/Lock `redis` is held by Olga Operator \(disk of redis-02\) since/);
    await real.slack.person('viewer').command('#ops', '/keybuzz', 'locks');
    expect(readable(await said('viewer', '1 run waiting'))).toMatch(
      new RegExp(
        `redis. held by Olga Operator, by hand, since .*disk of redis-02.*1 run waiting.*${runIdOf(waiting)}`,
        's',
      ),
    );
    expectUnmoved(before, await stateOf(real));
    expect(await begunIn(real, waiting)).toEqual([]);
    const from = await masterOf(real);
    await operator.command('#ops', '/keybuzz', 'unlock redis');
    const done = readable(await real.when(waiting, isOver, 120_000));
    expect(done).toContain('*Done*');
    expect(await masterOf(real)).not.toBe(from);
  });

  it('while another run holds the lock: it waits, and asks anew before it moves a master that nobody approved', async () => {
    await whole();
    const first = await approved(real, 'drill redis');
    await real.when(first, (text) => text.includes('*Running*'), 60_000);
    let second = await approved(real, 'failover redis');
    second = await real.when(second, (text) => text.includes('is held by'), 60_000);
    expect(readable(second)).toMatch(
      new RegExp(`Lock .haproxy. is held by run ${runIdOf(first)} of Olga Operator since`),
    );
    expect(readable(await real.when(first, isOver, 180_000))).toContain('*Done*');
    const before = await stateOf(real);
    second = await real.when(second, (text) => text.includes('keybuzz_approve'), 60_000);
    expectUnmoved(before, await stateOf(real));
    expect(await begunIn(real, second)).toEqual([]);
    await real.slack.person('operator').command('#ops', '/keybuzz', `cancel ${runIdOf(second)}`);
    expect(readable(await real.when(second, isOver, 60_000))).toContain('Cancelled');
    expectUnmoved(before, await stateOf(real));
  });
});
