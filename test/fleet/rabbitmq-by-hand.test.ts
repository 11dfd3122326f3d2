import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readable } from '../helpers/deployment.ts';
import { command, moveModule, type Movable } from './operator.ts';
import { CANARIES, on, openRabbitmq, PROXIES, runningOf, SERVERS, servers } from './rabbitmq-cluster.ts';
import { until } from './process.ts';

const install = (packages: string) =>
  `set -e; export DEBIAN_FRONTEND=noninteractive; apt-get update -q; apt-get install -qy --no-install-recommends ${packages}`;

/** The distribution's unit, paths and names, as an administrator would do it; only users and passwords are shared. */
const serverByHand = [
  install('rabbitmq-server'),
  'systemctl stop rabbitmq-server',
  `printf %s ${CANARIES.ERLANG_COOKIE} >/var/lib/rabbitmq/.erlang.cookie`,
  'rabbitmq-plugins -q --offline enable rabbitmq_management',
  "printf 'cluster_name = theirs\\n' >/etc/rabbitmq/rabbitmq.conf",
  'systemctl start rabbitmq-server',
].join('\n');

const join = 'set -e; rabbitmqctl stop_app; rabbitmqctl join_cluster rabbit@queue-01; rabbitmqctl start_app';

const users = [
  'set -e',
  'rabbitmqctl add_vhost keybuzz --default-queue-type quorum',
  `rabbitmqctl add_user keybuzz ${CANARIES.APP_PASSWORD}; rabbitmqctl set_permissions -p keybuzz keybuzz ".*" ".*" ".*"`,
  `rabbitmqctl add_user keybuzz-monitor ${CANARIES.MONITOR_PASSWORD}; rabbitmqctl set_user_tags keybuzz-monitor monitoring`,
  "rabbitmqctl set_permissions -p keybuzz keybuzz-monitor '^$' '^$' '^$'",
].join('\n');

function proxyByHand(address: string): string {
  const lines = Object.values(SERVERS).map((server, index) => `  server node${index} ${server}:5672 check inter 1s`);
  const listen = [
    'listen amqp',
    '  mode tcp',
    `  bind ${address}:5672`,
    '  option redispatch',
    '  retries 3',
    ...lines,
  ];
  return [
    install('haproxy'),
    `printf '%s\\n' ${listen.map((line) => `'${line}'`).join(' ')} >>/etc/haproxy/haproxy.cfg`,
    'systemctl restart haproxy',
  ].join('\n');
}

describe('rabbitmq that somebody else installed, its credentials imported', () => {
  let real: Movable;

  beforeAll(async () => {
    real = await openRabbitmq();
    await Promise.all([
      ...servers.map((host) => on(real, host, serverByHand)),
      ...Object.entries(PROXIES).map(([host, address]) => on(real, host, proxyByHand(address))),
    ]);
    for (const host of servers.slice(1)) await on(real, host, join);
    await on(real, 'queue-01', users);
  });

  afterAll(async () => {
    await real.close();
  });

  /** Waits for a status in which so many checks answer so. */
  const told = (answers: string) =>
    until(answers, 90_000, async () => {
      return readable(await command(real, 'status rabbitmq', 60_000)).includes(answers) || undefined;
    });

  it('gets status, which warns of a feature that was left off, and test', async () => {
    // That of the management plugin, which was enabled after the first start.
    await told('11 pass, 1 warn');
    await on(real, 'queue-01', 'rabbitmqctl -q enable_feature_flag all');
    await told('12 pass');
    expect(readable(await command(real, 'test rabbitmq', 60_000))).toContain('12 pass');
  });

  it('gets a failover, and nothing is lost', async () => {
    const moved = await moveModule(real, 'failover', 'rabbitmq');
    expect(moved.text).toContain('*Done');
    expect(moved.told).toMatchObject({ switch: 'pass', 'lost-writes': 'pass' });
    expect(moved.facts).toMatchObject({ node: 'queue-03', lost: '0' });
    expect(await runningOf(real, 'queue-03')).toEqual(servers);
  });

  it('is not taken over by a deploy, which says why and changes nothing', async () => {
    const root = await real.run('operator', 'deploy rabbitmq');
    const refused = await real.when(root, (text) => text.includes('keybuzz_resume'), 60_000);
    expect(readable(refused)).toMatch(/queue-01: .*rabbitmq\.conf was written by somebody else/);
  });
});
