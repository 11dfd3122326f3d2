import { markersTold, membersOf, moved, moveTo, removed, returned } from './moves.ts';
import { contentHash, deployment, facts, full } from './world.ts';
import type { Call, ChangeLine, Performance } from './world.ts';

const SERVER = 'postgresql/deploy-server.sh';
const CLUSTER = 'postgresql/deploy-cluster.sh';
const PROXY = 'postgresql/deploy-proxy.sh';

const LEADER = { part: SERVER, primary: 'leader', target: 'patroni.service' };

function file(call: Call, target: string): ChangeLine {
  return ['file', target, contentHash(call.host, target)];
}

function deployServer(call: Call): Performance {
  if (call.host.isDiskFull) return full(call.host, '/opt/keybuzz/postgresql');
  return deployment(call, [
    {
      text: 'PostgreSQL',
      changes: [
        ['package', 'postgresql-17', 'newest, predicted', '17.12-0+deb13u1'],
        ['package', 'postgresql-17-pgvector', 'newest, predicted', '0.8.0-1'],
      ],
    },
    {
      text: 'Patroni',
      changes: [
        ['package', 'patroni', 'newest, predicted', '4.0.7-3~deb13u1'],
        ['directory', '/opt/keybuzz/postgresql/data', '0700 postgres:postgres'],
        file(call, '/etc/patroni/config.yml'),
        ['service', 'patroni.service', 'start'],
      ],
    },
  ]);
}

/** The leader's host sets up what the members share; as long as there is none, the first of the arguments' members will. */
function deployCluster(call: Call): Performance {
  const [leader] = membersOf(call, SERVER);
  const seed = call.args[3]?.split('=')[0];
  if ((leader?.name ?? seed) !== call.host.name) return { lines: [], exitCode: 0 };
  return deployment(call, [
    {
      text: 'user, database, pgvector',
      changes: [
        ['role', 'keybuzz', 'login, with the password of the credentials file'],
        ['database', 'keybuzz', 'owned by keybuzz'],
        ['extension', 'keybuzz:vector', 'created'],
      ],
    },
  ]);
}

function deployProxy(call: Call): Performance {
  return deployment(call, [
    {
      text: 'HAProxy',
      changes: [
        ['package', 'haproxy', 'newest, predicted', '3.0.11-1'],
        file(call, '/etc/haproxy/conf.d/30-postgresql.cfg'),
        ['service', 'haproxy.service', 'reload'],
      ],
    },
    {
      text: 'PgBouncer',
      changes: [
        ['package', 'pgbouncer', 'newest, predicted', '1.24.1-1'],
        file(call, '/etc/pgbouncer/pgbouncer.ini'),
        ['service', 'pgbouncer.service', 'start'],
      ],
    },
  ]);
}

function clusterJson(call: Call): string {
  const members = membersOf(call, SERVER).map(({ name }, index) => ({
    name,
    role: index === 0 ? 'leader' : 'replica',
  }));
  return JSON.stringify({ members, scope: 'keybuzz-pg' });
}

function statusServer(call: Call): Performance {
  const { host } = call;
  const [leader, ...replicas] = membersOf(call, SERVER);
  const disk = ['disk.used', host.isDiskFull ? 100 : 28] as const;
  if (leader === undefined || !(host === leader || replicas.includes(host))) {
    return facts([['patroni', 'stopped'], ['postgresql', 'stopped'], ['raft', 'stopped'], ['etcd', 'stopped'], disk]);
  }
  const listed = replicas.map(
    ({ name }, at) => `name=${name},state=streaming,sync=${at === 0 ? 'sync' : 'async'},lag=0`,
  );
  const isSet = leader.deployed.has(CLUSTER) || replicas.some((one) => one.deployed.has(CLUSTER));
  return facts([
    ['patroni', 'answers'],
    ['patroni.patroni', JSON.stringify({ state: 'running', patroni: { name: host.name } })],
    ['patroni.cluster', clusterJson(call)],
    ['postgresql', 'answers'],
    ['postgresql.version', '17.12'],
    ['postgresql.timeline', 1],
    ['postgresql.recovery', host === leader ? 'f' : 't'],
    ['postgresql.synchronous', host === leader && replicas.length > 0 ? 't' : 'f'],
    ...(host === leader && listed.length > 0 ? [['postgresql.replicas', listed.join(' ')] as const] : []),
    ['postgresql.archive', 'off'],
    ['postgresql.vector', isSet ? 1 : 0],
    ...(isSet ? [['postgresql.distance', 5] as const] : []),
    ['store', 'raft'],
    ['etcd', 'stopped'],
    ['raft', 'answers'],
    ['raft.members', 3],
    ['raft.connected', replicas.length + 1],
    ['raft.leader', replicas.length === 0 ? 'None' : `${leader.address}:7000`],
    disk,
  ]);
}

function statusProxy(call: Call): Performance {
  const [leader, replica] = membersOf(call, SERVER);
  if (!call.host.deployed.has(PROXY)) {
    return facts([
      ['write', 'stopped'],
      ['read', 'stopped'],
      ['pooler', 'stopped'],
    ]);
  }
  const entry = (name: string, node: typeof leader, recovery: 't' | 'f') =>
    node === undefined
      ? [[name, 'silent'] as const]
      : [[name, 'answers'] as const, [`${name}.node`, node.address] as const, [`${name}.recovery`, recovery] as const];
  return facts([...entry('write', leader, 'f'), ...entry('read', replica, 't'), ...entry('pooler', leader, 'f')]);
}

function testProxy(call: Call): Performance {
  const [leader, replica] = call.host.deployed.has(PROXY) ? membersOf(call, SERVER) : [];
  if (leader === undefined || replica === undefined) {
    const lines = [
      '::fact reason Through port 5432, nobody answers (simulated fleet).',
      '::fact fix Deploy postgresql first.',
    ];
    return { lines, exitCode: 1 };
  }
  const text = `written through 5432 and 6432 on ${leader.address}, read through 5433 (simulated)`;
  return {
    lines: ['::progress 1/4 write', 100, '::progress 4/4 delete', `::check probe pass ${leader.address} ${text}`],
    exitCode: 0,
  };
}

/** The first member that is not the lost one takes its place. */
function promote(call: Call): Performance {
  const [, lost = 'none'] = call.args;
  const chosen = membersOf(call, SERVER).find(({ name }) => name !== lost);
  if (chosen !== call.host) return { lines: [], exitCode: 0 };
  const detail = 'promoted at 0/5000000, 0 bytes behind: no acknowledged write is lost (simulated)';
  const change = `::change primary postgresql ${detail}`;
  if (call.mode === 'check') return { lines: [change], exitCode: 0 };
  return {
    lines: [
      change,
      300,
      `::check promotion pass 0.30s ${chosen.name} leads; turn ${lost} on again: poweron ${lost} (simulated)`,
    ],
    exitCode: 0,
    then: () => moveTo(call.world, SERVER, chosen),
  };
}

function markerStop(call: Call): Performance {
  const [, target = '35'] = call.args;
  const outage = target === '10' ? '3.47' : '29.87';
  return markersTold(call, [
    `outage pass ${outage}s longest time without an acknowledged write: ${outage} s; target ${target} s`,
    'lost-writes pass 0 0 lost of those that a synchronous replica had',
    'two-leaders pass 0.00s so long two nodes answered writes through the entries',
  ]);
}

/** What the scripts of the postgresql module do here. */
export const POSTGRESQL_SCRIPTS: Readonly<Record<string, (call: Call) => Performance>> = {
  [SERVER]: deployServer,
  [CLUSTER]: deployCluster,
  [PROXY]: deployProxy,
  'postgresql/status-server.sh': statusServer,
  'postgresql/status-proxy.sh': statusProxy,
  'postgresql/test-proxy.sh': testProxy,
  'postgresql/failover-server.sh': (call) =>
    moved(call, {
      ...LEADER,
      detail: 'handed over to the replica that has every write; sessions end',
      ms: 2_200,
      check: 'switch',
      text: 'handed over to',
    }),
  'postgresql/drill-server.sh': (call) =>
    moved(call, {
      ...LEADER,
      detail: 'killed (SIGKILL) with its PostgreSQL',
      ms: 9_000,
      check: 'takeover',
      text: 'taken over by',
    }),
  'postgresql/promote-server.sh': promote,
  'postgresql/return-server.sh': (call) => returned(call, 'patroni.service'),
  'postgresql/marker-start.sh': () => ({
    lines: ['::change marker keybuzz-marker-postgresql.service writes through each entry (simulated)'],
    exitCode: 0,
  }),
  'postgresql/marker-stop.sh': markerStop,
  'postgresql/marker-verdict.sh': () => ({ lines: [], exitCode: 0 }),
  'postgresql/remove-proxy.sh': removed(PROXY, [
    'service pgbouncer.service stopped and disabled',
    'file /etc/haproxy/conf.d/30-postgresql.cfg removed',
  ]),
  'postgresql/remove-server.sh': removed(SERVER, [
    'service patroni.service stopped and disabled',
    'directory /opt/keybuzz/postgresql/data kept, moved aside under a name with the date',
  ]),
};
