import { markersTold, membersOf, removed, returned } from './moves.ts';
import { contentHash, deployment, facts, full } from './world.ts';
import type { Call, ChangeLine, Performance } from './world.ts';

const INSTALL = 'mariadb/install-server.sh';
const BEGIN = 'mariadb/begin-server.sh';
const JOIN = 'mariadb/join-server.sh';
const ACCOUNTS = 'mariadb/deploy-cluster.sh';

const UUID = '5f1a2b3c-cc47-11f0-9d3a-0a1b2c3d4e5f';

const isChecking = ({ mode }: Call): boolean => mode === 'check';

function file(call: Call, target: string): ChangeLine {
  return ['file', target, contentHash(call.host, target)];
}

function install(call: Call): Performance {
  if (call.host.isDiskFull) return full(call.host, '/opt/keybuzz/mariadb');
  return deployment(call, [
    {
      text: 'packages',
      changes: [
        ['package', 'mariadb-server', 'newest, predicted', '1:11.8.9-0+deb13u1'],
        ['package', 'mariadb-backup', 'newest, predicted', '1:11.8.9-0+deb13u1'],
        ['package', 'galera-4', 'newest, predicted', '26.4.23-1'],
      ],
    },
  ]);
}

/** While nobody runs, the first of the arguments' members begins; elsewhere, and later, there is nothing to do. */
function begin(call: Call): Performance {
  const seed = call.args[3]?.split('=')[0];
  if (call.host.name !== seed || membersOf(call, JOIN).length > 0) return { lines: [], exitCode: 0 };
  return deployment(call, [
    { text: 'cluster', changes: [['cluster', 'keybuzz-galera', 'begun on this member, position none']] },
  ]);
}

function join(call: Call): Performance {
  return deployment(call, [
    {
      text: 'member',
      changes: [
        file(call, '/etc/mysql/mariadb.conf.d/90-keybuzz.cnf'),
        ['directory', '/opt/keybuzz/mariadb/data', '0750 mysql:mysql'],
        ['service', 'mariadb.service', 'start'],
      ],
    },
  ]);
}

function deployCluster(call: Call): Performance {
  return deployment(call, [
    {
      text: 'database and user',
      changes: [
        ['database', 'erpnext', 'utf8mb4'],
        ['account', 'erpnext', 'created'],
      ],
    },
  ]);
}

function statusServer(call: Call): Performance {
  const { host } = call;
  const members = membersOf(call, JOIN);
  const disk = ['disk.used', host.isDiskFull ? 100 : 28] as const;
  if (!members.includes(host)) {
    const position = host.deployed.has(JOIN) ? 'unknown' : 'none';
    return facts([['mariadb', 'stopped'], ['mariadb.position', position], ['mariadb.safe-to-bootstrap', 0], disk]);
  }
  const hasMajority = members.length > 1 || [...call.world.values()].every((one) => !one.isKilled);
  const hasDatabase = members.some((one) => one.deployed.has(ACCOUNTS));
  return facts([
    ['mariadb', 'answers'],
    ['mariadb.wsrep_cluster_status', hasMajority ? 'Primary' : 'non-Primary'],
    ['mariadb.wsrep_cluster_size', members.length],
    ['mariadb.wsrep_cluster_conf_id', members.length],
    ['mariadb.wsrep_cluster_state_uuid', UUID],
    ['mariadb.wsrep_on', 'ON'],
    ['mariadb.wsrep_ready', hasMajority ? 'ON' : 'OFF'],
    ['mariadb.wsrep_connected', 'ON'],
    ['mariadb.wsrep_local_state', 4],
    ['mariadb.wsrep_local_index', members.indexOf(host)],
    ['mariadb.queue', 0],
    ['mariadb.wsrep_local_cert_failures', 0],
    ['mariadb.wsrep_replicated', 120],
    ['mariadb.wsrep_replicated_bytes', 40_000],
    ['mariadb.wsrep_received_bytes', 80_000],
    ['mariadb.uptime', 3600],
    ['mariadb.gcache-bytes', 1_073_741_824],
    ['mariadb.wsrep_desync', 'OFF'],
    ['mariadb.wsrep_desync_count', 0],
    ['mariadb.wsrep_reject_queries', 'NONE'],
    ['mariadb.read_only', 'OFF'],
    ['mariadb.wsrep_cluster_name', 'keybuzz-galera'],
    ['mariadb.binlog_format', 'ROW'],
    ['mariadb.innodb_autoinc_lock_mode', 2],
    ['mariadb.version', '11.8.9-MariaDB'],
    ['mariadb.paused-percent', 0],
    ['mariadb.databases', hasDatabase ? 1 : 0],
    ['mariadb.caught-up', 'yes'],
    disk,
  ]);
}

/** The first member leaves; its return is a script of its own. */
function leaves(how: { detail: string; ms: number; check: string }): (call: Call) => Performance {
  return (call) => {
    const [chosen, ...others] = membersOf(call, JOIN);
    if (chosen !== call.host || others.length < 2) return { lines: [], exitCode: 0 };
    const change = `::change member mariadb.service ${how.detail}`;
    if (isChecking(call)) return { lines: [change], exitCode: 0 };
    const seconds = `${(how.ms / 1000).toFixed(2)}s`;
    return {
      lines: [
        change,
        how.ms,
        `::check ${how.check} pass ${seconds} the others went on without ${chosen.name} (simulated)`,
      ],
      exitCode: 0,
    };
  };
}

function testServer(call: Call): Performance {
  const members = membersOf(call, JOIN);
  if (members.length < 3) {
    const lines = ['::fact reason A member does not answer (simulated fleet).', '::fact fix Deploy mariadb first.'];
    return { lines, exitCode: 1 };
  }
  const text = 'written here, read on all 3, deleted (simulated)';
  return {
    lines: ['::progress 1/3 write', 100, '::progress 3/3 delete', `::check probe pass ${call.host.name} ${text}`],
    exitCode: 0,
  };
}

function markerStop(call: Call): Performance {
  const [, target = '10'] = call.args;
  const outage = target === '3' ? '0.14' : '5.61';
  return markersTold(call, [
    `outage pass ${outage}s longest time without an acknowledged write, the member that left apart; target ${target} s`,
    'lost-writes pass 0 0 lost of those that the whole cluster had',
  ]);
}

/** What the scripts of the mariadb module do here. */
export const MARIADB_SCRIPTS: Readonly<Record<string, (call: Call) => Performance>> = {
  [INSTALL]: install,
  [BEGIN]: begin,
  [JOIN]: join,
  [ACCOUNTS]: deployCluster,
  'mariadb/status-server.sh': statusServer,
  'mariadb/test-server.sh': testServer,
  'mariadb/failover-server.sh': leaves({
    ...{ detail: 'leaves the cluster in order, and comes back; its sessions end', ms: 3_000, check: 'leave' },
  }),
  'mariadb/drill-server.sh': leaves({ detail: 'killed (SIGKILL)', ms: 5_600, check: 'takeover' }),
  'mariadb/return-server.sh': (call) => returned(call, 'mariadb.service'),
  'mariadb/marker-start.sh': () => ({
    lines: ['::change marker keybuzz-marker-mariadb.service writes on each member (simulated)'],
    exitCode: 0,
  }),
  'mariadb/marker-stop.sh': markerStop,
  'mariadb/marker-verdict.sh': () => ({ lines: [], exitCode: 0 }),
  'mariadb/remove-server.sh': removed(JOIN, [
    'service mariadb.service stopped and disabled',
    'directory /opt/keybuzz/mariadb/data kept, moved aside under a name with the date',
  ]),
};
