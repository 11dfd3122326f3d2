import { markersTold, membersOf, removed, returned } from './moves.ts';
import { contentHash, deployment, facts } from './world.ts';
import type { Call, Performance, SimulatedHost } from './world.ts';

const PROXY = 'proxysql/deploy-proxy.sh';
const MEMBER = 'mariadb/join-server.sh';

const isChecking = ({ mode }: Call): boolean => mode === 'check';

/** Each proxy leads to the first member that runs. */
function writerOf(call: Call): SimulatedHost | undefined {
  return call.host.deployed.has(PROXY) && !call.host.isKilled ? membersOf(call, MEMBER)[0] : undefined;
}

function deployAccount(call: Call): Performance {
  return deployment(call, [{ text: 'user', changes: [['account', 'keybuzz_monitor', 'created']] }]);
}

function deployProxy(call: Call): Performance {
  if (membersOf(call, MEMBER).length === 0 && !isChecking(call)) {
    const lines = [
      '::fact reason Nobody answers behind port 3306 of this host after 30 s (simulated fleet).',
      '::fact fix Deploy mariadb first.',
    ];
    return { lines, exitCode: 1 };
  }
  return deployment(call, [
    {
      text: 'ProxySQL',
      changes: [
        ['package', 'proxysql', 'newest, predicted', '3.0.3'],
        ['file', '/etc/proxysql.cnf', contentHash(call.host, '/etc/proxysql.cnf')],
        ['service', 'proxysql.service', 'start'],
      ],
    },
    {
      text: 'configuration',
      changes: ['servers', 'users', 'query-rules', 'variables'].map(
        (area) => ['setting', `proxysql:mysql-${area}`, 'loaded and saved'] as const,
      ),
    },
  ]);
}

function statusProxy(call: Call): Performance {
  if (!call.host.deployed.has(PROXY)) {
    return facts([
      ['admin', 'stopped'],
      ['entry', 'stopped'],
      ['balancer', 'absent'],
      ['peer-admin', 'closed'],
    ]);
  }
  const [writer, ...backups] = membersOf(call, MEMBER);
  const listed = [writer, ...backups].flatMap((host, at) =>
    host === undefined ? [] : [`group=${at === 0 ? 10 : 20},host=${host.address},status=ONLINE`],
  );
  return facts([
    ['admin', 'answers'],
    ['admin.factory', 'no'],
    ['admin.galera', 'writers=10,backups=20,max=1,active=1'],
    ['admin.servers', listed.join(' ')],
    ['admin.users', 'user=erpnext,group=10'],
    ['admin.rules', 'group=10,apply=1'],
    [
      'admin.checksums',
      'name=mysql_query_rules,checksum=0x1 name=mysql_servers,checksum=0x2 name=mysql_users,checksum=0x3',
    ],
    ['admin.unsaved', 0],
    ['admin.errors', 0],
    ...(writer === undefined
      ? [['entry', 'silent'] as const]
      : [['entry', 'answers'] as const, ['entry.node', writer.address] as const]),
    ['balancer', 'absent'],
    ['peer-admin', 'closed'],
  ]);
}

function testProxy(call: Call): Performance {
  const writer = writerOf(call);
  if (writer === undefined) {
    const lines = [
      '::fact reason Nobody answers behind ProxySQL (simulated fleet).',
      '::fact fix Deploy mariadb first.',
    ];
    return { lines, exitCode: 1 };
  }
  const text = `written through this ProxySQL on ${writer.address}, read on all 3 members, deleted (simulated)`;
  return {
    lines: ['::progress 1/3 write', 100, '::progress 3/3 delete', `::check probe pass ${writer.address} ${text}`],
    exitCode: 0,
  };
}

/** The writer's host gives its role away; its return is a script of its own. */
function leaves(how: { detail: string; ms: number; check: string }): (call: Call) => Performance {
  return (call) => {
    const [writer, next] = membersOf(call, MEMBER);
    if (writer !== call.host || next === undefined) return { lines: [], exitCode: 0 };
    const change = `::change member ${writer.name} ${how.detail}`;
    if (isChecking(call)) return { lines: [change], exitCode: 0 };
    const told = `${how.check} pass ${(how.ms / 1000).toFixed(2)}s both proxies lead to another member than ${writer.name}`;
    return { lines: [change, how.ms, `::check ${told} (simulated)`], exitCode: 0 };
  };
}

function drillProxy(call: Call): Performance {
  const [own, killed] = call.args;
  if (own !== killed) return { lines: [], exitCode: 0 };
  const change = '::change proxy proxysql.service killed (SIGKILL)';
  if (isChecking(call)) return { lines: [change], exitCode: 0 };
  return { lines: [change, 400, '::check other-serves pass 0.40s the other serves alone (simulated)'], exitCode: 0 };
}

function markerStop(call: Call): Performance {
  const [, target = '10'] = call.args;
  const outage = target === '5' ? '1.31' : '6.42';
  return markersTold(call, [
    `outage pass ${outage}s longest time without an acknowledged write: ${outage} s; target ${target} s`,
    'lost-writes pass 0 0 lost of those that the whole cluster had',
  ]);
}

/** What the scripts of the proxysql module do here. */
export const PROXYSQL_SCRIPTS: Readonly<Record<string, (call: Call) => Performance>> = {
  'proxysql/deploy-account.sh': deployAccount,
  [PROXY]: deployProxy,
  'proxysql/status-proxy.sh': statusProxy,
  'proxysql/test-proxy.sh': testProxy,
  'proxysql/failover-server.sh': leaves({
    ...{ detail: 'the proxies lead to another; sessions end', ms: 1_300, check: 'switch' },
  }),
  'proxysql/drill-server.sh': leaves({ detail: 'killed (SIGKILL)', ms: 6_400, check: 'takeover' }),
  'proxysql/return-server.sh': (call) => returned(call, 'mariadb.service'),
  'proxysql/drill-proxy.sh': drillProxy,
  'proxysql/return-proxy.sh': (call) => returned(call, 'proxysql.service'),
  'proxysql/marker-start.sh': () => ({
    lines: ['::change marker keybuzz-marker-proxysql.service writes through each proxy (simulated)'],
    exitCode: 0,
  }),
  'proxysql/marker-stop.sh': markerStop,
  'proxysql/marker-verdict.sh': () => ({ lines: [], exitCode: 0 }),
  'proxysql/remove-proxy.sh': removed(PROXY, [
    'service proxysql.service stopped and disabled',
    'file /var/lib/proxysql/proxysql.db removed',
    'file /etc/proxysql.cnf removed',
  ]),
};
