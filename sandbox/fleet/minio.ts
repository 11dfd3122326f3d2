import { markersTold, membersOf, removed, returned } from './moves.ts';
import { contentHash, deployment, facts, full } from './world.ts';
import type { Call, ChangeLine, Performance, SimulatedHost } from './world.ts';

const INSTALL = 'minio/install-server.sh';
const START = 'minio/start-server.sh';

const VERSION = '2025-09-07T16:13:09Z';
const DEPLOYMENT = '3f0c7b52-64a5-4d5e-9d5b-2d8f1b6a7c90';

/** A write needs two of the three. */
const WRITE_QUORUM = 2;

const isChecking = ({ mode }: Call): boolean => mode === 'check';

function file(call: Call, target: string): ChangeLine {
  return ['file', target, contentHash(call.host, target)];
}

function install(call: Call): Performance {
  if (call.host.isDiskFull) return full(call.host, '/opt/keybuzz/minio/data');
  return deployment(call, [
    {
      text: 'programs and files',
      changes: [
        ['user', 'minio', 'system, /opt/keybuzz/minio'],
        ['artifact', '/opt/keybuzz/minio/bin/minio', `${call.args[5] ?? ''} sha256:${call.args[6] ?? ''}`],
        ['artifact', '/opt/keybuzz/minio/bin/mc', `${call.args[8] ?? ''} sha256:${call.args[9] ?? ''}`],
        file(call, '/etc/default/minio'),
        file(call, '/etc/systemd/system/minio.service'),
      ],
    },
  ]);
}

function start(call: Call): Performance {
  return deployment(call, [
    {
      text: 'MinIO',
      changes: [
        ['service', 'minio.service', 'enabled'],
        ['service', 'minio.service', 'start'],
      ],
    },
  ]);
}

/** Names in DNS and addresses of all nodes, as the status script's arguments say them. */
function nodesOf({ args }: Call): { fqdn: string; address: string; name: string }[] {
  const [, , names = '', ...members] = args;
  return members.map((member, at) => {
    const [name = '', address = ''] = member.split('=');
    return { name, address, fqdn: names.split(',')[at] ?? '' };
  });
}

function statusServer(call: Call): Performance {
  const { host, args } = call;
  const entry = args[1] ?? '';
  const nodes = nodesOf(call);
  const running = membersOf(call, START);
  const addresses = nodes.map(({ address }) => address).sort();
  const about: (readonly [string, string | number])[] = [
    ['disk.used', host.isDiskFull ? 100 : 23],
    ['disk.own', 'yes'],
    ...nodes.map(({ fqdn, address }) => [`dns.${fqdn}`, address] as const),
    [`dns.${entry}`, addresses.join(',')],
    ['entry', running.length === 0 ? 'stopped' : running.length < WRITE_QUORUM ? 'refuses' : 'answers'],
    ['entry.unsigned', 403],
  ];
  if (!running.includes(host)) return facts([['minio', 'stopped'], ...about]);
  const code = (needed: number, broken: number): number => (running.length >= needed ? 200 : broken);
  const isUp = (name: string): boolean => running.some((one: SimulatedHost) => one.name === name);
  const seen = nodes.map(({ fqdn, name }) => {
    const [state, ok] = isUp(name) ? ['online', 1] : ['offline', 0];
    return `host=${fqdn},state=${state},version=${isUp(name) ? VERSION : 'none'},ok=${ok},all=1,healing=0`;
  });
  return facts([
    ['minio', 'answers'],
    ['minio.live', 200],
    ['minio.write', code(WRITE_QUORUM, 503)],
    ['minio.read', code(WRITE_QUORUM, 503)],
    ['minio.maintenance', code(WRITE_QUORUM + 1, 412)],
    ['minio.deployment', DEPLOYMENT],
    ['minio.parity', 1],
    ['minio.servers', seen.join(' ')],
    ...about,
  ]);
}

function testServer(call: Call): Performance {
  const [, entry = ''] = call.args;
  if (membersOf(call, START).length < 3) {
    const lines = ['::fact reason A node does not answer (simulated fleet).', '::fact fix Deploy minio first.'];
    return { lines, exitCode: 1 };
  }
  const text = `put here, got the same through all 3 nodes and ${entry}, deleted (simulated)`;
  return { lines: [150, `::check probe pass 0.15s ${text}`], exitCode: 0 };
}

/** The last node leaves; its return is a script of its own. */
function leaves(how: { detail: string; ms: number; check: string }): (call: Call) => Performance {
  return (call) => {
    const chosen = call.args.at(-1)?.split('=')[0];
    if (chosen !== call.host.name) return { lines: [], exitCode: 0 };
    const change = `::change node minio.service ${how.detail}`;
    if (isChecking(call)) return { lines: [change], exitCode: 0 };
    const seconds = `${(how.ms / 1000).toFixed(2)}s`;
    const told = `::check ${how.check} pass ${seconds} the others serve without ${chosen} (simulated)`;
    return { lines: [change, how.ms, told], exitCode: 0 };
  };
}

function markerStop(call: Call): Performance {
  const [, target = '10'] = call.args;
  return markersTold(call, [
    `outage pass 0.41s longest time without an acknowledged write, the node that left apart; target ${target} s`,
    'lost-writes pass 0 0 lost of those that a write quorum had',
  ]);
}

const takeOff = removed(START, [
  'service minio.service stopped and disabled',
  'directory /opt/keybuzz/minio/data kept, moved aside under a name with the date',
  'file /etc/default/minio removed',
]);

/** What the scripts of the minio module do here. */
export const MINIO_SCRIPTS: Readonly<Record<string, (call: Call) => Performance>> = {
  [INSTALL]: install,
  [START]: start,
  'minio/status-server.sh': statusServer,
  'minio/test-server.sh': testServer,
  'minio/failover-server.sh': leaves({
    ...{ detail: 'stopped for maintenance, and started again', ms: 1_200, check: 'leave' },
  }),
  'minio/drill-server.sh': leaves({ detail: 'killed (SIGKILL)', ms: 600, check: 'takeover' }),
  'minio/return-server.sh': (call) => returned(call, 'minio.service'),
  'minio/marker-start.sh': () => ({
    lines: ['::change marker keybuzz-marker-minio.service writes through each node and the entry (simulated)'],
    exitCode: 0,
  }),
  'minio/marker-stop.sh': markerStop,
  'minio/marker-verdict.sh': () => ({ lines: [], exitCode: 0 }),
  'minio/remove-server.sh': (call) => {
    const { then, ...told } = takeOff(call);
    if (then === undefined) return told;
    return { ...told, then: () => [START, INSTALL].forEach((part) => call.host.deployed.delete(part)) };
  },
};
