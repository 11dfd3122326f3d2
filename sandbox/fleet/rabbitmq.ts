import { markersTold, membersOf, moved, removed, returned } from './moves.ts';
import { contentHash, deployment, facts, full } from './world.ts';
import type { Call, ChangeLine, Performance, SimulatedHost } from './world.ts';

const SERVER = 'rabbitmq/deploy-server.sh';
const CLUSTER = 'rabbitmq/deploy-cluster.sh';
const PROXY = 'rabbitmq/deploy-proxy.sh';

/** The node that a move takes is the first of the members; all of them serve. */
const NODE = { part: SERVER, primary: 'node', kind: 'node', target: 'rabbitmq-server.service' };

function file(call: Call, target: string): ChangeLine {
  return ['file', target, contentHash(call.host, target)];
}

function deployServer(call: Call): Performance {
  const { host, args } = call;
  if (host.isDiskFull) return full(host, '/opt/keybuzz/rabbitmq');
  const seed = args[2]?.split('=')[0] ?? host.name;
  return deployment(call, [
    {
      text: 'RabbitMQ',
      changes: [
        ['package', 'rabbitmq-server', 'newest, predicted', '4.0.5-7'],
        ['directory', '/opt/keybuzz/rabbitmq/data', '0750 rabbitmq:rabbitmq'],
        file(call, '/var/lib/rabbitmq/.erlang.cookie'),
        file(call, '/etc/rabbitmq/rabbitmq.conf'),
        ['service', 'rabbitmq-server.service', 'start'],
        ...(host.name === seed
          ? []
          : [['member', `rabbit@${host.name}`, 'joins the cluster keybuzz-queue'] satisfies ChangeLine]),
      ],
    },
  ]);
}

/** What is shared is imported in two parts, each of which is there or not. */
function deployCluster(call: Call): Performance {
  const [part = ''] = call.args;
  const changes: ChangeLine[] =
    part === 'begin'
      ? [
          ['vhost', 'keybuzz', 'quorum queues by default'],
          ['user', 'keybuzz', 'with the password of the credentials file'],
          ['user', 'keybuzz-monitor', 'with the password of the credentials file'],
        ]
      : [
          ['queue', 'keybuzz:keybuzz.dead-letters', 'quorum'],
          ['policy', 'keybuzz:keybuzz', 'applies to all queues'],
        ];
  return deployment({ ...call, script: `${CLUSTER} ${part}` }, [{ text: 'definitions', changes }]);
}

function deployProxy(call: Call): Performance {
  return deployment(call, [
    {
      text: 'HAProxy',
      changes: [
        ['package', 'haproxy', 'newest, predicted', '3.0.11-1'],
        file(call, '/etc/haproxy/conf.d/50-rabbitmq.cfg'),
        ['service', 'haproxy.service', 'reload'],
      ],
    },
  ]);
}

const has = (hosts: readonly SimulatedHost[], part: string): boolean =>
  hosts.some((host) => host.deployed.has(`${CLUSTER} ${part}`));

function statusServer(call: Call): Performance {
  const { host, world } = call;
  const running = membersOf(call, SERVER);
  const disk = ['disk.used', host.isDiskFull ? 100 : 31] as const;
  if (!running.includes(host)) return facts([disk, ['amqp', 'stopped'], ['broker', 'stopped']]);
  const known = [...world.values()].filter((one) => one.deployed.has(SERVER));
  const nodes = known.map((one) => ({ name: `rabbit@${one.name}`, running: running.includes(one), partitions: [] }));
  const isComplete = has(known, 'complete');
  return facts([
    disk,
    ['amqp', 'listens'],
    ['broker', 'answers'],
    ['broker.nodes', JSON.stringify(nodes)],
    ['broker.cluster_name', 'keybuzz-queue'],
    ['broker.rabbitmq_version', '4.0.5'],
    ['broker.alarms', 'holds'],
    ['broker.vhosts', 'holds'],
    ['broker.critical', isComplete && running.length < known.length ? 'fails' : 'holds'],
    ['broker.flags-off', 'none'],
    ['vhost.type', has(known, 'begin') ? 'quorum' : 'missing'],
    ['queues.count', isComplete ? 1 : 0],
    ['queues.short', isComplete && running.length < known.length ? 1 : 0],
    ['queues.few', 0],
    ['queues.named', 'keybuzz.dead-letters'],
    ...(isComplete ? [['queues.leaders', `host=${running[0]?.name ?? ''},leads=1`] as const] : []),
  ]);
}

function statusProxy(call: Call): Performance {
  const running = membersOf(call, SERVER);
  if (!call.host.deployed.has(PROXY)) return facts([['entry', 'stopped']]);
  if (running.length === 0) return facts([['entry', 'silent']]);
  return facts([
    ['entry', 'answers'],
    ['entry.cluster', 'keybuzz-queue'],
    ['entry.up', running.map(({ name }) => name).join(',')],
  ]);
}

function testProxy(call: Call): Performance {
  if (!call.host.deployed.has(PROXY) || membersOf(call, SERVER).length === 0) {
    const lines = [
      '::fact reason Through HAProxy it was not possible to enter: stopped (simulated fleet).',
      '::fact fix Deploy rabbitmq first.',
    ];
    return { lines, exitCode: 1 };
  }
  const text = 'published, confirmed, consumed and acknowledged on a quorum queue through HAProxy (simulated)';
  return {
    lines: ['::progress 1/4 declare a quorum queue', 100, '::progress 4/4 delete', `::check probe pass 0.09s ${text}`],
    exitCode: 0,
  };
}

function markerStop(call: Call): Performance {
  const [, target = '10'] = call.args;
  return markersTold(call, [
    `outage pass 0.21s longest time without an acknowledged write: 0.21 s; target ${target} s`,
    'lost-writes pass 0 0 lost of those that a majority had',
  ]);
}

const removeNode = removed(SERVER, [
  'service rabbitmq-server.service stopped and disabled',
  'directory /opt/keybuzz/rabbitmq/data kept, moved aside under a name with the date',
]);

/** With the data goes what was imported. */
function removeServer(call: Call): Performance {
  const performance = removeNode(call);
  const { then } = performance;
  if (then === undefined) return performance;
  return {
    ...performance,
    then: () => {
      then();
      for (const part of ['begin', 'complete']) call.host.deployed.delete(`${CLUSTER} ${part}`);
    },
  };
}

/** What the scripts of the rabbitmq module do here. */
export const RABBITMQ_SCRIPTS: Readonly<Record<string, (call: Call) => Performance>> = {
  [SERVER]: deployServer,
  [CLUSTER]: deployCluster,
  [PROXY]: deployProxy,
  'rabbitmq/status-server.sh': statusServer,
  'rabbitmq/status-proxy.sh': statusProxy,
  'rabbitmq/test-proxy.sh': testProxy,
  'rabbitmq/failover-server.sh': (call) =>
    moved(call, {
      ...NODE,
      detail: 'drained and restarted; clients connect to the others',
      ms: 6_000,
      check: 'switch',
      text: 'drained and restarted; the next one is',
    }),
  'rabbitmq/drill-server.sh': (call) =>
    moved(call, {
      ...NODE,
      detail: 'killed (SIGKILL), kept stopped until others lead its queues',
      ms: 2_000,
      check: 'takeover',
      text: 'its queues are led by',
    }),
  'rabbitmq/return-server.sh': (call) => returned(call, 'rabbitmq-server.service'),
  'rabbitmq/marker-start.sh': () => ({
    lines: ['::change marker keybuzz-marker-rabbitmq.service writes through each HAProxy (simulated)'],
    exitCode: 0,
  }),
  'rabbitmq/marker-stop.sh': markerStop,
  'rabbitmq/marker-verdict.sh': () => ({ lines: [], exitCode: 0 }),
  'rabbitmq/remove-proxy.sh': removed(PROXY, ['file /etc/haproxy/conf.d/50-rabbitmq.cfg removed']),
  'rabbitmq/remove-server.sh': removeServer,
};
