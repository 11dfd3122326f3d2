import { markersTold, membersOf, moved, removed, returned } from './moves.ts';
import { contentHash, deployment, facts, full } from './world.ts';
import type { Call, ChangeLine, Performance, SimulatedHost } from './world.ts';

const SERVER = 'k3s/deploy-server.sh';
const WORKER = 'k3s/deploy-worker.sh';
const CLUSTER = 'k3s/deploy-cluster.sh';
const VERSION = 'v1.33.5+k3s1';

/** Which master a move takes: the first of those that may be taken. */
const MASTER = { part: SERVER, primary: 'master', kind: 'master', target: 'k3s.service' };

const file = (call: Call, target: string): ChangeLine => ['file', target, contentHash(call.host, target)];

function deployNode(call: Call, unit: string, program: readonly string[], own: readonly string[]): Performance {
  if (call.host.isDiskFull) return full(call.host, '/opt/keybuzz/k3s');
  const [version = '', hash = ''] = program;
  return deployment(call, [
    {
      text: 'K3s',
      changes: [
        ...own.map((path) => file(call, path)),
        ['artifact', '/usr/local/bin/k3s', `${version} sha256:${hash || 'of artifacts.yaml'}`],
        file(call, '/etc/rancher/k3s/config.yaml'),
        file(call, `/etc/systemd/system/${unit}`),
        ['service', unit, 'start'],
      ],
    },
  ]);
}

const deployServer = (call: Call): Performance =>
  deployNode(call, 'k3s.service', call.args.slice(2, 4), [
    '/etc/rancher/k3s/keybuzz-server-token',
    '/etc/rancher/k3s/keybuzz-agent-token',
  ]);

const deployWorker = (call: Call): Performance =>
  deployNode(call, 'k3s-agent.service', call.args.slice(3, 5), ['/etc/rancher/k3s/keybuzz-agent-token']);

/** Names of the manifests among the script's arguments: every third word from the second on. */
function deployCluster(call: Call): Performance {
  const names = call.args.slice(1).filter((_, index) => index % 3 === 0);
  return deployment(call, [
    {
      text: 'manifests',
      changes: [
        ...names.map((name): ChangeLine => ['manifest', name, contentHash(call.host, name)]),
        ['snapshot', '/opt/keybuzz/k3s/data/server/db/snapshots', 'the first one, predicted'],
      ],
    },
  ]);
}

const isUp = (host: SimulatedHost): boolean =>
  !host.isKilled && (host.deployed.has(SERVER) || host.deployed.has(WORKER));

const isApplied = ({ world }: Pick<Call, 'world'>): boolean =>
  [...world.values()].some((host) => host.deployed.has(CLUSTER));

function nodesOf({ world }: Call): string {
  const known = [...world.values()].filter((host) => host.deployed.has(SERVER) || host.deployed.has(WORKER));
  const told = known.map((host) => {
    const isMaster = host.deployed.has(SERVER);
    return [
      ...[`name=${host.name}`, `ready=${isUp(host) ? 'True' : 'Unknown'}`],
      ...[`reason=${isUp(host) ? 'KubeletReady' : 'NodeStatusUnknown'}`, `master=${isMaster ? 'yes' : 'no'}`],
      ...['closed=no', 'pressure=none', `voter=${isMaster ? 'True' : 'none'}`, `version=${VERSION}`],
    ].join(',');
  });
  return told.join(' ');
}

function workloadsOf(call: Call): string {
  const hosts = [...call.world.values()].filter((host) => host.deployed.has(SERVER) || host.deployed.has(WORKER));
  const workers = hosts.filter((host) => host.deployed.has(WORKER));
  const one = (kind: string, space: string, name: string, on: readonly SimulatedHost[]): string =>
    `kind=${kind},space=${space},name=${name},wanted=${on.length},ready=${on.filter(isUp).length}`;
  return [
    'kind=deployment,space=kube-system,name=coredns,wanted=1,ready=1',
    ...(isApplied(call)
      ? [
          one('daemonset', 'ingress-nginx', 'ingress-nginx-controller', workers),
          one('daemonset', 'keybuzz-probe', 'probe', hosts),
        ]
      : []),
  ].join(' ');
}

function statusServer(call: Call): Performance {
  const running = membersOf(call, SERVER);
  const disk = ['disk.used', call.host.isDiskFull ? 100 : 31] as const;
  if (!running.includes(call.host)) {
    return facts([disk, ['api', 'stopped'], ['etcd', 'stopped'], ['snapshot.hours', 'none']]);
  }
  return facts([
    disk,
    ['api', 'answers'],
    ['api.ready', running.length > 1 || call.world.size === 1 ? 'yes' : 'no'],
    ['api.nodes', nodesOf(call)],
    ['api.workloads', workloadsOf(call)],
    ['etcd', 'answers'],
    ['etcd.has-leader', 1],
    ['etcd.is-leader', running[0] === call.host ? 1 : 0],
    ['etcd.is-learner', 0],
    ['etcd.size', 4_000_000],
    ['etcd.quota', 2_147_483_648],
    ['cert.days', 364],
    ['snapshot.hours', isApplied(call) ? 2 : 'none'],
  ]);
}

function statusWorker(call: Call): Performance {
  const isWorker = call.host.deployed.has(WORKER) && !call.host.isKilled;
  const code = isWorker && isApplied(call) ? 200 : 'none';
  return facts([
    ['disk.used', call.host.isDiskFull ? 100 : 31],
    ['kubelet', isWorker ? 200 : 'none'],
    ['ingress.http', code],
    ['ingress.health', code],
    ['ingress.tls', code === 200 ? 'yes' : 'no'],
  ]);
}

function testServer(call: Call): Performance {
  if (!membersOf(call, SERVER).includes(call.host)) {
    const lines = [
      `::fact reason Through the API of ${call.host.name} nothing could be written (simulated fleet).`,
      '::fact fix Deploy k3s first.',
    ];
    return { lines, exitCode: 1 };
  }
  const text = `written through ${call.host.name}, read through all masters, deleted (simulated)`;
  return {
    lines: ['::progress 1/3 write', 100, '::progress 3/3 delete', `::check probe pass 0.31s ${text}`],
    exitCode: 0,
  };
}

function markerStop(call: Call): Performance {
  const [, target = '10'] = call.args;
  return markersTold(call, [
    `outage pass 1.12s longest time without an acknowledged write: 1.12 s; target ${target} s`,
    'lost-writes pass 0 0 lost of those that a majority had',
  ]);
}

const REMOVED = [
  'directory /opt/keybuzz/k3s/data kept, moved aside under a name with the date',
  'file /etc/rancher/k3s/config.yaml removed',
];

/** With the data of etcd goes what was applied. */
function removeNode(call: Call): Performance {
  const [part, unit] = call.host.deployed.has(SERVER) ? [SERVER, 'k3s.service'] : [WORKER, 'k3s-agent.service'];
  const performance = removed(part, [`service ${unit} stopped and disabled`, ...REMOVED])(call);
  const { then } = performance;
  if (then === undefined) return performance;
  return {
    ...performance,
    then: () => {
      then();
      call.host.deployed.delete(CLUSTER);
    },
  };
}

/** What the scripts of the k3s module do here. */
export const K3S_SCRIPTS: Readonly<Record<string, (call: Call) => Performance>> = {
  'k3s/test-ports.sh': () => facts([['ports.blocked', 'none']]),
  [SERVER]: deployServer,
  [WORKER]: deployWorker,
  [CLUSTER]: deployCluster,
  'k3s/status-server.sh': statusServer,
  'k3s/status-worker.sh': statusWorker,
  'k3s/test-server.sh': testServer,
  'k3s/failover-server.sh': (call) =>
    moved(call, {
      ...{ ...MASTER, detail: 'cordoned, drained and restarted; its pods move', ms: 2_000, check: 'switch' },
      text: 'it was drained, restarted and takes pods again; etcd is led by',
    }),
  'k3s/drill-server.sh': (call) =>
    moved(call, {
      ...{ ...MASTER, detail: 'killed (SIGKILL), kept stopped until the others call its node not Ready', ms: 3_000 },
      ...{ check: 'takeover', text: 'the API of every other master is ready; etcd is led by' },
    }),
  'k3s/return-server.sh': (call) => returned(call, 'k3s.service'),
  'k3s/marker-start.sh': () => ({
    lines: ['::change marker keybuzz-marker-k3s.service writes through each master (simulated)'],
    exitCode: 0,
  }),
  'k3s/marker-stop.sh': markerStop,
  'k3s/marker-verdict.sh': () => ({ lines: [], exitCode: 0 }),
  'k3s/remove-node.sh': removeNode,
};
